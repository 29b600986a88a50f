#!/bin/sh
# Begins a crawl and watches over it. Its time is the moment that the schedule named, so that a pod
# that comes after one that was lost goes on with the same crawl: Kubernetes ends the name of a
# scheduled job with that moment, in minutes since 1970.
set -eu
minutes="${JOB_NAME:-}"
minutes="${minutes##*-}"
case "$minutes" in
  "" | *[!0-9]*) exec countermark crawl run "$@" ;;  # started by hand: the present
esac
now="$(date -u -d "@$((minutes * 60))" +%Y-%m-%dT%H:%M:%S+00:00)"
exec countermark crawl run --now "$now" "$@"
