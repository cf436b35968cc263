# Shared by script/demo, script/test and script/lock; sourced, never run. The caller stands in the project's folder.

export UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy UV_NO_PROGRESS=1 UV_NO_CONFIG=1

say() { printf '\033[1m==>\033[0m %s\n' "$*"; }

fail() { printf '%s\n' "$*" >&2; exit 1; }

# Prints the newest suitable python3; Assess needs 3.11.
find_python() {
  local name
  for name in "${ASSESS_PYTHON:-}" python3 python3.13 python3.12 python3.11; do
    [ -n "$name" ] && command -v "$name" >/dev/null 2>&1 || continue
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then command -v "$name"; return; fi
  done
  fail "Assess needs Python 3.11 or newer. On Debian 12 or 13: apt-get install python3"
}

# Installs missing Debian packages, or says the one command that does.
need_packages() {
  local missing=() package sudo=()
  for package in "$@"; do
    dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then sudo=(sudo)
    else fail "System packages are missing. Please have this command run, then start again:
    sudo apt-get install --no-install-recommends ${missing[*]}"; fi
  fi
  say "Installing system packages: ${missing[*]}"
  local log; log=$(mktemp)
  { "${sudo[@]}" apt-get update -qq &&
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
  } >"$log" 2>&1 || { cat "$log" >&2; fail "The package manager could not install: ${missing[*]}"; }
  rm -f "$log"
}

# True where packages can be installed without asking anybody.
may_install() {
  command -v apt-get >/dev/null 2>&1 && { [ "$(id -u)" -eq 0 ] || sudo -n true 2>/dev/null; }
}

# True where the programs of a PostgreSQL server are on this machine, whether or not a server runs.
has_postgresql() {
  command -v initdb >/dev/null 2>&1 || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1
}

# True where all named libraries are known to the linker, whoever installed them.
has_libraries() {
  local known name; known=$( (ldconfig -p 2>/dev/null || /sbin/ldconfig -p) 2>/dev/null || true)
  for name in "$@"; do
    case $known in *"$name"*) ;; *) return 1 ;; esac
  done
}

need_pango() {
  has_libraries libpangoft2-1.0.so.0 libharfbuzz-subset.so.0 ||
    need_packages libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
}

# A virtual environment of our own with uv in it; survives externally managed Pythons and a missing ensurepip.
make_environment() {
  [ -x .venv/bin/uv ] && .venv/bin/python -c '' 2>/dev/null && return 0
  local python; python=$(find_python)
  "$python" -m pip --version >/dev/null 2>&1 || need_packages python3-pip
  say "Creating the virtual environment .venv"
  "$python" -m venv --clear --without-pip .venv
  "$python" -m pip --python .venv/bin/python install --quiet --disable-pip-version-check --require-hashes \
    -r script/uv.lock
}

# Installs exactly what the lock file says, checked by hash; a second run with the same file does nothing.
install_locked() {
  local lock=$1 stamp; stamp=.venv/.installed-$(basename "$1")
  make_environment
  local sum; sum=$(sha256sum "$lock" pyproject.toml | sha256sum)
  if [ "$(cat "$stamp" 2>/dev/null)" != "$sum" ]; then
    say "Installing the Python packages of $lock"
    .venv/bin/uv pip install --python .venv/bin/python --quiet --require-hashes -r "$lock"
    local site; site=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])')
    pwd > "$site/assess-checkout.pth"
    printf '#!/bin/sh\nexec "%s/.venv/bin/python" -m assess "$@"\n' "$PWD" > .venv/bin/assess
    chmod +x .venv/bin/assess
    printf '%s' "$sum" > "$stamp"
  fi
}

# nginx for one test, unpacked inside .venv: installed as a package it would start serving on this machine.
fetch_nginx() {
  command -v nginx >/dev/null 2>&1 || [ -x /usr/sbin/nginx ] || [ -x .venv/nginx/usr/sbin/nginx ] && return 0
  say "Fetching nginx"
  local folder; folder=$(mktemp -d)
  (cd "$folder" && apt-get download nginx) >/dev/null 2>&1 && dpkg -x "$folder"/nginx_*.deb .venv/nginx ||
    say "nginx could not be fetched: the test of a whole cycle behind it will be skipped"
  rm -rf "$folder"
}
