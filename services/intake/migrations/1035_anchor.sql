-- Anchors: a chain shows that nothing was changed within it, not that its end is still there. Each day the heads of all
-- chains that grew are written down and sealed by one digest, which follows from the digest of the day before.

CREATE TABLE dossier_anchor (
    anchor      bigint      PRIMARY KEY,
    day         date        NOT NULL UNIQUE,
    at          timestamptz NOT NULL,
    heads       bigint      NOT NULL,
    digest      bytea       NOT NULL,
    proof       bytea       NOT NULL
);
COMMENT ON COLUMN dossier_anchor.digest IS 'SHA-256 over the digest before and every head of this anchor in the order of ids';
COMMENT ON COLUMN dossier_anchor.proof IS 'HMAC of the digest: who has the tables has not the key';

CREATE TABLE dossier_anchor_head (
    anchor  bigint NOT NULL,
    case_id uuid   NOT NULL,
    seq     int    NOT NULL,
    hash    bytea  NOT NULL,
    PRIMARY KEY (anchor, case_id)
);
CREATE INDEX dossier_anchor_head_case ON dossier_anchor_head (case_id, seq DESC);
