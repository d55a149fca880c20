//! Cleans, redacts, compares and checks Chinese citizen messages; pure, without any IO.
//!
//! The order at the edge is [`decode()`] for bytes, [`clean()`] for text, [`valid`] for limits, and [`redact()`] before
//! a text leaves the service that holds the person's data. [`Shingles`] tells how alike two messages are.

pub mod clean;
pub mod decode;
mod entity;
pub mod likeness;
mod mend;
mod pinyin;
pub mod redact;
pub mod valid;
mod words;

pub use clean::{Cleaned, Removed, clean};
pub use decode::{Decoded, Detector, Encoding, decode};
pub use likeness::{PerMille, Shingles, fingerprint, similarity};
pub use redact::{Kind, Redacted, redact};
pub use valid::{Invalid, safe_file_name};
pub use words::{find_words, search_words};
