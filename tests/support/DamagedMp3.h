// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/WavFile.h"

#include <algorithm>
#include <cstddef>
#include <string>

namespace ovation::test {

/// An MP3's bytes with `count` zeros in place of what was there after two fifths of it: decoding does not get past more
/// than a kilobyte of them.
inline std::string damagedMp3(std::string bytes, size_t count = 8192) {
    const size_t begin = bytes.size() * 2 / 5;
    std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(begin), std::min(count, bytes.size() - begin), '\0');
    return bytes;
}

/// One of the test data, of 11 s and constant bit rate: 4.4 s can be read, 5.3 s lie behind the damage.
inline std::string damagedMp3() {
    return damagedMp3(readBytes(std::string(OVATION_TEST_DATA) + "/audio/cbr.mp3"));
}

} // namespace ovation::test
