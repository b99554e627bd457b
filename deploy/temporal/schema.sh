#!/bin/sh
# Temporal's tables in its two databases, which postgres-init.sh made. Safe to run again: it brings older tables up.
set -eu
versions=/etc/temporal/schema/postgresql/v12

tool() {
    temporal-sql-tool --plugin postgres12 --endpoint postgres --port 5432 --user "$POSTGRES_USER" --database "$@"
}

tool temporal setup-schema --version 0.0
tool temporal update-schema --schema-dir "$versions/temporal/versioned"
tool temporal_visibility setup-schema --version 0.0
tool temporal_visibility update-schema --schema-dir "$versions/visibility/versioned"
