// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace ovation::test {

inline std::string readBytes(const std::string& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

template <typename T>
void append(std::string& bytes, T value) {
    char raw[sizeof(T)];
    std::memcpy(raw, &value, sizeof(T));
    bytes.append(raw, sizeof(T));
}

/// The bytes of a WAV file of 32-bit floats, interleaved. `promisedBytes` replaces the size of the data in the header.
inline std::string wavBytes(const std::vector<float>& samples, uint32_t sampleRate, uint16_t channels = 1,
                            int64_t promisedBytes = -1) {
    const auto dataBytes =
        promisedBytes >= 0 ? static_cast<uint32_t>(promisedBytes) : static_cast<uint32_t>(samples.size() * 4);
    std::string bytes = "RIFF";
    append<uint32_t>(bytes, dataBytes + 36);
    bytes += "WAVEfmt ";
    append<uint32_t>(bytes, 16);
    append<uint16_t>(bytes, 3);
    append<uint16_t>(bytes, channels);
    append<uint32_t>(bytes, sampleRate);
    append<uint32_t>(bytes, sampleRate * channels * 4U);
    append<uint16_t>(bytes, static_cast<uint16_t>(channels * 4));
    append<uint16_t>(bytes, 32);
    bytes += "data";
    append<uint32_t>(bytes, dataBytes);
    bytes.append(reinterpret_cast<const char*>(samples.data()), samples.size() * 4);
    return bytes;
}

} // namespace ovation::test
