// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/Recordings.h"

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

namespace ovation::test {

/// A fresh folder for made-up training data, removed at the end.
class DataFolder {
public:
    DataFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "ovation-data-XXXXXX").string();
        if (!mkdtemp(name.data())) std::abort();
        m_path = name;
    }
    ~DataFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(m_path, ignored);
    }
    DataFolder(const DataFolder&) = delete;
    DataFolder& operator=(const DataFolder&) = delete;

    std::string path(const std::string& name = {}) const { return name.empty() ? m_path : m_path + "/" + name; }

    std::string text(const std::string& name, const std::string& content) const {
        prepare(name);
        std::ofstream(path(name), std::ios::binary) << content;
        return path(name);
    }

    /// A mono 16-bit WAV file of noise, different for each seed. `level` 0 to 1.
    std::string sound(const std::string& name, double seconds, unsigned seed, int rate = 22050,
                      double level = 0.3) const {
        prepare(name);
        std::mt19937 random(seed);
        std::vector<int16_t> samples(static_cast<size_t>(seconds * rate + 0.5));
        for (int16_t& sample : samples)
            sample = static_cast<int16_t>((static_cast<double>(random() % 20001) / 10000 - 1) * level * 32767);
        write(name, samples, rate);
        return path(name);
    }

    /// The same with a tone of `hz` instead of noise.
    std::string tone(const std::string& name, double seconds, double hz, int rate = 22050) const {
        prepare(name);
        std::vector<int16_t> samples(static_cast<size_t>(seconds * rate + 0.5));
        for (size_t i = 0; i < samples.size(); ++i)
            samples[i] =
                static_cast<int16_t>(10000 * std::sin(2 * 3.14159265358979 * hz * static_cast<double>(i) / rate));
        write(name, samples, rate);
        return path(name);
    }

private:
    void prepare(const std::string& name) const {
        std::filesystem::create_directories(std::filesystem::path(path(name)).parent_path());
    }

    void write(const std::string& name, const std::vector<int16_t>& samples, int rate) const {
        const auto bytes = static_cast<uint32_t>(samples.size() * 2);
        std::ofstream out(path(name), std::ios::binary);
        const auto put = [&](auto value) { out.write(reinterpret_cast<const char*>(&value), sizeof value); };
        out << "RIFF";
        put(uint32_t{36} + bytes);
        out << "WAVEfmt ";
        put(uint32_t{16});
        put(uint16_t{1});
        put(uint16_t{1});
        put(static_cast<uint32_t>(rate));
        put(static_cast<uint32_t>(rate * 2));
        put(uint16_t{2});
        put(uint16_t{16});
        out << "data";
        put(bytes);
        out.write(reinterpret_cast<const char*>(samples.data()), bytes);
    }

    std::string m_path;
};

/// A recording that exists in memory only, for what reads no audio.
inline LabelledRecording recording(double seconds, std::vector<Label> labels, bool fullyLabelled = true) {
    LabelledRecording made;
    made.info = {static_cast<int64_t>(seconds * 22050 + 0.5), 22050, 1, "WAV"};
    made.labels = std::move(labels);
    made.fullyLabelled = fullyLabelled;
    return made;
}

inline LabelledRecording clip(const std::string& path, LabelClass labelClass, double seconds = 4,
                              std::vector<std::string> groups = {}) {
    LabelledRecording made = recording(seconds, {});
    made.path = path;
    made.wholeClip = labelClass;
    made.groups = std::move(groups);
    return made;
}

inline Label label(double start, double end, LabelClass labelClass = LabelClass::Applause) {
    Label made;
    made.span = {start, end};
    made.labelClass = labelClass;
    return made;
}

} // namespace ovation::test
