// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/MixSources.h"

#include "core/base/Files.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <filesystem>
#include <limits>

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

bool isCertain(const LabelTimeline::Stretch& stretch) {
    return stretch.labelClass && *stretch.labelClass != LabelClass::Unsure;
}

/// Whether less than half of a recording is known to be applause or not.
bool isPartly(const std::vector<LabelTimeline::Stretch>& stretches) {
    double known = 0, all = 0;
    for (const LabelTimeline::Stretch& stretch : stretches) {
        all += stretch.span.length();
        if (isCertain(stretch)) known += stretch.span.length();
    }
    return 2 * known < all;
}

bool isSpeechClip(const LabelledRecording& recording) {
    return isSpeech(kindOfSound(recording.path)) || isSpeech(folderWord(recording.path));
}

std::vector<StoredSound>& soundsOf(MixSources& sources, const std::string& kind) {
    const auto place = std::ranges::lower_bound(sources.others, kind, {}, &MixSources::Kind::name);
    const bool there = place != sources.others.end() && place->name == kind;
    return (there ? place : sources.others.insert(place, {kind, {}}))->sounds;
}

int64_t sampleAt(double seconds, int sampleRate) {
    return static_cast<int64_t>(std::max(0.0, seconds) * sampleRate);
}

/// What labels say to be no applause, without what others say to be some inside it.
std::vector<SampleRange> saidToBeNone(const LabelledRecording& recording, int sampleRate) {
    std::vector<SampleRange> ranges;
    const LabelTimeline timeline(recording);
    for (const Label& label : recording.labels) {
        if (label.labelClass != LabelClass::NotApplause) continue;
        for (const TimeSpan& part : timeline.parts(LabelClass::NotApplause, label.span)) {
            if (part.length() < kShortestOtherS) continue;
            for (const TimeSpan& piece : equalPieces(part, kLongestSaidS))
                ranges.push_back({sampleAt(piece.start, sampleRate), sampleAt(piece.end, sampleRate)});
        }
    }
    return ranges;
}

constexpr SampleRange kEverything{0, std::numeric_limits<int64_t>::max()};

/// Ranges of a recording along its time that are kept.
std::vector<SampleRange> keptOf(const std::vector<LabelTimeline::Stretch>& stretches, std::optional<int64_t> reach,
                                int sampleRate) {
    if (!reach || !isPartly(stretches)) return {kEverything};
    std::vector<SampleRange> kept;
    for (const LabelTimeline::Stretch& stretch : stretches) {
        if (!isCertain(stretch)) continue;
        const SampleRange range{std::max<int64_t>(0, sampleAt(stretch.span.start, sampleRate) - *reach),
                                sampleAt(stretch.span.end, sampleRate) + 1 + *reach};
        if (!kept.empty() && range.begin <= kept.back().end)
            kept.back().end = range.end;
        else
            kept.push_back(range);
    }
    return kept;
}

std::optional<int64_t> reachOf(std::optional<double> seconds, int sampleRate) {
    if (!seconds) return std::nullopt;
    return sampleAt(*seconds, sampleRate) + 1;
}

std::vector<SampleRange> keptOfRecording(const LabelledRecording& recording,
                                         const std::vector<LabelTimeline::Stretch>& stretches,
                                         std::optional<int64_t> reach, int sampleRate) {
    if (!recording.wholeClip) return keptOf(stretches, reach, sampleRate);
    return *recording.wholeClip == LabelClass::Unsure ? std::vector<SampleRange>{}
                                                      : std::vector<SampleRange>{kEverything};
}

/// What stands in for clips of applause and of speech.
struct StandIns {
    bool fewApplauses = false, littleSpeech = false;

    std::vector<TimeSpan> applause(const LabelTimeline::Stretch& stretch, bool partly) const {
        if (stretch.labelClass != LabelClass::Applause || !(fewApplauses || partly) ||
            stretch.span.end - stretch.span.start < kShortestApplauseS)
            return {};
        return {stretch.span};
    }

    std::vector<double> speech(const LabelTimeline::Stretch& stretch) const { ///< starts of pieces
        std::vector<double> starts;
        if (stretch.labelClass != LabelClass::NotApplause || !littleSpeech) return starts;
        for (double first = stretch.span.start; first + kSpeechPieceS <= stretch.span.end; first += 2 * kSpeechPieceS)
            starts.push_back(first);
        return starts;
    }
};

} // namespace

std::string kindOfSound(const std::string& path) {
    const std::string word = firstWord(stemOf(path));
    if (word.size() >= 3) return word;
    return folderWord(path);
}

SourceIntake::SourceIntake(const LabelledRecording& recording, std::optional<double> reachS, int sampleRate)
    : m_recording(&recording),
      m_stretches(recording.wholeClip ? std::vector<LabelTimeline::Stretch>{} : LabelTimeline(recording).stretches()),
      m_whole(kEverything, keptOfRecording(recording, m_stretches, reachOf(reachS, sampleRate), sampleRate)),
      m_reach(reachOf(reachS, sampleRate)) {
    if (recording.wholeClip) return;
    for (const SampleRange& range : saidToBeNone(recording, sampleRate))
        m_saidToBeNone.emplace_back(range);
}

