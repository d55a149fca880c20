-- Whom the accused of a sealed case keep out, as routing draws it from the tree of units.

ALTER TABLE case_hands ADD COLUMN line text[] NOT NULL DEFAULT '{}';
-- Until routing tells more, which it does when it starts, the accused alone.
UPDATE case_hands SET line = barred;
COMMENT ON COLUMN case_hands.barred IS 'accused units, as the keeper named them';
COMMENT ON COLUMN case_hands.line IS 'the accused, all above and all below: nobody of these is shown the case, named or not';
