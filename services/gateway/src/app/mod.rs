//! What the door does: one operation a file.

pub(crate) mod change_account;
pub(crate) mod open_account;
pub(crate) mod password;
pub(crate) mod sign_in;
pub(crate) mod units;
