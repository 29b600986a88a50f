#!/bin/sh
# Chromium is what the browser tests need. Root gets it from Debian; anyone else is told which
# tests will be left out, and pytest names each with its reason.
set -eu
if command -v chromium >/dev/null 2>&1; then
  exit 0
fi
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
  echo "services: no Chromium here and no right to install it; the browser tests will be skipped"
  exit 0
fi
echo "services: installing Chromium …"
log=$(mktemp)
if ! { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium; } >"$log" 2>&1; then
  echo "services: Chromium could not be installed:" >&2
  tail -n 3 "$log" >&2
  exit 1
fi
