-- Accounts of staff and machines (embedded sign-in), and the attempts that are counted against guessing.

CREATE TABLE accounts (
  id            uuid PRIMARY KEY,
  login         text NOT NULL CONSTRAINT accounts_login_taken UNIQUE,
  password_hash text NOT NULL,
  roles         text[] NOT NULL CHECK (cardinality(roles) > 0),
  unit          text,
  region        text,
  label         text NOT NULL,
  disabled      boolean NOT NULL DEFAULT false,
  created_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  changed_at    timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON COLUMN accounts.id IS 'the subject of tokens and the id in Event.actor';
COMMENT ON COLUMN accounts.login IS 'what is typed to sign in, in small letters';
COMMENT ON COLUMN accounts.password_hash IS 'argon2id in PHC form: parameters and salt are in it';
COMMENT ON COLUMN accounts.roles IS 'words of identity::Role, the primary one first';
COMMENT ON COLUMN accounts.unit IS 'the unit for which an officer acts';
COMMENT ON COLUMN accounts.region IS 'the region to which the holder is bound; none: the whole installation';
COMMENT ON COLUMN accounts.label IS 'the function as shown (承办员一号), never the name of a person';
COMMENT ON COLUMN accounts.disabled IS 'signs in no more; tokens given before hold until they end';
COMMENT ON COLUMN accounts.created_at IS 'when the account was made';
COMMENT ON COLUMN accounts.changed_at IS 'when anything of it was last changed';

-- Counted apart from accounts, so that a login that does not exist is answered and locked like one that does.
CREATE TABLE sign_in_attempts (
  login_digest bytea PRIMARY KEY,
  attempts     integer NOT NULL,
  last_at      timestamptz NOT NULL
);
COMMENT ON COLUMN sign_in_attempts.login_digest IS 'SHA-256 of what was typed: people type passwords into the wrong box';
COMMENT ON COLUMN sign_in_attempts.attempts IS 'attempts since the last success; counted before the password is looked at';
COMMENT ON COLUMN sign_in_attempts.last_at IS 'the last attempt that was let through; the lock runs from here';
CREATE INDEX sign_in_attempts_last_at ON sign_in_attempts (last_at);
