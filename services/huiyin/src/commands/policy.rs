//! `huiyin policy`: the packs, read as the services will read them.

use std::process::ExitCode;

use clap::Subcommand;

use super::say;
use crate::cli::Place;

/// What can be asked.
#[derive(Subcommand)]
pub enum Policy {
    /// 检查规则包 / check every pack; every mistake at once
    Check,
    /// 列出规则包 / list the packs
    List,
}

type Check = fn(&str) -> Vec<String>;

/// Sections with the rules crates that read them.
const SECTIONS: [(&str, Check); 5] = [
    ("intake", |text| intake::check_pack(text)),
    ("routing", |text| routing::check_pack(text)),
    ("deadlines", |text| deadline_scheduler::check_pack(text)),
    ("notices", |text| notification::check_pack(text)),
    ("evaluation", |text| evaluation::check_pack(text)),
];

/// Answers.
pub(crate) fn perform(policy: Policy, place: Place) -> anyhow::Result<ExitCode> {
    let packs = runtime::PolicyFiles::read(&place.settings(&[])?.policy.folder)?;
    let mut mistakes = 0;
    for pack in packs.packs() {
        say(format_args!("{} v{} 自 from {}", pack.id, pack.version, pack.valid_from));
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
