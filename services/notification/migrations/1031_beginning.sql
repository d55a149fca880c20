-- Where a subscription began stays known: nobody is granted what came before.

ALTER TABLE subscription ADD COLUMN began bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN subscription.began IS 'position of the last entry before it was made; nothing up to there is ever read';
-- What is fetched has not moved; of what is pushed the last entry that happened before the subscription was made.
UPDATE subscription SET began = least(place, CASE WHEN url IS NULL THEN place ELSE
    (SELECT coalesce(max(p.position), 0) FROM publication p WHERE p.at < subscription.made_at) END);
