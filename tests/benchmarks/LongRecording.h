// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sndfile.h>

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace ovation::benchmarks {

/// Where large files are made and kept: $OVATION_BENCHMARK_FOLDER, or a folder among the temporary ones.
inline std::string folder() {
    const char* chosen = std::getenv("OVATION_BENCHMARK_FOLDER");
    const std::string path =
        chosen && *chosen ? chosen : (std::filesystem::temp_directory_path() / "ovation-benchmarks").string();
    std::filesystem::create_directories(path);
    return path;
}

constexpr int kLongRate = 44100;
constexpr int64_t kLongSeconds = 3 * 3600;

/// Three hours that look like a speech with applause: noise in syllables, and a burst of it each minute. FLAC, mono,
/// 16 bit; made once.
inline std::string longRecording() {
    const std::string path = folder() + "/three-hours.flac";
    if (std::filesystem::exists(path)) return path;
    std::mt19937 random(3);
    std::normal_distribution<float> normal(0, 1);
    std::vector<float> noise(static_cast<size_t>(kLongRate) * 61);
    float low = 0;
    for (float& sample : noise)
        sample = low += 0.3F * (normal(random) - low);
    SF_INFO info{};
    info.samplerate = kLongRate;
    info.channels = 1;
    info.format = SF_FORMAT_FLAC | SF_FORMAT_PCM_16;
    const std::string part = path + ".part";
    {
        const std::unique_ptr<SNDFILE, decltype(&sf_close)> file(sf_open(part.c_str(), SFM_WRITE, &info), &sf_close);
        if (!file) throw std::runtime_error(sf_strerror(nullptr));
        std::vector<float> block(kLongRate);
        for (int64_t second = 0; second < kLongSeconds; ++second) {
            const size_t from = random() % (noise.size() - block.size());
            const bool applause = second % 60 >= 50;
            const auto loud = static_cast<float>(0.1 + 0.05 * std::sin(static_cast<double>(second) / 200));
            for (size_t i = 0; i < block.size(); ++i) {
                const float syllable = applause ? 1.5F : std::fabs(std::sin(static_cast<float>(i) * 12.0F / kLongRate));
                block[i] = noise[from + i] * syllable * loud;
            }
            sf_writef_float(file.get(), block.data(), static_cast<sf_count_t>(block.size()));
        }
    }
    std::filesystem::rename(part, path);
    return path;
}

} // namespace ovation::benchmarks
