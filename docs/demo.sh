#!/bin/sh
# The main job on the bundled captures: a story arrives, later its text changes without a word, and that is seen.
# usage: docs/demo.sh PATH_TO_MONITOR    (make demo does it)
set -eu
monitor=$1
rm -rf demo
mkdir demo
database=sqlite:///demo/monitor.db

say() { printf '\n\033[1m%s\033[0m\n' "$1"; }
run() {
    printf '$ monitor %s\n' "$*"
    "$monitor" "$@" --database "$database"
}
[ -t 1 ] && [ -z "${NO_COLOR:-}" ] || say() { printf '\n%s\n' "$1"; }

say "1. Two real pages are fetched (replayed), parsed and stored."
run once --replay seeds
say "2. Later the same story is checked again. Its text has changed, the update time it states has not (synthetic copy)."
run once --site inqilab --replay seeds/edited
say "3. Every version is kept, with what is known of each change."
run show 1
say "4. What changed, word by word."
run diff 1
say "All of it is in demo/monitor.db. Next: monitor once --site inqilab asks the live site."
