-- Who may see a sealed case. Words of sealed cases stand in case_matter.body and case_supplement.body as ciphertext.

CREATE TABLE case_hands (
    case_id  uuid        PRIMARY KEY,
    hands    uuid[]      NOT NULL,
    barred   text[]      NOT NULL,
    actor    text        NOT NULL,
    named_at timestamptz NOT NULL
);
COMMENT ON COLUMN case_hands.hands IS 'accounts by id; the newest list holds';
COMMENT ON COLUMN case_hands.barred IS 'accused units; each bars its whole line';
