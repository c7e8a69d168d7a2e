// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Commands.h"
#include "app/cli/HyperparameterOptions.h"
#include "app/cli/Interrupt.h"
#include "app/cli/ProgressLine.h"
#include "core/base/Files.h"
#include "core/dataset/ClipAugmentation.h"

#include <cstdio>
#include <filesystem>
#include <memory>

namespace ovation::cli {

namespace {

struct AugmentArguments {
    std::vector<std::string> data;
    std::string output;
    int count = 5;
    HyperparameterOptions settings;
};

int augment(const AugmentArguments& arguments, const Common& common) {
    const auto hyperparameters = arguments.settings.resolve();
    if (!hyperparameters) return fail(hyperparameters.error());
    ProgressLine progress(common.quiet);
    const CancelToken cancel = cancelOnInterrupt();
    const auto collection = collectRecordings(arguments.data, cancel, progress.callback());
    progress.clear();
    if (!collection) return fail(collection.error());
    std::error_code error;
    std::filesystem::create_directories(arguments.output, error);
    if (error) return fail(errorFromErrno(error.value(), arguments.output, ErrorCode::WriteFailed));
    int number = 0;
    const auto write = [&](const AugmentationExample& example) -> Result<void> {
        progress.clear();
        const std::string stem = arguments.output + "/example-" + std::to_string(++number);
        if (!example.before.empty())
            if (const auto written = writeFileAtomically(stem + "-before.wav", wavOf(example.before)); !written)
                return written;
        if (const auto written = writeFileAtomically(stem + "-after.wav", wavOf(example.after.samples)); !written)
            return written;
        std::string done;
        for (const std::string& one : example.after.done)
            done += (done.empty() ? "" : ", ") + one;
        std::printf("%s-after.wav: %s at %.1f s: %s\n", stem.c_str(), example.file.c_str(), example.startS,
                    done.c_str());
        return {};
    };
    const auto made = forEachAugmentationExample(*collection, *hyperparameters, static_cast<uint64_t>(arguments.count),
                                                 write, cancel, progress.callback());
    progress.clear();
    if (!made) return fail(made.error());
    return finishOutput();
}

} // namespace

void addAugment(CLI::App& app, const Common& common, Run& run) {
    CLI::App* command =
        app.add_subcommand("augment", "Write examples of what augmentation does to training data, to be heard");
    const auto options = std::make_shared<AugmentArguments>();
    command->add_option("data", options->data, "Projects, folders of recordings with labels, class folders of clips")
        ->required()
        ->type_name("DATA...");
    command->add_option("--output", options->output, "Folder to write to")->required()->type_name("FOLDER");
    command->add_option("--count", options->count, "How many examples")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    options->settings.add(*command);
    command->callback([options, &common, &run] { run = [options, &common] { return augment(*options, common); }; });
}

} // namespace ovation::cli
