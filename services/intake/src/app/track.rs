//! Opens a case to who has its number and query code. Wrong codes are counted; too many close the door to who asked.

use std::net::IpAddr;

use ids::{CaseId, CaseNumber};
use web::Problem;

use crate::{
    app::{Core, codes::Asker},
    http::broken,
    store::find,
};

/// Finds the case that number and code open. An unknown number and a wrong code cannot be told apart, the hundredth time
/// either.
pub(crate) async fn track(
    core: &Core,
    from: Option<IpAddr>,
    number: &CaseNumber,
    code: &str,
) -> Result<find::File, Problem> {
    let asker = Asker::of(core, from, number.as_str());
    let mut connection = core.platform.db.pool.acquire().await.map_err(broken)?;
    asker.may_try(core, &mut connection).await?;
    let file = find::by_number(&mut connection, number).await.map_err(broken)?;
    // The same work for a case that exists and for one that does not.
    let (case, hash) = file
        .as_ref()
        .map_or((CaseId(uuid::Uuid::nil()), None), |file| (file.case_id, file.query_code_hash.as_deref()));
    let fits = core.vault.code_fits(case, code, hash.unwrap_or(&[0; 32]));
    match file.filter(|_| fits) {
        Some(file) => Ok(file),
        None => {
            asker.was_wrong(core, &mut connection).await.map_err(broken)?;
            Err(Problem::not_found("编号或查询码不正确。", "Number or query code is wrong."))
        }
    }
}
