// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/LabelTimeline.h"
#include "core/dataset/StoredSound.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace ovation {

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

/// Makes sources of a training recording whose samples come block by block, and all of them twice: a whole clip becomes
/// a sound of its kind, which its file or folder is named after ("rain-0001.wav", "speech/a.wav"; in a folder of speech
/// all is speech); anything else a recording, with the stretches that are labelled. What somebody has said to be no
/// applause (a rejected detection) makes sounds of a kind of its own besides, of 10 s at most; where labels overlap,
/// LabelTimeline says what they are.
class SourceIntake {
public:
    /// `recording` outlives it. Of one that is labelled in part, what is further than `reachS` from everything that is
    /// known to be applause or not is not kept; nullopt: all is.
    SourceIntake(const LabelledRecording& recording, std::optional<double> reachS, int sampleRate);

    void hear(std::span<const float> samples); ///< the next ones
    void heard();                              ///< all of them
    void take(std::span<const float> samples); ///< the same again

    int64_t samples() const { return m_heard; }
    int64_t taken() const { return m_taken; }
    bool keepsAny() const; ///< else nothing need be taken

    /// `index`: the recording's in the data set.
    void addTo(MixSources& sources, int32_t index) &&;

private:
    const LabelledRecording* m_recording;
    std::vector<LabelTimeline::Stretch> m_stretches;
    SoundIntake m_whole;
    std::vector<SoundIntake> m_saidToBeNone; ///< in the order of the labels
    std::optional<int64_t> m_reach;          ///< samples
    int64_t m_heard = 0, m_taken = 0;
};

/// Adds a recording whose samples are there.
void addSource(MixSources& sources, const LabelledRecording& recording, int32_t index, std::span<const float> samples);

/// What addSource() goes by besides a recording's sound and its stretches, as text to compare.
std::string mixedAs(const LabelledRecording& recording);

/// Where there are few clips of applause or speech, stretches of recordings take their place. Applause of recordings
/// that are labelled in part is mixed in any case: somebody has chosen it.
void completeSources(MixSources& sources);

/// Whether a recording along its time holds anything that is known to be applause or not.
bool holdsKnown(const std::vector<LabelTimeline::Stretch>& stretches);

/// Bytes of the samples that the sources made of `recordings` keep.
int64_t sourceBytes(const std::vector<const LabelledRecording*>& recordings, std::optional<double> reachS,
                    int sampleRate);

/// "rain" for ".../rain-0001-x.flac"; the folder's name where the file's begins with no word.
std::string kindOfSound(const std::string& path);

} // namespace ovation
