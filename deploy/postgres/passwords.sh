#!/bin/sh
# Sets the passwords of the two roles that the compose file uses; runs once, inside the database's container.
set -eu
psql -v ON_ERROR_STOP=1 -U postgres -d "$POSTGRES_DB" -v migrate="$MIGRATE_PASSWORD" -v everything="$ALL_PASSWORD" <<'SQL'
ALTER ROLE huiyin_migrate PASSWORD :'migrate';
ALTER ROLE huiyin_all PASSWORD :'everything';
SQL
