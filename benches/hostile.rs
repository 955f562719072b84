//! One source in ten hostile: how much later are the healthy ones read?
//! `cargo bench --bench hostile` prints both times and fails beyond 10 %.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

const HEALTHY: usize = 90;
const HOSTILE: usize = 10;
/// Healthy servers answer as slowly as real ones do.
const LATENCY: Duration = Duration::from_millis(40);
const ALLOWED_DELAY: f64 = 1.10;

fn main() -> ExitCode {
    let alone = healthy_time(0);
    let beside = healthy_time(HOSTILE);
    let ratio = beside.as_secs_f64() / alone.as_secs_f64();
    println!("{HEALTHY} healthy sources: {alone:?} alone, {beside:?} beside {HOSTILE} hostile ones ({ratio:.3} x)");
    if ratio <= ALLOWED_DELAY { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Until the last healthy listing has been sent, in a first poll of everything.
fn healthy_time(hostile: usize) -> Duration {
    let (sender, done) = std::sync::mpsc::channel();
    let mut addresses = Vec::new();
    for at in 0..HEALTHY + hostile {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        addresses.push(listener.local_addr().expect("it is bound"));
        let sender = (at >= hostile).then(|| sender.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let sender = sender.clone();
                std::thread::spawn(move || match sender {
                    // The other side may have gone.
                    Some(sender) => drop(healthy(stream, &sender)),
                    None => drop(hang(stream, at)),
                });
            }
        });
    }
    let folder = tempfile::tempdir().expect("a folder");
    let allowed: Vec<String> = addresses.iter().map(|address| format!("\"{address}\"")).collect();
    let sources: String = addresses
        .iter()
        .enumerate()
        .map(|(at, address)| format!("[[source]]\nid = \"thu/nguon-{at}\"\nurl = \"http://{address}/\"\nallow_empty = true\n"))
        .collect();
    let config = folder.path().join("config.toml");
    let text = format!(
        "[store]\nmin_free = \"1 MB\"\n[fetch]\nper_host_gap = \"0s\"\ntimeout = \"5s\"\nallow_private = [{}]\n{sources}",
        allowed.join(", ")
    );
    std::fs::write(&config, text).expect("a file");
    let mut command = Command::new(env!("CARGO_BIN_EXE_tintinh"));
    command.arg("poll").env("TINTINH_CONFIG", &config).stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
    let started = Instant::now();
    let mut polling = command.spawn().expect("the binary");
    for _ in 0..HEALTHY {
        done.recv().expect("every healthy source is asked");
    }
    let time = started.elapsed();
    let _ = polling.wait().expect("it ends");
    time
}

fn request(stream: &mut TcpStream) -> std::io::Result<String> {
    let mut request = Vec::new();
    let mut byte = [0];
    while !request.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte)?;
        request.push(byte[0]);
    }
    Ok(String::from_utf8_lossy(&request).split(' ').nth(1).unwrap_or_default().to_owned())
}

fn healthy(mut stream: TcpStream, done: &std::sync::mpsc::Sender<()>) -> std::io::Result<()> {
    loop {
        let path = request(&mut stream)?;
        std::thread::sleep(LATENCY);
        if path == "/robots.txt" {
            stream.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")?;
            continue;
        }
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 29\r\n\r\n<!doctype html><title>x</tit\n")?;
        // The receiver goes when it has counted enough.
        let _ = done.send(());
    }
}

/// Nothing at all, one byte a second, or a body without end.
fn hang(mut stream: TcpStream, at: usize) -> std::io::Result<()> {
    let path = request(&mut stream)?;
    if path == "/robots.txt" && at.is_multiple_of(2) {
        stream.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")?;
        request(&mut stream)?;
    }
    if !at.is_multiple_of(3) {
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")?;
    }
    loop {
        match at % 3 {
            2 => stream.write_all(&[b'a'; 65536])?,
            kind => {
                std::thread::sleep(Duration::from_secs(1));
                if kind == 1 {
                    stream.write_all(b"x")?;
                }
            }
        }
    }
}
