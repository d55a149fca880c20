//! I13: every dossier's chain is whole, and what was anchored is still there.

use runtime::{Secrets, Settings};

use super::{Books, Finding, Report};

pub(super) async fn check(
    books: &Books,
    settings: &Settings,
    report: &mut Report,
) -> Result<(), sqlx::Error> {
    let mut finding = Finding::new(
        "I13",
        "档案链完整,锚点相符",
        "the chain of each dossier is whole and agrees with its anchors",
    );
    let secrets = Secrets::new(settings.security.secret.clone());
    let verified = intake::dossiers::verify(books.pool("intake"), &secrets, None).await?;
    finding.looked_at(verified.entries + verified.anchors);
    for found in &verified.findings {
        let place = if found.case.is_empty() { "anchor" } else { found.case.as_str() };
        finding.broken_at(place, format_args!("{} {}", found.seq, found.broken.as_str()));
    }
    report.invariants.push(finding);
    Ok(())
}
