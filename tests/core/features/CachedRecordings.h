// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/features/FeatureCache.h"
#include "support/TemporaryFolder.h"
#include "support/WavFile.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace ovation::test {

constexpr size_t kShort = 44100;                    ///< samples: 87 frames
constexpr size_t kLong = size_t{2100} * seed::kHop; ///< samples: three pieces of an entry

inline std::string recording(const TemporaryFolder& folder, const std::string& name, float level,
                             size_t count = kShort) {
    std::vector<float> samples(count);
    for (size_t i = 0; i < samples.size(); ++i)
        samples[i] = level * static_cast<float>((i * i / 50) % 101) / 100;
    return folder.write(name, wavBytes(samples, 22050));
}

/// Entries, finished or not, in order.
inline std::vector<std::filesystem::path> entriesOf(const FeatureCache& cache) {
    std::vector<std::filesystem::path> entries;
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator(cache.folder(), none))
        if (entry.path().filename().string().find(".features") != std::string::npos) entries.push_back(entry.path());
    std::ranges::sort(entries);
    return entries;
}

inline Result<FrameFeatures> framesOf(const FeatureCache& cache, const std::string& path) {
    const auto stream = cache.open(path);
    if (!stream) return stream.error();
    FrameFeatures frames;
    for (bool more = true; more;) {
        const auto read = (*stream)->read(frames);
        if (!read) return read.error();
        more = *read;
    }
    return frames;
}

inline void expectComputed(const FeatureCache& cache, const std::string& path) {
    const auto cached = framesOf(cache, path);
    const auto computed = frameFeatures(path);
    ASSERT_TRUE(cached);
    ASSERT_TRUE(computed);
    EXPECT_TRUE(cached->melPower.values == computed->melPower.values);
    ASSERT_EQ(cached->scalars.size(), computed->scalars.size());
    EXPECT_EQ(
        std::memcmp(cached->scalars.data(), computed->scalars.data(), cached->scalars.size() * sizeof(FrameScalars)),
        0);
}

} // namespace ovation::test
