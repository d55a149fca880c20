//! How cases are read: said at acceptance where it is more than ordinary, and again when someone changes it.

use std::collections::BTreeMap;

use contracts::{
    Body, Event,
    words::{Class, Urgency},
};
use ids::CaseId;
use sqlx::PgConnection;

use crate::store::classes::{self, Changed, Reading};

/// What a batch says at acceptance; nothing for ordinary cases.
pub(crate) fn accepted(batch: &[Event]) -> Vec<Reading> {
    let special = |event: &Event| {
        let Body::CaseAccepted(body) = &event.body else { return None };
        let class = body.class.unwrap_or(Class::Ordinary);
        let ordinary = class == Class::Ordinary && body.fast.is_none() && body.urgency == Urgency::Ordinary;
        (!ordinary).then(|| Reading {
            case: CaseId(event.aggregate),
            class,
            fast: body.fast.clone(),
            received_at: body.received_at,
        })
    };
    let readings: BTreeMap<_, _> = batch.iter().filter_map(special).map(|row| (row.case, row)).collect();
    readings.into_values().collect()
}

/// Takes over what a batch says of cases that were accepted before.
pub(crate) async fn hear(connection: &mut PgConnection, batch: &[Event]) -> Result<(), sqlx::Error> {
    let mut newest = BTreeMap::new();
    for event in batch {
        if let Body::CaseClassified(body) = &event.body {
            let case = CaseId(event.aggregate);
            let (class, fast) = (body.class, body.fast.clone());
            newest.insert(case, Changed { case, kind: body.kind, urgency: body.urgency, class, fast });
        }
    }
    let rows: Vec<Changed> = newest.into_values().collect();
    classes::change(connection, &rows).await
}
