#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs Ovation and its peers in turns on this machine and prints the best of each and their ratios.
# Usage: tests/benchmarks/compare/compare.sh [ROUNDS [AUDIO...]]   AUDIO: recordings for the seed's job (none: left out)
set -euo pipefail
cd "$(dirname "$0")"
root=../../..
rounds=${1:-3}
shift || true
python=/usr/bin/python3 # Debian's, which python3-torch belongs to
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$python" make_clips.py "$work/clip" 2 "$root/resources/example/speeches/"*.flac
clip=$(find "$work/clip" -name '*.wav' | sort | head -1)
for round in $(seq "$rounds"); do
  echo "round $round of $rounds, load $(cut -d' ' -f1 /proc/loadavg)" >&2
  "$root/build/release/bin/ovation" bench --json --quiet > "$work/ovation-$round.json"
  for threads in 1 2; do
    "$python" training_step.py "$threads" > "$work/torch$threads-$round.json"
  done
  "$python" seed_features.py "$clip" > "$work/features-$round.json"
done
if [ $# -gt 0 ]; then
  "$python" make_clips.py "$work/job" 860 "$@"
  for round in $(seq "$rounds"); do
    echo "the seed's job, round $round of $rounds, load $(cut -d' ' -f1 /proc/loadavg)" >&2
    start=$(date +%s%N)
    XDG_CACHE_HOME="$work/cache-$round" "$root/build/release/bin/ovation" train "$work/job" --preset seed --epochs 2 \
      --split random --seed 1 --quiet --output "$work/model.safetensors" > /dev/null
    echo "{\"seconds\": $(((($(date +%s%N) - start) / 1000000)))e-3}" > "$work/job-$round.json"
    "$python" origin.py "$work/job" 2 > "$work/origin-$round.json"
  done
fi
"$python" report.py "$work"
