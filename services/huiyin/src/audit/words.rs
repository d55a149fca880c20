//! The registry of every column that can hold words: which of them hold words about a case, and which never do.
//!
//! What stands here is checked against the tables themselves by a test: a column that is new and is named nowhere fails it.
//! Words about a sealed case begin with the vault's mark, which nobody can type. Bytes are sealed wherever they hold words.

/// One table with its columns of text.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// Whose it is.
    pub service: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Columns with codes, names of offices, words of packs, sealed bytes: never readable words of people about a case.
    pub codes: &'static [&'static str],
    /// Columns with words of people about a case, each with the statement that finds those of sealed cases that can be read.
    pub words: &'static [(&'static str, &'static str)],
}

macro_rules! table {
    ($service:literal, $name:literal, [$($code:literal)*]) => {
        Table { service: $service, name: $name, codes: &[$($code),*], words: &[] }
    };
    ($service:literal, $name:literal, [$($code:literal)*], $from:literal, [$($word:literal)*]) => {
        Table {
            service: $service,
            name: $name,
            codes: &[$($code),*],
            words: &[$((
                $word,
                concat!(
                    "SELECT s.case_id, '", $name, ".", $word, " of a sealed case can be read' FROM ", $from,
                    " AND $1 >= 0 AND EXISTS (SELECT FROM unnest(ARRAY[t.", $word,
                    "]) AS w (word) WHERE w.word <> '' AND NOT starts_with(w.word, chr(1)))"
                ),
            )),*],
        }
    };
}

/// The words within a record of handling, which is JSON.
macro_rules! steps {
    ($service:literal, $name:literal, $($column:literal),+) => {
        Table {
            service: $service,
            name: $name,
            codes: &[],
            words: &[$((
                $column,
                concat!(
                    "SELECT s.case_id, 'words of a step of a sealed case can be read' FROM case_route s JOIN ", $name,
                    " t USING (case_id), LATERAL jsonb_each_text(t.", $column,
                    ") AS w WHERE $1 >= 0 AND s.confidential AND w.key IN ('note', 'legal_basis', 'facts', 'place', 'result',
                      'hardship') AND w.value <> '' AND NOT starts_with(w.value, chr(1))"
                ),
            )),+],
        }
    };
}

/// Tables that every service has: what was said and heard carries no words of sealed cases, which I11 looks at apart.
pub const SHARED: &[&str] = &[
    "outbox_event",
    "outbox_pending",
    "outbox_head",
    "outbox_dead",
    "inbox_position",
    "inbox_parked",
    "dead_letter",
    "inbox_compared",
    "shard_lease",
    "shard_owner",
    "idempotency",
    "pack_print",
    "_sqlx_migrations",
];

/// Every table of every service.
pub fn all() -> impl Iterator<Item = &'static Table> {
    [INTAKE, ROUTING, LIMITS, EVALUATION, NOTIFICATION, GATEWAY].into_iter().flatten()
}

