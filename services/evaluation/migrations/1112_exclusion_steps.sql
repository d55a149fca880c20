-- What was decided on an appeal, step by step: a revocation no longer covers who had granted it, when and why.
CREATE TABLE exclusion_step (
  exclusion uuid        NOT NULL REFERENCES exclusion (id),
  seq       bigint      NOT NULL,
  state     text        NOT NULL CHECK (state IN ('asked', 'granted', 'refused', 'revoked')),
  said_by   text        NOT NULL,
  said_at   timestamptz NOT NULL,
  words     text,
  PRIMARY KEY (exclusion, seq)
);
COMMENT ON TABLE exclusion_step IS 'append-only; the row of the exclusion shows where it stands';
COMMENT ON COLUMN exclusion_step.seq IS 'the version of the exclusion that it made';
COMMENT ON COLUMN exclusion_step.said_by IS 'role and account, never a name';
COMMENT ON COLUMN exclusion_step.words IS 'of who decided or revoked, sealed beside the id of the exclusion; null for who asked: the grounds stand there';
INSERT INTO exclusion_step SELECT id, 1, 'asked', asked_by, asked_at, NULL FROM exclusion;
INSERT INTO exclusion_step
SELECT id, version, state, decided_by, decided_at, CASE WHEN starts_with(decision, chr(1)) THEN decision END
FROM exclusion WHERE decided_at IS NOT NULL AND decided_by IS NOT NULL AND version > 1;
