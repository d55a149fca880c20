//! The whole suite in one process, and the operator's command line.

pub mod import;
