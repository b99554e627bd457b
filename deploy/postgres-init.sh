#!/bin/bash
# Run once by the Postgres image on an empty data folder: roles and databases.
# signoff_owner owns the tables and is used by migrations only; signoff_login is how the application logs in, and every
# one of its connections then works as signoff_app, which may insert and read events but neither change nor delete them.
set -euo pipefail

psql --no-psqlrc --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" \
    --set owner="$SIGNOFF_OWNER_PASSWORD" --set login="$SIGNOFF_LOGIN_PASSWORD" --set temporal="$TEMPORAL_PASSWORD" <<'SQL'
create role signoff_app nologin;
create role signoff_owner login password :'owner';
create role signoff_login login noinherit password :'login';
create role temporal login password :'temporal';
grant signoff_app to signoff_owner with set true;
grant signoff_app to signoff_login with set true;

create database signoff owner signoff_owner encoding 'UTF8' template template0;
create database signoff_keys owner signoff_owner encoding 'UTF8' template template0;
create database temporal owner temporal;
create database temporal_visibility owner temporal;

revoke connect on database signoff, signoff_keys, temporal, temporal_visibility from public;
grant connect on database signoff, signoff_keys to signoff_login;

-- Erasing a person has what still holds their key written anew (docs/adr/0004).
grant pg_checkpoint to signoff_app;
\connect signoff_keys
grant execute on function pg_switch_wal() to signoff_app;
SQL
