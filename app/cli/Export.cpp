// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Commands.h"
#include "core/engine/Engine.h"
#include "core/models/ModelBundle.h"

#include <cstdio>
#include <memory>

namespace ovation::cli {

namespace {

struct ExportOptions {
    std::string model;
    std::string format;
    std::string output;
};

int exportModel(const ExportOptions& options, const Common& common) {
    if (options.format == "onnx") {
        std::fprintf(stderr,
                     "ovation: %s cannot be written: this build has no ONNX export. Choose torchscript or "
                     "safetensors.\n",
                     options.output.c_str());
        return kFailed;
    }
    const Result<ModelBundle> bundle = readModel(options.model);
    if (!bundle) return fail(bundle.error());
    if (options.format == "safetensors") {
        if (const Result<void> written = writeModel(options.output, *bundle); !written) return fail(written.error());
        const Result<ModelBundle> again = readModel(options.output);
        if (!again) return fail(again.error());
        if (again->weights != bundle->weights)
            return fail({ErrorCode::WriteFailed, options.output, "its weights differ", 0});
        if (!common.quiet)
            std::fprintf(stderr, "Wrote %s; its weights are those of the model.\n", options.output.c_str());
        return kOk;
    }
    const Result<Engine*> loaded = engine();
    if (!loaded) return fail(loaded.error());
    const Result<double> difference = (*loaded)->exportTorchScript(*bundle, options.output);
    if (!difference) return fail(difference.error());
    if (!common.quiet) {
        std::fprintf(stderr, "Wrote %s; its answers differ from the model's by at most %.1g.\n", options.output.c_str(),
                     *difference);
    }
    return kOk;
}

} // namespace

void addExport(CLI::App& app, const Common& common, Run& run) {
    CLI::App* command = app.add_subcommand("export", "Write a model in a format that other programs run");
    const auto options = std::make_shared<ExportOptions>();
    command->add_option("model", options->model, "Model to export (.safetensors)")->required()->type_name("MODEL");
    command->add_option("--format", options->format, "torchscript or safetensors (onnx: not in this build)")
        ->required()
        ->check(CLI::IsMember({"torchscript", "onnx", "safetensors"}));
    command->add_option("--output", options->output, "File to write")->required()->type_name("FILE");
    command->callback([options, &common, &run] { run = [options, &common] { return exportModel(*options, common); }; });
}

} // namespace ovation::cli
