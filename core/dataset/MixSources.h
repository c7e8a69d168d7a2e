// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/Augmentation.h"
#include "core/dataset/LabelTimeline.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace ovation {

/// A sound kept at 16 bits: half the memory of floats, and as exact as the recordings that are worth training on.
class StoredSound {
public:
    StoredSound() = default;
    explicit StoredSound(std::span<const float> samples);

    size_t size() const { return m_samples.size(); }
    Samples part(size_t first, size_t count) const; ///< clipped to what is there
    Samples all() const { return part(0, size()); }
    std::span<const int16_t> raw() const { return m_samples; }

private:
    std::vector<int16_t> m_samples;
    float m_scale = 0;
};

/// What training examples are mixed from.
struct MixSources {
    struct Recording {
        StoredSound sound;
        std::vector<LabelTimeline::Stretch> stretches;
        int32_t recording = 0; ///< index into the data set's
        bool partly = false;   ///< less than half of its time is labelled applause or not
    };
    struct Kind {
        std::string name; ///< "rain"
        std::vector<StoredSound> sounds;
    };

    int sampleRate = 22050;
    std::vector<StoredSound> applause;
    std::vector<StoredSound> speech;
    std::vector<Kind> others;          ///< by name
    std::vector<Recording> recordings; ///< labelled along their time

    bool empty() const { return applause.empty() && speech.empty() && others.empty() && recordings.empty(); }
};

/// Adds a training recording: a whole clip to the sounds of its kind, which its file or folder is named after
/// ("rain-0001.wav", "speech/a.wav"; in a folder of speech all is speech); anything else to the recordings, with the
/// stretches that are labelled. What somebody has said to be no applause (a rejected detection) makes sounds of a kind
/// of its own besides, of 10 s at most; where labels overlap, LabelTimeline says what they are.
void addSource(MixSources& sources, const LabelledRecording& recording, int32_t index, std::span<const float> samples);

/// What addSource() goes by besides a recording's sound and its stretches, as text to compare.
std::string mixedAs(const LabelledRecording& recording);

/// Where there are few clips of applause or speech, stretches of recordings take their place. Applause of recordings
/// that are labelled in part is mixed in any case: somebody has chosen it.
void completeSources(MixSources& sources);

/// "rain" for ".../rain-0001-x.flac"; the folder's name where the file's begins with no word.
std::string kindOfSound(const std::string& path);

} // namespace ovation
