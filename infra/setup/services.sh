#!/bin/sh
# What some tests need beyond Python: Chromium, Redis, nginx. Root gets them from Debian; anyone
# else is told which tests will be left out, and pytest names each with its reason.
set -eu
missing=""
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
command -v redis-server >/dev/null 2>&1 || missing="$missing redis-server"
# nginx-light is for benchmarks alone; /usr/sbin is not on everybody's PATH.
if [ -n "${WITH_NGINX:-}" ] && ! PATH="$PATH:/usr/sbin" command -v nginx >/dev/null 2>&1; then
  missing="$missing nginx-light"
fi
if [ -z "$missing" ]; then
  exit 0
fi
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
  echo "services: not here, and no right to install:$missing; the tests that need them will be skipped"
  exit 0
fi
echo "services: installing$missing …"
# Nothing of ours wants a service of the machine's own: tests start what they need on free ports.
policy=/usr/sbin/policy-rc.d
made=""
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod +x "$policy" && made=1
fi
log=$(mktemp)
# shellcheck disable=SC2086 - a list of packages
if ! { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing; } >"$log" 2>&1; then
  [ -z "$made" ] || rm -f "$policy"
  echo "services: could not be installed:$missing" >&2
  tail -n 3 "$log" >&2
  exit 1
fi
[ -z "$made" ] || rm -f "$policy"
