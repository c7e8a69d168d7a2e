// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Commands.h"
#include "app/cli/Interrupt.h"
#include "app/cli/Outputs.h"
#include "core/base/Files.h"
#include "core/base/Resources.h"
#include "core/export/ModelExport.h"
#include "core/models/ModelBundle.h"

#include <cstdio>
#include <memory>

namespace ovation::cli {

namespace {

struct ExportCommandOptions {
    std::string model;
    std::string format;
    std::string output;
    std::string scores;
    std::vector<std::string> recordings;
};

/// An export of a model replaces neither what it is made of nor, but by a model, another model (.safetensors).
Result<void> checkPlaceOf(const ExportCommandOptions& options, const std::string& model, ExportFormat format) {
    std::vector<std::string> inputs = options.recordings;
    inputs.push_back(options.scores);
    if (format != ExportFormat::Safetensors) inputs.push_back(model);
    for (const std::string& input : inputs)
        if (auto apart = checkNotInput(options.output, input); !apart) return apart;
    const bool namedAsModel = extensionOf(options.output) == "safetensors";
    if (format == ExportFormat::Safetensors || !namedAsModel || !readModel(options.output)) return {};
    return Error{ErrorCode::WrongUsage, options.output,
                 "a model is there, which what is written would replace; give another --output", 0};
}

int exportModelCommand(const ExportCommandOptions& options, const Common& common) {
    const std::string model = modelFileNamed(options.model);
    const Result<ModelBundle> bundle = readModel(model);
    if (!bundle) return fail(bundle.error());
    const ExportFormatInfo& format = *exportFormat(options.format);
    if (const auto apart = checkPlaceOf(options, model, format.format); !apart) return fail(apart.error());
    ExportOptions how;
    how.recordings = options.recordings;
    if (!options.scores.empty()) {
        auto scores = readFile(options.scores, size_t{64} << 20);
        if (!scores) return fail(scores.error());
        how.scoresJson = std::move(*scores);
    }
    const auto report = exportModel(*bundle, format.format, options.output, how, cancelOnInterrupt());
    if (!report) return fail(report.error());
    if (common.quiet) return kOk;
    if (report->answers == 0)
        std::fprintf(stderr, "Wrote %s.\n", options.output.c_str());
    else
        std::fprintf(
            stderr,
            "Wrote %s. Run on %d real %s (%lld probabilities), its answers differ from the studio's by at most "
            "%.1g.\n",
            options.output.c_str(), report->clips, report->clips == 1 ? "recording" : "recordings",
            static_cast<long long>(report->answers), report->largestDifference);
    return kOk;
}

} // namespace

void addExport(CLI::App& app, const Common& common, Run& run) {
    CLI::App* command = app.add_subcommand("export", "Write a model in a format that other programs run");
    const auto options = std::make_shared<ExportCommandOptions>();
    command->add_option("model", options->model, "Model to export (.safetensors)")->required()->type_name("MODEL");
    std::vector<std::string> ids;
    std::string explanation = "What to write:";
    for (const ExportFormatInfo& format : exportFormats()) {
        ids.emplace_back(format.id);
        explanation += std::string("\n") + format.id + ": " + format.explanation;
    }
    command->add_option("--format", options->format, explanation)->required()->check(CLI::IsMember(ids));
    command->add_option("--output", options->output, "File to write")->required()->type_name("FILE");
    command
        ->add_option("--compare", options->recordings,
                     "Recordings to run the export on and compare it with the studio; the example's clips by default")
        ->type_name("AUDIO");
    command
        ->add_option("--scores", options->scores,
                     "For a card: what `ovation evaluate --json` printed on recordings held apart")
        ->type_name("FILE");
    command->callback(
        [options, &common, &run] { run = [options, &common] { return exportModelCommand(*options, common); }; });
}

} // namespace ovation::cli
