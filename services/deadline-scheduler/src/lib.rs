//! deadline-scheduler.
