//! What a registration may bring beside its words: a record and who tells it together. Only cases that bring it pay for it.

use contracts::words::Class;
use ids::CaseId;
use intake_rules::{Pack, class, group, record};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use utoipa::ToSchema;
use web::FieldError;

use crate::{
    app::{Core, sealed},
    store::records::{self, Record},
};

/// The record of a matter (五要素 and what belongs to them). Everything may be missing.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Told {
    /// Who is concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) who: Option<String>,
    /// When it happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) when: Option<String>,
    /// Where exactly.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) r#where: Option<String>,
    /// What led to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cause: Option<String>,
    /// How it went.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) course: Option<String>,
    /// Codes of the pack: what is wanted (诉求目的).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) purposes: Vec<String>,
    /// Codes of the pack: marks of risk.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) risks: Vec<String>,
    /// Tags of the subject.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) tags: Vec<String>,
    /// Code of the grid within the region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) grid: Option<String>,
    /// Region of the organ before which it was brought, where that is another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) brought_to: Option<String>,
    /// `ordinary`, `urgent-read`, `important`; the list of the pack may raise it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) class: Option<String>,
}

/// The five elements, as they are sealed.
#[derive(Clone, Default, Serialize, Deserialize)]
struct Elements([Option<String>; 5]);

/// Who tells a matter together.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Together {
    /// `citizen`, `legal-person` or `organisation`; `citizen` when missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) nature: Option<String>,
    /// Name of the legal person or organisation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) organisation: Option<String>,
    /// Persons in all; 1 when missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) size: Option<u32>,
    /// Who speaks for the group.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) representatives: Vec<Person>,
    /// Who acts for somebody else.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) proxies: Vec<Proxy>,
    /// Hardship that should be known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) hardship: Option<String>,
    /// What went before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) history: Option<String>,
}

/// A representative.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Person {
    /// Name.
    pub(crate) name: String,
    /// Telephone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) phone: Option<String>,
}

/// A proxy.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Proxy {
    /// Name.
    pub(crate) name: String,
    /// Telephone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) phone: Option<String>,
    /// A written authority lies before the desk.
    pub(crate) authority: bool,
}

macro_rules! hidden {
    ($($name:ident),+) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    )+};
}
hidden!(Told, Together, Person, Proxy);

/// The words of a matter that the lists look at.
#[derive(Clone, Copy)]
pub(crate) struct Look<'a> {
    pub(crate) kind: &'a str,
    pub(crate) title: &'a str,
    pub(crate) text: &'a str,
}

/// What is written beside a case.
#[derive(Clone, Debug, Default)]
pub(crate) struct Beside {
    pub(crate) record: Option<Record>,
    pub(crate) parties: Option<records::Parties>,
}

impl Beside {
    /// Class and entry of the strict-and-fast list, for the event of acceptance.
    pub(crate) fn class(&self) -> (Class, Option<String>) {
        self.record.as_ref().map_or((Class::Ordinary, None), |record| (record.class, record.fast.clone()))
    }

    /// Writes what there is.
    pub(crate) async fn write(&self, connection: &mut PgConnection, case: CaseId) -> Result<(), sqlx::Error> {
        if let Some(record) = &self.record {
            records::put(&mut *connection, case.0, record).await?;
        }
        if let Some(parties) = &self.parties {
            records::put_parties(connection, case.0, parties).await?;
        }
        Ok(())
    }
}

/// Lists every mistake of what was told.
pub(crate) fn check(pack: &Pack, told: Option<&Told>, together: Option<&Together>) -> Vec<FieldError> {
    let mut errors = Vec::new();
    if let Some(told) = told {
        errors.extend(record::check_record(&told.view(), &pack.record));
        if told.class.as_deref().is_some_and(|class| class::Class::read(class).is_none()) {
            errors.push(intake_rules::FieldError {
                field: "record.class",
                zh: "应为 ordinary、urgent-read 或 important".into(),
                en: "must be ordinary, urgent-read or important".into(),
            });
        }
    }
    if let Some(together) = together {
        errors.extend(group::check_group(together.view(), &pack.group));
        let natures = ["citizen", "legal-person", "organisation"];
        if together.nature.as_deref().is_some_and(|nature| !natures.contains(&nature)) {
            errors.push(intake_rules::FieldError {
                field: "parties.nature",
                zh: "应为 citizen、legal-person 或 organisation".into(),
                en: "must be citizen, legal-person or organisation".into(),
            });
        }
        let long = |text: &Option<String>| text.as_deref().is_some_and(|text| text.chars().count() > 2000);
        if long(&together.hardship) || long(&together.history) || long(&together.organisation) {
            errors.push(intake_rules::FieldError {
                field: "parties",
                zh: "文字最多 2000 字".into(),
                en: "texts have at most 2000 characters".into(),
            });
        }
    }
    errors.into_iter().map(|error| FieldError::new(error.field, error.zh, error.en)).collect()
}

