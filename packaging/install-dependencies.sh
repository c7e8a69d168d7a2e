#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs what Ovation needs to be built, tested and run on Debian 12. Quick when nothing is missing.
# Usage: packaging/install-dependencies.sh [--without-tests] [--list]
#   --without-tests: not what the tests alone need
#   --list: names the packages, and installs none
set -euo pipefail

packages=(
  # build
  g++ cmake ninja-build pkg-config ccache
  # core: LibTorch with the headers of what its processes talk through, a real BLAS and LAPACK for it, oneDNN
  libtorch-dev libgloo-dev libopenblas0-openmp libdnnl-dev
  # core: the ONNX format and its checker, which LibTorch links too
  libonnx-dev libprotobuf-dev
  # core: audio, features, files
  libsndfile1-dev libmpg123-dev libvorbis-dev libsoxr-dev libfftw3-dev libxxhash-dev libsqlitecpp-dev libsqlite3-dev libpugixml-dev libebur128-dev
  nlohmann-json3-dev libcli11-dev
  # window
  qt6-base-dev qt6-charts-dev libqt6opengl6-dev qt6-multimedia-dev librubberband-dev qt6-svg-dev qt6-qpa-plugins fonts-dejavu-core
)
test_packages=(
  # window under a virtual display, a sound device without hardware, LibTorch's own Python to load exports
  libgtest-dev libgmock-dev libbenchmark-dev xvfb xauth xdotool openbox x11-utils dbus-daemon pulseaudio pulseaudio-utils
  python3 python3-torch python3-numpy python3-scipy python3-soundfile
  # exported models in the ONNX checker, and in the runtimes of packaging/install-javascript.sh, one in a browser
  python3-onnx python3-protobuf nodejs npm chromium
)
if [ "${1:-}" = --without-tests ]; then
  shift
else
  packages+=("${test_packages[@]}")
fi
# Node.js from another source brings npm along, and Debian's package of it would replace that.
if [ "$(dpkg-query -W -f '${db:Status-Status}' npm 2>/dev/null || true)" != installed ] && command -v npm >/dev/null; then
  packages=("${packages[@]/#npm/}")
  read -ra packages <<<"${packages[*]}"
fi
if [ "${1:-}" = --list ]; then
  printf '%s\n' "${packages[@]}"
  exit 0
fi

missing=()
for package in "${packages[@]}"; do
  status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$status" = installed ] || missing+=("$package")
done
if [ ${#missing[@]} -eq 0 ]; then
  echo "All ${#packages[@]} packages are installed."
  exit 0
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null; then
    echo "These packages are missing, and neither root nor sudo is at hand to install them: ${missing[*]}" >&2
    exit 1
  fi
  as_root=(sudo)
fi
echo "Installing ${#missing[@]} of ${#packages[@]} packages: ${missing[*]}"
apt() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=120 -qq "$@"; }
apt update
apt install -y --no-install-recommends "${missing[@]}" >/dev/null
echo "Installed."
