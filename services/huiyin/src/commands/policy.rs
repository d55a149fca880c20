//! `huiyin policy`: the packs, read as the services will read them.

use std::process::ExitCode;

use clap::Subcommand;
use serde::de::DeserializeOwned;

use super::say;
use crate::cli::Place;

/// What can be asked.
#[derive(Subcommand)]
pub(crate) enum Policy {
    /// 检查规则包 / check every pack; every mistake at once
    Check,
    /// 列出规则包 / list the packs
    List,
}

type Check = fn(&str) -> Vec<String>;

/// Sections with the rules that read them.
const SECTIONS: [(&str, Check); 5] = [
    ("intake", |text| check(text, |pack: &intake_rules::Pack| words(&pack.validate()))),
    ("routing", |text| check(text, |pack: &routing_rules::pack::RoutingPack| pack.validate())),
    ("deadlines", |text| check(text, |pack: &deadline_scheduler_rules::Deadlines| words(&pack.validate()))),
    ("notices", |text| notification::check_pack(text)),
    ("evaluation", |text| check(text, |pack: &evaluation_rules::Evaluation| words(&pack.validate()))),
];

fn check<P: DeserializeOwned>(text: &str, validate: fn(&P) -> Vec<String>) -> Vec<String> {
    match toml::from_str(text) {
        Ok(pack) => validate(&pack),
        Err(error) => vec![error.to_string()],
    }
}

fn words(mistakes: &[impl ToString]) -> Vec<String> {
    mistakes.iter().map(ToString::to_string).collect()
}

/// Answers.
pub(crate) fn perform(policy: Policy, place: Place) -> anyhow::Result<ExitCode> {
    let packs = runtime::PolicyFiles::read(&place.settings(&[])?.policy.folder)?;
    let mut mistakes = 0;
    for pack in packs.packs() {
        say(format_args!("{} v{} 自 from {} {}", pack.id, pack.version, pack.valid_from, pack.print()));
        if matches!(policy, Policy::List) {
            continue;
        }
        for (section, check) in SECTIONS {
            let found = match pack.section(section) {
                Some(text) => check(text),
                None => vec!["缺 missing".to_owned()],
            };
            for mistake in found {
                mistakes += 1;
                say(format_args!("  {section}.toml: {mistake}"));
            }
        }
    }
    Ok(if mistakes == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
