-- Sealed cases and whom intake has named for them; written by runtime::seals.

CREATE TABLE case_seal (
    case_id uuid   PRIMARY KEY,
    hands   uuid[] NOT NULL,
    barred  text[] NOT NULL
);
COMMENT ON TABLE case_seal IS 'nobody but the named hands is shown such a case in any list';
COMMENT ON COLUMN case_seal.barred IS 'accused units; routing keeps their whole line out';

-- What was heard before: every pack that ships keeps reports (检举控告) sealed.
INSERT INTO case_seal (case_id, hands, barred) SELECT case_id, '{}', '{}' FROM case_fact WHERE kind = 'report';