const INTAKE: &[Table] = &[
    table!("intake", "region", ["code" "name" "level" "parent"]),
    table!("intake", "case_file", ["number" "kind" "subject" "channel" "region" "urgency" "state" "pack_id"
        "unit" "reason" "phone_index" "query_code_hash" "source_key"], "case_file s JOIN case_file t USING (case_id) WHERE s.confidential", ["title"]),
    table!("intake", "case_matter", ["party" "unit_hint" "mode_hint"], "case_file s JOIN case_matter t USING (case_id) WHERE s.confidential", ["body"]),
    table!(
        "intake",
        "case_supplement",
        [],
        "case_file s JOIN case_supplement t USING (case_id) WHERE s.confidential",
        ["body"]
    ),
    table!("intake", "dossier_entry", ["source" "kind" "actor" "detail" "hash"]),
    table!("intake", "merged_line", ["number" "name" "owner" "mode" "into_number" "region"]),
    table!("intake", "mailbox", ["code" "zh" "en" "parent" "region" "unit" "pack" "frames"]),
    table!("intake", "origin_body", ["code" "zh" "en" "sort" "channel" "unit"]),
    table!("intake", "case_entry", ["line" "mailbox" "topic" "origin_body" "origin_serial"]),
    table!("intake", "origin_report", ["body" "serial" "outcome" "unit"]),
    table!("intake", "case_handover", ["body" "way" "actor" "pack_id"]),
    table!("intake", "contact", ["sort" "state" "channel" "region" "line" "about" "phone" "phone_index"
        "ruled_by" "code_hash" "actor" "pack_id"], "case_file s JOIN contact t USING (case_id) WHERE s.confidential", ["note" "grounds" "ruling"]),
    table!("intake", "contact_attempt", ["actor"]),
    table!("intake", "contact_look", ["actor"]),
    table!("intake", "reception", ["state" "rank" "leaders" "region" "unit" "remit" "place" "reason"
        "participants" "summary" "actor" "pack_id"]),
    table!("intake", "reception_booking", ["state" "contact" "phone_index" "code_hash" "ones" "actor"],
        "case_file s JOIN reception_booking t USING (case_id) WHERE s.confidential", ["matter" "advice"]),
    table!("intake", "reception_look", ["actor"]),
    table!("intake", "surge", ["code" "zh" "en" "region"]),
    table!("intake", "topic", ["code" "zh" "en" "question" "region"]),
    table!("intake", "subject", ["code" "zh" "en"]),
    table!("intake", "case_record", ["class" "fast" "petition" "elements" "purposes" "risks" "grid"
        "brought_to"], "case_file s JOIN case_record t USING (case_id) WHERE s.confidential", ["evidence" "tags"]),
    table!("intake", "case_parties", ["nature" "sealed"]),
    table!("intake", "case_flag", ["flag" "ground" "author" "state" "decided_by" "pack_id"], "case_file s JOIN case_flag t USING (case_id) WHERE s.confidential", ["facts" "objection" "decision" "handed_to"
        "handed_ref"]),
    table!("intake", "case_materials", ["asked_by" "received_by"], "case_file s JOIN case_materials t USING (case_id) WHERE s.confidential", ["items"]),
    table!("intake", "written_notice", ["form" "serial" "way" "waived" "made_by" "pack_id"], "case_file s JOIN written_notice t USING (case_id) WHERE s.confidential", ["body"]),
    table!("intake", "case_seen", ["seen_by"]),
    table!("intake", "case_merge", ["own_state" "merged_by" "ended_how"]),
    table!("intake", "case_link", ["link" "linked_by"]),
    table!("intake", "case_termination", ["termination"]),
    table!("intake", "attachment", ["digest" "name" "media" "actor" "pack_id"]),
    table!("intake", "article", ["form" "state" "title" "body" "questions" "materials" "subject" "region"
        "owner_unit" "refer_unit" "office" "source" "actor"]),
    table!("intake", "article_revision", ["content" "actor"]),
    table!("intake", "article_log", ["actor" "deed"]),
    table!("intake", "posting", ["room" "token"]),
    table!("intake", "publication", ["state" "kind" "subject" "region" "unit" "original_answer" "reason"
        "pack_id"], "case_file s JOIN publication t USING (case_id) WHERE s.confidential", ["title" "question"
        "answer"]),
    table!("intake", "publication_log", ["actor" "deed" "detail"]),
    table!("intake", "disclosure", ["number" "state" "region" "applicant" "wanted" "extension" "reason" "actor"
        "pack_id"]),
    table!("intake", "archived_file", ["digest" "actor"]),
    table!("intake", "archive_keeping", ["state" "retention" "proposed_by" "decided_by" "pack_id"], "case_file s JOIN archive_keeping t USING (case_id) WHERE s.confidential", ["grounds"]),
    table!("intake", "dossier_anchor", ["digest" "proof"]),
    table!("intake", "dossier_anchor_head", ["hash"]),
    table!("intake", "case_hands", ["barred" "actor" "line"]),
    table!("intake", "case_secrecy", ["actor" "ended_by"], "case_file s JOIN case_secrecy t USING (case_id) WHERE s.confidential", ["grounds" "ending"]),
    table!("intake", "case_found", ["findings"]),
    table!("intake", "wrong_code", ["asker"]),
    table!("intake", "case_risk", ["risk" "marked_by" "pack_id" "lifted_by"],
        "case_file s JOIN case_risk t USING (case_id) WHERE s.confidential", ["grounds" "reason"]),
    table!("intake", "case_call", ["beside" "result" "sealed" "actor" "pack_id"]),
    table!("intake", "addressee", ["sealed"]),
    table!("intake", "conversation", ["call" "sort" "operator" "line" "region" "pack_id"]),
    table!("intake", "listening", ["operator" "region" "listener" "extension" "ground" "state" "receipt" "ending"
        "pack_id"]),
    table!("intake", "listening_try", ["deed" "heard"]),
    table!("intake", "calendar_file", ["kind" "key" "content"]),
];

