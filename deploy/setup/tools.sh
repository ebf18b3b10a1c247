#!/usr/bin/env bash
# Get what the tests use and pip does not have: Java and Maven (for a real Kafka), promtool.
# Where one cannot be had, say so in a line; with CI=true that is a failure.
set -eu
into=.cache/tools
missing=()

has() { command -v "$1" >/dev/null 2>&1; }

apt_lists() { # apt knows packages only once its lists were fetched
  [ -n "$(apt-cache show "$1" 2>/dev/null)" ] || { [ "$(id -u)" = 0 ] && apt-get update -qq; }
}

unpack_promtool() { # unpacked, not installed: Debian's package would start a server
  has apt-get && apt_lists prometheus || return 1
  local work; work=$(mktemp -d)
  (cd "$work" && apt-get download -qq prometheus && dpkg-deb -x prometheus_*.deb .) >/dev/null 2>&1 &&
    mkdir -p "$into/bin" && mv "$work/usr/bin/promtool" "$into/bin/promtool"
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
has promtool || { echo "fetching promtool"; unpack_promtool; } ||
  missing+=("promtool checks (install the package prometheus)")

for what in ${missing[@]+"${missing[@]}"}; do echo "LEFT OUT: $what" >&2; done
if [ ${#missing[@]} -gt 0 ] && [ "${CI:-}" = true ]; then
  echo "CI=true: nothing may be left out" >&2
  exit 1
fi
