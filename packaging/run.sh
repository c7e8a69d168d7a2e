#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs what is missing, builds, and opens the studio on the example project. With no display it does the same job
# on the command line and names the folder where the results lie.
set -euo pipefail
cd "$(dirname "$0")/.."
packaging/install-dependencies.sh --without-tests
packaging/build.sh release -DOVATION_TESTS=OFF
bin=build/release/bin
example=resources/example

if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
  exec "$bin/ovation-studio" "$example"
fi

results=build/example/results
mkdir -p "$results"
echo "There is no display: doing the example's job on the command line. For the studio, run this in a desktop session."
step() { printf '\n== %s\n   %s\n' "$1" "${*:2}"; "${@:2}"; }
step "Check the labels" "$bin/ovation" check "$example"
step "Train a small network" "$bin/ovation" train "$example" --preset seed-small --epochs 30 --seed 1 \
  --output "$results/example.safetensors" --history "$results/history.json"
step "Detect applause in a recording without labels" "$bin/ovation" detect "$example/unlabelled" \
  --model "$results/example.safetensors" --output "$results/detected" --scores
step "Evaluate on the labelled speeches (most of them were trained on: see the warning below the scores)" "$bin/ovation" evaluate "$example/speeches" --model "$results/example.safetensors"
step "Export for Python" "$bin/ovation" export "$results/example.safetensors" --format torchscript \
  --output "$results/example.pt"
printf '\nThe results lie in %s:\n' "$PWD/$results"
ls -1 "$results" "$results/detected"