const ROUTING: &[Table] = &[
    table!("routing", "unit", ["code" "name" "region" "parent" "kind" "functions" "line" "level"
        "leader_function" "handler_function" "successor" "ended_basis" "described"]),
    table!("routing", "catalogue_entry", ["region" "kind" "subject" "keywords" "unit" "co_units" "basis"]),
    table!("routing", "case_route", ["number" "region" "kind" "urgency" "pack" "state" "mode_hint" "unit_hint"
        "candidates"], "case_route s JOIN case_route t USING (case_id) WHERE s.confidential", ["title"]),
    table!("routing", "assignment", ["unit" "mode" "part" "state" "decided_by"]),
    table!("routing", "reply", ["outcome" "state" "reject_reason" "actor" "cause" "remedy"], "case_route s JOIN assignment a USING (case_id) JOIN reply t ON t.assignment_id = a.id WHERE s.confidential", ["public_text" "internal_text"
        "reasons" "legal_basis" "handler"]),
    table!(
        "routing",
        "contact",
        ["actor"],
        "case_route s JOIN assignment a USING (case_id) JOIN contact t ON t.assignment_id = a.id WHERE s.confidential",
        ["note"]
    ),
    table!("routing", "assignment_return", ["reason" "actor" "decision" "decided_by"], "case_route s JOIN assignment a USING (case_id) JOIN assignment_return t ON t.assignment_id = a.id WHERE s.confidential",
        ["explanation"]),
    table!("routing", "case_subject", ["subject"]),
    table!(
        "routing",
        "dispatch_way",
        ["way"],
        "case_route s JOIN assignment a USING (case_id) JOIN dispatch_way t ON t.assignment_id = a.id WHERE s.confidential",
        ["basis"]
    ),
    table!("routing", "case_copy", ["unit" "reason"]),
    table!("routing", "dispute", ["settled_by" "to_unit" "actor"], "case_route s JOIN dispute t USING (case_id) WHERE s.confidential", ["conclusion"]),
    table!("routing", "conference", ["participants" "actor"], "case_route s JOIN conference t USING (case_id) WHERE s.confidential", ["chair" "conclusion"]),
    table!("routing", "coordination", ["unit" "actor"], "case_route s JOIN coordination t USING (case_id) WHERE s.confidential", ["note"]),
    table!("routing", "catalogue_version", ["state" "note" "actor"]),
    table!("routing", "catalogue_proposal", ["state" "change" "entry" "grounds" "unit" "actor" "decided_by"
        "reason"]),
    table!("routing", "handling_step", ["unit" "code" "state" "pack" "actor" "ended_by"]),
    steps!("routing", "handling_step", "record", "closing"),
    table!("routing", "instruction", ["region" "kind" "rank" "urgency" "state" "pack" "actor"], "case_route s JOIN instruction t USING (case_id) WHERE s.confidential", ["text"]),
    table!("routing", "instruction_report", ["actor"], "case_route s JOIN instruction i USING (case_id) JOIN instruction_report t ON t.instruction_id = i.id WHERE s.confidential", ["text" "answer"]),
    table!("routing", "case_class", ["class" "fast"]),
    table!("routing", "charge", ["region" "code" "state" "pack" "actor" "ended_by"], "case_route s JOIN charge t USING (case_id) WHERE s.confidential", ["reason" "conclusion"]),
    table!("routing", "charge_role", ["role" "function" "actor"]),
    table!("routing", "charge_entry", ["kind" "unit" "actor"], "case_route s JOIN charge c USING (case_id) JOIN charge_entry t ON t.charge_id = c.id WHERE s.confidential", ["text" "answer"]),
    table!("routing", "register", ["unit" "region" "state" "pack" "actor"], "case_route s JOIN register t USING (case_id) WHERE s.confidential", ["reason"]),
    table!("routing", "register_review", ["word" "actor"], "case_route s JOIN register_review t USING (case_id) WHERE s.confidential", ["note"]),
    table!("routing", "reply_extra", ["found"], "case_route s JOIN assignment a USING (case_id) JOIN reply_extra t ON t.assignment_id = a.id WHERE s.confidential", ["serial" "signed_by" "override_reason"]),
    table!("routing", "reply_print", ["unit"]),
    table!("routing", "petition", ["lane" "state" "turned" "proposed" "handled_by" "organ"]),
    table!("routing", "petition_document", ["form" "serial" "organ" "stage" "result" "service" "actor"],
        "case_route s JOIN petition_document t USING (case_id) WHERE s.confidential", ["contents"]),
    table!("routing", "petition_request", ["stage" "actor" "reason" "decided_by"], "case_route s JOIN petition_request t USING (case_id) WHERE s.confidential", ["grounds"]),
    table!("routing", "petition_termination", ["kind" "proposed_by" "decided_by"], "case_route s JOIN petition_termination t USING (case_id) WHERE s.confidential", ["evidence"]),
    table!("routing", "case_seal", ["barred" "line" "region"]),
    table!("routing", "calendar_file", ["kind" "key" "content"]),
];

