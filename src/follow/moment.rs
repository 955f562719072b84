//! What an article said at a moment, and how that is known.

use crate::model::lang::Lang;
use crate::model::observed::Observed;
use crate::model::revision::{Kind, Revision};
use crate::model::time::vietnam;
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
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
    /// When bytes were fetched last until then; earlier than `before` where that was the server's word.
    #[serde(default)]
    pub bytes_at: Option<DateTime<Utc>>,
    /// The last look since `before` that told nothing: no answer, a notice, another host.
    #[serde(default)]
    pub in_vain: Option<DateTime<Utc>>,
}

/// Works it out from revisions and observations, both in order.
pub fn at(moment: DateTime<Utc>, history: &[Revision], observations: &[(DateTime<Utc>, Observed)]) -> Moment {
    let says = |observed: Observed| !matches!(observed, Observed::Failed | Observed::Unconfirmed | Observed::Moved);
    let telling: Vec<_> = observations.iter().filter(|(_, observed)| says(*observed)).copied().collect();
    let before = telling.iter().rfind(|(at, _)| *at <= moment).copied();
    let after = telling.iter().find(|(at, _)| *at > moment).copied();
    let is_bytes = |observed: Observed| observed != Observed::NotModified;
    let bytes_at = telling.iter().rfind(|(at, observed)| *at <= moment && is_bytes(*observed)).map(|(at, _)| *at);
    let since = before.map(|(at, _)| at);
    let in_vain = observations.iter().rfind(|(at, observed)| !says(*observed) && since.is_some_and(|since| *at > since)).map(|(at, _)| *at);
    let mut seen =
        history.iter().filter(|revision| revision.seen_at <= moment && !matches!(revision.kind, Kind::Withdrawn | Kind::Released));
    let Some(current) = seen.next_back() else {
        return Moment { at: moment, revision: None, is_gone: false, proof: Proof::Unseen, before, after, bytes_at, in_vain };
    };
    let is_gone = current.kind == Kind::Vanished;
    let proof = match after.map(|(_, observed)| observed) {
        None => Proof::NothingSince,
        Some(Observed::SameBytes | Observed::SameReading) if !is_gone => Proof::Bytes,
        Some(Observed::NotModified) if !is_gone => Proof::ServersWord,
        Some(observed) if is_gone && is_absence(observed) => Proof::Bytes,
        Some(_) => Proof::UntilAFetchBefore,
    };
    Moment { at: moment, revision: Some(current.number), is_gone, proof, before, after, bytes_at, in_vain }
}

/// It was asked for and was not there.
fn is_absence(observed: Observed) -> bool {
    matches!(observed, Observed::Absent | Observed::FrontPage | Observed::NotFoundPage | Observed::OtherPage)
}

/// Reads a moment as people write it: a day is its end, and without an offset it is Vietnamese time.
pub fn parse(text: &str) -> Result<DateTime<Utc>, String> {
    let local = |moment: NaiveDateTime| moment.and_local_timezone(vietnam()).single().map(|moment| moment.to_utc());
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().and_then(|day| day.and_hms_opt(23, 59, 59));
    let offset = ["%Y-%m-%dT%H:%M%:z", "%Y-%m-%d %H:%M%:z"].iter().find_map(|form| DateTime::parse_from_str(text, form).ok());
    let bare =
        ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"].iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok());
    let exact = DateTime::parse_from_rfc3339(text).ok().or(offset).map(|moment| moment.to_utc());
    exact
        .or_else(|| bare.and_then(local))
        .or_else(|| day.and_then(local))
        .ok_or_else(|| "write 2026-11-24T08:00+07:00 or 2026-11-24".to_owned())
}

