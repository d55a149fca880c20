//! What the desk does with a case beyond the plain walk: versions are read and sent back, dossiers are counted.

use anyhow::{Result, ensure};
use identity::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    desk::Desk,
    house::{Answer, House, Who, eventually, word},
};

impl Desk<'_> {
    /// Where the case is in intake.
    pub(crate) fn path(&self, below: &str) -> String {
        format!("/api/intake/cases/{}{below}", self.number)
    }

    /// Changes something in intake under the version that stands.
    pub(crate) async fn change(&self, who: &Who, verb: &str, body: Value) -> Result<Answer> {
        let version = format!("\"{}\"", self.track().await?["version"]);
        let headers = [("if-match", version.as_str())];
        self.house.call(who, Method::POST, &self.path(&format!("/{verb}")), &headers, Some(body)).await
    }

    /// The case as routing shows it to a dispatcher.
    pub(crate) async fn route(&self) -> Result<Value> {
        let path = format!("/api/routing/cases/{}", self.case);
        let dispatcher = self.house.staff(Role::Dispatcher);
        eventually("the case is in routing", async || {
            let route = self.house.get(&dispatcher, &path).await?;
            Ok((route.status == 200).then_some(route.body))
        })
        .await
    }

    /// 派单 by a person.
    pub(crate) async fn dispatch(&self, choice: Value) -> Result<Answer> {
        let version = format!("\"{}\"", self.route().await?["case"]["version"]);
        let path = format!("/api/routing/cases/{}/dispatch", self.case);
        let dispatcher = self.house.staff(Role::Dispatcher);
        self.house.call(&dispatcher, Method::POST, &path, &[("if-match", &version)], Some(choice)).await
    }

    /// The newest hand-over to a unit.
    pub(crate) async fn hand_of(&self, unit: &str) -> Result<Value> {
        let route = self.route().await?;
        let hand = route["assignments"].as_array().into_iter().flatten().rfind(|hand| hand["unit"] == unit);
        ensure!(hand.is_some(), "{unit} has nothing: {route}");
        Ok(hand.cloned().unwrap_or_default())
    }

    /// The limits of the case.
    pub(crate) async fn clocks(&self) -> Result<Vec<Value>> {
        let path = format!("/api/deadline-scheduler/cases/{}/clocks", self.case);
        let clocks = self.house.read(&self.house.staff(Role::Supervisor), &path).await?;
        Ok(clocks.as_array().cloned().unwrap_or_default())
    }

    /// Waits until a limit of this name, and of this unit where one is named, is in a state.
    pub(crate) async fn clock(&self, name: &str, unit: Option<&str>, state: &str) -> Result<Value> {
        eventually(&format!("{name} {unit:?} {state}"), async || {
            let clocks = self.clocks().await?;
            let mut of = clocks.into_iter().filter(|clock| {
                clock["name"] == name
                    && unit.is_none_or(|unit| clock["unit"] == unit)
                    && clock["state"] == state
            });
            Ok(of.next_back())
        })
        .await
    }

    /// What the citizen reads.
    pub(crate) async fn answer(&self) -> Result<Value> {
        let path = format!("/api/routing/cases/{}/answer", self.case);
        self.house.read(&self.citizen().await?, &path).await
    }

    /// Each kind stands so often in the dossier.
    pub(crate) async fn counted(&self, wanted: &[(&str, usize)]) -> Result<()> {
        let kinds = self.dossier().await?;
        for (kind, times) in wanted {
            let found = kinds.iter().filter(|one| one == kind).count();
            ensure!(found == *times, "{kind}: {found} times, not {times}, in {kinds:?}");
        }
        Ok(())
    }

    /// What the citizen was told.
    pub(crate) async fn told(&self) -> Result<Vec<String>> {
        let lines = self.notices().await?;
        let own = lines.iter().filter_map(|line| line.strip_prefix("citizen "));
        Ok(own.map(str::to_owned).collect())
    }

    /// The unit signs and answers.
    pub(crate) async fn answered_by(&self, unit: &str, text: &str) -> Result<Value> {
        let hand = self.unit(&self.hand_of(unit).await?, "sign", json!({})).await?;
        self.unit(&hand, "reply", crate::desk::reply(text)).await
    }
}

/// Puts units into the tree: code, parent, region, kind.
pub(crate) async fn plant(house: &House, units: &[(&str, &str, &str, &str)]) -> Result<()> {
    let unit = |(code, parent, region, kind): &(&str, &str, &str, &str)| {
        let parent = Some(*parent).filter(|parent| !parent.is_empty());
        json!({"code": code, "name": format!("{code}单位"), "region": region, "parent": parent, "kind": kind})
    };
    let units = json!({"units": units.iter().map(unit).collect::<Vec<_>>()});
    house
        .call(&house.staff(Role::Admin), Method::PUT, "/api/routing/units", &[], Some(units))
        .await?
        .must(200)?;
    Ok(())
}

/// A contact's id, or another one that an answer brings.
pub(crate) fn id(answer: &Answer, key: &str) -> Result<String> {
    word(&answer.body, key)
}