const LIMITS: &[Table] = &[
    table!("deadline-scheduler", "case_facts", ["kind" "urgency" "region" "pack_id" "unit" "class" "fast"
        "petition" "pauses" "because" "co"]),
    table!("deadline-scheduler", "clock", ["name" "entry" "unit" "region" "pack_id" "former"]),
    table!("deadline-scheduler", "extension", ["reason" "asked_by" "state" "decided_by"], "case_seal s JOIN extension t USING (case_id) WHERE true", ["grounds" "remark"]),
    table!("deadline-scheduler", "explanation", ["reason" "written_by"], "case_seal s JOIN explanation t USING (case_id) WHERE true", ["body"]),
    table!("deadline-scheduler", "climbed", ["step"]),
    table!("deadline-scheduler", "supervision", ["form" "unit" "region" "grounds" "state" "requested_by"
        "approved_by" "answered_by" "ended_by"], "case_seal s JOIN supervision t USING (case_id) WHERE true",
        ["answer" "remark"]),
    table!(
        "deadline-scheduler",
        "supervision",
        [],
        "case_seal s JOIN supervision t USING (case_id) WHERE t.requested_by <> 'system'",
        ["demand"]
    ),
    table!("deadline-scheduler", "pack_text", ["pack_id" "deadlines"]),
    table!("deadline-scheduler", "calendar_file", ["kind" "key" "content" "source" "published_by"]),
    table!("deadline-scheduler", "recomputation", ["cause" "subject" "asked_by"]),
    table!("deadline-scheduler", "case_seal", ["barred" "line" "drawn_for" "drawn"]),
];

