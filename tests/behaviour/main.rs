//! What users see, against scripted department sites on loopback: the real
//! daemon or the real binary, real sockets, a real store.

mod newsroom;
mod polling;
mod town;
