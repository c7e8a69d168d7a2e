// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/AudioArguments.h"
#include "app/cli/Commands.h"
#include "app/cli/DetectState.h"
#include "app/cli/Interrupt.h"
#include "app/cli/LeftOut.h"
#include "app/cli/Outputs.h"
#include "app/cli/ProgressLine.h"
#include "core/base/Files.h"
#include "core/dataset/FolderTree.h"
#include "core/dataset/Recordings.h"
#include "core/labels/LabelFormats.h"
#include "core/project/ProjectStore.h"
#include "core/report/ApplauseReport.h"
#include "core/report/ReportText.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <iterator>
#include <map>
#include <memory>
#include <set>
#include <utility>

namespace ovation::cli {

namespace {

struct ReportOptions {
    std::vector<std::string> data;
    std::string labels;
    std::vector<std::string> outputs;
    std::string applauses;
    std::string title = "Applause";
    bool noLoudness = false;
};

/// Here and now: "2026-03-31".
std::string dateOfToday() {
    const std::time_t now = std::time(nullptr);
    std::tm local{};
    localtime_r(&now, &local);
    std::array<char, 40> text{};
    std::strftime(text.data(), text.size(), "%Y-%m-%d", &local);
    return text.data();
}

std::vector<ReportedApplause> applauseIn(const std::vector<Label>& labels, double durationS, ApplauseSource source) {
    std::vector<ReportedApplause> applause;
    for (const Label& label : labels)
        if (label.labelClass == LabelClass::Applause) applause.push_back({label.span, label.score, {}, source});
    return mergedApplause(std::move(applause), durationS);
}

/// The label file of a stem, other than those that detection has noted for a recording; "" where there is none.
std::string labelFileByStem(const std::string& folder, const std::string& stem, const DetectState& state) {
    std::error_code error;
    for (const LabelFormat& format : labelFormats()) {
        const std::string name = stem + "." + format.extension;
        const auto path = std::filesystem::path(folder) / name;
        if (!state.hasRecording(name) && std::filesystem::is_regular_file(path, error)) return path.string();
    }
    return {};
}

/// Copies of recordings that are still where something was detected in them: they sound alike.
class DetectedCopies {
public:
    explicit DetectedCopies(const DetectState& state) {
        std::error_code error;
        for (const auto& [recording, output] : state.labelFiles())
            if (const auto bytes = std::filesystem::file_size(recording, error); !error)
                m_originals.emplace(bytes, Original{recording, output, {}});
    }

    /// The label file of the recording that has the same bytes, and the names that it has in common with this one; of
    /// several the one with most. "" where there is none.
    std::pair<std::string, size_t> labelFileOf(const std::string& recording) {
        std::pair<std::string, size_t> best;
        std::error_code error;
        const auto bytes = std::filesystem::file_size(recording, error);
        if (error) return best;
        const auto [first, last] = m_originals.equal_range(bytes);
        std::string hash;
        for (auto original = first; original != last; ++original) {
            Original& one = original->second;
            const size_t common = namesInCommon(recording, one.recording);
            if (!best.first.empty() && common <= best.second) continue;
            if (hash.empty()) hash = hashOfFile(recording);
            if (one.hash.empty()) one.hash = hashOfFile(one.recording);
            if (!hash.empty() && hash == one.hash) best = {one.output, common};
        }
        return best;
    }

private:
    struct Original {
        std::string recording;
        std::string output;
        std::string hash; ///< of its content, once asked for
    };

    /// "" where it cannot be read.
    static std::string hashOfFile(const std::string& path) {
        const Result<std::string> hash = contentHash(path);
        return hash ? *hash : std::string();
    }

