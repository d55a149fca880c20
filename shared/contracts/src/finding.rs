//! What evaluation says about what it found by counting: defects of handling, rises of like cases, reports made.

use ids::{AlertId, ExclusionId, FindingId, RegionCode, ReportId, UnitCode};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A defect of handling was found in a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingRaised {
    /// This finding.
    pub finding: FindingId,
    /// `fob-off`, `repeated-assignment`, `repeated-complaint`, `unanswered-supervision`, `wrong-return`, `second-request`,
    /// `no-officer`.
    pub defect: String,
    /// Whose defect, where a unit's.
    pub unit: Option<UnitCode>,
    /// How often it had happened when the pack's number was reached.
    pub times: i32,
}

/// 剔除: it was decided whether a case leaves figures, or that it comes back into them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExclusionDecided {
    /// The appeal.
    pub exclusion: ExclusionId,
    /// The figure, a code of the pack; `*` for all.
    pub indicator: String,
    /// Whose case it was when it was asked.
    pub unit: UnitCode,
    /// `exclusion-granted`, `exclusion-refused`, `exclusion-revoked`.
    pub result: String,
    /// For which reason it was asked, a code of the pack.
    pub reason: String,
}

/// 预警: like cases of one place rise against the usual.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertRaised {
    /// This alert.
    pub alert: AlertId,
    /// `hot-issue` 热点, `group-risk` 群体性风险, `marked-risk` 风险标签, `growing` 诉求加剧,
    /// `opinion` 舆情集中, `over-capacity` 接听能力不足.
    pub sign: String,
    /// Subject code of the tenant's own tree.
    pub subject: String,
    /// The county.
    pub place: RegionCode,
    /// The Monday of the week that was counted.
    pub week: Date,
    /// Cases of that week until the alert.
    pub cases: i32,
    /// Cases of the weeks before that it is compared with, together.
    pub before: i32,
    /// The pack whose numbers it passed; missing in what was said before it was told.
    #[serde(default)]
    pub policy: Option<String>,
}

/// A report was made and archived.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportPublished {
    /// This report.
    pub report: ReportId,
    /// `daily`, `weekly`, `digest`, `bulletin`, `leaders`, `annual`.
    pub series: String,
    /// The pack whose formulas it uses.
    pub policy: String,
    /// The city or county it speaks of; none: all.
    pub place: Option<RegionCode>,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// SHA-256 of its data, hexadecimal.
    pub digest: String,
}
