//! The door of query codes: what exists and what does not is asked for, counted and closed in the same way.
//!
//! Wrong codes count for a network and the number it asked for. A stranger shuts the door before himself, never before the
//! holder of the code, who asks from elsewhere.

use std::net::IpAddr;

use sqlx::PgConnection;
use web::Problem;

use crate::{app::Core, http::broken, store::codes};

/// Who asks, and for what.
pub(crate) struct Asker(Vec<u8>);

impl Asker {
    /// Somebody in a network who asks for a thing, be it there or not.
    pub(crate) fn of(core: &Core, from: Option<IpAddr>, thing: &str) -> Self {
        Self(core.vault.asker(&network(from), thing))
    }

    /// Says whether this asker may try a code now.
    ///
    /// # Errors
    /// 429 after too many wrong codes.
    pub(crate) async fn may_try(&self, core: &Core, connection: &mut PgConnection) -> Result<(), Problem> {
        let tries = codes::tries(connection, &self.0, core.config.track_window_minutes).await;
        if tries.map_err(broken)? >= core.config.track_tries { Err(too_many()) } else { Ok(()) }
    }

    /// Counts a wrong code.
    pub(crate) async fn was_wrong(
        &self,
        core: &Core,
        connection: &mut PgConnection,
    ) -> Result<(), sqlx::Error> {
        codes::wrong(connection, &self.0, core.config.track_window_minutes).await
    }
}

/// The network of an address: an IPv6 subscriber has a whole /64 to ask from.
fn network(from: Option<IpAddr>) -> Vec<u8> {
    match from.map(|from| from.to_canonical()) {
        None => Vec::new(),
        Some(IpAddr::V4(address)) => address.octets().to_vec(),
        Some(IpAddr::V6(address)) => address.octets()[..8].to_vec(),
    }
}

fn too_many() -> Problem {
    Problem::too_many()
        .detail("查询码错误次数过多，请稍后再试。", "Too many wrong query codes; try again later.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subscriber_has_one_network() {
        let of = |text: &str| network(Some(text.parse().unwrap()));
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::9"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:10.0.0.1"), of("10.0.0.1"));
        assert_ne!(of("10.0.0.1"), of("10.0.0.2"));
        assert!(network(None).is_empty());
    }
}
