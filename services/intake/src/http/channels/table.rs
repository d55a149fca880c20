//! GET /channels: the channels of a pack, what each is called and who may enter by it.

use axum::extract::State;
use contracts::words::Channel;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Json, Problem, Query};

use crate::app::{Desk, prepare};

/// Which pack.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct OfPack {
    /// The installation's own when missing.
    pack: Option<String>,
}

/// Channels.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChannelTable {
    pack: String,
    version: i32,
    channels: Vec<ChannelRow>,
}

/// One channel.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChannelRow {
    code: String,
    /// The word of the suite.
    channel: String,
    zh: String,
    en: String,
    /// `citizen`, `operator`, `dispatcher`, `agency`.
    enter: Vec<String>,
    /// Fields that a registration must bring.
    required: Vec<String>,
}

/// Lists the channels of a pack; the words of the suite where the pack names none.
#[utoipa::path(get, path = "/channels", tag = "channels", params(OfPack), security(()),
    responses((status = 200, body = ChannelTable), (status = 422, description = "no such pack", body = Problem)))]
pub(crate) async fn channels(
    State(desk): State<Desk>,
    Query(asked): Query<OfPack>,
) -> Result<Json<ChannelTable>, Problem> {
    let known = prepare::pack(&desk.core, asked.pack.as_deref())?;
    let required = |word: &str| known.pack.required(word).to_vec();
    let channels = if known.pack.channels.is_empty() {
        let row = |word: &Channel| ChannelRow {
            code: word.as_str().to_owned(),
            channel: word.as_str().to_owned(),
            zh: word.zh().to_owned(),
            en: word.as_str().to_owned(),
            enter: Vec::new(),
            required: required(word.as_str()),
        };
        Channel::ALL.iter().map(row).collect()
    } else {
        let rows = known.pack.channels.iter();
        rows.map(|entry| ChannelRow {
            code: entry.code.clone(),
            channel: entry.channel.clone(),
            zh: entry.label.zh.clone(),
            en: entry.label.en.clone(),
            enter: entry.enter.clone(),
            required: required(&entry.channel),
        })
        .collect()
    };
    Ok(Json(ChannelTable { pack: known.stamp.id.clone(), version: known.stamp.version, channels }))
}
