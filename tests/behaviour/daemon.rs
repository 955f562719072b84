//! The real binary as a running daemon.

use crate::newsroom::Desk;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Child;
use tokio::sync::{Mutex, watch};

/// What a test waits for at most; far more than it takes.
const PATIENCE: Duration = Duration::from_secs(30);

/// `tintinh run` as a process of its own; killed when dropped.
pub struct Running {
    child: Mutex<Child>,
    pid: u32,
    acked: watch::Receiver<u64>,
}

impl Desk {
    /// Waits until the daemon answers on its control socket.
    pub async fn answers(&self) {
        let socket = self.load().server.control.clone();
        let answering = async {
            while tokio::net::UnixStream::connect(&socket).await.is_err() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(PATIENCE, answering).await.expect("the daemon answers in time");
    }

    /// Starts the daemon and reads what it acknowledges.
    pub async fn run(&self, arguments: &[&str]) -> Running {
        let mut command = self.command(&["run"]);
        command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::inherit());
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let (sender, acked) = watch::channel(0);
        #[expect(clippy::disallowed_methods, reason = "it ends with the process whose output it reads")]
        tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                if let Some(seq) = line.strip_prefix("acked ") {
                    sender.send_replace(seq.parse().unwrap());
                }
            }
        });
        Running { pid: child.id().unwrap(), child: Mutex::new(child), acked }
    }
}

impl Running {
    /// Waits until at least `seq` is acknowledged; the last acknowledged one.
    pub async fn acked(&self, seq: u64) -> u64 {
        let mut acked = self.acked.clone();
        *tokio::time::timeout(PATIENCE, acked.wait_for(|last| *last >= seq)).await.expect("the daemon acknowledges in time").unwrap()
    }

    /// The last acknowledged Seq so far.
    pub fn last_ack(&self) -> u64 {
        *self.acked.borrow()
    }

    pub fn signal(&self, name: &str) {
        let status = std::process::Command::new("kill").args([&format!("-{name}"), &self.pid.to_string()]).status().unwrap();
        assert!(status.success());
    }

    /// SIGTERM, and how it ends.
    pub async fn terminate(self) -> ExitStatus {
        self.signal("TERM");
        self.ended().await
    }

    /// SIGKILL.
    pub async fn kill(self) {
        self.signal("KILL");
        self.ended().await;
    }

    pub async fn ended(&self) -> ExitStatus {
        tokio::time::timeout(PATIENCE, self.child.lock().await.wait()).await.expect("the daemon ends in time").unwrap()
    }
}
