#!/bin/sh
# Makes the database at the first start and runs the server as its own user. Other commands run as they are. What the public image reads is read here:
#
#   POSTGRES_PASSWORD          of the superuser; must be set, except with POSTGRES_HOST_AUTH_METHOD=trust
#   POSTGRES_USER              the superuser's name (postgres)
#   POSTGRES_DB                a database to make (named as the user)
#   POSTGRES_INITDB_ARGS       more arguments for initdb
#   POSTGRES_HOST_AUTH_METHOD  how clients prove who they are (scram-sha-256)
#   PGDATA                     where it all is (/var/lib/postgresql/data)
set -eu
trap 'exit 143' TERM INT
case "${1:-}" in
  -*) set -- postgres "$@" ;;
esac
[ "$1" = postgres ] || exec "$@"

if [ "$(id -u)" = 0 ]; then
  mkdir -p "$PGDATA"
  chown -R postgres:postgres "$PGDATA"
  chmod 700 "$PGDATA"
  exec setpriv --reuid postgres --regid postgres --init-groups "$0" "$@"
fi

make_database() {
  user=${POSTGRES_USER:-postgres}
  database=${POSTGRES_DB:-$user}
  method=${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}
  if [ -z "${POSTGRES_PASSWORD:-}" ] && [ "$method" != trust ]; then
    echo 'Error: Database is uninitialized and superuser password is not specified.' >&2
    echo '       You must specify POSTGRES_PASSWORD to a non-empty value for the superuser.' >&2
    exit 1
  fi
  passwords=
  if [ -n "${POSTGRES_PASSWORD:-}" ]; then
    passwords=$(mktemp)
    printf '%s\n' "$POSTGRES_PASSWORD" >"$passwords"
  fi
  # Several arguments may be in the one variable.
  # shellcheck disable=SC2086
  initdb --username="$user" ${passwords:+"--pwfile=$passwords"} ${POSTGRES_INITDB_ARGS:-}
  rm -f "$passwords"
  printf '\nhost all all all %s\n' "$method" >>"$PGDATA/pg_hba.conf"
  if [ "$database" != postgres ]; then
    printf 'CREATE DATABASE "%s"\n' "$database" | postgres --single -D "$PGDATA" postgres >/dev/null
  fi
}

[ -s "$PGDATA/PG_VERSION" ] || make_database
exec "$@"