const EVALUATION: &[Table] = &[
    table!("evaluation", "case_fact", ["number" "pack_id" "region" "kind" "channel" "unit" "outcome" "state"
        "solved" "grade" "county" "subject" "class"]),
    table!("evaluation", "followup", ["number" "region" "state" "result" "completed_by"]),
    table!("evaluation", "rating", ["solved" "grade" "rated_by"], "case_seal s JOIN rating t USING (case_id) WHERE true", ["comment"]),
    table!("evaluation", "exclusion", ["indicator" "unit" "reason" "state" "pack_id" "asked_by" "decided_by"],
        "case_seal s JOIN exclusion t USING (case_id) WHERE true", ["grounds" "evidence" "decision"]),
    table!("evaluation", "finding", ["defect" "unit" "region"]),
    table!("evaluation", "alert", ["pack_id" "sign" "subject" "place"]),
    table!("evaluation", "known_time", ["code" "kind" "zh" "en" "region" "actor"]),
    table!("evaluation", "contact_count", ["region" "kind" "channel"]),
    table!("evaluation", "reception_count", ["region"]),
    table!("evaluation", "followup_attempt", ["tried_by"]),
    table!("evaluation", "followup_record", ["contact" "development" "opinions" "recorded_by"]),
    table!("evaluation", "report", ["series" "pack_id" "place" "data" "digest"]),
    table!("evaluation", "escalation", ["limit_name" "step" "unit"]),
    table!("evaluation", "case_seal", ["barred" "line" "drawn_for" "drawn"]),
    table!("evaluation", "case_fact", ["first_solved" "first_grade"]),
    table!("evaluation", "report", ["released_by"]),
    table!("evaluation", "report_words", ["causes" "remedies" "written_by"]),
    table!("evaluation", "opinion", ["source" "severity" "state" "pack_id" "subject" "region" "link" "words" "remark"
        "recorded_by" "changed_by" "county"]),
    table!("evaluation", "spot_check", ["pack_id" "region" "seed" "drawn_by"]),
    table!("evaluation", "spot_case", ["verdict" "remark" "judged_by"]),
    table!("evaluation", "spot_look", ["way" "looked_by"]),
    table!("evaluation", "practical_item", ["class" "title" "unit" "region" "state" "changed_by"]),
    table!("evaluation", "practical_step", ["what" "note" "told_by"]),
    table!("evaluation", "case_cause", ["cause" "remedy" "named_by"]),
    table!("evaluation", "calendar_file", ["kind" "key" "content"]),
    table!("evaluation", "unit_sort", ["code" "kind" "level"]),
    table!("evaluation", "exclusion_step", ["state" "said_by"],
        "case_seal s JOIN exclusion e USING (case_id) JOIN exclusion_step t ON t.exclusion = e.id WHERE true", ["words"]),
    table!("evaluation", "unit_score", ["pack_id" "place" "unit" "region" "team"]),
    table!("evaluation", "report_round", ["series" "pack_id"]),
    table!("evaluation", "report", ["region"]),
];

const NOTIFICATION: &[Table] = &[
    table!("notification", "calendar_file", ["kind" "key" "content"]),
    table!("notification", "case_card", ["number" "kind" "region" "pack_id" "reach" "hands" "guard"]),
    table!("notification", "event_waiting", ["event"]),
    table!("notification", "notice", ["number" "region" "audience" "recipient" "template" "pack" "channel"
        "medium" "title_zh" "title_en" "zh" "en" "state"]),
    table!("notification", "outward", ["ways" "audience" "recipient" "region" "pack"]),
    table!("notification", "parcel", ["way" "later_ways" "audience" "recipient" "region" "pack" "title_zh"
        "title_en" "zh" "en" "state" "reason" "receipt"]),
    table!("notification", "contact_point", ["audience" "recipient" "way" "address" "actor"]),
    table!("notification", "unit_account", ["unit" "way" "actor" "address"]),
    table!("notification", "watch", ["name"]),
    table!("notification", "case_day", ["sort"]),
    table!("notification", "publication_waiting", ["entry"]),
    table!("notification", "publication", ["entry"]),
    table!("notification", "subscription", ["subscriber" "label_zh" "label_en" "filter" "grants" "url" "secret"
        "old_secret" "state" "actor"]),
    table!("notification", "bulletin", ["sort" "region" "title_zh" "title_en" "zh" "en" "state" "drafted_by"
        "released_by"]),
    table!("notification", "case_seal", ["barred" "line" "drawn_for" "drawn"]),
    table!("notification", "unit_name", ["code" "zh"]),
    table!("notification", "binding_code", ["code" "audience" "recipient" "way" "actor"]),
    table!("notification", "citizen_point", ["way" "address"]),
];

const GATEWAY: &[Table] = &[
    table!("gateway", "accounts", ["login" "password_hash" "roles" "unit" "region" "label"]),
    table!("gateway", "sign_in_attempts", ["login_digest"]),
];
