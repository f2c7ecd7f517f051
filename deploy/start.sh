#!/bin/sh
# Find a Python that is new enough and hand over to deploy/bootstrap.py, which needs nothing but Python.
cd "$(dirname "$0")/.." || exit 1
for python in "${PYTHON:-}" python3 python3.14 python3.13 python3.12 python3.11 python; do
    [ -n "$python" ] || continue
    if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        exec "$python" -m deploy.bootstrap "$@"
    fi
done
echo "Python 3.11 or newer is needed and was not found: install it, or name it: make $1 PYTHON=/path/to/python3" >&2
exit 1
