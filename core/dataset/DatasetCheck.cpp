// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/DatasetCheck.h"

#include "core/base/Files.h"
#include "core/dataset/FolderTree.h"
#include "core/dataset/Groups.h"
#include "core/dataset/LabelTimeline.h"
#include "core/dataset/TruncatedFiles.h"
#include "core/dataset/WindowPlan.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <set>

namespace ovation {

namespace fs = std::filesystem;

namespace {

constexpr size_t kMostEvidence = 10;
constexpr int64_t kFewValidationWindows = 20;
constexpr int64_t kFewOfAClass = 5;
constexpr double kImbalance = 10;       // windows of one class for each of the other
constexpr double kOutsideSlackS = 0.05; // labels are often rounded past the end

std::string number(double value, int decimals) {
    char text[64];
    std::snprintf(text, sizeof text, "%.*f", decimals, value);
    return text;
}

std::string windowsOf(int64_t count) {
    return std::to_string(count) + (count == 1 ? " window" : " windows");
}

class Checker {
public:
    Checker(const RecordingCollection& training, const Hyperparameters& hyperparameters,
            const RecordingCollection* validation)
        : m_training(training),
          m_validation(validation),
          m_hyperparameters(hyperparameters),
          m_plan(planWindows(training, hyperparameters, validation)) {}

    CheckReport check() {
        countSides();
        checkClasses();
        checkValidationPart();
        checkLeak();
        checkImbalance();
        checkSampleRates();
        checkLabels();
        checkFolderNames();
        listFiles();
        summarise();
        std::ranges::stable_sort(m_report.findings, std::ranges::greater{}, &Finding::severity);
        m_report.split = std::move(m_plan.split);
        return std::move(m_report);
    }

private:
    const std::vector<LabelledRecording>& recordings() const { return m_plan.collection.recordings; }
    const Window& window(int32_t index) const { return m_plan.windows[static_cast<size_t>(index)]; }

    void add(Severity severity, const char* id, std::string text, std::vector<std::string> evidence = {}) {
        if (evidence.size() > kMostEvidence) {
            const size_t more = evidence.size() - kMostEvidence;
            evidence.resize(kMostEvidence);
            evidence.push_back("and " + std::to_string(more) + " more");
        }
        m_report.findings.push_back({severity, id, std::move(text), std::move(evidence)});
    }

    void countSides() {
        m_report.trainWindows = static_cast<int64_t>(m_plan.split.train.size());
        m_report.validationWindows = static_cast<int64_t>(m_plan.split.validation.size());
        const auto applause = [&](int32_t index) { return window(index).applause; };
        m_report.trainPositives = std::ranges::count_if(m_plan.split.train, applause);
        m_report.validationPositives = std::ranges::count_if(m_plan.split.validation, applause);
        for (const LabelledRecording& recording : recordings()) {
            const LabelTimeline timeline(recording);
            for (const LabelTimeline::Stretch& stretch : timeline.stretches()) {
                if (!stretch.labelClass || *stretch.labelClass == LabelClass::Unsure) continue;
                ClassTotals& totals = *stretch.labelClass == LabelClass::Applause ? m_report.applause : m_report.other;
                ++totals.clips;
                totals.seconds += stretch.span.length();
            }
        }
    }

    void checkClasses() {
        const int64_t windows = m_report.trainWindows;
        const int64_t positives = m_report.trainPositives;
        if (windows == 0) {
            add(Severity::Fatal, "no-examples",
                "There is no labelled window to learn from; label applause and other sounds, or tick recordings as "
                "fully "
                "labelled.");
        } else if (positives == 0 || positives == windows) {
            const bool all = positives > 0;
            const bool bothExist = m_report.applause.clips > 0 && m_report.other.clips > 0;
            add(Severity::Fatal, "one-class",
                std::string("Every training window is ") + (all ? "applause" : "not applause") +
                    ", so there is nothing to learn; " +
                    (bothExist ? "add more recordings with both classes, or change the split."
                     : all     ? "add recordings without applause, and check how the folders are named."
                               : "label some applause, and check how the folders are named."),
                folderEvidence());
        }
    }

    /// Folders and what their clips count as: shows a wrong name at a glance.
    std::vector<std::string> folderEvidence() const {
        std::map<std::string, std::pair<int, int>> folders;
        for (const LabelledRecording& recording : recordings()) {
            if (!recording.wholeClip) continue;
            auto& [applause, other] = folders[fs::path(recording.path).parent_path().string()];
            ++(*recording.wholeClip == LabelClass::Applause ? applause : other);
        }
        std::vector<std::string> evidence;
        for (const auto& [folder, counts] : folders)
            evidence.push_back(folder + ": " + std::to_string(counts.first) + " applause, " +
                               std::to_string(counts.second) + " not applause");
        if (evidence.empty())
            evidence.push_back(std::to_string(recordings().size()) + " recordings, " +
                               number(m_report.applause.seconds, 1) + " s of applause, " +
                               number(m_report.other.seconds, 1) + " s of other sound");
        return evidence;
    }

