//! What users see, against scripted department sites on loopback: the real
//! daemon or the real binary, real sockets, a real store.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod adding;
mod alarm;
mod alerts;
mod api;
mod bad_input;
mod beside;
mod cli;
mod daemon;
mod dialling;
mod directory;
mod disks;
mod durability;
mod duties;
mod entries;
mod evidence;
mod feeds;
mod formats;
mod gates;
mod health;
mod hostile;
mod judges;
mod limits;
mod newsboat;
mod newsroom;
mod pages;
mod pictures;
mod politeness;
mod polling;
mod prepared;
mod publishing;
mod revisions;
mod safety;
mod sameness;
mod search;
mod serving;
mod simulated;
mod simulation;
mod tls;
mod town;
mod upkeep;
mod vanishing;
mod week;
mod windows;
