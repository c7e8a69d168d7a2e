// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/LabelImport.h"

#include "core/base/Files.h"
#include "core/labels/LabelDoubts.h"
#include "core/labels/LabelFormats.h"
#include "core/labels/LabelText.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <set>
#include <tuple>

namespace ovation {
namespace {

std::string lastPart(const std::string& path) {
    return std::filesystem::path(path).filename().string();
}

std::string counted(size_t count, const char* one, const char* many) {
    return std::to_string(count) + (count == 1 ? one : many);
}

/// How many of `added` overlap a segment before them or one that is there.
size_t overlapping(const std::vector<Segment>& added, const std::vector<Segment>& present) {
    struct Stretch {
        SampleRange range;
        bool isNew;
    };
    std::vector<Stretch> all;
    for (const Segment& segment : present)
        all.push_back({segment.range, false});
    for (const Segment& segment : added)
        all.push_back({segment.range, true});
    std::ranges::sort(all, {}, [](const Stretch& s) { return std::pair(s.range.begin, s.range.end); });
    size_t count = 0;
    int64_t end = 0, endOfNew = 0;
    for (const Stretch& stretch : all) {
        if (stretch.range.begin < (stretch.isNew ? end : endOfNew)) ++count;
        end = std::max(end, stretch.range.end);
        if (stretch.isNew) endOfNew = std::max(endOfNew, stretch.range.end);
    }
    return count;
}

} // namespace

SpeechId speechNamed(const std::vector<Speech>& speeches, const std::string& name) {
    if (name.empty()) return 0;
    const auto only = [&](auto means) -> SpeechId {
        SpeechId found = 0;
        for (const Speech& speech : speeches) {
            if (!means(speech.path)) continue;
            if (found != 0) return 0;
            found = speech.id;
        }
        return found;
    };
    if (const SpeechId found = only([&](const std::string& path) { return path == name; })) return found;
    if (const SpeechId found = only([&](const std::string& path) { return lastPart(path) == lastPart(name); }))
        return found;
    if (const SpeechId found = only([&](const std::string& path) { return namesRecording(name, path); })) return found;
    return only([&](const std::string& path) { return stemOf(path) == stemOf(name); });
}

SpeechId speechFor(const std::vector<Speech>& speeches, const std::string& labelPath, const LabelFile& file) {
    const std::string stem = labelStem(labelPath);
    const std::string folder = std::filesystem::path(labelPath).parent_path().string();
    SpeechId byStem = 0;
    int same = 0;
    for (const Speech& speech : speeches) {
        if (stemOf(speech.path) != stem) continue;
        if (std::filesystem::path(speech.path).parent_path() == folder) return speech.id; // it lies beside it
        byStem = speech.id;
        ++same;
    }
    return same == 1 ? byStem : speechNamed(speeches, file.audioFile);
}

std::string belongsNowhere(const std::string& labelPath, const std::vector<std::string>& named) {
    const std::string start = "\"" + labelPath + "\" ";
    if (named.size() > 1)
        return start + "names " + std::to_string(named.size()) +
               " recordings, none of which is in the project, the first being \"" + named.front() +
               "\". Add the recordings first.";
    return start + "belongs to no recording of the project. Add the recording first, or give the label file its name.";
}

LabelImport importLabels(const LabelFile& file, const std::string& source, const Speech& speech,
                         const std::vector<Segment>& present, int64_t& nextSegmentId) {
    LabelImport result;
    result.warnings = file.warnings;
    result.edit.speech = speech.id;
    const auto content = [](const Segment& s) {
        return std::tuple(s.range.begin, s.range.end, s.labelClass, oneLineText(s.text));
    };
    const auto place = [](const Segment& s) { return std::tuple(s.range.begin, s.range.end, s.labelClass); };
    std::set<decltype(content(Segment{}))> seen;
    std::set<decltype(place(Segment{}))> places, withoutText;
    for (const Segment& segment : present) {
        seen.insert(content(segment));
        places.insert(place(segment));
        if (segment.text.empty()) withoutText.insert(place(segment));
    }
    size_t known = 0;
    for (Segment& segment : toSegments(file, speech.sampleRate, speech.frames, nextSegmentId, result.warnings)) {
        const bool there = (segment.text.empty() ? places : withoutText).contains(place(segment));
        if (there || !seen.insert(content(segment)).second) {
            ++known;
            continue;
        }
        segment.source = source;
        result.edit.added.push_back(std::move(segment));
    }
    std::ranges::move(doubtsAbout(file.labels), std::back_inserter(result.warnings));
    if (known > 0)
        result.warnings.push_back(counted(known, " label was", " labels were") + " there already and not added again.");
    if (const size_t count = overlapping(result.edit.added, present))
        result.warnings.push_back(counted(count, " label overlaps another", " labels overlap others") +
                                  "; all were kept as they are.");
    return result;
}

LabelFile labelFileOf(const Speech& speech, const std::vector<Segment>& segments) {
    LabelFile file;
    file.audioFile = speech.path;
    file.durationS = speech.durationS();
    file.labels = toLabels(segments, speech.sampleRate);
    return file;
}

} // namespace ovation
