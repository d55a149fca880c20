-- Results that are told to nobody outside, whatever the matter is: each time with who, why and until when.

CREATE TABLE case_secrecy (
    case_id  uuid        NOT NULL,
    at       timestamptz NOT NULL,
    actor    text        NOT NULL,
    grounds  text        NOT NULL,
    ended_at timestamptz,
    ended_by text,
    ending   text,
    PRIMARY KEY (case_id, at)
);
CREATE UNIQUE INDEX case_secrecy_standing ON case_secrecy (case_id) WHERE ended_at IS NULL;
COMMENT ON COLUMN case_secrecy.grounds IS 'why it was made secret, sealed and bound to the case';
COMMENT ON COLUMN case_secrecy.ending IS 'why it is secret no longer, sealed and bound to the case';
