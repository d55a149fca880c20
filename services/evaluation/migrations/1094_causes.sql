-- Causes and remedies that units name for a case, by the codes of the pack; and the notices of working days that were published.
CREATE TABLE case_cause (
  case_id uuid NOT NULL,
  round   int  NOT NULL,
  cause   text COLLATE "C",
  remedy  text COLLATE "C",
  day     date NOT NULL,
  named_by text NOT NULL,
  PRIMARY KEY (case_id, round)
);
COMMENT ON TABLE case_cause IS '成因与整改: named by the unit once a round is answered; codes, no words';
COMMENT ON COLUMN case_cause.day IS 'on which it was first named';
CREATE INDEX case_cause_day ON case_cause (day);

CREATE TABLE calendar_file (
  kind    text NOT NULL CHECK (kind IN ('year', 'region')),
  key     text NOT NULL,
  version int  NOT NULL,
  content text NOT NULL,
  PRIMARY KEY (kind, key, version)
);
COMMENT ON TABLE calendar_file IS 'as calendar.published brought them: figures count the same working days as limits do';
