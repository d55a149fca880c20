//! The shelf beside the desk: what a reply is measured by, and what goes along with it. Empty for cases that use none of it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use contracts::words::Class;
use ids::{AssignmentId, CaseId, UnitCode};
use routing_rules::{PerMille, checks::Likeness};
use sqlx::PgConnection;
use text::likeness::distance;
use uuid::Uuid;

use crate::store::{
    classes,
    prints::{self, Extra, Print},
    register::{self, Kept},
};

/// Fingerprints of texts that are nine tenths alike differ in fewer bits than this; the texts themselves are compared then.
const NEAR: u32 = 16;

/// Fingerprints of a text and its copy with a word or two changed.
const SAME: u32 = 6;

/// What one request will want to know.
#[derive(Clone, Debug)]
pub(crate) struct Want<'a> {
    pub(crate) case: CaseId,
    pub(crate) unit: UnitCode,
    pub(crate) assignment: AssignmentId,
    /// The register.
    pub(crate) register: bool,
    /// How the case is read.
    pub(crate) class: bool,
    /// The text to compare, and with how many recent replies.
    pub(crate) copied: Option<(&'a str, u16)>,
}

/// What lies beside the cases on the desk.
#[derive(Debug, Default)]
pub(crate) struct Shelf {
    register: BTreeMap<CaseId, (Kept, bool)>,
    classes: HashMap<CaseId, Class>,
    likeness: HashMap<AssignmentId, Likeness>,
    extras: Vec<Extra>,
    prints: Vec<Print>,
}

impl Shelf {
    /// Fetches what requests will want to know; asks nothing where nothing is wanted.
    pub(crate) async fn fetch(
        &mut self,
        connection: &mut PgConnection,
        wants: &[Want<'_>],
    ) -> Result<(), sqlx::Error> {
        let cases = |pick: fn(&Want<'_>) -> bool| -> Vec<Uuid> {
            wants.iter().filter(|want| pick(want)).map(|want| want.case.0).collect()
        };
        for kept in register::of_cases(&mut *connection, &cases(|want| want.register)).await? {
            self.register.insert(kept.case, (kept, false));
        }
        let classed = cases(|want| want.class);
        if !classed.is_empty() {
            self.classes = classes::of(&mut *connection, &classed).await?.into_iter().collect();
        }
        let copied: Vec<&Want<'_>> = wants.iter().filter(|want| want.copied.is_some()).collect();
        if copied.is_empty() { Ok(()) } else { self.compare(connection, &copied).await }
    }

    async fn compare(
        &mut self,
        connection: &mut PgConnection,
        wants: &[&Want<'_>],
    ) -> Result<(), sqlx::Error> {
        let units: BTreeSet<&str> = wants.iter().map(|want| want.unit.as_str()).collect();
        let most = wants.iter().filter_map(|want| want.copied).map(|(_, back)| back).max().unwrap_or(0);
        let units: Vec<&str> = units.into_iter().collect();
        let recent = prints::recent(&mut *connection, &units, i64::from(most)).await?;
        let cases: Vec<Uuid> = wants.iter().map(|want| want.case.0).collect();
        let asked: HashMap<_, _> = prints::questions(&mut *connection, &cases).await?.into_iter().collect();
        let mut suspects = Vec::new();
        for want in wants {
            let Some((text, _)) = want.copied else { continue };
            let print = text::fingerprint(text);
            let copy = asked.get(&want.case).is_some_and(|question| distance(*question, print) <= SAME);
            let like = self.likeness.entry(want.assignment).or_default();
            like.to_question = if copy { PerMille::WHOLE } else { PerMille(0) };
            let near = recent.iter().filter(|other| {
                other.unit == want.unit && other.case != want.case && distance(other.print, print) <= NEAR
            });
            suspects.extend(near.map(|other| (want.assignment, text, (other.assignment, other.attempt))));
        }
        if suspects.is_empty() {
            return Ok(());
        }
        let wanted: Vec<_> = suspects.iter().map(|(_, _, reply)| *reply).collect();
        let texts: HashMap<_, _> = prints::texts(connection, &wanted).await?.into_iter().collect();
        for (assignment, text, (other, _)) in suspects {
            let Some(other) = texts.get(&other) else { continue };
            let like = self.likeness.entry(assignment).or_default();
            like.to_replies = like.to_replies.max(PerMille(text::similarity(text, other).0));
        }
        Ok(())
    }

    /// How a case is read.
    pub(crate) fn class(&self, case: CaseId) -> Class {
        self.classes.get(&case).copied().unwrap_or(Class::Ordinary)
    }

    /// How much the reply handed in is like others.
    pub(crate) fn likeness(&self, assignment: AssignmentId) -> Likeness {
        self.likeness.get(&assignment).copied().unwrap_or_default()
    }

    /// The entry of a case in the register.
    pub(crate) fn kept(&self, case: CaseId) -> Option<&Kept> {
        self.register.get(&case).map(|(kept, _)| kept)
    }

    /// Changes or writes the entry of a case.
    pub(crate) fn keep(&mut self, kept: Kept) {
        self.register.insert(kept.case, (kept, true));
    }

    /// Lays down what goes along with a reply.
    pub(crate) fn extra(&mut self, extra: Extra) {
        self.extras.push(extra);
    }

    /// Lays down the fingerprint of a reply.
    pub(crate) fn print(&mut self, print: Print) {
        self.prints.push(print);
    }

    /// Stores what was laid down.
    pub(crate) async fn save(self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        for (kept, _) in self.register.into_values().filter(|(_, changed)| *changed) {
            register::keep(&mut *connection, &kept).await?;
        }
        prints::keep_extras(&mut *connection, &self.extras).await?;
        prints::keep_prints(connection, &self.prints).await
    }
}