/// Makes ready what is to be written; nothing where nothing was told and no list holds.
pub(crate) fn ready(
    core: &Core,
    pack: &Pack,
    (case, confidential): (CaseId, bool),
    look: Look<'_>,
    told: Option<&Told>,
    together: Option<&Together>,
) -> Beside {
    let people = together.map_or(1, |together| together.size.unwrap_or(1));
    let hits =
        class::fast(&pack.fast, class::Look { kind: look.kind, title: look.title, text: look.text, people });
    let given = told.and_then(|told| told.class.as_deref()).and_then(class::Class::read);
    let (class, fast) = class::classify(given, &hits);
    let evidence = hits.iter().find(|hit| Some(hit.code) == fast).map(|hit| match &hit.evidence {
        class::Evidence::Word(word) => word.clone(),
        class::Evidence::People(people) => format!("{people} 人"),
    });
    let plain = told.is_none() && fast.is_none();
    let record = (!plain).then(|| Record {
        class: words_class(class),
        fast: fast.map(str::to_owned),
        evidence: evidence.map(|word| sealed::keep(&core.vault, confidential, case, word)),
        ..told.map(|told| told.keep(core, case, confidential)).unwrap_or_default()
    });
    Beside { record, parties: together.map(|together| together.keep(core, case)) }
}

/// The class as events call it.
pub(crate) const fn words_class(class: class::Class) -> Class {
    match class {
        class::Class::Ordinary => Class::Ordinary,
        class::Class::UrgentRead => Class::UrgentRead,
        class::Class::Important => Class::Important,
    }
}

impl Told {
    fn elements(&self) -> [Option<&str>; 5] {
        [&self.who, &self.when, &self.r#where, &self.cause, &self.course].map(Option::as_deref)
    }

    /// Which elements are missing.
    pub(crate) fn missing(&self) -> Vec<&'static str> {
        record::missing(self.elements())
    }

    fn view(&self) -> record::Told<'_> {
        record::Told {
            elements: self.elements(),
            purposes: &self.purposes,
            risks: &self.risks,
            tags: &self.tags,
            grid: self.grid.as_deref(),
            brought_to: self.brought_to.as_deref(),
        }
    }

    /// The record as it is kept; class and list are decided elsewhere.
    pub(crate) fn keep(&self, core: &Core, case: CaseId, confidential: bool) -> Record {
        let elements = self.elements().map(|element| element.map(|text| text::clean(text).text));
        let told = elements.iter().any(Option::is_some);
        let plain = serde_json::to_vec(&Elements(elements)).expect("strings are JSON");
        Record {
            elements: told.then(|| core.vault.seal(case.0.as_bytes(), &plain)),
            purposes: self.purposes.clone(),
            risks: self.risks.clone(),
            tags: self
                .tags
                .iter()
                .map(|tag| sealed::keep(&core.vault, confidential, case, tag.clone()))
                .collect(),
            grid: self.grid.clone(),
            brought_to: self.brought_to.clone(),
            ..Record::default()
        }
    }

    /// Opens a record.
    pub(crate) fn open(core: &Core, case: CaseId, record: &Record) -> anyhow::Result<Self> {
        let Elements([who, when, place, cause, course]) = open(core, case, record.elements.as_deref())?;
        Ok(Self {
            who,
            when,
            r#where: place,
            cause,
            course,
            purposes: record.purposes.clone(),
            risks: record.risks.clone(),
            tags: record
                .tags
                .iter()
                .map(|tag| sealed::open_text(&core.vault, case, tag))
                .collect::<anyhow::Result<_>>()?,
            grid: record.grid.clone(),
            brought_to: record.brought_to.clone(),
            class: Some(record.class.as_str().to_owned()),
        })
    }
}

impl Together {
    fn view(&self) -> group::Told {
        group::Told {
            size: self.size.unwrap_or(1),
            representatives: self.representatives.len(),
            proxies: self.proxies.len(),
            unwritten: self.proxies.iter().filter(|proxy| !proxy.authority).count(),
        }
    }

    /// The parties as they are kept.
    pub(crate) fn keep(&self, core: &Core, case: CaseId) -> records::Parties {
        let count = |number: usize| i32::try_from(number).unwrap_or(i32::MAX);
        let plain = serde_json::to_vec(self).expect("strings are JSON");
        records::Parties {
            nature: self.nature.clone().unwrap_or_else(|| "citizen".to_owned()),
            size: i32::try_from(self.size.unwrap_or(1)).unwrap_or(i32::MAX),
            representatives: count(self.representatives.len()),
            proxies: count(self.proxies.len()),
            sealed: core.vault.seal(case.0.as_bytes(), &plain),
        }
    }

    /// Opens the parties of a case.
    pub(crate) fn open(core: &Core, case: CaseId, kept: &records::Parties) -> anyhow::Result<Self> {
        open(core, case, Some(&kept.sealed))
    }
}

fn open<T: Default + serde::de::DeserializeOwned>(
    core: &Core,
    case: CaseId,
    sealed: Option<&[u8]>,
) -> anyhow::Result<T> {
    let Some(sealed) = sealed else { return Ok(T::default()) };
    let plain = core.vault.open(case.0.as_bytes(), sealed);
    let plain =
        plain.ok_or_else(|| anyhow::anyhow!("a sealed part of a case does not open with this key"))?;
    Ok(serde_json::from_slice(&plain)?)
}
