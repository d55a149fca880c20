-- When the history of an imported case ended: rungs of before then are history too.
CREATE TABLE history (
    case_id  uuid        PRIMARY KEY,
    ended_at timestamptz NOT NULL
);
ALTER TABLE climbed ADD COLUMN passed boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN climbed.passed IS 'a higher rung held already when the history of the case ended: written down, told to nobody';
