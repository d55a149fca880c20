-- The catalogue's history: each version with its day and its hand, proposals for change, and how far waiting cases were looked at again.

CREATE TABLE catalogue_version (
    version    int         PRIMARY KEY,
    state      text        NOT NULL CHECK (state IN ('planned', 'current', 'past')),
    valid_from date        NOT NULL,
    note       text,
    proposal   uuid,
    actor      text        NOT NULL,
    at         timestamptz NOT NULL
);
COMMENT ON COLUMN catalogue_version.state IS 'planned: holds from its day on';
INSERT INTO catalogue_version (version, state, valid_from, actor, at)
SELECT version, CASE WHEN bool_or(active) THEN 'current' ELSE 'past' END, DATE '1970-01-01', 'system', now()
FROM catalogue_entry GROUP BY version;
CREATE INDEX catalogue_version_planned ON catalogue_version (valid_from) WHERE state = 'planned';
CREATE INDEX catalogue_entry_version ON catalogue_entry (version, id);

-- 派单目录调整建议.
CREATE TABLE catalogue_proposal (
    id         uuid        PRIMARY KEY,
    version    bigint      NOT NULL,
    state      text        NOT NULL CHECK (state IN ('open', 'adopted', 'refused')),
    change     text        NOT NULL CHECK (change IN ('add', 'replace', 'remove')),
    target     bigint,
    entry      jsonb,
    grounds    text        NOT NULL,
    unit       text,
    actor      text        NOT NULL,
    at         timestamptz NOT NULL,
    decided_at timestamptz,
    decided_by text,
    reason     text,
    adopted_as int
);
COMMENT ON COLUMN catalogue_proposal.version IS 'ETag; grows with each change';
COMMENT ON COLUMN catalogue_proposal.target IS 'the line that is replaced or taken out';
COMMENT ON COLUMN catalogue_proposal.unit IS 'whose officer proposed; none: a dispatcher';
COMMENT ON COLUMN catalogue_proposal.adopted_as IS 'the version of the catalogue that it led to';
CREATE INDEX catalogue_proposal_open ON catalogue_proposal (at, id) WHERE state = 'open';

-- Up to which waiting case units were looked for again under which directory version.
CREATE TABLE redispatch (
    only_row boolean     PRIMARY KEY DEFAULT true CHECK (only_row),
    version  bigint      NOT NULL,
    at       timestamptz NOT NULL,
    case_id  uuid        NOT NULL,
    done     boolean     NOT NULL
);
COMMENT ON COLUMN redispatch.version IS 'directory_version that the pass is made under';
INSERT INTO redispatch VALUES (true, 0, '1970-01-01', '00000000-0000-0000-0000-000000000000', false);
