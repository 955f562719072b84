//! What an article said at a moment, and how that is known.

use crate::model::revision::{Kind, Observed, Revision};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// How it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Proof {
    /// Bytes fetched before and after say the same.
    Bytes,
    /// After it, the server said that nothing had changed (304).
    ServersWord,
    /// Bytes fetched before say it; the next fetch showed something else, so it may have changed in between.
    UntilAFetchBefore,
    /// Bytes fetched before say it; nothing was fetched since.
    NothingSince,
    /// Nothing was seen of it by then.
    Unseen,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// The moment asked for.
    pub at: DateTime<Utc>,
    /// Number of the revision in force.
    pub revision: Option<u32>,
    /// True when the page was gone then.
    pub is_gone: bool,
    /// How it is known.
    pub proof: Proof,
    /// The last observation until then.
    pub before: Option<(DateTime<Utc>, Observed)>,
    /// The first one after it.
    pub after: Option<(DateTime<Utc>, Observed)>,
}

/// Works it out from revisions and observations, both in order.
pub fn at(moment: DateTime<Utc>, history: &[Revision], observations: &[(DateTime<Utc>, Observed)]) -> Moment {
    let says = |observed: Observed| !matches!(observed, Observed::Failed | Observed::Unconfirmed | Observed::Moved);
    let telling: Vec<_> = observations.iter().filter(|(_, observed)| says(*observed)).copied().collect();
    let before = telling.iter().rfind(|(at, _)| *at <= moment).copied();
    let after = telling.iter().find(|(at, _)| *at > moment).copied();
    let mut seen =
        history.iter().filter(|revision| revision.seen_at <= moment && !matches!(revision.kind, Kind::Withdrawn | Kind::Released));
    let Some(current) = seen.next_back() else {
        return Moment { at: moment, revision: None, is_gone: false, proof: Proof::Unseen, before, after };
    };
    let is_gone = current.kind == Kind::Vanished;
    let proof = match after.map(|(_, observed)| observed) {
        None => Proof::NothingSince,
        Some(Observed::SameBytes | Observed::SameReading) if !is_gone => Proof::Bytes,
        Some(Observed::NotModified) if !is_gone => Proof::ServersWord,
        Some(Observed::Absent | Observed::FrontPage | Observed::NotFoundPage) if is_gone => Proof::Bytes,
        Some(_) => Proof::UntilAFetchBefore,
    };
    Moment { at: moment, revision: Some(current.number), is_gone, proof, before, after }
}

impl Moment {
    /// In words, for people.
    pub fn words(&self) -> String {
        let time = |side: Option<(DateTime<Utc>, Observed)>| {
            side.map_or_else(
                || "-".to_owned(),
                |(at, _)| at.with_timezone(&crate::model::time::vietnam()).format("%d/%m/%Y %H:%M:%S").to_string(),
            )
        };
        let (before, after) = (time(self.before), time(self.after));
        match self.proof {
            Proof::Unseen => "nothing had been seen of it by then".to_owned(),
            Proof::Bytes => format!("proved by bytes fetched at {before} and at {after}"),
            Proof::ServersWord => format!("proved by bytes until {before}, and by the server's word (304) at {after}"),
            Proof::UntilAFetchBefore => format!("seen so at {before}; at {after} it was found otherwise, so it may have changed before"),
            Proof::NothingSince => format!("seen so at {before}; not looked at since"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hour(hour: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(hour * 3600, 0).unwrap()
    }

    fn revision(number: u32, kind: Kind, at: i64) -> Revision {
        Revision {
            number,
            seq: u64::from(number),
            kind,
            seen_at: hour(at),
            labels: Vec::new(),
            is_material: true,
            content_hash: [0; 32],
            snapshot: [0; 32],
            page_sha256: [0; 32],
            evidence: [0; 32],
            proofs: Vec::new(),
        }
    }

    #[test]
    fn the_answer_says_between_which_fetches_it_is_proved() {
        let history = [revision(1, Kind::First, 1), revision(2, Kind::Edited, 5)];
        let seen =
            [(hour(1), Observed::Changed), (hour(3), Observed::NotModified), (hour(5), Observed::Changed), (hour(7), Observed::SameBytes)];
        let answer = |at| {
            let moment = super::at(hour(at), &history, &seen);
            (moment.revision, moment.proof)
        };
        assert_eq!(answer(0), (None, Proof::Unseen));
        assert_eq!(answer(2), (Some(1), Proof::ServersWord));
        assert_eq!(answer(4), (Some(1), Proof::UntilAFetchBefore));
        assert_eq!(answer(6), (Some(2), Proof::Bytes));
        assert_eq!(answer(9), (Some(2), Proof::NothingSince));
    }
}
