#!/bin/sh
# Works at one crawl after the other, for as long as the pod lives: a worker's process ends when its
# crawl does. Told to end, it lets the worker seal what it has.
set -u
running="${COUNTERMARK_HOME:?}/state/crawls/running.json"
child=""
is_over=""
end() {
  is_over=1
  [ -z "$child" ] || kill -TERM "$child" 2>/dev/null
}
trap end TERM INT
while [ -z "$is_over" ]; do
  if [ -e "$running" ]; then  # starting Python only to hear that no crawl runs would cost a second
    countermark crawl work "$@" &
    child=$!
    wait "$child"
    [ -z "$is_over" ] || wait "$child"  # the first wait ends with the signal, not with the worker
  fi
  [ -n "$is_over" ] || { sleep "${COUNTERMARK_PAUSE_S:-5}" & child=$!; wait "$child"; }
done
exit 0
