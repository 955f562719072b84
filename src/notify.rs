//! Telling people: webhooks and letters. What is told stands in a [`notice::Notice`].

pub mod error;
pub mod mail;
pub mod notice;
pub mod webhook;
