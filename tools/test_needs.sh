#!/bin/sh
# What the tests need beside Python: PostgreSQL, Chromium and LibreOffice, from Debian's packages when we are root.
set -u
find_pg() { command -v initdb >/dev/null 2>&1 || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; }
find_chromium() { command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1; }
find_office() { command -v soffice >/dev/null 2>&1 && /usr/bin/python3 -c "import uno" >/dev/null 2>&1; }
missing=""
find_pg || missing="$missing postgresql"
find_chromium || missing="$missing chromium"
find_office || missing="$missing libreoffice-calc-nogui python3-uno"
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing for the tests:$missing" >&2
  apt-get update -qq >/dev/null 2>&1
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null 2>&1
fi
find_pg || echo "Missing: PostgreSQL (Debian: apt-get install postgresql). Tests marked both_databases run on SQLite only." >&2
find_chromium || echo "Missing: Chromium (Debian: apt-get install chromium). Tests marked browser are skipped." >&2
find_office || echo "Missing: LibreOffice (Debian: apt-get install libreoffice-calc-nogui python3-uno). The test that fills templates is skipped." >&2
exit 0