    void checkValidationPart() {
        const int64_t windows = m_report.validationWindows;
        const int64_t positives = m_report.validationPositives;
        if (m_report.trainWindows + windows == 0) return;
        if (windows == 0) {
            add(Severity::Fatal, "few-examples",
                "No window is left for validation, so nothing could be measured; add recordings from other sources, or "
                "give validation data.",
                {std::to_string(recordings().size()) + " recordings"});
            return;
        }
        const int64_t smaller = std::min(positives, windows - positives);
        if (windows >= kFewValidationWindows && smaller >= kFewOfAClass) return;
        add(Severity::Warning, "few-examples",
            smaller == 0 ? "Validation has one class only, so most scores are undefined (n/a) there; add recordings."
                         : "Validation is too small for its scores to say much; add recordings.",
            {windowsOf(windows) + " for validation", std::to_string(positives) + " of applause"});
    }

    void checkLeak() {
        if (m_validation && checkOverlap()) return;
        if (!m_plan.split.leaky) return;
        const std::vector<int32_t> components = groupComponents(recordings());
        std::set<int32_t> training;
        for (const int32_t index : m_plan.split.train)
            training.insert(components[static_cast<size_t>(window(index).recording)]);
        std::set<std::string> files;
        for (const int32_t index : m_plan.split.validation) {
            const auto recording = static_cast<size_t>(window(index).recording);
            if (training.contains(components[recording])) files.insert(recordings()[recording].path);
        }
        if (files.empty() && m_hyperparameters.split != "random") return;
        add(Severity::Warning, "split-leak",
            m_hyperparameters.split == "random" && !m_validation
                ? "The random split deals out single windows, so that parts of one recording or source can be on both "
                  "sides "
                  "and scores look better than they are; split by recording."
                : "Recordings of one source are on both sides of the split, so that scores look better than they are; "
                  "give them one role.",
            {files.begin(), files.end()});
    }

    /// The same recording given for training and for validation: by path or by content.
    bool checkOverlap() {
        std::vector<LabelledRecording> all = recordings();
        for (LabelledRecording& recording : all)
            recording.groups.clear();
        groupIdenticalFiles(all, {});
        const size_t first = m_training.recordings.size();
        std::set<std::string> seen;
        const auto keysOf = [&](const LabelledRecording& recording) {
            std::vector<std::string> keys = recording.groups;
            keys.push_back(canonicalPath(recording.path));
            return keys;
        };
        for (size_t i = 0; i < first; ++i)
            for (const std::string& key : keysOf(all[i]))
                seen.insert(key);
        std::vector<std::string> evidence;
        for (size_t i = first; i < all.size(); ++i)
            if (std::ranges::any_of(keysOf(all[i]), [&](const std::string& key) { return seen.contains(key); }))
                evidence.push_back(all[i].path);
        if (evidence.empty()) return false;
        add(Severity::Fatal, "split-leak",
            "Validation recordings are also among the training recordings, so their scores would be worthless; take "
            "them out of one of the two.",
            std::move(evidence));
        return true;
    }

    void checkImbalance() {
        const double applause = static_cast<double>(m_report.trainPositives);
        const double other = static_cast<double>(m_report.trainWindows) - applause;
        const double smaller = std::min(applause, other);
        if (smaller <= 0 || std::max(applause, other) < kImbalance * smaller) return;
        add(Severity::Warning, "imbalance",
            std::string(applause < other ? "Applause" : "Other sound") +
                " is a small part of the training windows; add more of it, or weigh the classes.",
            {windowsOf(static_cast<int64_t>(applause)) + " of applause",
             windowsOf(static_cast<int64_t>(other)) + " of other sound"});
    }

    /// A network that can tell the classes by the file's sample rate need not listen.
    void checkSampleRates() {
        std::set<int> rates[2];
        for (const LabelledRecording& recording : recordings()) {
            const LabelTimeline timeline(recording);
            for (const LabelTimeline::Stretch& stretch : timeline.stretches())
                if (stretch.labelClass && *stretch.labelClass != LabelClass::Unsure)
                    rates[*stretch.labelClass == LabelClass::Applause].insert(recording.info.sampleRate);
        }
        if (rates[0].empty() || rates[1].empty()) return;
        std::vector<int> common;
        std::ranges::set_intersection(rates[0], rates[1], std::back_inserter(common));
        if (!common.empty()) return;
        const auto list = [](const std::set<int>& values) {
            std::string text;
            for (const int rate : values)
                text += (text.empty() ? "" : ", ") + std::to_string(rate);
            return text + " Hz";
        };
        add(Severity::Warning, "class-sample-rate",
            "Applause and other sounds never have the same sample rate, so the network may learn the recording "
            "equipment "
            "instead of the sound; add recordings of both from the same sources.",
            {"applause: " + list(rates[1]), "other: " + list(rates[0])});
    }

