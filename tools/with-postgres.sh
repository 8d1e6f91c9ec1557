#!/bin/sh
# Runs a command beside a throw-away PostgreSQL: its own cluster, in its own folder, on a socket that
# nobody else knows. Never the machine's own. Installs Debian's package where there is none.
set -eu

find_programs() {
	for dir in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /usr/local/pgsql/bin /opt/homebrew/bin; do
		if [ -x "$dir/initdb" ]; then found="$dir"; fi
	done
	if [ -z "${found:-}" ] && command -v initdb >/dev/null 2>&1; then found="$(dirname "$(command -v initdb)")"; fi
	[ -n "${found:-}" ]
}

if ! find_programs; then
	echo "PostgreSQL is not installed: installing Debian's package" >&2
	sudo=""
	[ "$(id -u)" = 0 ] || sudo=sudo
	# Without a cluster of the machine's own: this one is thrown away.
	$sudo mkdir -p /etc/postgresql-common
	[ -e /etc/postgresql-common/createcluster.conf ] || echo "create_main_cluster = false" | $sudo tee /etc/postgresql-common/createcluster.conf >/dev/null
	$sudo apt-get update -qq
	DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends postgresql >/dev/null
	find_programs || { echo "PostgreSQL's initdb was not found" >&2; exit 1; }
fi

folder="$(mktemp -d /tmp/ropa-postgres.XXXXXX)"
as=""
if [ "$(id -u)" = 0 ]; then
	# PostgreSQL does not run as root.
	id postgres >/dev/null 2>&1 || useradd --system --no-create-home postgres
	chown postgres "$folder"
	as="runuser -u postgres --"
fi
stop() {
	$as "$found/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1 || true
	rm -rf "$folder"
}
trap stop EXIT
trap 'exit 130' INT TERM

(cd "$folder" && $as "$found/initdb" -D "$folder/data" -A trust -U postgres --no-sync --no-locale -E UTF8 >/dev/null)
(cd "$folder" && $as "$found/pg_ctl" -D "$folder/data" -w -l "$folder/log" -o "-c listen_addresses='' -c unix_socket_directories='$folder' -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200" start >/dev/null)

# One database a test is made in it.
ROPA_TEST_POSTGRES="postgres://postgres@localhost/postgres?host=$folder" "$@"
