//! How a source is doing, in words for readers.

use crate::model::health::{SourceState, State};
use crate::web::pages::frame::{Lang, local};
use crate::web::pages::trouble;

/// A state in plain words.
pub fn state_words(state: State, lang: Lang) -> &'static str {
    match state {
        State::New => lang.say("chưa hỏi lần nào", "not asked yet"),
        State::Healthy => lang.say("đọc được", "read"),
        State::Quiet => lang.say("đọc được; lâu hơn thường lệ chưa có bài mới", "read; nothing new for longer than usual"),
        State::Disabled => lang.say("không hỏi", "not polled"),
        State::Degraded => lang.say("đọc được, nhưng một số bài hoặc mục bị thiếu", "read, but some articles or fields are missing"),
        State::Broken => lang.say("trang trả lời nhưng không đọc được bài nào", "answers, but no article could be read"),
        State::Blocked => lang.say("trang không cho đọc", "the site refuses to be read"),
        State::Moved => lang.say("đã chuyển địa chỉ", "has moved"),
        State::Down => lang.say("không trả lời", "does not answer"),
    }
}

/// For the style sheet: good, poor or bad; never the only sign.
pub fn state_class(state: State) -> &'static str {
    match state {
        State::New | State::Disabled => "new",
        State::Healthy | State::Quiet => "good",
        State::Degraded => "poor",
        _ => "bad",
    }
}

/// True when readers may miss something.
pub fn is_incomplete(state: &SourceState) -> bool {
    !matches!(state.state, State::Healthy | State::Quiet | State::New) || !state.unread.is_empty()
}

/// "không trả lời từ 23/11/2026 08:00: …".
pub fn sentence(state: &SourceState, lang: Lang) -> String {
    let since = state.since.map(|since| format!(" {} {}", lang.say("từ", "since"), local(since))).unwrap_or_default();
    let why = state
        .trouble
        .as_ref()
        .filter(|_| state.state != State::Healthy)
        .map(|trouble| format!(": {}", trouble::words(trouble, lang)))
        .unwrap_or_default();
    format!("{}{since}{why}", state_words(state.state, lang))
}
