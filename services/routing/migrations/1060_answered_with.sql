-- 并单: the case with which a merged one was answered, so that who told it reads the answer.

CREATE TABLE answered_with (
    case_id uuid NOT NULL,
    round   int  NOT NULL,
    root    uuid NOT NULL,
    at      timestamptz NOT NULL,
    PRIMARY KEY (case_id, round)
);
COMMENT ON COLUMN answered_with.round IS 'round of the merged case that ended with the answer';
COMMENT ON COLUMN answered_with.at IS 'when the answer was given; what the other case is told later is not told here';