impl Moment {
    /// In words, for people.
    pub fn words(&self, lang: Lang) -> String {
        let time = |at: DateTime<Utc>| at.with_timezone(&vietnam()).format("%d/%m/%Y %H:%M:%S").to_string();
        let side = |side: Option<(DateTime<Utc>, Observed)>| side.map_or_else(|| "-".to_owned(), |(at, _)| time(at));
        let (before, after) = (side(self.before), side(self.after));
        // Bytes prove up to where they were fetched; between two fetches stands the server's word.
        let by_word = self.bytes_at.filter(|at| self.before.is_some_and(|(before, _)| *at < before)).map(time);
        let bytes = by_word.clone().unwrap_or_else(|| before.clone());
        let since = match (self.in_vain, lang) {
            (None, Lang::En) => "not looked at since".to_owned(),
            (None, Lang::Vi) => "từ đó chưa xem lại".to_owned(),
            (Some(at), Lang::En) => format!("asked for since, the last time at {}, without an answer that tells", time(at)),
            (Some(at), Lang::Vi) => format!("từ đó đã hỏi lại, lần cuối lúc {}, mà không có câu trả lời rõ", time(at)),
        };
        let is_absent = |side: Option<(DateTime<Utc>, Observed)>| side.is_some_and(|(_, observed)| is_absence(observed));
        if is_absent(self.before) {
            return match (is_absent(self.after), self.after.is_some(), lang) {
                (true, _, Lang::En) => format!("the address did not show it at {before}, nor at {after}"),
                (true, _, Lang::Vi) => format!("địa chỉ không còn cho bài này lúc {before}, và cả lúc {after}"),
                (_, true, Lang::En) => format!("the address did not show it at {before}; at {after} it did again"),
                (_, true, Lang::Vi) => format!("địa chỉ không còn cho bài này lúc {before}; lúc {after} lại có"),
                (_, _, Lang::En) => format!("the address did not show it at {before}; {since}"),
                (_, _, Lang::Vi) => format!("địa chỉ không còn cho bài này lúc {before}; {since}"),
            };
        }
        match (self.proof, lang) {
            (Proof::Unseen, Lang::En) => "nothing had been seen of it by then".to_owned(),
            (Proof::Unseen, Lang::Vi) => "khi đó chưa thấy bài này".to_owned(),
            (Proof::Bytes, Lang::En) => format!("proved by bytes fetched at {bytes} and at {after}"),
            (Proof::Bytes, Lang::Vi) => format!("chứng minh bằng nội dung đã tải lúc {bytes} và lúc {after}"),
            (Proof::ServersWord, Lang::En) => {
                let word = by_word.map(|_| format!("{before} and at ")).unwrap_or_default();
                format!("proved by bytes until {bytes}, and by the server's word (304) at {word}{after}")
            }
            (Proof::ServersWord, Lang::Vi) => {
                let word = by_word.map(|_| format!("{before} và lúc ")).unwrap_or_default();
                format!("chứng minh bằng nội dung đã tải đến {bytes}, và theo lời máy chủ (304) lúc {word}{after}")
            }
            (Proof::UntilAFetchBefore, Lang::En) => {
                format!("seen so at {before}; at {after} it was found otherwise, so it may have changed before")
            }
            (Proof::UntilAFetchBefore, Lang::Vi) => {
                format!("thấy như vậy lúc {before}; lúc {after} đã khác, nên có thể đã đổi trước đó")
            }
            (Proof::NothingSince, Lang::En) => format!("seen so at {before}; {since}"),
            (Proof::NothingSince, Lang::Vi) => format!("thấy như vậy lúc {before}; {since}"),
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

    #[test]
    fn bytes_prove_where_they_were_fetched_and_looks_in_vain_are_told() {
        let history = [revision(1, Kind::First, 1)];
        let word = |at| (hour(at), Observed::NotModified);
        let mut seen = vec![(hour(1), Observed::Changed), word(3), word(5), (hour(7), Observed::SameBytes)];
        let words = |at, seen: &[_]| super::at(hour(at), &history, seen).words(Lang::En);
        assert_eq!(
            words(4, &seen),
            "proved by bytes until 01/01/1970 08:00:00, and by the server's word (304) at 01/01/1970 10:00:00 and at 01/01/1970 12:00:00"
        );
        assert_eq!(words(6, &seen), "proved by bytes fetched at 01/01/1970 08:00:00 and at 01/01/1970 14:00:00");
        seen.push((hour(9), Observed::Failed));
        let told = words(10, &seen);
        assert!(told.starts_with("seen so at 01/01/1970 14:00:00; asked for since, the last time at 01/01/1970 16:00:00"), "{told}");
    }

    #[test]
    fn what_was_not_there_is_never_said_to_be_proved_by_what_it_said() {
        let history = [revision(1, Kind::First, 1), revision(2, Kind::Vanished, 5)];
        let seen = [(hour(1), Observed::Changed), (hour(3), Observed::Absent), (hour(5), Observed::OtherPage), (hour(7), Observed::Absent)];
        let words = |at| super::at(hour(at), &history, &seen).words(Lang::En);
        assert!(words(6).starts_with("the address did not show it at 01/01/1970 12:00:00, nor at"), "{}", words(6));
        assert!(words(4).starts_with("the address did not show it"), "{}", words(4));
        assert!(words(8).ends_with("not looked at since") && words(2).starts_with("seen so at"), "{}", words(8));
    }
}
