// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/DatasetCheck.h"

#include "core/base/Files.h"
#include "core/base/Memory.h"
#include "core/base/Text.h"
#include "core/dataset/BuildFrameData.h"
#include "core/dataset/Confounds.h"
#include "core/dataset/DataMemory.h"
#include "core/dataset/FolderTree.h"
#include "core/dataset/Groups.h"
#include "core/dataset/LabelFindings.h"
#include "core/dataset/LabelTimeline.h"
#include "core/dataset/Listening.h"
#include "core/dataset/SoundFindings.h"
#include "core/dataset/TruncatedFiles.h"
#include "core/dataset/WindowPlan.h"
#include "core/models/ModelRegistry.h"

#include <algorithm>
#include <filesystem>
#include <set>

namespace ovation {

namespace fs = std::filesystem;

namespace {

constexpr int64_t kFewValidationWindows = 20;
constexpr int64_t kFewOfAClass = 5;
constexpr double kImbalance = 10; // windows of one class for each of the other

/// Seconds that are known to be applause or not: what a frame network learns from, windows or none.
struct KnownSeconds {
    double applause = 0, other = 0;

    void add(const LabelledRecording& recording) {
        const LabelTimeline timeline(recording);
        for (const LabelTimeline::Stretch& stretch : timeline.stretches()) {
            if (stretch.labelClass == LabelClass::Applause) applause += stretch.span.length();
            if (stretch.labelClass == LabelClass::NotApplause) other += stretch.span.length();
        }
    }
    bool none() const { return applause <= 0 && other <= 0; }
    bool ofBoth() const { return applause > 0 && other > 0; }
};

std::string windowsOf(int64_t count) {
    return std::to_string(count) + (count == 1 ? " window" : " windows");
}

class Checker {
public:
    Checker(const RecordingCollection& training, const Hyperparameters& hyperparameters,
            const RecordingCollection* validation, const CancelToken& cancel, const ProgressCallback& progress)
        : m_training(training),
          m_validation(validation),
          m_splitAtRandom(!validation && splitsAtRandom(hyperparameters)),
          m_byFrames(isFrameModel(hyperparameters.model)),
          m_cancel(cancel),
          m_progress(progress),
          m_plan(planWindows(training, hyperparameters, validation)),
          m_dataBytes(dataBytes(m_plan, training.recordings.size(), hyperparameters)) {}

    void checkHeaders() {
        countSides();
        checkClasses();
        checkValidationPart();
        checkLeak();
        checkImbalance();
        take(findingOfMemory(m_dataBytes, availableMemory(), recordings()));
        if (!m_validation && !m_splitAtRandom) checkCopiedFiles();
        checkConfounds();
        for (Finding& finding : findingsOfLabels(recordings()))
            m_report.findings.push_back(std::move(finding));
        listFiles();
        summarise();
    }

    Result<void> checkSound(const FeatureCache* cache, BlobCache* kept) {
        const auto heard = listenTo(recordings(), cache, kept, m_cancel, m_progress);
        if (!heard) return heard.error();
        if (!m_splitAtRandom) {
            auto copies = findingOfCopies(m_plan, *heard, m_cancel);
            if (!copies) return copies.error();
            take(*std::move(copies));
        }
        take(findingOfLoudness(m_plan, *heard));
        return {};
    }

    bool fatal() const { return m_report.fatal(); }

    CheckReport report() && {
        std::ranges::stable_sort(m_report.findings, std::ranges::greater{}, &Finding::severity);
        m_report.split = std::move(m_plan.split);
        return std::move(m_report);
    }

private:
    const std::vector<LabelledRecording>& recordings() const { return m_plan.collection.recordings; }
    const Window& window(int32_t index) const { return m_plan.windows[static_cast<size_t>(index)]; }

    void add(Severity severity, const char* id, std::string text, std::string remedy,
             std::vector<std::string> evidence = {}) {
        m_report.findings.push_back(
            {severity, id, std::move(text), shortEvidence(std::move(evidence)), std::move(remedy)});
    }