    void checkLabels() {
        std::vector<std::string> outside;
        std::vector<std::string> overlapping;
        for (const LabelledRecording& recording : recordings()) {
            if (recording.wholeClip) continue;
            const double duration = recording.info.durationS();
            const Label* previous = nullptr;
            for (const Label& label : recording.labels) {
                const TimeSpan& span = label.span;
                const std::string place =
                    recording.path + ": " + number(span.start, 3) + " to " + number(span.end, 3) + " s";
                const bool inside = span.start >= 0 && span.start < span.end && span.end <= duration + kOutsideSlackS;
                if (!inside) outside.push_back(place + ", recording lasts " + number(duration, 3) + " s");
                if (previous && span.overlaps(previous->span) && label.labelClass != previous->labelClass)
                    overlapping.push_back(place);
                previous = &label;
            }
        }
        if (!outside.empty())
            add(Severity::Warning, "label-outside",
                "Labels reach outside their recording or have no length; check that they belong to it.", outside);
        if (!overlapping.empty())
            add(Severity::Warning, "label-overlap",
                "Labels of different classes overlap; unsure counts before applause, and applause before the rest.",
                overlapping);
    }

    void checkFolderNames() {
        std::set<std::string> names;
        for (const LabelledRecording& recording : recordings()) {
            if (recording.wholeClip != LabelClass::NotApplause) continue;
            const std::string name = fs::path(canonicalPath(recording.path)).parent_path().filename().string();
            std::string lower = name;
            std::ranges::transform(lower, lower.begin(),
                                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
            if (lower.find("applause") != std::string::npos) names.insert(name);
        }
        for (const std::string& name : names)
            add(Severity::Info, "folder-name",
                name + " is understood as not applause: only names that begin with applause stand for it.");
    }

    void listFiles() {
        for (const RecordingCollection* collection : {&m_training, m_validation}) {
            if (!collection) continue;
            std::vector<std::string> evidence;
            for (const SkippedFile& file : collection->skipped)
                evidence.push_back(describe(file.error));
            if (!evidence.empty())
                add(Severity::Warning, "unreadable", "Files that cannot be used are left out.", std::move(evidence));
            evidence.clear();
            for (const Error& error : truncatedFiles(collection->recordings))
                evidence.push_back(describe(error));
            if (!evidence.empty())
                add(Severity::Warning, "truncated", "Files that have lost their end are left out of training.",
                    std::move(evidence));
            for (const std::string& note : collection->notes)
                add(Severity::Info, "note", note);
        }
        std::map<std::string, std::vector<std::string>> copies;
        for (const LabelledRecording& recording : m_training.recordings)
            for (const std::string& group : recording.groups)
                if (group.starts_with("content:")) copies[group].push_back(recording.path);
        std::vector<std::string> evidence;
        for (const auto& [hash, paths] : copies) {
            std::string text;
            for (const std::string& path : paths)
                text += (text.empty() ? "" : " = ") + path;
            evidence.push_back(std::move(text));
        }
        if (!evidence.empty())
            add(Severity::Warning, "duplicates",
                "Recordings are there more than once; copies stay on one side of the split, but count double.",
                std::move(evidence));
    }

    void summarise() {
        add(Severity::Info, "classes", "Seconds of each class.",
            {"applause " + number(m_report.applause.seconds, 1) + " s in " + std::to_string(m_report.applause.clips),
             "other " + number(m_report.other.seconds, 1) + " s in " + std::to_string(m_report.other.clips)});
        add(Severity::Info, "split",
            m_validation                          ? "Split: separate validation data."
            : m_hyperparameters.split == "random" ? "Split: random windows (leaky)."
                                                  : "Split: by recording.",
            {windowsOf(m_report.trainWindows) + " for training, " + std::to_string(m_report.trainPositives) +
                 " of applause",
             windowsOf(m_report.validationWindows) + " for validation, " +
                 std::to_string(m_report.validationPositives) + " of applause"});
    }

    const RecordingCollection& m_training;
    const RecordingCollection* m_validation;
    const Hyperparameters& m_hyperparameters;
    WindowPlan m_plan;
    CheckReport m_report;
};

} // namespace

CheckReport checkDataset(const RecordingCollection& training, const Hyperparameters& hyperparameters,
                         const RecordingCollection* validation) {
    return Checker(training, hyperparameters, validation).check();
}

} // namespace ovation
