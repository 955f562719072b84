//! What the installation could not do, until it can: shown by `status`, told by the alarm, counted.

use crate::metric;
use crate::model::health::Trouble;
use crate::notify::bulletin::Point;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How a task failed.
#[derive(Debug, Clone)]
pub struct Fault {
    /// Stable code of the error, for the log.
    pub code: String,
    /// What happened to what, with its causes.
    pub message: String,
    /// What to do.
    pub help: &'static str,
}

/// Everything that fails now, and what the alarm has seen of it.
#[derive(Debug, Default)]
pub struct Troubles {
    failing: Mutex<BTreeMap<&'static str, Trouble>>,
    seen: Mutex<Vec<Point>>,
}

impl Troubles {
    /// Notes how a task ended. A failure is logged and counted; a success ends it.
    pub fn note(&self, task: &'static str, fault: Option<Fault>) {
        let mut failing = locked(&self.failing);
        match fault {
            None => {
                failing.remove(task);
            }
            Some(Fault { code, message, help }) => {
                metric::metrics().upkeep_failed(task);
                tracing::error!(error.code = %code, "{message}");
                failing.insert(task, Trouble { code: format!("upkeep.{task}"), message, help: help.to_owned() });
            }
        }
    }

    /// Everything that fails now.
    pub fn all(&self) -> Vec<Trouble> {
        locked(&self.failing).values().cloned().collect()
    }

    /// Tells what the alarm has seen: troubles of the installation that go on, and those that are over of late.
    pub fn saw(&self, points: Vec<Point>) {
        *locked(&self.seen) = points;
    }

    /// What the alarm has seen, a minute ago at most.
    pub fn seen(&self) -> Vec<Point> {
        locked(&self.seen).clone()
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
