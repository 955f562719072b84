//! tintinh follows what government departments publish: it polls their sites
//! politely, reads new articles with their source attribution, keeps every
//! revision, and republishes everything as one Atom feed.
//!
//! The map of the house, in reading order; a module names modules above it only:
//!
//! [`text`] holds pure tools over text, with the only door for HTML; [`metric`] names every number.
//! [`model`] holds the nouns that travel.
//! [`directory`] knows provinces, departments and their names in time.
//! [`config`] turns a file into checked values, all faults at once.
//! [`net`] sends guarded requests and nothing else does.
//! Then six trades that do not know one another: [`fetch`] asks politely,
//! [`scrape`] reads pages, [`store`] keeps, [`search`] finds, [`publish`] writes formats, [`notify`] tells.
//! [`ingest`] is the write side: `ingest::poll` is the spine, read it first.
//! [`follow`] is the read side: prepared feeds and status.
//! [`web`] serves feeds, pages and the control socket.
//! [`daemon`] runs it all on schedule and stops it in order.
//! [`cli`] is what people type.

pub mod cli;
pub mod config;
pub mod daemon;
pub mod directory;
pub mod fetch;
pub mod follow;
pub mod ingest;
pub mod metric;
pub mod model;
pub mod net;
pub mod notify;
pub mod publish;
pub mod scrape;
pub mod search;
pub mod store;
pub mod text;
pub mod web;
