#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Trains the starter model, with which recordings can be searched before anybody has trained anything, and writes its
# card. Where it is to have teachers, those are trained first, networks of the same size that differ by their seed alone;
# it then learns from their answers beside the labels. Recordings of one source stay on one side of the split, the same
# for all; the card's scores are of those that neither it nor they ever saw. The same data, settings and number of
# threads give the same model.
# Usage: packaging/train-starter.sh DATA...
# Environment: EPOCHS (80), STEPS (60) of each, SEED (1), TEACHERS (0): how many, TAUGHT_BY: models that are there
# already instead of those ("a.safetensors b.safetensors"), SHARE (0.85) of the material to train on, OUTPUT
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

# without LIST FOLDER: takes what the list names out of a folder of links.
without() {
  local pattern path
  while IFS= read -r pattern; do
    case $pattern in '' | '#'*) continue ;; esac
    for path in "$2"/$pattern; do rm -rf "$path"; done
  done < "$1"
}

# Copies made of links: one to train on, one to score by.
data=() scored=()
for folder in "$@"; do
  name=$(basename "$folder")
  [ ! -e "$work/data/$name" ] || { echo "two of the data folders are called $name" >&2; exit 2; }
  mkdir -p "$work/data/$name" "$work/scored/$name"
  cp -rs "$(realpath "$folder")/." "$work/data/$name"
  without "${LEFT_OUT:-$here/packaging/starter-left-out.txt}" "$work/data/$name"
  cp -a "$work/data/$name/." "$work/scored/$name"
  without "$here/packaging/starter-not-scored.txt" "$work/scored/$name"
  data+=("$work/data/$name")
  scored+=("$work/scored/$name")
done

seed=${SEED:-1}

# train SEED OUTPUT OPTION...
train() {
  "$bin" train "${data[@]}" --preset compact --epochs "${EPOCHS:-80}" --steps-per-epoch "${STEPS:-60}" \
    --seed "$1" --split-seed $((seed > 0 ? seed : 1)) --train-split "${SHARE:-0.85}" --threads "${THREADS:-2}" --output "$2" "${@:3}"
}

teachers=()
for model in ${TAUGHT_BY:-}; do
  teachers+=(--teacher "$model")
done
if [ ${#teachers[@]} -eq 0 ]; then
  for ((i = 1; i <= ${TEACHERS:-0}; ++i)); do
    train $((seed + i)) "$work/teacher-$i.safetensors"
    teachers+=(--teacher "$work/teacher-$i.safetensors")
  done
fi
train "$seed" "$output/starter.safetensors" "${teachers[@]}" --history "$work/history.json"
"$bin" evaluate "${scored[@]}" --model "$output/starter.safetensors" --unseen --json > "$work/scores.json"
python3 "$here/packaging/starter_card.py" "$work/history.json" "$work/scores.json" "${data[@]}" > "$output/starter.md"
cat "$output/starter.md"
