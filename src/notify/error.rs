//! Why something could not be handed over.

use crate::net::error::NetError;

/// A fault of a delivery.
#[derive(Debug, thiserror::Error)]
pub enum NotifyError {
    /// The receiver cannot be reached, or may not be dialled.
    #[error("{0}")]
    Net(#[from] NetError),
    /// The receiver answered, and not with success.
    #[error("the receiver answered {status}")]
    Refused {
        /// HTTP status.
        status: u16,
    },
    /// The relay did not take a letter.
    #[error("the mail relay refused: {reason}")]
    Relay {
        /// What it said.
        reason: String,
        /// It says that it never will.
        is_permanent: bool,
    },
    /// The relay took the call and then did not go on.
    #[error("the mail relay was silent for {seconds} s")]
    Silent {
        /// How long it was waited.
        seconds: u64,
    },
    /// A letter cannot be written, such as to an address that is none.
    #[error("the letter cannot be written: {reason}")]
    Letter {
        /// What is wrong.
        reason: String,
    },
}

impl NotifyError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Net(error) => error.code(),
            Self::Refused { .. } => "notify.refused",
            Self::Relay { .. } => "notify.relay",
            Self::Silent { .. } => "notify.silent",
            Self::Letter { .. } => "notify.letter",
        }
    }

    /// True when another try may succeed. 410: the receiver is gone (Standard Webhooks, "Deliverability").
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Net(_) | Self::Silent { .. } => true,
            Self::Refused { status } => *status != 410,
            Self::Relay { is_permanent, .. } => !is_permanent,
            Self::Letter { .. } => false,
        }
    }
}
