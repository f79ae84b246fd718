# The virtual environment that demo and test share; sourced from the top of the checkout.
# shellcheck shell=bash

# Prints the first Python from 3.11 to 3.13: $PYTHON, or the newest that is installed.
find_python() {
  local candidate
  for candidate in ${PYTHON:+"$PYTHON"} python3.13 python3.12 python3.11 python3; do
    # A version manager may list a Python that it cannot start, so ask each to run.
    if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then
      echo "$candidate"
      return
    fi
    if [[ -n ${PYTHON:-} ]]; then
      echo "PYTHON is '$PYTHON', which is not a Python from 3.11 to 3.13; name another one." >&2
      return 1
    fi
  done
  echo "Python 3.11, 3.12 or 3.13 is needed and none was found; install one, or name it in PYTHON." >&2
  return 1
}

# Lets .venv import eigfit from this checkout, wherever a script lies or runs. A line for Python's
# path says it all: an editable install would fetch a build tool each time it is made.
hold_checkout() {
  .venv/bin/python -I -c 'import os, pathlib, sys, sysconfig
pathlib.Path(sysconfig.get_path("purelib"), "eigfit.pth").write_bytes(os.fsencode(sys.argv[1] + "\n"))' \
    "$PWD"
}

# Makes .venv unless it is there, lets it hold the checkout, and activates it.
open_environment() {
  if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    local python problem
    python=$(find_python) || return 1
    if ! problem=$("$python" -m venv --clear .venv 2>&1); then
      echo "$problem" >&2
      echo "The virtual environment could not be made; on Debian or Ubuntu install python3-venv." >&2
      return 1
    fi
  fi
  hold_checkout || return 1
  export VIRTUAL_ENV="$PWD/.venv" PATH="$PWD/.venv/bin:$PATH"
}

# install NAME.txt: installs its requirements, unless .venv/.NAME.sha says it has them.
# Every list is built on requirements.txt, so its text counts too.
install() {
  local stamp=".venv/.${1%.txt}.sha" state
  state=$(python -c 'import hashlib, sys
print(hashlib.sha256(b"".join(open(name, "rb").read() for name in sys.argv[1:])).hexdigest())' \
    requirements.txt "$1")
  if [[ -f $stamp && $(<"$stamp") == "$state" ]]; then
    return
  fi
  echo "Installing $1 into .venv; the first time this takes some minutes…"
  PIP_DISABLE_PIP_VERSION_CHECK=1 python -m pip install --quiet -r "$1" || return 1
  echo "$state" >"$stamp"
}
