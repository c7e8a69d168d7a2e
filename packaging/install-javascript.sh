#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs the JavaScript packages that the tests run exported models with: onnxruntime-node and onnxruntime-web and
# what they need, as tests/javascript/package-lock.json names them. Nothing is done where they are installed already.
# None of their install scripts run: all that is needed is in the packages.
set -euo pipefail
cd "$(dirname "$0")/../tests/javascript"
if [ -d node_modules ] && cmp -s package-lock.json node_modules/.installed-lock.json; then
  exit 0
fi
npm ci --ignore-scripts --no-audit --no-fund
# Of the runtime for other systems nothing is needed: they take 200 MB.
rm -rf node_modules/onnxruntime-node/bin/napi-v*/win32 node_modules/onnxruntime-node/bin/napi-v*/darwin
cp package-lock.json node_modules/.installed-lock.json
