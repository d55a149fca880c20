-- Whom the accused of a sealed case keep out: their whole line, which routing draws and tells; written by runtime::seals.

ALTER TABLE case_seal
    ADD COLUMN line      text[] NOT NULL DEFAULT '{}',
    ADD COLUMN drawn_for text[],
    ADD COLUMN drawn     text[];
-- Until routing tells more, which it does when it starts, the accused alone.
UPDATE case_seal SET line = barred;
COMMENT ON COLUMN case_seal.barred IS 'accused units as intake named them';
COMMENT ON COLUMN case_seal.line IS 'the accused, all above and all below: nobody of these is shown the case, named or not';
COMMENT ON COLUMN case_seal.drawn_for IS 'for which accused routing drew last; kept because its word may come before that of intake';
COMMENT ON COLUMN case_seal.drawn IS 'what routing drew last';
