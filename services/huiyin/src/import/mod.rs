//! Reads the file of an older mailbox row by row: what to import, what was there before, and what cannot be read.

pub mod decoder;
pub(crate) mod drive;
pub mod failures;
pub mod mapping;
pub mod parse;
pub mod reader;
pub mod row;
pub mod times;

pub use drive::Counts;
pub use failures::{FailureFile, failed_path};
pub use mapping::{Mapping, MappingError};
pub use reader::{Item, ReadError, Reader};
pub use row::{Field, LegacyRow, Reason, Reply, RowFailure};
