//! The same matter: what is like a text, and what holds of a case by the earlier cases of its party.

use ids::CaseId;
use intake_rules::{
    Pack, knows_termination,
    repeat::{self, Advice},
    standing::{self, Earlier, Finding, Matter},
};
use text::Shingles;
use uuid::Uuid;

use crate::{
    app::Core,
    store::{
        find::File,
        likeness::{self, Candidate},
        merging, records,
    },
    tasks::likeness::keys,
};

/// A case that is like another, with its share of common word pairs in thousandths.
pub(crate) struct Alike {
    pub(crate) case: Candidate,
    pub(crate) score: u16,
}

/// Words of a matter.
#[derive(Clone, Copy)]
pub(crate) struct Words<'a> {
    pub(crate) title: &'a str,
    pub(crate) body: &'a str,
}

impl Words<'_> {
    fn shingles(self) -> Shingles {
        Shingles::of(&format!("{}\n{}", self.title, self.body))
    }
}

/// The cases that are like a matter, the most like first, at most `most`.
pub(crate) async fn alike(
    core: &Core,
    words: Words<'_>,
    except: Option<Uuid>,
    region: Option<&str>,
    (least, most): (u16, usize),
) -> Result<Vec<Alike>, sqlx::Error> {
    let mut connection = core.platform.db.pool.acquire().await?;
    let found = likeness::sharing(&mut connection, &keys(words.title, words.body), except, region).await?;
    drop(connection);
    let own = words.shingles();
    let mut alike: Vec<Alike> = found
        .into_iter()
        .map(|case| Alike { score: score(&own, &case), case })
        .filter(|alike| alike.score >= least)
        .collect();
    alike.sort_by(|a, b| b.score.cmp(&a.score).then_with(|| b.case.received_at.cmp(&a.case.received_at)));
    alike.truncate(most);
    Ok(alike)
}

fn score(own: &Shingles, case: &Candidate) -> u16 {
    own.likeness(&Words { title: &case.title, body: &case.body }.shingles()).0
}

/// What was found of a case, with the earlier cases that the findings point to.
pub(crate) struct Standing {
    pub(crate) findings: Vec<Finding>,
    pub(crate) earlier: Vec<(Alike, bool, Option<Advice>)>,
}

/// Finds what holds of a case by rule. Nothing of it is kept.
pub(crate) async fn standing(
    core: &Core,
    pack: &Pack,
    file: &File,
    confidential: bool,
) -> Result<Standing, sqlx::Error> {
    let Some(sameness) = &pack.same else {
        return Ok(Standing { findings: Vec::new(), earlier: Vec::new() });
    };
    let mut connection = core.platform.db.pool.acquire().await?;
    let case = file.case_id;
    let index = likeness::party_of(&mut connection, case.0).await?;
    let before = (file.received_at, case.0);
    let cases = match &index {
        Some(index) => likeness::of_party(&mut connection, index, before, confidential).await?,
        None => Vec::new(),
    };
    let parties = records::parties(&mut connection, case).await?;
    let record = records::of_case(&mut connection, case).await?.unwrap_or_default();
    let own = Words { title: &file.title, body: &file.body }.shingles();
    let scored: Vec<Alike> =
        cases.into_iter().map(|case| Alike { score: score(&own, &case), case }).collect();
    let facts: Vec<Earlier> = scored
        .iter()
        .map(|alike| Earlier {
            likeness: alike.score,
            same_subject: file.subject.is_some() && alike.case.subject == file.subject,
            same_region: alike.case.region == file.region.as_str(),
        })
        .collect();
    let waits = merging::waiting_on(&mut connection, &[case.0]).await?.len();
    let people = parties.map_or(1, |parties| parties.size.unsigned_abs());
    let matter = Matter {
        party_known: index.is_some(),
        people: people.saturating_add(u32::try_from(waits).unwrap_or(u32::MAX)),
        region: file.region.as_str(),
        brought_to: record.brought_to.as_deref(),
    };
    let findings = standing::findings(matter, &facts, sameness, &pack.group);
    let earlier = scored
        .into_iter()
        .zip(facts)
        .map(|(alike, fact)| {
            let same = sameness.is_same(&fact);
            let rules = pack.repeat.as_ref().filter(|_| same);
            let advice =
                rules.map(|rules| repeat::advise(rules, alike.case.state, alike.case.terminated, false));
            (alike, same, advice)
        })
        .collect();
    Ok(Standing { findings, earlier })
}

/// A matter that is about to be registered.
#[derive(Clone, Copy)]
pub(crate) struct Coming<'a> {
    pub(crate) case: Uuid,
    pub(crate) words: Words<'a>,
    pub(crate) subject: Option<&'a str>,
    pub(crate) region: &'a str,
}

/// Whether the same matter of the same telephone was ended for good; only packs that know termination cost the question.
pub(crate) async fn ended_before(
    core: &Core,
    pack: &Pack,
    phone: Option<&[u8]>,
    coming: Coming<'_>,
) -> Result<bool, sqlx::Error> {
    let (Some(phone), Some(sameness)) = (phone, &pack.same) else { return Ok(false) };
    if !knows_termination(pack) {
        return Ok(false);
    }
    let mut connection = core.platform.db.pool.acquire().await?;
    let cases = likeness::of_party(&mut connection, phone, (core.now(), coming.case), false).await?;
    let own = coming.words.shingles();
    Ok(cases.iter().filter(|case| case.terminated).any(|case| {
        sameness.is_same(&Earlier {
            likeness: score(&own, case),
            same_subject: coming.subject.is_some() && case.subject.as_deref() == coming.subject,
            same_region: case.region == coming.region,
        })
    }))
}

/// Writes the keys of a case at once, for a look-up that does not wait for the task.
pub(crate) async fn remember(core: &Core, file: &File) -> Result<(), sqlx::Error> {
    let CaseId(case) = file.case_id;
    if file.confidential {
        return Ok(());
    }
    let mut connection = core.platform.db.pool.acquire().await?;
    likeness::put(&mut connection, &[(case, keys(&file.title, &file.body))]).await
}
