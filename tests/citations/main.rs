//! Numbers of legal documents: in real lines, and in made relatives of every form.

mod lines;
mod relatives;
