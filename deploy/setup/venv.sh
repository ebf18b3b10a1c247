#!/usr/bin/env bash
# Create the virtual environment $1 with the newest suitable Python, unless it works already.
set -eu
venv=$1

suits() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

if [ -x "$venv/bin/python" ] && suits "$venv/bin/python"; then exit 0; fi

found=
for python in python3.13 python3.12 python3.11 python3; do
  suits "$python" || continue
  found=$python
  "$python" -c 'import ensurepip' 2>/dev/null || continue
  echo "creating $venv with $("$python" --version)"
  exec "$python" -m venv --clear "$venv"
done

if [ -n "$found" ]; then
  echo "$found has no venv module. On Debian and Ubuntu: apt-get install python3-venv, then again." >&2
else
  echo "Hearth needs Python 3.11 or newer, and none was found. Install it, then again." >&2
fi
exit 1
