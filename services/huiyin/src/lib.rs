//! huiyin.
