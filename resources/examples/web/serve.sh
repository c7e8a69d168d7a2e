#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Puts the page together in a folder that any web server can serve, and serves it on this machine.
# Usage: serve.sh MODEL.onnx FOLDER [--no-serve]    (onnxruntime-web from npm; $NODE_MODULES says where, by default
# node_modules here or in a folder above, as npm puts it)
set -euo pipefail
[ $# -ge 2 ] || { echo "usage: $0 MODEL.onnx FOLDER [--no-serve]" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
modules=${NODE_MODULES:-node_modules}
if [ -z "${NODE_MODULES:-}" ]; then
  above=$PWD
  while [ ! -d "$above/node_modules/onnxruntime-web" ] && [ "$above" != / ]; do above=$(dirname "$above"); done
  [ "$above" = / ] || modules=$above/node_modules
fi
dist=$modules/onnxruntime-web/dist
[ -d "$dist" ] || { echo "$dist is not there: npm install onnxruntime-web" >&2; exit 1; }
mkdir -p "$2/ort"
cp "$here/index.html" "$here/style.css" "$here/applause.js" "$2/"
cp "$dist/ort.wasm.min.mjs" "$dist/ort-wasm-simd-threaded.mjs" "$dist/ort-wasm-simd-threaded.wasm" "$2/ort/"
cp "$1" "$2/model.onnx"
[ "${3:-}" = --no-serve ] || exec python3 -m http.server --bind 127.0.0.1 --directory "$2" 8000