    std::multimap<std::uintmax_t, Original> m_originals; ///< by size
};

/// The label file in `folder` for each recording; "" where there is none. What `detect` has noted counts first: a stem
/// alone may be several recordings'.
Result<std::vector<std::string>> labelFilesFor(const std::vector<std::string>& files, const std::string& folder,
                                               const CancelToken& cancel, const ProgressCallback& progress) {
    const DetectState state(folder);
    const auto pathOf = [&](const std::string& name) {
        return name.empty() ? name : (std::filesystem::path(folder) / name).string();
    };
    std::vector<std::string> paths;
    std::vector<size_t> open;
    std::vector<std::string> unknown;
    for (const std::string& file : files) {
        paths.push_back(pathOf(state.labelFileOf(canonicalPath(file))));
        if (!paths.back().empty()) continue;
        open.push_back(paths.size() - 1);
        unknown.push_back(file);
    }
    std::map<std::string, int> sharing;
    for (const std::string& file : unknown)
        ++sharing[stemOf(file)];
    const std::vector<std::string> stems =
        outputStems(unknown, {""}, [](const std::string&, const std::string&) { return false; });
    if (unknown.empty()) return paths;
    DetectedCopies copies(state);
    for (size_t i = 0; i < unknown.size(); ++i) {
        if (cancel.cancelled()) return Error{ErrorCode::Cancelled, "", "", 0};
        progress({static_cast<double>(i), static_cast<double>(unknown.size()), "Looking for labels", unknown[i]});
        const bool shared = sharing[stemOf(unknown[i])] > 1;
        std::string& path = paths[open[i]];
        const std::string recording = canonicalPath(unknown[i]);
        const auto [copied, namesAlike] = copies.labelFileOf(recording);
        path = pathOf(namesAlike > 0 ? copied : state.labelFileOfMoved(recording, shared ? 2 : 1));
        // Where detection has noted something, a stem that is shared does not say whose it is.
        if (path.empty() && (state.empty() || !shared)) path = labelFileByStem(folder, stems[i], state);
        if (path.empty()) path = pathOf(copied);
    }
    return paths;
}

/// Recordings with the label files of another folder. Error: Cancelled.
Result<std::vector<RecordingReport>> detectedReports(const ReportOptions& options, std::vector<Error>& failures,
                                                     const CancelToken& cancel, const ProgressCallback& progress) {
    const std::vector<std::string> files = audioFiles(options.data, failures);
    const Result<std::vector<std::string>> paths = labelFilesFor(files, options.labels, cancel, progress);
    if (!paths) return paths.error();
    std::vector<RecordingReport> reports;
    for (size_t i = 0; i < files.size(); ++i) {
        if (cancel.cancelled()) return Error{ErrorCode::Cancelled, "", "", 0};
        progress({static_cast<double>(i), static_cast<double>(files.size()), "Looking through recordings", files[i]});
        RecordingReport report;
        report.path = files[i];
        const std::string& path = (*paths)[i];
        const auto info = audioInfo(files[i]);
        if (!info)
            report.failure = describe(info.error());
        else if (path.empty())
            report.failure = "\"" + options.labels + "\" has no label file for it.";
        else if (auto labels = readLabels(path); !labels)
            report.failure = describe(labels.error());
        else {
            const LabelFile part = partAbout(files[i], *std::move(labels));
            report.durationS = info->durationS();
            report.applause = applauseIn(part.labels, report.durationS, ApplauseSource::LabelFile);
            for (const std::string& warning : part.warnings)
                report.remarks.push_back("\"" + path + "\": " + warning);
            if (part.labels.empty() && part.leftOut > 0)
                report.failure = "No label in \"" + path + "\" can be used for \"" + files[i] + "\".";
            else if (part.leftOut > 0)
                report.remarks.push_back("\"" + path + "\": " + labelsLeftOutText(part.leftOut));
        }
        reports.push_back(std::move(report));
    }
    return reports;
}

/// What projects and labelled folders hold. A recording that is in several counts as the first of them has it, projects
/// before folders.
Result<std::vector<RecordingReport>> labelledReports(const std::vector<std::string>& data, bool quiet,
                                                     const CancelToken& cancel, const ProgressCallback& progress) {
    std::vector<RecordingReport> reports;
    std::vector<std::string> others, remarks;
    std::set<std::string> taken; // canonical paths
    size_t again = 0;
    const auto isNew = [&](const std::string& path) {
        const bool fresh = taken.insert(canonicalPath(path)).second;
        again += fresh ? 0 : 1;
        return fresh;
    };
    for (const std::string& path : data) {
        if (extensionOf(path) != "ovation") {
            others.push_back(path);
            continue;
        }
        const auto store = ProjectStore::open(path, ProjectStore::Mode::ReadOnly);
        if (!store) return store.error();
        const auto project = (*store)->load(ProjectStore::Moved::Find, cancel, progress);
        if (!project) return project.error();
        std::vector<RecordingReport> known = reportsOf(*project);
        if (const size_t unknown = project->speeches.size() - known.size(); unknown > 0 && !quiet)
            remarks.push_back(std::to_string(unknown) + (unknown == 1 ? " recording" : " recordings") + " of \"" +
                              path + "\" in which nothing is labelled or detected left out.");
        std::erase_if(known, [&](const RecordingReport& report) { return !isNew(report.path); });
        int64_t leftOut = 0;
        for (const RecordingReport& report : known)
            leftOut += report.leftOut;
        if (leftOut > 0 && !quiet) remarks.push_back("\"" + path + "\": " + reporttext::leftOutText(leftOut));
        std::ranges::move(known, std::back_inserter(reports));
    }
    if (others.empty() && reports.empty())
        return Error{ErrorCode::NoData, data.size() == 1 ? data.front() : "", "nothing is labelled or detected", 0};
    if (!others.empty()) {
        const auto collection = collectRecordings(others, cancel, progress);
        if (!collection) return collection.error();
        std::ranges::move(leftOutOf(*collection, quiet), std::back_inserter(remarks));
        for (const LabelledRecording& recording : collection->recordings) {
            if (!isNew(recording.path)) continue;
            RecordingReport report;
            report.path = recording.path;
            report.durationS = recording.info.durationS();
            if (!recording.wholeClip)
                report.applause = applauseIn(recording.labels, report.durationS, ApplauseSource::Labelled);
            else if (*recording.wholeClip == LabelClass::Applause)
                report.applause.push_back({{0, report.durationS}, {}, {}, ApplauseSource::Labelled});
            reports.push_back(std::move(report));
        }
        for (const SkippedFile& skipped : collection->skipped) {
            RecordingReport report;
            report.path = skipped.path;
            report.failure = describe(skipped.error);
            reports.push_back(std::move(report));
        }
    }
    if (again > 0 && !quiet)
        remarks.push_back(std::to_string(again) +
                          (again == 1
                               ? " recording that is there more than once is counted once: projects come first."
                               : " recordings that are there more than once are counted once: projects come first."));
    reports.front().remarks = std::move(remarks); // of all of them
    return reports;
}

/// Each that can be written, whatever became of the others.
void writeReports(const ReportOptions& options, const std::vector<RecordingReport>& reports,
                  std::vector<Error>& failures) {
    const auto write = [&](const std::string& path, const std::string& text) {
        if (const auto written = writeFileAtomically(path, text); !written) failures.push_back(written.error());
    };
    for (const std::string& path : options.outputs)
        write(path,
              extensionOf(path) == "csv" ? recordingsCsv(reports) : reportHtml(options.title, reports, dateOfToday()));
    if (!options.applauses.empty()) write(options.applauses, applausesCsv(reports));
}

/// Why there is nothing to report of a recording, with its name where the sentence is about another file.
std::string failureOf(const RecordingReport& report) {
    std::string name = "\"" + report.path + "\"";
    std::ranges::replace_if(
        name, [](unsigned char c) { return c < 0x20 || c == 0x7F; }, ' '); // as in describe()
    return report.failure.find(name) != std::string::npos ? report.failure : name + ": " + report.failure;
}

int makeReport(const ReportOptions& options, const Common& common) {
    for (const std::string& path : options.outputs)
        if (const std::string end = extensionOf(path); end != "html" && end != "htm" && end != "csv")
            return fail({ErrorCode::WrongUsage, "", "--output must end in .html or .csv", 0});
    std::vector<std::string> places = options.outputs;
    places.push_back(options.applauses);
    for (const std::string& path : places)
        if (const auto writable = checkWritable(path); !writable) return fail(writable.error());
    const CancelToken cancel = cancelOnInterrupt();
    ProgressLine progress(common.quiet);
    std::vector<Error> failures;
    Result<std::vector<RecordingReport>> reports =
        options.labels.empty() ? labelledReports(options.data, common.quiet, cancel, progress.callback())
                               : detectedReports(options, failures, cancel, progress.callback());
    progress.clear();
    if (!reports) return fail(reports.error());
    for (size_t i = 0; i < reports->size() && !options.noLoudness; ++i) {
        RecordingReport& report = (*reports)[i];
        if (!report.failure.empty()) continue;
        progress.show({static_cast<double>(i), static_cast<double>(reports->size()), "Measuring loudness",
                       std::filesystem::path(report.path).filename().string()});
        if (const auto measured = measureLoudness(report, cancel); !measured) {
            if (measured.error().code == ErrorCode::Cancelled) return fail(measured.error());
            failures.push_back(measured.error()); // what is known without the sound stays
            report.loudness.reset();
        }
    }
    progress.clear();
    writeReports(options, *reports, failures);
    for (const Error& error : failures)
        fail(error);
    bool failed = !failures.empty();
    for (const RecordingReport& report : *reports)
        if (!report.failure.empty()) {
            std::fprintf(stderr, "ovation: %s\n", failureOf(report).c_str());
            failed = true;
        }
    for (const RecordingReport& report : *reports)
        for (const std::string& remark : report.remarks)
            std::fprintf(stderr, "ovation: %s\n", remark.c_str());
    if (options.outputs.empty() && options.applauses.empty()) std::fputs(recordingsCsv(*reports).c_str(), stdout);
    const int printed = finishOutput();
    return failed ? kFailed : printed;
}

} // namespace

void addReport(CLI::App& app, const Common& common, Run& run) {
    CLI::App* command = app.add_subcommand("report", "Count, length, share and loudness of the applause in recordings");
    const auto options = std::make_shared<ReportOptions>();
    command
        ->add_option("data", options->data,
                     "Projects, or folders of recordings with labels; with --labels: recordings, or folders of them")
        ->required()
        ->type_name("DATA...");
    command->add_option("--labels", options->labels, "The folder that detect has written its label files to")
        ->check(CLI::ExistingDirectory)
        ->type_name("FOLDER");
    command
        ->add_option("--output", options->outputs,
                     "Page (.html) or table of recordings (.csv) to write; may be given for both (default: the table, "
                     "on standard output)")
        ->type_name("FILE");
    command->add_option("--applauses", options->applauses, "Table of every applause to write (.csv)")
        ->type_name("FILE");
    command->add_option("--title", options->title, "The page's title")->capture_default_str();
    command->add_flag("--no-loudness", options->noLoudness, "Do not read the recordings to measure loudness (LUFS)");
    command->callback([options, &common, &run] { run = [options, &common] { return makeReport(*options, common); }; });
}

} // namespace ovation::cli
