//! I15: every file that a row names is there and is what its digest says; nothing lies in the store that no row names.

use runtime::{Secrets, Settings};

use super::{Books, Finding, Report};

pub(super) async fn check(books: &Books, settings: &Settings, report: &mut Report) -> anyhow::Result<()> {
    let mut finding = Finding::new(
        "I15",
        "附件与归档文件齐全、未被改动、无主文件为零",
        "each stored file is there and unchanged, and nothing lies there unowned",
    );
    let config: intake::Config = settings.section("intake").map_err(anyhow::Error::msg)?;
    let folder = intake::holdings::folder(&config, &settings.process.data);
    let secrets = Secrets::new(settings.security.secret.clone());
    let held = intake::holdings::verify(books.pool("intake"), &secrets, folder, books.young).await?;
    finding.looked_at(held.files);
    for (name, what) in held.findings {
        finding.broken_at(name, what);
    }
    report.invariants.push(finding);
    Ok(())
}
