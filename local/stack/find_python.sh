#!/bin/sh
# Prints the path of a Python 3.13 that works. A name on PATH proves nothing: a version manager's shim may
# stand there and fail, and a distribution may ship Python without venv; so each candidate is run.
works() {
    "$1" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info[:2] != (3, 13))' >/dev/null 2>&1
}

# The newest patch release first.
under_pyenv() {
    ls -d "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.13*/bin/python3.13 2>/dev/null | sort -rV
}

for candidate in python3.13 $(under_pyenv) python3 python; do
    if works "$candidate"; then
        "$candidate" -c 'import sys; print(sys.executable)'
        exit 0
    fi
done

if command -v uv >/dev/null 2>&1; then
    uv python install 3.13 >&2 && candidate=$(uv python find 3.13) && works "$candidate" && echo "$candidate" && exit 0
fi

cat >&2 <<'MESSAGE'
Python 3.13 was not found: not as python3.13, not under ~/.pyenv/versions, not through uv.
Install it in one of these ways, then try again:
    uv:      https://docs.astral.sh/uv/getting-started/installation/ (the rest happens by itself)
    pyenv:   pyenv install 3.13
    macOS:   brew install python@3.13
    others:  https://www.python.org/downloads/
MESSAGE
exit 1
