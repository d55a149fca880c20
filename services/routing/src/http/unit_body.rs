//! A unit as the API writes and reads it, and the check that every way in shares.

use identity::Claims;
use ids::{AccountId, RegionCode, UnitCode};
use jiff::civil::Date;
use routing_rules::tree::Level;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::inputs::Inputs;
use crate::store::units::{Post, Unit};

/// Who answers for something: an account and the function it is held for, never a name.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PostBody {
    /// The account.
    pub(crate) account: Uuid,
    /// What the person is there (分管副局长, 办公室承办人); never a name.
    pub(crate) function: String,
}

/// An office that handles cases.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UnitBody {
    /// 1 to 64 of a-z, 0-9, `-`, `_`, `.`.
    #[schema(value_type = String)]
    pub(crate) code: UnitCode,
    /// What people call it.
    pub(crate) name: String,
    /// Where it is competent.
    #[schema(value_type = String)]
    pub(crate) region: RegionCode,
    /// The unit above.
    #[schema(value_type = Option<String>)]
    pub(crate) parent: Option<UnitCode>,
    /// `department`, `government`, `township`, `utility`, …
    #[serde(default = "department")]
    pub(crate) kind: String,
    /// On duty round the clock (水电气热).
    #[serde(default)]
    pub(crate) duty24h: bool,
    /// Gets new cases.
    #[serde(default = "yes")]
    pub(crate) active: bool,
    /// Function labels of those who handle there; never names.
    #[serde(default)]
    pub(crate) functions: Vec<String>,
    /// 条线: the line of departments it belongs to.
    #[serde(default)]
    pub(crate) line: Option<String>,
    /// `province`, `city`, `county`, `township`, `village`; without it the level of its region.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub(crate) level: Option<Level>,
    /// 网络成员单位.
    #[serde(default)]
    pub(crate) network: bool,
    /// 分管领导.
    #[serde(default)]
    pub(crate) leader: Option<PostBody>,
    /// 承办人员.
    #[serde(default)]
    pub(crate) handler: Option<PostBody>,
    /// Who continues its powers, once it is merged or abolished.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub(crate) successor: Option<UnitCode>,
    /// Since when it is no more.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub(crate) ended_on: Option<Date>,
    /// By what decision.
    #[serde(default)]
    pub(crate) ended_basis: Option<String>,
}

/// The kind of a unit when none is said.
pub(crate) fn department() -> String {
    "department".to_owned()
}

fn yes() -> bool {
    true
}

impl UnitBody {
    /// What the table says.
    pub(crate) fn of(unit: &Unit) -> Self {
        let post = |post: &Option<Post>| {
            post.as_ref().map(|post| PostBody { account: post.account.0, function: post.function.clone() })
        };
        let unit = unit.clone();
        Self {
            leader: post(&unit.leader),
            handler: post(&unit.handler),
            code: unit.code,
            name: unit.name,
            region: unit.region,
            parent: unit.parent,
            kind: unit.kind,
            duty24h: unit.duty24h,
            active: unit.active,
            functions: unit.functions,
            line: unit.line,
            level: unit.level,
            network: unit.network,
            successor: unit.successor,
            ended_on: unit.ended_on,
            ended_basis: unit.ended_basis,
        }
    }

    /// Cleans it; what is wrong is noted under `place`, such as `units[3]` or `line 7`.
    pub(crate) fn check(self, claims: &Claims, place: &str, inputs: &mut Inputs) -> Unit {
        let field = |name: &str| format!("{place}.{name}");
        let foreign = claims.region.as_ref().is_some_and(|bound| !bound.contains(&self.region));
        if foreign {
            inputs.wrong(&field("region"), "不在您的管辖区域内", "lies outside your region");
        }
        if self.parent.as_ref() == Some(&self.code) {
            inputs.wrong(&field("parent"), "上级单位不能是本单位", "a unit is not above itself");
        }
        if self.successor.as_ref() == Some(&self.code) {
            inputs.wrong(&field("successor"), "承接单位不能是本单位", "a unit does not succeed itself");
        }
        if self.active && self.successor.is_some() {
            inputs.wrong(&field("successor"), "在用单位没有承接单位", "a unit at work has no successor");
        }
        let mut post = |name: &str, post: Option<PostBody>| {
            post.map(|post| Post {
                account: AccountId(post.account),
                function: inputs.line(&format!("{place}.{name}.function"), &post.function, 100),
            })
        };
        let (leader, handler) = (post("leader", self.leader), post("handler", self.handler));
        let functions = self.functions.iter();
        Unit {
            name: inputs.line(&field("name"), &self.name, 200),
            kind: inputs.code(&field("kind"), &self.kind),
            functions: functions.map(|label| inputs.line(&field("functions"), label, 100)).collect(),
            line: inputs.optional_line(&field("line"), self.line.as_deref(), 100),
            ended_basis: inputs.optional_line(&field("ended_basis"), self.ended_basis.as_deref(), 500),
            code: self.code,
            region: self.region,
            parent: self.parent,
            duty24h: self.duty24h,
            active: self.active,
            level: self.level,
            network: self.network,
            leader,
            handler,
            successor: self.successor,
            ended_on: self.ended_on,
        }
    }
}
