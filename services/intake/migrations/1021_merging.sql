-- The same matter: what waits on what, what is linked, what is alike, what was ended for good.

ALTER TABLE case_file DROP CONSTRAINT case_file_state_check;
ALTER TABLE case_file ADD CONSTRAINT case_file_state_check CHECK (state IN ('registered', 'accepted', 'dispatched',
    'closed', 'declined', 'withdrawn', 'reopened', 'merged'));

-- 并单. A case waits on at most one root at a time; what was is kept.
CREATE TABLE case_merge (
    merge_id   bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    case_id    uuid        NOT NULL,
    primary_id uuid        NOT NULL CHECK (primary_id <> case_id),
    own_state  text        NOT NULL CHECK (own_state IN ('registered', 'accepted', 'dispatched', 'reopened')),
    merged_at  timestamptz NOT NULL,
    merged_by  text        NOT NULL,
    ended_at   timestamptz,
    ended_how  text        CHECK (ended_how IN ('closed', 'unmerged', 'withdrawn', 'moved'))
);
CREATE UNIQUE INDEX case_merge_one ON case_merge (case_id) WHERE ended_at IS NULL;
CREATE INDEX case_merge_waiting ON case_merge (primary_id) WHERE ended_at IS NULL;
CREATE INDEX case_merge_case ON case_merge (case_id);
COMMENT ON COLUMN case_merge.own_state IS 'where the case stood, and stands again when it is parted';

CREATE TABLE case_link (
    case_id   uuid        NOT NULL,
    other_id  uuid        NOT NULL CHECK (other_id <> case_id),
    link      text        NOT NULL CHECK (link IN ('repeat', 'related')),
    linked_at timestamptz NOT NULL,
    linked_by text        NOT NULL,
    PRIMARY KEY (case_id, other_id)
);
CREATE INDEX case_link_other ON case_link (other_id);

-- Keys under which like texts meet; written by a task, never by a registration. Confidential cases have none.
CREATE TABLE case_likeness (
    case_id uuid   PRIMARY KEY,
    keys    int[]  NOT NULL
);
CREATE INDEX case_likeness_keys ON case_likeness USING gin (keys);

-- Matters ended for good (三级终结 and the other kinds), as routing says.
CREATE TABLE case_termination (
    case_id     uuid        PRIMARY KEY,
    termination text        NOT NULL,
    ended_at    timestamptz NOT NULL
);
