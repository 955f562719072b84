//! An error on one line with what caused it, for whoever has to act on it.

use std::error::Error;

/// The error's words and those of each cause. A cause whose words were said already is left out.
pub fn told(error: &dyn Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let said = inner.to_string();
        if !words.contains(&said) {
            words.push_str(": ");
            words.push_str(&said);
        }
        cause = inner.source();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    enum Outer {
        #[error("it cannot be written")]
        Io(#[from] std::io::Error),
        #[error("{0}")]
        Same(std::io::Error),
    }

    #[test]
    fn causes_follow_each_once() {
        let io = || std::io::Error::from_raw_os_error(28);
        assert_eq!(told(&Outer::from(io())), "it cannot be written: No space left on device (os error 28)");
        assert_eq!(told(&Outer::Same(io())), "No space left on device (os error 28)");
    }
}
