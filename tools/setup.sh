#!/bin/sh
# Prepares what 'make' needs: .venv with the locked packages, the system packages that are missing.
#   sh tools/setup.sh runtime   to run Plumbline
#   sh tools/setup.sh tools     to test and check it as well
# System packages are installed by apt when we are root, else named with the command that installs them.
set -eu
cd "$(dirname "$0")/.."
what=${1:-runtime}

say() { printf '%s\n' "$*"; }
fail() { printf '\nsetup: %s\n' "$*" >&2; exit 1; }

# --- system packages -------------------------------------------------------------------------------------------------
missing=""
want() { missing="$missing $1"; }

has_library() { ldconfig -p 2>/dev/null | grep -q "$1"; }

install_missing() {
    [ -n "$missing" ] || return 0
    if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
        say "Installing system packages:$missing"
        # A PostgreSQL from the system must not start a server of its own.
        case " $missing " in *" postgresql-"*)
            mkdir -p /etc/postgresql-common
            [ -e /etc/postgresql-common/createcluster.conf ] ||
                echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf ;;
        esac
        export DEBIAN_FRONTEND=noninteractive
        log=$(mktemp)
        # shellcheck disable=SC2086 # a list of words
        apt-get install -y --no-install-recommends $missing >"$log" 2>&1 ||
            { apt-get update >"$log" 2>&1 && apt-get install -y --no-install-recommends $missing >>"$log" 2>&1; } ||
            { tail -n 15 "$log" >&2; fail "apt could not install:$missing"; }
        rm -f "$log"
        missing=""
    else
        say ""
        say "These system packages are missing:$missing"
        say "  Debian, Ubuntu:  sudo apt-get install$missing"
        [ "$1" = needed ] && fail "install them, then run the same command again."
        say "Going on without them: $2"
        say ""
        missing=""
    fi
}

# --- Python ----------------------------------------------------------------------------------------------------------
find_python() {
    for name in ${PYTHON:-} python3.11 python3.12 python3 /usr/bin/python3.11 /usr/bin/python3.12; do
        if "$name" -c 'import sys; sys.exit(not ((3, 11) <= sys.version_info[:2] <= (3, 12)))' >/dev/null 2>&1; then
            command -v "$name"
            return 0
        fi
    done
    return 1
}

python=$(find_python) || {
    found=$(python3 --version 2>/dev/null || echo "no python3")
    want python3.11; want python3.11-venv
    case $(apt-cache policy python3.11 2>/dev/null) in
        *Candidate:*) install_missing needed ;;
        *) fail "Plumbline needs Python 3.11 or 3.12; here is $found. Install one, or name it: make demo PYTHON=/path/to/python3.11" ;;
    esac
    python=$(find_python) || fail "Plumbline needs Python 3.11 or 3.12; here is $found."
}
if [ ! -x .venv/bin/python ] && ! "$python" -c 'import venv, ensurepip' >/dev/null 2>&1; then
    want "$("$python" -c 'import sys; print("python3.%d-venv" % sys.version_info[1])')"
    install_missing needed
fi

# --- packages for PDF, and for the tests -----------------------------------------------------------------------------
has_library libpango-1.0.so.0 || want libpango-1.0-0
has_library libpangoft2-1.0.so.0 || want libpangoft2-1.0-0
has_library libharfbuzz-subset.so.0 || want libharfbuzz-subset0
{ command -v fc-list >/dev/null 2>&1 && fc-list :lang=zh-cn family | grep -q . ; } ||
    ls /usr/share/fonts/opentype/noto/NotoSansCJK* >/dev/null 2>&1 || want fonts-noto-cjk
install_missing wanted "PDF documents will fail or show boxes until they are there."
if [ "$what" = tools ]; then
    command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || [ -n "${PLUMBLINE_CHROMIUM:-}" ] || want chromium
    [ -x /usr/lib/postgresql/15/bin/postgres ] || want postgresql-15
    install_missing wanted "the tests that need them (browser, PostgreSQL 15) will say that they were left out."
fi

# --- the environment -------------------------------------------------------------------------------------------------
if ! .venv/bin/python -c 'import sys; sys.exit(not ((3, 11) <= sys.version_info[:2] <= (3, 12)))' >/dev/null 2>&1; then
    say "Making .venv with $python ($("$python" --version 2>&1))"
    rm -rf .venv
    "$python" -m venv .venv || fail "$python cannot make a virtual environment."
fi
lock=requirements/base.txt
[ "$what" = tools ] && lock=requirements/dev.txt
say "Installing the locked packages ($lock)"
pip() { .venv/bin/python -m pip --disable-pip-version-check -qq "$@"; }
pip install --require-hashes --no-deps --only-binary :all: -r requirements/build.txt &&
    # Spark, which the tools' list holds for one test, comes as source alone; it is packed with the locked build tools.
    pip install --require-hashes --no-deps --only-binary :all: --no-binary pyspark --no-build-isolation -r "$lock" ||
    fail "the packages could not be installed; the network is needed once, at set-up."
pip install --no-deps --no-build-isolation --editable . || fail "Plumbline itself could not be installed into .venv."

# --- translations ----------------------------------------------------------------------------------------------------
.venv/bin/python tools/messages.py compile || fail "the translations could not be compiled."

touch .venv/.runtime
[ "$what" != tools ] || touch .venv/.tools
