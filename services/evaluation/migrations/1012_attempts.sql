-- 回访: how often somebody tried, what the contact with the unit was like, and what the citizen said beside the grade.
CREATE TABLE followup_attempt (
  followup uuid        NOT NULL REFERENCES followup (id),
  attempt  int         NOT NULL,
  reached  boolean     NOT NULL,
  tried_at timestamptz NOT NULL,
  tried_by text        NOT NULL,
  PRIMARY KEY (followup, attempt)
);
COMMENT ON TABLE followup_attempt IS 'calls of a follow-up, reached or not';

CREATE TABLE followup_record (
  followup    uuid        PRIMARY KEY REFERENCES followup (id),
  contact     text        NOT NULL CHECK (contact IN ('courteous', 'plain', 'cold', 'rough', 'none')),
  development text        NOT NULL CHECK (development IN ('settled', 'easing', 'unchanged', 'growing')),
  opinions    bytea,
  recorded_at timestamptz NOT NULL,
  recorded_by text        NOT NULL
);
COMMENT ON TABLE followup_record IS 'what came of a call beside the rating';
COMMENT ON COLUMN followup_record.contact IS 'how the unit met the citizen, as the citizen says; none: nobody made contact';
COMMENT ON COLUMN followup_record.development IS '诉求发展动态';
COMMENT ON COLUMN followup_record.opinions IS '意见和建议, in the citizen''s words: sealed, opens only beside the follow-up''s id';
