#!/bin/sh
# Brings the database of an environment to the state of supabase/migrations. Repeated, it does nothing.
set -eu
cd "$(dirname "$0")/.."
: "${SUPABASE_MIGRATIONS_URL:?the connection string of the database owner, session mode}"
exec npx --yes supabase@3.1.0 db push --db-url "$SUPABASE_MIGRATIONS_URL" --include-all </dev/null
