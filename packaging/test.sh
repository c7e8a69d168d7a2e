#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs what is missing, builds, and runs every test; those of the window run under a virtual display.
set -euo pipefail
cd "$(dirname "$0")/.."
packaging/install-dependencies.sh
packaging/install-javascript.sh
# Larger units than for working on it, as nothing is built twice here.
packaging/build.sh release -DOVATION_TESTS=ON -DOVATION_STUDIO=ON -DCMAKE_UNITY_BUILD_BATCH_SIZE=16
exec xvfb-run -a -s '-screen 0 1920x1080x24' ctest --preset release --no-tests=error -j "$(nproc)" "$@"
