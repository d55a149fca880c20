-- What a person writes beside a report, version by version, and who released it; reports that need nobody are released when made.
ALTER TABLE report ADD COLUMN edited boolean NOT NULL DEFAULT false, ADD COLUMN released_at timestamptz, ADD COLUMN released_by text;
COMMENT ON COLUMN report.edited IS 'a person must have written causes and remedies and another one must release it';
COMMENT ON COLUMN report.released_by IS 'role and account, or system; never a name';
UPDATE report SET released_at = made_at, released_by = 'system';

CREATE TABLE report_words (
  report     uuid        NOT NULL REFERENCES report (id),
  version    int         NOT NULL,
  causes     text        NOT NULL,
  remedies   text        NOT NULL,
  written_by text        NOT NULL,
  written_at timestamptz NOT NULL,
  PRIMARY KEY (report, version)
);
COMMENT ON TABLE report_words IS '原因分析、对策建议: every version is kept, the newest is drawn; no part of the digest of the data';
COMMENT ON COLUMN report_words.written_by IS 'role and account, never a name';
