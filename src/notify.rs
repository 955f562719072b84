//! Telling people: webhooks and letters. What is told to readers stands in a [`notice::Notice`], to the operator in a [`bulletin::Bulletin`].

pub mod bulletin;
pub mod error;
pub mod mail;
pub mod notice;
pub mod webhook;
