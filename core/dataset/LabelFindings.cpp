// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/LabelFindings.h"

#include "core/base/Text.h"
#include "core/dataset/FolderTree.h"
#include "core/dataset/LabelTimeline.h"
#include "core/labels/LabelDoubts.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <map>
#include <set>

namespace ovation {

namespace {

constexpr double kOutsideSlackS = 0.05; ///< labels are often rounded past the end

std::string inLowerCase(std::string text) {
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

/// "non_applause_pt1", "no applause", "without-applause".
bool saysNoApplause(const std::string& folderName) {
    const size_t at = folderName.find("applause");
    if (at == std::string::npos) return false;
    std::string before = folderName.substr(0, at);
    while (!before.empty() && !std::isalnum(static_cast<unsigned char>(before.back())))
        before.pop_back();
    size_t word = before.size(); // "piano applause" says nothing of the kind
    while (word > 0 && std::isalnum(static_cast<unsigned char>(before[word - 1])))
        --word;
    before.erase(0, word);
    return std::ranges::any_of(std::initializer_list<const char*>{"non", "no", "not", "without"},
                               [&](const char* said) { return before == said; });
}

void addPlaces(const std::vector<LabelledRecording>& recordings, std::vector<Finding>& findings) {
    std::vector<std::string> outside;
    std::vector<std::string> overlapping;
    for (const LabelledRecording& recording : recordings) {
        if (recording.wholeClip) continue;
        const double duration = recording.info.durationS();
        const Label* previous = nullptr;
        for (const Label& label : recording.labels) {
            const TimeSpan& span = label.span;
            const std::string place = recording.path + ": " + fixed(span.start, 3) + " to " + fixed(span.end, 3) + " s";
            const bool inside = span.start >= 0 && span.start < span.end && span.end <= duration + kOutsideSlackS;
            if (!inside) outside.push_back(place + ", recording lasts " + fixed(duration, 3) + " s");
            if (previous && span.overlaps(previous->span) && label.labelClass != previous->labelClass)
                overlapping.push_back(place);
            previous = &label;
        }
    }
    if (!outside.empty())
        findings.push_back({Severity::Warning, "label-outside",
                            "Labels reach outside their recording or have no length.",
                            shortEvidence(std::move(outside)), "Check that they belong to it."});
    if (!overlapping.empty())
        findings.push_back(
            {Severity::Warning, "label-overlap",
             "Labels of different classes overlap; unsure counts before applause, and applause before the rest.",
             shortEvidence(std::move(overlapping)), "Move or remove one of each two."});
}

void addLeftOut(const std::vector<LabelledRecording>& recordings, std::vector<Finding>& findings) {
    std::vector<std::string> evidence;
    for (const LabelledRecording& recording : recordings)
        if (const int count = recording.labelsLeftOut; count > 0)
            evidence.push_back(recording.path + ": " + std::to_string(count) + (count == 1 ? " label" : " labels"));
    if (evidence.empty()) return;
    findings.push_back({Severity::Warning, "labels-left-out",
                        "Labels that cannot be used are left out, and so is all that no other label of their "
                        "recordings covers.",
                        shortEvidence(std::move(evidence)), "Correct their lines, which the check's notes name."});
}

/// Texts that speak of applause and count as something else, and label files that say nothing about applause.
void addTexts(const std::vector<LabelledRecording>& recordings, std::vector<Finding>& findings) {
    struct Use {
        int count = 0;
        std::string first; ///< path
    };
    std::map<std::string, Use> uses; // by text
    std::vector<std::string> transcripts;
    for (const LabelledRecording& recording : recordings) {
        if (recording.wholeClip) continue;
        bool speaks = false;
        for (const Label& label : recording.labels) {
            if (!speaksOfApplause(label)) continue;
            speaks = true;
            Use& use = uses[shownText(label.text)];
            if (use.count++ == 0) use.first = recording.path;
        }
        if (const size_t texts = speaks ? 0 : textsOfTranscript(recording.labels); texts > 0)
            transcripts.push_back(recording.path + ": " + std::to_string(texts) + " different texts, one being " +
                                  shownText(recording.labels.front().text));
    }
    std::vector<std::string> evidence;
    for (const auto& [text, use] : uses)
        evidence.push_back(text + ": " + std::to_string(use.count) +
                           (use.count == 1 ? " label, in " : " labels, the first in ") + use.first);
    if (!evidence.empty())
        findings.push_back({Severity::Warning, "label-text",
                            "Labels that speak of applause count as not applause: only \"applause\", \"clapping\" and "
                            "\"clap\", each alone, stand for it.",
                            shortEvidence(std::move(evidence)),
                            "Give those that are applause one of these texts, and \"unsure\" where it is mixed."});
    if (!transcripts.empty())
        findings.push_back({Severity::Warning, "label-transcript",
                            "Labels that never name applause have as many texts as a transcript has; all of their "
                            "recordings counts as not applause.",
                            shortEvidence(std::move(transcripts)),
                            "Label the applause, or remove label files that say nothing about it."});
}

void addFolderNames(const std::vector<LabelledRecording>& recordings, std::vector<Finding>& findings) {
    std::set<std::string> names;
    for (const LabelledRecording& recording : recordings) {
        if (recording.wholeClip != LabelClass::NotApplause) continue;
        const std::string name = std::filesystem::path(canonicalPath(recording.path)).parent_path().filename().string();
        if (inLowerCase(name).find("applause") != std::string::npos) names.insert(name);
    }
    for (const std::string& name : names)
        findings.push_back(
            {Severity::Info, "folder-name",
             name + " is understood as not applause: only names that begin with applause stand for it."});
}

/// Clips that count as applause although their folder's own name says otherwise: the rule "contains applause".
void addFolderClasses(const std::vector<LabelledRecording>& recordings, std::vector<Finding>& findings) {
    std::map<std::string, int> folders;
    for (const LabelledRecording& recording : recordings) {
        const std::filesystem::path folder = std::filesystem::path(recording.path).parent_path();
        if (!saysNoApplause(inLowerCase(folder.filename().string()))) continue;
        const std::vector<LabelTimeline::Stretch> stretches = LabelTimeline(recording).stretches();
        if (stretches.size() == 1 && stretches[0].labelClass == LabelClass::Applause) ++folders[folder.string()];
    }
    std::vector<std::string> evidence;
    for (const auto& [folder, clips] : folders)
        evidence.push_back(folder + ": " + std::to_string(clips) + (clips == 1 ? " clip" : " clips") +
                           " labelled applause");
    if (evidence.empty()) return;
    findings.push_back(
        {Severity::Fatal, "label-rule",
         "Clips from folders whose names say that they are not applause are labelled applause from end to end, as "
         "by a rule that looks for \"applause\" anywhere in a name.",
         shortEvidence(std::move(evidence)),
         "Label them as not applause, or rename the folders if they do hold applause."});
}

} // namespace

std::vector<Finding> findingsOfLabels(const std::vector<LabelledRecording>& recordings) {
    std::vector<Finding> findings;
    addPlaces(recordings, findings);
    addLeftOut(recordings, findings);
    addTexts(recordings, findings);
    addFolderNames(recordings, findings);
    addFolderClasses(recordings, findings);
    return findings;
}

} // namespace ovation
