#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Trains the starter model, with which Detect works before anybody has trained anything, and writes its card. Recordings
# of one source stay on one side of the split; the card's scores are of those that the model never saw. The same data,
# settings and number of threads give the same model.
# Usage: packaging/train-starter.sh DATA...
# Environment: EPOCHS (40), SEED (1), SHARE (0.85) of the material to train on, OUTPUT (resources/models), THREADS (2).
set -euo pipefail
[ $# -gt 0 ] || { echo "usage: $0 DATA..." >&2; exit 2; }
here=$(cd "$(dirname "$0")/.." && pwd)
bin=${OVATION:-$here/build/release/bin/ovation}
output=${OUTPUT:-$here/resources/models}
[ -x "$bin" ] || { echo "$bin is not there: build it first (packaging/build.sh)" >&2; exit 1; }
mkdir -p "$output"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$bin" train "$@" --preset compact --epochs "${EPOCHS:-40}" --seed "${SEED:-1}" --train-split "${SHARE:-0.85}" \
  --threads "${THREADS:-2}" --output "$output/starter.safetensors" --history "$work/history.json"
"$bin" evaluate "$@" --model "$output/starter.safetensors" --unseen --json > "$work/scores.json"
python3 "$here/packaging/starter_card.py" "$work/history.json" "$work/scores.json" "$@" > "$output/starter.md"
cat "$output/starter.md"
