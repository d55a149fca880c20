-- What the digests of counties count, by the day on which it happened: messages of it go out later, or never.

CREATE TABLE case_day (
    day     date NOT NULL,
    sort    text NOT NULL CHECK (sort IN ('answered', 'overdue')),
    case_id uuid NOT NULL,
    PRIMARY KEY (day, sort, case_id)
);
COMMENT ON TABLE case_day IS 'a case is counted once a day; kept for some weeks';
COMMENT ON COLUMN case_day.day IS 'when it happened, Asia/Shanghai';

-- For the first digest after the change: what was told of these days so far.
INSERT INTO case_day (day, sort, case_id)
SELECT DISTINCT (created_at AT TIME ZONE 'Asia/Shanghai')::date,
       CASE WHEN starts_with(template, 'case.answered') THEN 'answered' ELSE 'overdue' END, case_id
FROM notice
WHERE sent_at > now() - interval '10 days'
      AND (starts_with(template, 'clock.expired')
           OR starts_with(template, 'case.answered') AND NOT starts_with(template, 'case.answered/not-yet-possible'));
