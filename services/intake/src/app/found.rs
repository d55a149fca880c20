//! Tells what holds of a case by rule (初次、重复、集体、越级) when it is another list than the one told last.

use contracts::record::CaseFound;
use ids::CaseId;
use intake_rules::standing::worth_telling;
use runtime::Draft;

use super::{Core, same, say::say};
use crate::store::{cases, dossier, find, find::File, found};

/// Looks at a case by its id.
pub(crate) async fn look(core: &Core, case: CaseId) -> anyhow::Result<()> {
    let mut connection = core.platform.db.pool.acquire().await?;
    let file = find::by_id(&mut connection, case).await?;
    drop(connection);
    match file {
        Some(file) => tell(core, &file).await,
        None => Ok(()),
    }
}

/// Looks at a case; nothing is told of sealed ones. What a fault leaves untold is told by the next look.
pub(crate) async fn tell(core: &Core, file: &File) -> anyhow::Result<()> {
    if file.confidential {
        return Ok(());
    }
    let pack = &core.packs.of_case(&file.pack.id)?.pack;
    let standing = same::standing(core, pack, file, false).await?;
    let findings: Vec<String> = standing.findings.iter().map(|finding| finding.as_str().to_owned()).collect();
    let mut transaction = core.platform.db.pool.begin().await?;
    let case = file.case_id.0;
    cases::lock(&mut transaction, &[case]).await?;
    let last = found::last(&mut transaction, case).await?;
    if last.as_ref() == Some(&findings) {
        return Ok(());
    }
    found::put(&mut transaction, case, &findings, core.now()).await?;
    if worth_telling(last.as_deref(), &standing.findings) {
        let draft = Draft {
            aggregate: case,
            region: file.region.clone(),
            time: core.now(),
            actor: "system".to_owned(),
            causation: None,
            historic: false,
            trace: None,
            body: CaseFound { findings }.into(),
        };
        let mut heads = dossier::heads(&mut transaction, &[case]).await?;
        say(&mut transaction, &mut heads, vec![draft]).await?;
    }
    transaction.commit().await?;
    core.platform.wake.outbox();
    Ok(())
}

/// The same after a person's change, which stands whatever comes of the look.
pub(crate) async fn after(core: &Core, case: CaseId) {
    if let Err(error) = look(core, case).await {
        tracing::warn!(error = %format!("{error:#}"), "what holds of a case by rule was not looked at");
    }
}

#[cfg(test)]
mod tests {
    use intake_rules::standing::Finding;

    #[test]
    fn words_of_findings_are_those_of_events() {
        let all = [
            Finding::First,
            Finding::Repeat(vec![0]),
            Finding::Collective(5),
            Finding::SkipLevel { place: 3, organ: 1 },
        ];
        assert_eq!(all.map(|one| one.as_str().to_owned()), ["first", "repeat", "collective", "skip-level"]);
    }
}
