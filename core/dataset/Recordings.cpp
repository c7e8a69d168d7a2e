// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/Recordings.h"

#include "core/dataset/BesideJudged.h"
#include "core/dataset/Groups.h"
#include "core/labels/Segment.h"
#include "core/models/ModelBundle.h"

#include <algorithm>
#include <cctype>

namespace ovation {

std::optional<LabelClass> LabelledRecording::at(double seconds) const {
    if (wholeClip) return wholeClip;
    std::optional<LabelClass> found;
    if (fullyLabelled) found = LabelClass::NotApplause;
    // Where labels overlap, doubt wins over applause and applause over the rest.
    for (const Label& label : labels) {
        if (seconds < label.span.start || seconds >= label.span.end) continue;
        if (label.labelClass == LabelClass::Unsure) return LabelClass::Unsure;
        if (label.labelClass == LabelClass::Applause || !found) found = label.labelClass;
    }
    return found;
}

FolderClass folderClass(const std::string& folderName) {
    std::string name = folderName;
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (name == "applause" || name.starts_with("applause_") || name.starts_with("applause-"))
        return FolderClass::Positive;
    for (const char* leftOut : {"ambiguous", "unsure", "unlabelled", "unlabeled"})
        if (name == leftOut) return FolderClass::LeftOut;
    return FolderClass::Negative;
}

std::vector<std::string> groupTokens(std::string_view text) {
    std::vector<std::string> tokens;
    size_t position = 0;
    while (position < text.size()) {
        const size_t end = std::min(text.find_first_of("; \t", position), text.size());
        const std::string token(text.substr(position, end - position));
        // A lone dash or the like is punctuation between words, not the name of a source.
        if (std::ranges::any_of(token, [](unsigned char c) { return std::isalnum(c) || c >= 0x80; }) &&
            std::ranges::find(tokens, token) == tokens.end())
            tokens.push_back(token);
        position = end + 1;
    }
    return tokens;
}

RecordingCollection collectRecordings(const ProjectData& project) {
    RecordingCollection collection;
    const auto chosen = project.settings.find("decoder");
    const std::optional<DecoderOptions> decoder =
        chosen == project.settings.end() ? std::nullopt : decoderFromJson(chosen->second);
    int64_t unlabelled = 0;
    for (const Speech& speech : project.speeches) {
        const auto segments = project.segments.find(speech.id);
        const bool labelled = segments != project.segments.end() && !segments->second.empty();
        if (!labelled && !speech.fullyLabelled) {
            ++unlabelled;
            continue;
        }
        if (speech.missing) {
            collection.skipped.push_back({speech.path, {ErrorCode::FileNotFound, speech.path, "", 0}});
            continue;
        }
        LabelledRecording recording;
        recording.path = speech.path;
        recording.info = {speech.frames, speech.sampleRate, speech.channels, ""};
        if (labelled) recording.labels = toLabels(segments->second, speech.sampleRate);
        recording.fullyLabelled = speech.fullyLabelled;
        if (labelled) {
            const auto detection = project.detections.find(speech.id);
            const bool detected = detection != project.detections.end();
            for (const SampleRange& range :
                 besideJudged(speech, segments->second, detected ? &detection->second : nullptr,
                              decoder.value_or(DecoderOptions{})))
                recording.beside.push_back(toSeconds(range, speech.sampleRate));
        }
        recording.groups = groupTokens(speech.group);
        recording.role = speech.role;
        collection.recordings.push_back(std::move(recording));
    }
    if (unlabelled > 0)
        collection.notes.push_back(std::to_string(unlabelled) + (unlabelled == 1 ? " recording" : " recordings") +
                                   " of the project without labels left out.");
    std::ranges::stable_sort(collection.recordings, {}, &LabelledRecording::path);
    return collection;
}

} // namespace ovation