void SourceIntake::hear(std::span<const float> samples) {
    m_whole.hear(m_heard, samples);
    for (SoundIntake& sound : m_saidToBeNone)
        sound.hear(m_heard, samples);
    m_heard += std::ssize(samples);
}

void SourceIntake::heard() {
    // Labels may lie behind the last sample; the last example of a recording is cut for them.
    if (m_reach) m_whole.reachTheEnd(*m_reach);
}

void SourceIntake::take(std::span<const float> samples) {
    m_whole.take(m_taken, samples);
    for (SoundIntake& sound : m_saidToBeNone)
        sound.take(m_taken, samples);
    m_taken += std::ssize(samples);
}

bool SourceIntake::keepsAny() const {
    return m_whole.keepsAny() || !m_saidToBeNone.empty();
}

void SourceIntake::addTo(MixSources& sources, int32_t index) && {
    if (m_heard == 0) return;
    const LabelledRecording& recording = *m_recording;
    if (!recording.wholeClip) {
        for (SoundIntake& sound : m_saidToBeNone)
            if (sound.size() > 0) soundsOf(sources, kSaidToBeNone).push_back(std::move(sound).sound());
        const bool partly = isPartly(m_stretches);
        sources.recordings.push_back({std::move(m_whole).sound(), std::move(m_stretches), index, partly});
        return;
    }
    if (*recording.wholeClip == LabelClass::Unsure) return;
    StoredSound sound = std::move(m_whole).sound();
    if (*recording.wholeClip == LabelClass::Applause)
        sources.applause.push_back(std::move(sound));
    else if (isSpeechClip(recording))
        sources.speech.push_back(std::move(sound));
    else
        soundsOf(sources, kindOfSound(recording.path)).push_back(std::move(sound));
}

void addSource(MixSources& sources, const LabelledRecording& recording, int32_t index, std::span<const float> samples) {
    SourceIntake intake(recording, std::nullopt, sources.sampleRate);
    intake.hear(samples);
    intake.heard();
    intake.take(samples);
    std::move(intake).addTo(sources, index);
}

std::string mixedAs(const LabelledRecording& recording) {
    if (recording.wholeClip) {
        if (*recording.wholeClip != LabelClass::NotApplause) return "clip";
        return "clip of " + (isSpeechClip(recording) ? std::string() : kindOfSound(recording.path));
    }
    std::string text = "recording";
    for (const SampleRange& range : saidToBeNone(recording, MixSources().sampleRate))
        text += " " + std::to_string(range.begin) + " " + std::to_string(range.end);
    return text;
}

void completeSources(MixSources& sources) {
    const auto at = [&](double seconds) { return static_cast<size_t>(sampleAt(seconds, sources.sampleRate)); };
    const StandIns standIns{sources.applause.size() < kFewClips, sources.speech.size() < kFewClips};
    for (const MixSources::Recording& recording : sources.recordings) {
        for (const LabelTimeline::Stretch& stretch : recording.stretches) {
            for (const TimeSpan& span : standIns.applause(stretch, recording.partly))
                sources.applause.emplace_back(recording.sound.part(at(span.start), at(span.end) - at(span.start)));
            for (const double first : standIns.speech(stretch))
                sources.speech.emplace_back(recording.sound.part(at(first), at(kSpeechPieceS)));
        }
    }
}

bool holdsKnown(const std::vector<LabelTimeline::Stretch>& stretches) {
    return std::ranges::any_of(stretches, isCertain);
}

int64_t sourceBytes(const std::vector<const LabelledRecording*>& recordings, std::optional<double> reachS,
                    int sampleRate) {
    const auto clipsOf = [&](const auto& matches) {
        return std::ranges::count_if(recordings,
                                     [&](const LabelledRecording* r) { return r->wholeClip && matches(*r); });
    };
    const auto few = static_cast<std::ptrdiff_t>(kFewClips);
    const StandIns standIns{
        clipsOf([](const LabelledRecording& r) { return *r.wholeClip == LabelClass::Applause; }) < few,
        clipsOf([](const LabelledRecording& r) { return *r.wholeClip == LabelClass::NotApplause && isSpeechClip(r); }) <
            few};
    double samples = 0;
    for (const LabelledRecording* recording : recordings) {
        const double all = recording->info.durationS() * sampleRate;
        const auto add = [&](const SampleRange& range) {
            samples += std::max(0.0, std::min(all, static_cast<double>(range.end)) - static_cast<double>(range.begin));
        };
        const std::vector<LabelTimeline::Stretch> stretches =
            recording->wholeClip ? std::vector<LabelTimeline::Stretch>{} : LabelTimeline(*recording).stretches();
        for (const SampleRange& range : keptOfRecording(*recording, stretches, reachOf(reachS, sampleRate), sampleRate))
            add(range);
        if (recording->wholeClip) continue;
        for (const SampleRange& range : saidToBeNone(*recording, sampleRate))
            add(range);
        const bool partly = isPartly(stretches);
        for (const LabelTimeline::Stretch& stretch : stretches) {
            for (const TimeSpan& span : standIns.applause(stretch, partly))
                samples += span.length() * sampleRate;
            samples += static_cast<double>(standIns.speech(stretch).size()) * kSpeechPieceS * sampleRate;
        }
    }
    constexpr double kMost = 1e18;
    return static_cast<int64_t>(std::min(kMost, samples * sizeof(int16_t)));
}

} // namespace ovation
