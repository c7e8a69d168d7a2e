// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/AudioArguments.h"
#include "app/cli/Commands.h"
#include "app/cli/Interrupt.h"
#include "app/cli/Outputs.h"
#include "app/cli/ProgressLine.h"
#include "core/base/Files.h"
#include "core/base/Resources.h"
#include "core/dataset/Dataset.h"
#include "core/engine/Engine.h"

#include <cstdio>
#include <memory>

namespace ovation::cli {

namespace {

struct SurfaceArguments {
    std::vector<std::string> data;
    std::string model, output;
    SurfaceOptions options;
    bool random = false;
};

int surface(const SurfaceArguments& arguments, const Common& common) {
    const std::string extension = extensionOf(arguments.output);
    if (extension != "svg" && extension != "json")
        return fail({ErrorCode::WrongUsage, "", "--output must end in .svg or .json", 0});
    if (const auto writable = checkWritable(arguments.output); !writable) return fail(writable.error());
    ProgressLine progress(common.quiet);
    const CancelToken cancel = cancelOnInterrupt();
    const auto failed = [&progress](const Error& error) {
        progress.clear();
        return fail(error);
    };
    const auto bundle = readModel(modelFileNamed(arguments.model));
    if (!bundle) return failed(bundle.error());
    const auto settings = hyperparametersFromJson(bundle->trainingJson);
    if (!settings) return failed(settings.error());
    const auto collection = collectRecordings(arguments.data, cancel, progress.callback());
    if (!collection) return failed(collection.error());
    const auto dataset = buildDataset(*collection, *settings, nullptr, cancel, progress.callback(), common.cache());
    if (!dataset) return failed(dataset.error());
    for (const auto* skipped : {&collection->skipped, &dataset->skipped})
        for (const SkippedFile& file : *skipped)
            progress.warn("warning: left out: " + describe(file.error));
    if (const std::string text = unreadableText(collection->unreadable); !text.empty())
        progress.warn("warning: " + text);
    if (!bundle->datasetFingerprint.empty() && bundle->datasetFingerprint != dataset->summary.fingerprint)
        progress.warn("warning: the model was trained on other data than these, or on another part of them, so that "
                      "its weights need not lie where their loss is lowest");
    const auto loaded = engine();
    if (!loaded) return failed(loaded.error());
    (*loaded)->setThreads(0);
    SurfaceOptions options = arguments.options;
    options.alongPath = !arguments.random;
    WeightPath path;
    if (options.alongPath && bundle->taughtBy.empty()) // of those no path is kept
        path = readPath(pathFolderOf(weightPathRoot(), bundle->trainingJson, bundle->datasetFingerprint));
    const auto result =
        (*loaded)->lossSurface(*dataset, *settings, *bundle, path, options, cancel, progress.callback());
    if (!result) return failed(result.error());
    progress.clear();
    if (const auto written =
            writeFileAtomically(arguments.output, extension == "svg" ? toSvg(*result) : toJson(*result));
        !written)
        return fail(written.error());
    const char* examples = result->examples == 1 ? "example" : "examples";
    if (result->directions == "path")
        std::printf("%lld x %lld points along the path of training (%zu epochs; %.1f %% of it lies in the plane), %lld "
                    "%s, written to %s\n",
                    static_cast<long long>(result->steps), static_cast<long long>(result->steps), result->path.size(),
                    100 * result->shown, static_cast<long long>(result->examples), examples, arguments.output.c_str());
    else
        std::printf("%lld x %lld points along random directions%s, %lld %s, written to %s\n",
                    static_cast<long long>(result->steps), static_cast<long long>(result->steps),
                    !options.alongPath         ? ""
                    : bundle->taughtBy.empty() ? " (no path was kept: train with --keep-path)"
                                               : " (no path is kept of what other models teach)",
                    static_cast<long long>(result->examples), examples, arguments.output.c_str());
    return finishOutput();
}

} // namespace

void addSurface(CLI::App& app, const Common& common, Run& run) {
    CLI::App* command = app.add_subcommand(
        "surface", "Draw the loss around a model's weights as a contour map, with the path of training");
    const auto options = std::make_shared<SurfaceArguments>();
    command->add_option("data", options->data, "What the model was trained on")->required()->type_name("DATA...");
    command->add_option("--model", options->model, "Model (.safetensors)")->required()->type_name("FILE");
    command->add_option("--output", options->output, "Picture (.svg) or values (.json)")->required()->type_name("FILE");
    command->add_flag("--random", options->random, "Random directions, each filter's as long as its weights");
    command->add_option("--steps", options->options.steps, "Points in each direction")
        ->check(CLI::Range(3, 201))
        ->capture_default_str();
    command->add_option("--examples", options->options.mostExamples, "Training examples that the loss is a mean of")
        ->check(CLI::Range(1, 1000000))
        ->capture_default_str();
    command->add_option("--seed", options->options.seed, "Of the random directions")->capture_default_str();
    command->callback([options, &common, &run] { run = [options, &common] { return surface(*options, common); }; });
}

} // namespace ovation::cli
