#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Trains the starter model, with which Detect works before anybody has trained anything, and writes its card. Recordings
# of one source stay on one side of the split; the card's scores are of those that the model never saw. The same data,
# settings and number of threads give the same model.
# Usage: packaging/train-starter.sh DATA...
# Environment: EPOCHS (40), STEPS (60) of each, SEED (1), SHARE (0.85) of the material to train on, OUTPUT
# (resources/models), THREADS (2), LEFT_OUT (packaging/starter-left-out.txt): a list of what not to use.
set -euo pipefail
[ $# -gt 0 ] || { echo "usage: $0 DATA..." >&2; exit 2; }
here=$(cd "$(dirname "$0")/.." && pwd)
bin=${OVATION:-$here/build/release/bin/ovation}
output=${OUTPUT:-$here/resources/models}
[ -x "$bin" ] || { echo "$bin is not there: build it first (packaging/build.sh)" >&2; exit 1; }
mkdir -p "$output"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A copy made of links, without what is left out.
data=()
for folder in "$@"; do
  copy=$work/data/$(basename "$folder")
  [ ! -e "$copy" ] || { echo "two of the data folders are called $(basename "$folder")" >&2; exit 2; }
  mkdir -p "$copy"
  cp -rs "$(realpath "$folder")/." "$copy"
  while IFS= read -r pattern; do
    case $pattern in '' | '#'*) continue ;; esac
    for path in "$copy"/$pattern; do rm -rf "$path"; done
  done < "${LEFT_OUT:-$here/packaging/starter-left-out.txt}"
  data+=("$copy")
done

"$bin" train "${data[@]}" --preset compact --epochs "${EPOCHS:-40}" --steps-per-epoch "${STEPS:-60}" \
  --seed "${SEED:-1}" --train-split "${SHARE:-0.85}" --threads "${THREADS:-2}" --output "$output/starter.safetensors" --history "$work/history.json"
"$bin" evaluate "${data[@]}" --model "$output/starter.safetensors" --unseen --json > "$work/scores.json"
python3 "$here/packaging/starter_card.py" "$work/history.json" "$work/scores.json" "${data[@]}" > "$output/starter.md"
cat "$output/starter.md"
