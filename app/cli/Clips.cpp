// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Commands.h"
#include "app/cli/Interrupt.h"
#include "app/cli/LeftOut.h"
#include "app/cli/ProgressLine.h"
#include "core/export/ClipExport.h"

#include <cstdio>
#include <memory>

namespace ovation::cli {

namespace {

struct ClipsOptions {
    std::vector<std::string> data;
    std::string output;
    std::string format = "flac";
    ClipExportOptions how;
};

int writeClips(const ClipsOptions& options, const Common& common) {
    ClipExportOptions how = options.how;
    how.format = options.format == "wav" ? ClipFormat::Wav : ClipFormat::Flac;
    how.existing = ExistingClips::Replace;
    if (std::string problem = problemOf(how); !problem.empty())
        return fail({ErrorCode::WrongUsage, "", std::move(problem), 0});
    const CancelToken cancel = cancelOnInterrupt();
    ProgressLine line(common.quiet);
    const auto collection = collectRecordings(options.data, cancel, line.callback());
    line.clear();
    if (!collection) return fail(collection.error());
    for (const SkippedFile& skipped : collection->skipped)
        std::fprintf(stderr, "ovation: %s\n", describe(skipped.error).c_str());
    for (const std::string& remark : leftOutOf(*collection, common.quiet))
        std::fprintf(stderr, "ovation: %s\n", remark.c_str());
    const auto report = exportClips(collection->recordings, options.output, how, cancel, line.callback());
    line.clear();
    if (!report) return fail(report.error());
    for (const Error& failure : report->failures)
        fail(failure);
    if (!common.quiet) {
        std::fprintf(stderr, "Wrote %lld %s to %s (%lld applause, %lld other, %lld unsure)",
                     static_cast<long long>(report->clips), report->clips == 1 ? "clip" : "clips",
                     options.output.c_str(), static_cast<long long>(report->applause),
                     static_cast<long long>(report->other), static_cast<long long>(report->unsure));
        for (const std::string& table : report->tables)
            std::fprintf(stderr, ", %s", table.c_str());
        std::fprintf(stderr, ".\n");
        if (report->removed > 0)
            std::fprintf(stderr, "Removed %lld of an earlier export that this one replaces.\n",
                         static_cast<long long>(report->removed));
    }
    if (!report->doubtful.empty())
        std::fprintf(stderr,
                     "ovation: warning: %zu %s in %s may be of former labels of these recordings, the first being %s. "
                     "Nothing tells for certain: what is so is to be removed by hand.\n",
                     report->doubtful.size(), report->doubtful.size() == 1 ? "clip" : "clips", options.output.c_str(),
                     report->doubtful.front().c_str());
    return collection->skipped.empty() && report->failures.empty() ? kOk : kFailed;
}

} // namespace

void addClips(CLI::App& app, const Common& common, Run& run) {
    CLI::App* command = app.add_subcommand("clips", "Write a sound file for every labelled segment");
    const auto options = std::make_shared<ClipsOptions>();
    command->add_option("data", options->data, "Recordings with labels, as `ovation train` takes them")
        ->required()
        ->type_name("DATA");
    command->add_option("--output", options->output, "Folder to write to")->required()->type_name("DIR");
    command->add_option("--padding", options->how.paddingS, "Seconds of what comes before and after each segment")
        ->type_name("S");
    command
        ->add_option("--pattern", options->how.pattern,
                     "Names: {recording}, {number}, {class}, {text}, {start}, {end}, {padding}")
        ->capture_default_str();
    command->add_option("--format", options->format, "wav or flac, at the recording's own rate and resolution")
        ->check(CLI::IsMember({"wav", "flac"}))
        ->capture_default_str();
    command->add_flag("--training-set", options->how.trainingSet,
                      "Class folders with a MANIFEST.csv that `ovation train` reads back and a metadata.csv as Hugging "
                      "Face's audiofolder has it; unlabelled time of fully labelled recordings becomes clips too");
    command->callback([options, &common, &run] { run = [options, &common] { return writeClips(*options, common); }; });
}

} // namespace ovation::cli
