-- What counting, following up and rating know of each case, built from events alone.

CREATE TABLE case_fact (
  case_id              uuid        PRIMARY KEY,
  version              bigint      NOT NULL,
  number               text,
  pack_id              text        COLLATE "C",
  pack_version         int,
  region               text        COLLATE "C",
  kind                 text,
  channel              text,
  received_at          timestamptz,
  received_day         date,
  historic             boolean     NOT NULL,
  accepted             boolean     NOT NULL,
  closed_round         int         NOT NULL,
  unit                 text        COLLATE "C",
  due_day              date,
  provisional          boolean     NOT NULL,
  answered_at          timestamptz,
  answered_day         date,
  outcome              text,
  workdays             int,
  answered_round       int         NOT NULL,
  last_answered_at     timestamptz,
  last_answer_historic boolean     NOT NULL,
  round                int         NOT NULL,
  reopen_count         int         NOT NULL,
  state                text        NOT NULL
                       CHECK (state IN ('open', 'answered', 'closed', 'withdrawn', 'declined')),
  rated_round          int,
  solved               text,
  grade                text,
  followup_round       int         NOT NULL,
  county               text        COLLATE "C" GENERATED ALWAYS AS (left(region, 6)) STORED,
  received_month       int         GENERATED ALWAYS AS
                       ((extract(year FROM received_day) * 100 + extract(month FROM received_day))::int) STORED
) WITH (fillfactor = 80);
COMMENT ON TABLE case_fact IS 'one row a case; a column is null until the source it comes from has spoken';
COMMENT ON COLUMN case_fact.version IS 'grows by one with each write: guards against lost updates, and is the ETag';
COMMENT ON COLUMN case_fact.number IS 'the number the citizen keeps';
COMMENT ON COLUMN case_fact.pack_id IS 'the policy pack of the case';
COMMENT ON COLUMN case_fact.pack_version IS 'the version it was accepted under';
COMMENT ON COLUMN case_fact.region IS 'code of where the matter lies';
COMMENT ON COLUMN case_fact.kind IS 'what it wants';
COMMENT ON COLUMN case_fact.channel IS 'how it came in';
COMMENT ON COLUMN case_fact.received_at IS 'when the citizen spoke';
COMMENT ON COLUMN case_fact.received_day IS 'its day in Asia/Shanghai; not counted by any limit';
COMMENT ON COLUMN case_fact.historic IS 'brought in from an older system';
COMMENT ON COLUMN case_fact.accepted IS 'only accepted cases are counted';
COMMENT ON COLUMN case_fact.closed_round IS 'the last round closed, 0 before the first closure';
COMMENT ON COLUMN case_fact.unit IS 'lead unit; from the first answer on the unit that answered';
COMMENT ON COLUMN case_fact.due_day IS 'last day in time of the first round, by the clock that the pack names';
COMMENT ON COLUMN case_fact.provisional IS 'the due day lies beyond the last published year';
COMMENT ON COLUMN case_fact.answered_at IS 'the first answer';
COMMENT ON COLUMN case_fact.answered_day IS 'its day in Asia/Shanghai';
COMMENT ON COLUMN case_fact.outcome IS 'what the first answer came to';
COMMENT ON COLUMN case_fact.workdays IS 'working days after received_day up to and including answered_day';
COMMENT ON COLUMN case_fact.answered_round IS 'the last round answered, 0 before the first answer';
COMMENT ON COLUMN case_fact.last_answered_at IS 'when that round was answered';
COMMENT ON COLUMN case_fact.last_answer_historic IS 'that answer was part of an imported history';
COMMENT ON COLUMN case_fact.round IS 'the round it is in, from 1';
COMMENT ON COLUMN case_fact.reopen_count IS 'how often it was sent round again';
COMMENT ON COLUMN case_fact.state IS 'where it stands in its present round';
COMMENT ON COLUMN case_fact.rated_round IS 'the round of the newest rating';
COMMENT ON COLUMN case_fact.solved IS 'whether it was solved, in the newest rating';
COMMENT ON COLUMN case_fact.grade IS 'how satisfied the citizen was, in the newest rating';
COMMENT ON COLUMN case_fact.followup_round IS 'the last round for which a follow-up was opened, 0 for none';
COMMENT ON COLUMN case_fact.county IS 'the region at county level: a column, so that the planner knows how many there are';
COMMENT ON COLUMN case_fact.received_month IS 'year and month of receipt, as 202601; a column for the same reason';
-- These columns come with the first event of intake and stay, so that later updates touch no index.
CREATE INDEX case_fact_period ON case_fact (pack_id, received_day);
CREATE INDEX case_fact_region ON case_fact (pack_id, region);

CREATE TABLE followup (
  id           uuid        PRIMARY KEY,
  case_id      uuid        NOT NULL,
  round        int         NOT NULL,
  number       text        NOT NULL,
  region       text        COLLATE "C" NOT NULL,
  state        text        NOT NULL CHECK (state IN ('open', 'completed')),
  result       text        CHECK (result IN ('rated', 'unreachable', 'declined')),
  opened_at    timestamptz NOT NULL,
  closes_at    timestamptz,
  completed_at timestamptz,
  completed_by text,
  CONSTRAINT followup_round UNIQUE (case_id, round),
  CHECK ((state = 'completed') = (result IS NOT NULL))
) WITH (fillfactor = 80);
COMMENT ON TABLE followup IS 'asking whether it was solved (回访): the task list of operators';
COMMENT ON COLUMN followup.round IS 'the round of the case that is asked about';
COMMENT ON COLUMN followup.number IS 'the number the citizen keeps';
COMMENT ON COLUMN followup.region IS 'code of where the matter lies';
COMMENT ON COLUMN followup.opened_at IS 'when the answer was given that is asked about';
COMMENT ON COLUMN followup.closes_at IS 'an answer is waited for until then; null: for ever';
COMMENT ON COLUMN followup.completed_by IS 'role and account, never a name';
CREATE INDEX followup_tasks ON followup (state, opened_at, id);
CREATE INDEX followup_expiry ON followup (closes_at) WHERE state = 'open';

CREATE TABLE rating (
  case_id  uuid        NOT NULL,
  round    int         NOT NULL,
  solved   text        NOT NULL CHECK (solved IN ('yes', 'partly', 'no')),
  grade    text        NOT NULL CHECK (grade IN ('very-good', 'good', 'fair', 'poor', 'very-poor')),
  comment  text,
  rated_at timestamptz NOT NULL,
  rated_by text        NOT NULL,
  PRIMARY KEY (case_id, round)
);
COMMENT ON TABLE rating IS 'what the citizen said of the handling, once a round';
COMMENT ON COLUMN rating.comment IS 'in the citizen''s words: never in an event, a log or a span';
COMMENT ON COLUMN rating.rated_by IS 'citizen, or role and account of who asked; never a name';
