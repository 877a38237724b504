#!/bin/sh
# Makes .venv from the hash-locked list. Usage: tools/install.sh main|dev
set -eu
cd "$(dirname "$0")/.."
want="$1"
lock=requirements.lock
[ "$want" = dev ] && lock=requirements-dev.lock
stamp=$(cat requirements.lock requirements-dev.lock pyproject.toml setup.py | sha256sum | cut -c1-64)
have=$(cat .venv/.stamp 2>/dev/null || true)
[ "$have" = "dev $stamp" ] && exit 0
[ "$have" = "$want $stamp" ] && exit 0

ok() { "$1" -c 'import sys; raise SystemExit(sys.version_info < (3, 12))' >/dev/null 2>&1; }
python=""
looked="python3.14 python3.13 python3.12 python3 python ~/.pyenv/versions/3.1[2-9]*/bin/python"
for candidate in "${PYTHON:-}" python3.14 python3.13 python3.12 python3 python \
    "$HOME"/.pyenv/versions/3.14*/bin/python "$HOME"/.pyenv/versions/3.13*/bin/python "$HOME"/.pyenv/versions/3.12*/bin/python; do
  [ -n "$candidate" ] || continue
  if ok "$candidate"; then python="$candidate"; break; fi
done
if [ -z "$python" ]; then
  echo "make install: no Python 3.12 or newer was found." >&2
  echo "  Looked for: $looked" >&2
  echo "  Install one (Debian: apt-get install python3 python3-venv) or name it: make install PYTHON=/path/to/python3" >&2
  exit 2
fi
python=$("$python" -c 'import sys; print(sys.executable)')
if ! "$python" -c 'import venv, ensurepip' >/dev/null 2>&1; then
  echo "make install: $python has no venv module. Debian: apt-get install python3-venv" >&2
  exit 2
fi
echo "Installing with $python ($("$python" -c 'import platform; print(platform.python_version())'))" >&2
if [ ! -x .tools/bin/uv ]; then
  rm -rf .tools
  "$python" -m venv .tools
  .tools/bin/python -m pip install --quiet --disable-pip-version-check 'uv>=0.9,<1' || {
    echo "make install: the Python package index cannot be reached, so nothing can be installed." >&2; exit 2; }
fi
export UV_PYTHON_DOWNLOADS=never
if [ ! -x .venv/bin/python ] || ! ok .venv/bin/python; then
  .tools/bin/uv venv --quiet --clear --python "$python" .venv
fi
.tools/bin/uv pip sync --quiet --python .venv/bin/python --require-hashes "$lock"
.tools/bin/uv pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation -e .
# compiled once, or every command compiles a thousand modules where Python may not write beside its sources
.venv/bin/python -m compileall -q -j 0 .venv/lib tidewaiter >/dev/null || true
echo "$want $stamp" > .venv/.stamp
