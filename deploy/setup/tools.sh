#!/usr/bin/env bash
# Get what the tests use and pip does not have: Java and Maven (for a real Kafka), promtool, and
# libfaketime (for processes whose clock jumps).
# Where one cannot be had, say so in a line; with CI=true that is a failure.
set -eu
into=.cache/tools
faketime=libfaketimeMT.so.1
missing=()

has() { command -v "$1" >/dev/null 2>&1; }

apt_lists() { # apt knows packages only once its lists were fetched
  [ -n "$(apt-cache show "$1" 2>/dev/null)" ] || { [ "$(id -u)" = 0 ] && apt-get update -qq; }
}

has_faketime() { compgen -G "$into/lib/$faketime" || compgen -G "/usr/lib/*/faketime/$faketime"; } >/dev/null

unpack() { # PACKAGE FILE FOLDER: one file of a Debian package, which is not installed
  has apt-get && apt_lists "$1" || return 1
  local work; work=$(mktemp -d)
  (cd "$work" && apt-get download -qq "$1" && dpkg-deb -x "$1"_*.deb .) >/dev/null 2>&1 &&
    mkdir -p "$into/$3" && mv "$work"/usr/$2 "$into/$3/"
  local outcome=$?
  rm -rf "$work"
  return $outcome
}

install_maven() { # brings a Java with it
  has apt-get && [ "$(id -u)" = 0 ] && apt_lists maven || return 1
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends maven default-jre-headless >/dev/null
}

has java && has mvn || { echo "installing Java and Maven for a real Kafka"; install_maven; } ||
  missing+=("Kafka tests (install Java 17 or newer, and Maven)")
# Unpacked only: Debian's package prometheus would start a server.
has promtool || { echo "fetching promtool"; unpack prometheus bin/promtool bin; } ||
  missing+=("promtool checks (install the package prometheus)")
has_faketime || { echo "fetching libfaketime"; unpack libfaketime "lib/*/faketime/$faketime" lib; } ||
  missing+=("clock jumps of a real process (install the package libfaketime)")

for what in ${missing[@]+"${missing[@]}"}; do echo "LEFT OUT: $what" >&2; done
if [ ${#missing[@]} -gt 0 ] && [ "${CI:-}" = true ]; then
  echo "CI=true: nothing may be left out" >&2
  exit 1
fi
