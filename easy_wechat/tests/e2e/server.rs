//! What each request gets.

mod connections;
mod handlers;
mod hostile;
mod keys;
mod modes;
mod refusals;
mod routes;
mod starting;
mod statuses;
mod strangers;
