//! I16: what stands on a case has grounds and an end: flags, charges, pauses; and the hands of sealed cases agree.

use super::{Books, Finding, Report, sorted::Sorted};
use uuid::Uuid;

const FLAGS: [&str; 3] = [
    "SELECT case_id, 'a flag without grounds or end' FROM case_flag
     WHERE $1 >= 0 AND (ground = '' OR facts = '' OR author = '' OR until < (set_at AT TIME ZONE 'Asia/Shanghai')::date)",
    "SELECT case_id, 'a flag ' || state || ' without a decision' FROM case_flag
     WHERE $1 >= 0 AND (state IN ('kept', 'lifted') AND (decided_by IS NULL OR decided_at IS NULL)
        OR state = 'objected' AND objection IS NULL)",
    "SELECT case_id, k.flags || ' flags, ' || coalesce(t.told, 0) || ' told'
     FROM (SELECT case_id, count(*) AS flags FROM case_flag GROUP BY 1) k
     LEFT JOIN (SELECT aggregate_id AS case_id, count(*) AS told FROM outbox_event WHERE kind = 'case.flagged' GROUP BY 1) t
        USING (case_id) WHERE $1 >= 0 AND k.flags <> coalesce(t.told, 0)",
];
const STANDING: [&str; 3] = [
    "SELECT case_id, count(*) || ' active charges ' || code FROM charge WHERE $1 >= 0 AND state = 'active'
     GROUP BY case_id, code HAVING count(*) > 1",
    "SELECT case_id, 'a charge ' || state || CASE WHEN ended_at IS NULL THEN ' without an end' ELSE ' with an end' END
     FROM charge WHERE $1 >= 0 AND ((state = 'active') <> (ended_at IS NULL) OR reason = '')",
    // Whatever runs and stops the time was told once; what has ended was told once more.
    "SELECT case_id, 'told ' || coalesce(t.paused, 0) || ' pauses and ' || coalesce(t.resumed, 0) || ' ends; '
        || coalesce(s.running, 0) + coalesce(p.running, 0) || ' of them last'
     FROM (SELECT aggregate_id AS case_id, count(*) FILTER (WHERE kind = 'case.paused') AS paused,
                  count(*) FILTER (WHERE kind = 'case.resumed') AS resumed
           FROM outbox_event WHERE kind IN ('case.paused', 'case.resumed') GROUP BY 1) t
     FULL JOIN (SELECT case_id, 1 AS running FROM handling_step WHERE state = 'running' AND pauses GROUP BY 1) s
        USING (case_id)
     FULL JOIN (SELECT case_id, 1 AS running FROM petition WHERE hearing) p USING (case_id)
     WHERE $1 >= 0 AND coalesce(t.paused, 0) - coalesce(t.resumed, 0)
        <> coalesce(s.running, 0) + coalesce(p.running, 0)",
];

/// Case, hands, accused units, those whom they keep out.
type Hands = (Uuid, Vec<Uuid>, Vec<String>, Vec<String>);
/// Every service that keeps hands beside intake, which names them.
const KEEPERS: [&str; 4] = ["routing", "deadline-scheduler", "evaluation", "notification"];

pub(super) async fn check(books: &Books, report: &mut Report) -> Result<(), sqlx::Error> {
    let mut finding = Finding::new(
        "I16",
        "标记有据有期,包案不重复,暂停有始有终,经办人名单一致",
        "flags have grounds and end, charges are not doubled, pauses end, hands agree",
    );
    books.ask("intake", "SELECT count(*) FROM case_flag", &FLAGS, &mut finding).await?;
    let counted = "SELECT (SELECT count(*) FROM charge) + (SELECT count(*) FROM handling_step WHERE pauses)";
    books.ask("routing", counted, &STANDING, &mut finding).await?;
    if report.is_quiet() {
        for keeper in KEEPERS {
            hands(books, keeper, &mut finding).await?;
        }
    }
    report.invariants.push(finding);
    Ok(())
}

/// Whoever hears of hands keeps the list that intake named last, and the line of the accused as routing drew it.
async fn hands(books: &Books, keeper: &str, finding: &mut Finding) -> Result<(), sqlx::Error> {
    let rows =
        sqlx::query_as::<_, Hands>("SELECT case_id, hands, barred, line FROM case_hands ORDER BY case_id")
            .fetch(books.pool("intake"));
    let mut named = Sorted::begin(rows, |row| row.0).await?;
    let rows =
        sqlx::query_as::<_, Hands>("SELECT case_id, hands, barred, line FROM case_seal ORDER BY case_id")
            .fetch(books.pool(keeper));
    let mut heard = Sorted::begin(rows, |row| row.0).await?;
    while let Some(case) = [named.ahead(), heard.ahead()].into_iter().flatten().min() {
        let (ours, theirs) = (named.take_of(case).await?, heard.take_of(case).await?);
        finding.looked_at(1);
        let alike = match (&ours, &theirs) {
            (Some(ours), Some(theirs)) => ours == theirs,
            // A sealed case nobody was named for yet.
            (None, Some((_, hands, barred, line))) => {
                hands.is_empty() && barred.is_empty() && line.is_empty()
            }
            (Some(_), None) | (None, None) => false,
        };
        if !alike {
            finding.broken(case, format_args!("{keeper} knows other hands than intake named"));
        }
    }
    Ok(())
}
