#!/bin/sh
# Adds Apache Spark (pyspark, 450 MB) to .venv from its hash-locked list, and Java 17 from Debian's packages when we are root and there is none.
set -eu
cd "$(dirname "$0")/.."
[ -x .venv/bin/python ] || sh tools/install.sh main
wanted=$(sed -n 's/^pyspark==\([0-9.]*\).*/\1/p' requirements-spark.lock)
have=$(.venv/bin/python -c 'import importlib.metadata as m; print(m.version("pyspark"))' 2>/dev/null || true)
if [ "$wanted" != "$have" ]; then
  echo "Installing Spark $wanted" >&2
  .tools/bin/uv pip install --quiet --python .venv/bin/python --require-hashes -r requirements-spark.lock
fi
has_java() { [ -n "${JAVA_HOME:-}" ] || command -v java >/dev/null 2>&1; }
if ! has_java && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing Java 17" >&2
  apt-get update -qq >/dev/null 2>&1
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends openjdk-17-jre-headless >/dev/null 2>&1
fi
has_java || { echo "Missing: Java 17 (Debian: apt-get install openjdk-17-jre-headless). Spark does not start without it." >&2; exit 2; }
