// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/MixSources.h"

#include "core/base/Files.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <filesystem>
#include <iterator>

namespace ovation {

namespace {

constexpr size_t kFewClips = 8;
constexpr double kShortestApplauseS = 1.5;
constexpr double kSpeechPieceS = 6;
constexpr double kShortestOtherS = 0.3;
constexpr double kLongestSaidS = 10;                  ///< a speaker's turn can be an hour
constexpr const char* kSaidToBeNone = "not applause"; ///< has a space: no file's kind is called so

std::string firstWord(const std::string& name) {
    std::string word;
    for (const char c : name) {
        if (!std::isalpha(static_cast<unsigned char>(c))) break;
        word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    return word;
}

std::string folderWord(const std::string& path) {
    return firstWord(std::filesystem::path(path).parent_path().filename().string());
}

bool isSpeech(const std::string& kind) {
    for (const char* word : {"speech", "voice", "talk", "speaker"})
        if (kind == word) return true;
    return false;
}

/// Whether less than half of a recording is known to be applause or not.
bool isPartly(const std::vector<LabelTimeline::Stretch>& stretches) {
    double known = 0, all = 0;
    for (const LabelTimeline::Stretch& stretch : stretches) {
        all += stretch.span.length();
        if (stretch.labelClass && *stretch.labelClass != LabelClass::Unsure) known += stretch.span.length();
    }
    return 2 * known < all;
}

std::vector<StoredSound>& soundsOf(MixSources& sources, const std::string& kind) {
    const auto place = std::ranges::lower_bound(sources.others, kind, {}, &MixSources::Kind::name);
    const bool there = place != sources.others.end() && place->name == kind;
    return (there ? place : sources.others.insert(place, {kind, {}}))->sounds;
}

/// What labels say to be no applause, without what others say to be some inside it, in pieces.
std::vector<TimeSpan> saidToBeNone(const LabelledRecording& recording, const LabelTimeline& timeline) {
    std::vector<TimeSpan> pieces;
    for (const Label& label : recording.labels) {
        if (label.labelClass != LabelClass::NotApplause) continue;
        for (const TimeSpan& part : timeline.parts(LabelClass::NotApplause, label.span))
            if (part.length() >= kShortestOtherS)
                std::ranges::copy(equalPieces(part, kLongestSaidS), std::back_inserter(pieces));
    }
    return pieces;
}

void addSaidToBeNone(MixSources& sources, const LabelledRecording& recording, const LabelTimeline& timeline,
                     std::span<const float> samples) {
    const auto at = [&](double seconds) {
        return std::min(samples.size(), static_cast<size_t>(std::max(0.0, seconds) * sources.sampleRate));
    };
    for (const TimeSpan& piece : saidToBeNone(recording, timeline))
        if (const size_t from = at(piece.start), to = at(piece.end); from < to)
            soundsOf(sources, kSaidToBeNone).emplace_back(samples.subspan(from, to - from));
}

/// Of a clip that is no applause: its kind's name, or "" for speech.
std::string otherKindOf(const std::string& path) {
    const std::string kind = kindOfSound(path);
    return isSpeech(kind) || isSpeech(folderWord(path)) ? std::string() : kind;
}

} // namespace

StoredSound::StoredSound(std::span<const float> samples) {
    float peak = 0;
    for (const float sample : samples)
        peak = std::max(peak, std::abs(sample));
    m_scale = peak / 32767;
    const float inverse = peak > 0 ? 1 / m_scale : 0;
    m_samples.reserve(samples.size());
    for (const float sample : samples)
        m_samples.push_back(static_cast<int16_t>(std::lround(sample * inverse)));
}

Samples StoredSound::part(size_t first, size_t count) const {
    first = std::min(first, m_samples.size());
    count = std::min(count, m_samples.size() - first);
    Samples result(count);
    for (size_t i = 0; i < count; ++i)
        result[i] = m_scale * static_cast<float>(m_samples[first + i]);
    return result;
}

std::string kindOfSound(const std::string& path) {
    const std::string word = firstWord(stemOf(path));
    if (word.size() >= 3) return word;
    return folderWord(path);
}

void addSource(MixSources& sources, const LabelledRecording& recording, int32_t index, std::span<const float> samples) {
    if (samples.empty()) return;
    if (!recording.wholeClip) {
        const LabelTimeline timeline(recording);
        addSaidToBeNone(sources, recording, timeline, samples);
        sources.recordings.push_back(
            {StoredSound(samples), timeline.stretches(), index, isPartly(timeline.stretches())});
        return;
    }
    if (*recording.wholeClip == LabelClass::Unsure) return;
    StoredSound sound(samples);
    if (*recording.wholeClip == LabelClass::Applause) {
        sources.applause.push_back(std::move(sound));
        return;
    }
    const std::string kind = otherKindOf(recording.path);
    (kind.empty() ? sources.speech : soundsOf(sources, kind)).push_back(std::move(sound));
}

std::string mixedAs(const LabelledRecording& recording) {
    if (recording.wholeClip)
        return *recording.wholeClip == LabelClass::NotApplause ? "clip of " + otherKindOf(recording.path) : "clip";
    std::string text = "recording";
    for (const TimeSpan& piece : saidToBeNone(recording, LabelTimeline(recording)))
        text += " " + std::to_string(piece.start) + " " + std::to_string(piece.end);
    return text;
}

void completeSources(MixSources& sources) {
    const auto at = [&](double seconds) { return static_cast<size_t>(std::max(0.0, seconds) * sources.sampleRate); };
    const bool fewApplauses = sources.applause.size() < kFewClips, littleSpeech = sources.speech.size() < kFewClips;
    for (const MixSources::Recording& recording : sources.recordings) {
        for (const LabelTimeline::Stretch& stretch : recording.stretches) {
            const auto [start, end] = stretch.span;
            if (stretch.labelClass == LabelClass::Applause && (fewApplauses || recording.partly) &&
                end - start >= kShortestApplauseS)
                sources.applause.emplace_back(recording.sound.part(at(start), at(end) - at(start)));
            if (stretch.labelClass != LabelClass::NotApplause || !littleSpeech) continue;
            for (double first = start; first + kSpeechPieceS <= end; first += 2 * kSpeechPieceS)
                sources.speech.emplace_back(recording.sound.part(at(first), at(kSpeechPieceS)));
        }
    }
}

} // namespace ovation
