-- Causes and remedies that units name in their replies, by the codes of the pack.
CREATE TABLE case_cause (
  case_id uuid NOT NULL,
  round   int  NOT NULL,
  cause   text COLLATE "C",
  remedy  text COLLATE "C",
  day     date NOT NULL,
  PRIMARY KEY (case_id, round)
);
COMMENT ON TABLE case_cause IS 'the last reply of a round that names any; codes, no words';
CREATE INDEX case_cause_day ON case_cause (day);
