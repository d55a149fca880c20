//! Opens a case to who has its number and query code. Wrong codes are counted; too many close the case to asking.

use ids::{CaseId, CaseNumber};
use web::Problem;

use crate::{
    app::Core,
    http::fault,
    store::{cases, find},
};

/// Finds the case that number and code open. An unknown number and a wrong code cannot be told apart.
pub(crate) async fn track(core: &Core, number: &CaseNumber, code: &str) -> Result<find::File, Problem> {
    let window = core.config.track_window_minutes;
    let most = core.config.track_tries;
    let mut connection = core.platform.db.pool.acquire().await.map_err(|error| fault(error.into()))?;
    let file = find::by_number(&mut connection, number, window).await.map_err(|error| fault(error.into()))?;
    let Some(file) = file else {
        // The same work as for a case that exists.
        core.vault.code_fits(CaseId(uuid::Uuid::nil()), code, &[0; 32]);
        return Err(wrong());
    };
    if file.tries >= most {
        return Err(too_many());
    }
    let hash = file.query_code_hash.as_deref().unwrap_or(&[0; 32]);
    if core.vault.code_fits(file.case_id, code, hash) {
        return Ok(file);
    }
    let tries = cases::wrong_code(&mut connection, file.case_id, window)
        .await
        .map_err(|error| fault(error.into()))?;
    Err(if tries > most { too_many() } else { wrong() })
}

fn wrong() -> Problem {
    Problem::not_found("编号或查询码不正确。", "Number or query code is wrong.")
}

fn too_many() -> Problem {
    Problem::too_many()
        .detail("查询码错误次数过多，请稍后再试。", "Too many wrong query codes; try again later.")
}
