//! The section `[evaluation]`.

use std::path::PathBuf;

use serde::Deserialize;

/// What an operator may set.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The longest comment of a rating, in characters after cleaning.
    pub comment_max_chars: usize,
    /// How often follow-ups are looked through for those whose time is over, in seconds.
    pub sweep_seconds: u64,
    /// How often it is looked for early warnings and for reports that are due, in seconds.
    pub watch_seconds: u64,
    /// Who is on duty where, for what the coming days bring; none: nothing is weighed against it.
    pub seats: Vec<Seats>,
    /// Events that may be on their way to this service while reports are made: more means that it lags behind.
    pub behind_most: u64,
    /// How reports are printed.
    pub report: Printing,
}

/// Seats of operators who answer for a region.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seats {
    /// Region code.
    pub region: String,
    /// On duty on a working day.
    pub workday: u32,
    /// On duty on a day off.
    pub day_off: u32,
}

/// What reports are printed with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Printing {
    /// A font file (TrueType, OpenType or a collection, whose first font is taken) with Chinese; empty: the first of `fonts`.
    pub font: PathBuf,
    /// Where such fonts usually lie; the first that is there is taken.
    pub fonts: Vec<PathBuf>,
}

impl Config {
    /// Lists every mistake that the types do not catch.
    #[must_use]
    pub fn problems(&self) -> Vec<String> {
        let rules = [
            (
                !(1..=10_000).contains(&self.comment_max_chars),
                "[evaluation] comment_max_chars must be 1 to 10000",
            ),
            (
                self.seats.iter().enumerate().any(|(at, seats)| {
                    seats.region.parse::<ids::RegionCode>().is_err()
                        || self.seats[..at].iter().any(|before| before.region == seats.region)
                }),
                "[evaluation] seats: each names a region code, once",
            ),
            (!(1..=3_600).contains(&self.sweep_seconds), "[evaluation] sweep_seconds must be 1 to 3600"),
            (!(1..=86_400).contains(&self.watch_seconds), "[evaluation] watch_seconds must be 1 to 86400"),
        ];
        rules.into_iter().filter(|(wrong, _)| *wrong).map(|(_, says)| says.to_owned()).collect()
    }
}
