// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Commands.h"
#include "app/cli/Outputs.h"
#include "core/base/Files.h"
#include "core/export/HistoryExport.h"
#include "core/project/ProjectStore.h"

#include <cstdio>
#include <filesystem>
#include <memory>

namespace ovation::cli {

namespace {

struct HistoryOptions {
    std::string input;
    std::string format;
    std::string output;
};

/// One run of a history file, or all of a project.
Result<std::vector<TrainingRun>> runsIn(const std::string& path) {
    if (extensionOf(path) == "ovation") {
        auto store = ProjectStore::open(path, ProjectStore::Mode::ReadOnly);
        if (!store) return store.error();
        auto data = (*store)->load(ProjectStore::Moved::Leave);
        if (!data) return data.error();
        return std::move(data->runs);
    }
    const auto bytes = readFile(path);
    if (!bytes) return bytes.error();
    auto run = trainingRunFromJson(*bytes);
    if (!run) return Error{run.error().code, path, run.error().detail, 0};
    if (run->name.empty()) run->name = stemOf(path);
    return std::vector<TrainingRun>{std::move(*run)};
}

/// The one that is given, or that the output's name says.
Result<HistoryFormat> formatOf(const HistoryOptions& options) {
    if (!options.format.empty()) return historyFormat(options.format);
    const std::string extension = extensionOf(options.output);
    if (extension == "csv" || extension == "json") return historyFormat(extension);
    return Error{ErrorCode::WrongUsage, options.output,
                 "its name ends neither in .csv nor in .json; give the format with --format", 0};
}

/// "hist.csv" for CSV: one file, not a folder of them.
bool isNamedAsFile(const std::string& output, HistoryFormat format) {
    const std::string ending = historyEnding(format);
    std::error_code ignored;
    return !ending.empty() && "." + extensionOf(output) == ending && !std::filesystem::is_directory(output, ignored);
}

int writeHistoryCommand(const HistoryOptions& options, const Common& common) {
    const auto format = formatOf(options);
    if (!format) return fail(format.error());
    if (*format != HistoryFormat::Json)
        if (const auto apart = checkNotInput(options.output, options.input); !apart) return fail(apart.error());
    const auto runs = runsIn(options.input);
    if (!runs) return fail(runs.error());
    const bool ofProject = extensionOf(options.input) == "ovation";
    const bool oneFile = !ofProject || isNamedAsFile(options.output, *format);
    if (ofProject && oneFile && runs->size() != 1)
        return fail({ErrorCode::WrongUsage, options.output,
                     "the project holds " + (runs->empty() ? "no" : std::to_string(runs->size())) +
                         " runs; give a folder as --output, in which each gets a file of its own",
                     0});
    std::vector<std::string> files;
    if (!oneFile) {
        auto written = writeHistories(*runs, *format, options.output);
        if (!written) return fail(written.error());
        files = std::move(*written);
    } else {
        auto written = writeHistory(runs->front(), *format, options.output);
        if (!written) return fail(written.error());
        if (hasOtherRunsBeside(*written, *format))
            std::fprintf(
                stderr,
                "ovation: \"%s\" holds other runs too, and TensorBoard draws all of a folder as one: give each "
                "run a folder of its own.\n",
                options.output.c_str());
        files = {std::move(*written)};
    }
    if (!common.quiet)
        for (const std::string& file : files)
            std::fprintf(stderr, "Wrote %s.\n", file.c_str());
    return kOk;
}

} // namespace

void addHistory(CLI::App& app, const Common& common, Run& run) {
    CLI::App* command = app.add_subcommand("history", "Write training histories for other programs");
    const auto options = std::make_shared<HistoryOptions>();
    command->add_option("input", options->input, "What `ovation train --history` wrote, or a project with its runs")
        ->required()
        ->type_name("FILE");
    command
        ->add_option("--format", options->format,
                     "csv: a line an epoch. json: as training writes it. tensorboard: event files (default: as the "
                     "name of --output says)")
        ->check(CLI::IsMember({"csv", "json", "tensorboard"}));
    command
        ->add_option("--output", options->output,
                     "File to write; of a project's runs, and of tensorboard, the folder (for each run its own). A "
                     "project's only run may become a file that ends in .csv or .json")
        ->required()
        ->type_name("PATH");
    command->callback(
        [options, &common, &run] { run = [options, &common] { return writeHistoryCommand(*options, common); }; });
}

} // namespace ovation::cli
