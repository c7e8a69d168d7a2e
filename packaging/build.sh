#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Configures and builds a preset (release where none is named) with as many jobs as cores and memory allow.
# Usage: packaging/build.sh [PRESET [CMAKE-OPTION...]]
set -euo pipefail
cd "$(dirname "$0")/.."
preset=${1:-release}
shift || true
export CCACHE_SLOPPINESS=pch_defines,time_macros
jobs=$(nproc)
memory=$(awk '/MemAvailable/ {print int($2 / 2097152)}' /proc/meminfo) # 2 GiB for each compiler
[ "$memory" -ge 1 ] || memory=1
[ "$jobs" -le "$memory" ] || jobs=$memory
cmake --preset "$preset" "$@"
cmake --build --preset "$preset" -j "$jobs"
