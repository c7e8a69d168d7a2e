// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/MpegRest.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <span>
#include <vector>

namespace ovation {
namespace {

constexpr int64_t kWorthTelling = 4096; ///< bytes of frames
constexpr int64_t kLookBytes = 65536;   ///< at one place
constexpr int64_t kChainBytes = 9216;   ///< more than kChain of the largest frames, 2881 bytes each
constexpr int64_t kLookedThrough = 4096 * 1024;
constexpr int kChain = 4; ///< frames that follow each other, which nothing else looks like
constexpr size_t kHeaderBytes = 4;

/// Length of the frame with this header (ISO/IEC 11172-3 and 13818-3, and MPEG 2.5), in bytes; 0 where it is no header,
/// or does not tell the length.
int64_t mpegFrameBytes(std::span<const unsigned char> header) {
    if (header.size() < kHeaderBytes || header[0] != 0xFF || (header[1] & 0xE0) != 0xE0) return 0;
    const int version = (header[1] >> 3) & 3; // 3: MPEG 1, 2: MPEG 2, 0: MPEG 2.5
    const int layer = 4 - ((header[1] >> 1) & 3);
    const int rateIndex = header[2] >> 4, frequencyIndex = (header[2] >> 2) & 3, padding = (header[2] >> 1) & 1;
    if (version == 1 || layer == 4 || rateIndex == 0 || rateIndex == 15 || frequencyIndex == 3) return 0;
    static constexpr std::array<std::array<int, 15>, 5> kRates = {{
        {0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448}, // MPEG 1, by layer
        {0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384},
        {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320},
        {0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256}, // the others: layer 1, and 2 and 3
        {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160},
    }};
    static constexpr std::array<int, 3> kFrequencies = {44100, 48000, 32000};
    const int table = version == 3 ? layer - 1 : layer == 1 ? 3 : 4;
    const int bitRate = 1000 * kRates[static_cast<size_t>(table)][static_cast<size_t>(rateIndex)];
    const int frequency = kFrequencies[static_cast<size_t>(frequencyIndex)] / (version == 3 ? 1 : version == 2 ? 2 : 4);
    if (layer == 1) return int64_t{4} * (12 * bitRate / frequency + padding);
    return (layer == 3 && version != 3 ? 72 : 144) * bitRate / frequency + padding;
}

/// Whether two headers tell the same version, layer and sample rate.
bool areAlike(std::span<const unsigned char> a, std::span<const unsigned char> b) {
    return ((a[1] ^ b[1]) & 0xFE) == 0 && ((a[2] ^ b[2]) & 0x0C) == 0;
}

/// Whether frames like the one with this header begin here.
bool chainBegins(std::span<const unsigned char> bytes, std::span<const unsigned char> header) {
    std::span<const unsigned char> frame = bytes;
    for (int i = 0; i < kChain; ++i) {
        const auto length = static_cast<size_t>(mpegFrameBytes(frame));
        if (length == 0 || !areAlike(header, frame)) return false;
        if (i + 1 < kChain && length > frame.size()) return false;
        frame = frame.subspan(std::min(length, frame.size()));
    }
    return true;
}

std::span<const unsigned char> bytesAt(std::ifstream& file, int64_t place, std::vector<unsigned char>& buffer) {
    file.clear();
    file.seekg(place);
    file.read(reinterpret_cast<char*>(buffer.data()), static_cast<std::streamsize>(buffer.size()));
    return std::span(buffer).first(static_cast<size_t>(std::max<std::streamsize>(0, file.gcount())));
}

} // namespace

int64_t mpegBytesBehind(const std::string& path, int64_t lastFrame) {
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    if (!file) return 0;
    const auto size = static_cast<int64_t>(file.tellg());
    std::vector<unsigned char> header(kHeaderBytes);
    const int64_t last = mpegFrameBytes(bytesAt(file, lastFrame, header));
    if (last == 0) return 0;
    const int64_t begin = lastFrame + last;
    std::vector<unsigned char> buffer(static_cast<size_t>(kLookBytes + kChainBytes));
    for (int64_t place = begin; size - place >= kWorthTelling;) {
        const std::span<const unsigned char> bytes = bytesAt(file, place, buffer);
        const size_t looked = std::min(bytes.size(), static_cast<size_t>(kLookBytes));
        for (size_t i = 0; i < looked; ++i)
            if (bytes[i] == 0xFF && chainBegins(bytes.subspan(i), header)) {
                const int64_t behind = size - place - static_cast<int64_t>(i);
                return behind >= kWorthTelling ? behind : 0;
            }
        place += place - begin < kLookedThrough ? kLookBytes : (place - begin) / 2;
    }
    return 0;
}

} // namespace ovation