    void take(std::optional<Finding> finding) {
        if (finding) m_report.findings.push_back(*std::move(finding));
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
        if (!m_byFrames) return;
        const std::vector<SplitSide> sides = frameSidesOf(m_plan, m_training.recordings.size());
        for (size_t i = 0; i < sides.size(); ++i)
            if (sides[i] != SplitSide::None)
                (sides[i] == SplitSide::Training ? m_toTrain : m_toValidate).add(recordings()[i]);
    }

    void checkClasses() {
        const int64_t windows = m_report.trainWindows;
        const int64_t positives = m_report.trainPositives;
        const bool both = m_byFrames ? m_toTrain.ofBoth() : positives > 0 && positives < windows;
        if (m_byFrames ? m_toTrain.none() : windows == 0) {
            add(Severity::Fatal, "no-examples",
                std::string("There is no labelled ") + (m_byFrames ? "moment" : "window") + " to learn from.",
                "Label applause and other sounds, or tick recordings as fully labelled.");
        } else if (!both) {
            const bool all = m_byFrames ? m_toTrain.applause > 0 : positives > 0;
            const bool bothExist = m_report.applause.clips > 0 && m_report.other.clips > 0;
            add(Severity::Fatal, "one-class",
                std::string(m_byFrames ? "All that is labelled for training is " : "Every training window is ") +
                    (all ? "applause" : "not applause") + ", so there is nothing to learn.",
                bothExist ? "Add more recordings with both classes, or change the split."
                : all     ? "Add recordings without applause, and check how the folders are named."
                          : "Label some applause, and check how the folders are named.",
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
                               fixed(m_report.applause.seconds, 1) + " s of applause, " +
                               fixed(m_report.other.seconds, 1) + " s of other sound");
        return evidence;
    }

    void checkValidationPart() {
        const int64_t windows = m_report.validationWindows;
        const int64_t positives = m_report.validationPositives;
        if (m_byFrames ? m_toTrain.none() && m_toValidate.none() : m_report.trainWindows + windows == 0) return;
        if (m_byFrames ? m_toValidate.none() : windows == 0) {
            add(Severity::Fatal, "few-examples",
                std::string("No ") + (m_byFrames ? "labelled moment" : "window") +
                    " is left for validation, so nothing could be measured.",
                "Add recordings from other sources, or give validation data.",
                {std::to_string(recordings().size()) + " recordings"});
            return;
        }
        const int64_t smaller = std::min(positives, windows - positives);
        if (windows >= kFewValidationWindows && smaller >= kFewOfAClass) return;
        const bool both = m_byFrames ? m_toValidate.ofBoth() : smaller > 0;
        add(Severity::Warning, "few-examples",
            !both ? "Validation has one class only, so most scores are undefined (n/a) there."
                  : "Validation is too small for its scores to say much.",
            "Add recordings, or hold more of them to validation.",
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
        if (files.empty() && !m_splitAtRandom) return;
        add(Severity::Warning, "split-leak",
            m_splitAtRandom
                ? "The random split deals out single windows, so that parts of one recording or source can be on both "
                  "sides and scores look better than they are."
                : "Recordings of one source are on both sides of the split, so that scores look better than they are.",
            m_splitAtRandom ? "Split by recording." : "Hold them to the same side of the split, or to none.",
            {files.begin(), files.end()});
    }

    /// The same recording given for training and for validation: by path or by content.
    bool checkOverlap() {
        std::vector<LabelledRecording> all = recordings();
        for (LabelledRecording& recording : all)
            recording.groups.clear();
        groupIdenticalFiles(all, m_cancel);
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
            "Validation recordings are also among the training recordings, so their scores would be worthless.",
            "Take them out of one of the two.", std::move(evidence));
        return true;
    }

    void checkImbalance() {
        const double applause = static_cast<double>(m_report.trainPositives);
        const double other = static_cast<double>(m_report.trainWindows) - applause;
        const double smaller = std::min(applause, other);
        if (smaller <= 0 || std::max(applause, other) < kImbalance * smaller) return;
        add(Severity::Warning, "imbalance",
            std::string(applause < other ? "Applause" : "Other sound") + " is a small part of the training windows.",
            m_byFrames ? "Add more of it." : "Add more of it, or weigh the classes.",
            {windowsOf(static_cast<int64_t>(applause)) + " of applause",
             windowsOf(static_cast<int64_t>(other)) + " of other sound"});
    }

    /// The same recording held to both sides, as two files.
    void checkCopiedFiles() {
        std::map<std::string, std::map<bool, std::vector<std::string>>> sides; // by content; true: validation
        const std::vector<SplitSide> sideOf = sidesOf(m_plan);
        for (size_t i = 0; i < recordings().size(); ++i)
            for (const std::string& group : recordings()[i].groups)
                if (group.starts_with("content:") && sideOf[i] != SplitSide::None)
                    sides[group][sideOf[i] == SplitSide::Validation].push_back(recordings()[i].path);
        std::vector<std::string> evidence;
        for (const auto& [content, files] : sides)
            if (files.size() == 2)
                evidence.push_back(files.at(false).front() + " (training) = " + files.at(true).front() +
                                   " (validation)");
        if (evidence.empty()) return;
        add(Severity::Fatal, "split-leak",
            "The same recording is on both sides of the split, so that its scores would be worthless.",
            "Remove one of the copies, or hold both to the same side.", std::move(evidence));
    }

    /// Each class of each recording once: what a network could go by instead of listening.
    void checkConfounds() {
        std::vector<bool> applause;
        std::vector<std::string> rates, channels, kinds, sources;
        std::vector<float> seconds;
        std::vector<bool> ofClips;
        const std::vector<int32_t> components = groupComponents(recordings());
        for (size_t i = 0; i < recordings().size(); ++i) {
            const LabelledRecording& recording = recordings()[i];
            bool has[2] = {false, false};
            const LabelTimeline timeline(recording);
            for (const LabelTimeline::Stretch& stretch : timeline.stretches())
                if (stretch.labelClass && *stretch.labelClass != LabelClass::Unsure)
                    has[*stretch.labelClass == LabelClass::Applause] = true;
            for (const bool isApplause : {false, true}) {
                if (!has[isApplause]) continue;
                applause.push_back(isApplause);
                rates.push_back(std::to_string(recording.info.sampleRate) + " Hz");
                channels.push_back(recording.info.channels == 1 ? "mono" : "several channels");
                kinds.push_back(extensionOf(recording.path));
                sources.push_back(sourceOf(recording, components[i]));
            }
            if (recording.wholeClip && *recording.wholeClip != LabelClass::Unsure) {
                ofClips.push_back(*recording.wholeClip == LabelClass::Applause);
                seconds.push_back(static_cast<float>(recording.info.durationS()));
            }
        }
        take(findingOfGuess("class-sample-rate", "the sample rate", rates, applause, true));
        take(findingOfGuess("class-channels", "the number of channels", channels, applause, false));
        take(findingOfGuess("class-file-kind", "the kind of file", kinds, applause, false));
        const std::set<std::string> different(sources.begin(), sources.end());
        if (different.size() > 1 && 4 * different.size() <= sources.size())
            take(findingOfGuess("class-source", "the source", sources, applause, false));
        take(findingOfOrder({"class-duration", "longer", "shorter", "the length of a clip"}, seconds, ofClips));
    }

    /// Where a recording comes from: its group, or the folder that it (or its class folder) lies in.
    std::string sourceOf(const LabelledRecording& recording, int32_t component) const {
        if (std::ranges::any_of(recording.groups, [](const std::string& g) { return !g.starts_with("content:"); }))
            return "group " + std::to_string(component);
        const fs::path folder = fs::path(recording.path).parent_path();
        return recording.wholeClip ? folder.parent_path().string() : folder.string();
    }

    void listFiles() {
        for (const RecordingCollection* collection : {&m_training, m_validation}) {
            if (!collection) continue;
            std::vector<std::string> evidence;
            for (const SkippedFile& file : collection->skipped)
                evidence.push_back(describe(file.error));
            for (const std::string& file : collection->unreadable)
                evidence.push_back(describe({ErrorCode::NotAudio, file, "", 0}));
            if (!evidence.empty())
                add(Severity::Warning, "unreadable", "Files that cannot be used are left out.",
                    "Convert or replace them.", std::move(evidence));
            evidence.clear();
            std::vector<std::string> damaged, overlong;
            for (const Error& error : truncatedFiles(collection->recordings, m_cancel, m_progress))
                (error.code == ErrorCode::DamagedAudio    ? damaged
                 : error.code == ErrorCode::OverlongAudio ? overlong
                                                          : evidence)
                    .push_back(describe(error));
            if (!damaged.empty())
                add(Severity::Warning, "damaged", "Files are used only up to damage that they cannot be read behind.",
                    "Copy them again from where they came.", std::move(damaged));
            if (!overlong.empty())
                add(Severity::Warning, "overlong",
                    "Files are used only as far as their headers, which have no room for their length, tell.",
                    "Convert them to FLAC, W64 or RF64, or split them.", std::move(overlong));
            if (!evidence.empty())
                add(Severity::Warning, "truncated", "Files that have lost their end are left out of training.",
                    "Copy them again from where they came.", std::move(evidence));
            for (const std::string& note : collection->notes)
                add(Severity::Info, "note", note, "");
            for (const std::string& doubt : collection->doubts)
                add(Severity::Warning, "doubt", doubt, "");
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
                "Remove all but one of each.", std::move(evidence));
    }

    void summarise() {
        add(Severity::Info, "classes", "Seconds of each class.", "",
            {"applause " + fixed(m_report.applause.seconds, 1) + " s in " + std::to_string(m_report.applause.clips),
             "other " + fixed(m_report.other.seconds, 1) + " s in " + std::to_string(m_report.other.clips)});
        add(Severity::Info, "split",
            m_validation      ? "Split: separate validation data."
            : m_splitAtRandom ? "Split: random windows (leaky)."
                              : "Split: by recording.",
            "",
            {windowsOf(m_report.trainWindows) + " for training, " + std::to_string(m_report.trainPositives) +
                 " of applause",
             windowsOf(m_report.validationWindows) + " for validation, " +
                 std::to_string(m_report.validationPositives) + " of applause"});
    }

    const RecordingCollection& m_training;
    const RecordingCollection* m_validation;
    bool m_splitAtRandom;
    bool m_byFrames;                      ///< the network learns from moments, not from windows
    KnownSeconds m_toTrain, m_toValidate; ///< where it does
    CancelToken m_cancel;
    const ProgressCallback& m_progress;
    WindowPlan m_plan;
    int64_t m_dataBytes;
    CheckReport m_report;
};

} // namespace

CheckReport checkDataset(const RecordingCollection& training, const Hyperparameters& hyperparameters,
                         const RecordingCollection* validation) {
    return checkHeaders(training, hyperparameters, validation, {}, {}).value();
}

Result<CheckReport> checkHeaders(const RecordingCollection& training, const Hyperparameters& hyperparameters,
                                 const RecordingCollection* validation, const CancelToken& cancel,
                                 const ProgressCallback& progress) {
    Checker checker(training, hyperparameters, validation, cancel, progress);
    checker.checkHeaders();
    if (cancel.cancelled()) return Error{ErrorCode::Cancelled, "", "", 0};
    return std::move(checker).report();
}

Result<CheckReport> checkBySound(const RecordingCollection& training, const Hyperparameters& hyperparameters,
                                 const RecordingCollection* validation, const FeatureCache* cache, BlobCache* kept,
                                 const CancelToken& cancel, const ProgressCallback& progress) {
    Checker checker(training, hyperparameters, validation, cancel, progress);
    checker.checkHeaders();
    if (cancel.cancelled()) return Error{ErrorCode::Cancelled, "", "", 0};
    if (!checker.fatal())
        if (const auto heard = checker.checkSound(cache, kept); !heard) return heard.error();
    return std::move(checker).report();
}

} // namespace ovation
