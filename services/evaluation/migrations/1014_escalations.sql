-- Rungs of the ladder that were climbed: once for each limit of a case.
CREATE TABLE escalation (
  case_id    uuid NOT NULL,
  limit_name text NOT NULL,
  step       text NOT NULL,
  rank       int  NOT NULL,
  unit       text COLLATE "C" NOT NULL,
  day        date NOT NULL,
  PRIMARY KEY (case_id, limit_name, rank, step, day)
);
COMMENT ON TABLE escalation IS '催办、督办、通报、约谈、问责: what deadline-scheduler said; empty unit: no unit''s';
CREATE INDEX escalation_day ON escalation (day);
