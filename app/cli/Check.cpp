// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Commands.h"
#include "app/cli/HyperparameterOptions.h"
#include "app/cli/Interrupt.h"
#include "app/cli/ProgressLine.h"
#include "core/dataset/DatasetCheck.h"

#include <cstdio>
#include <memory>

namespace ovation::cli {

namespace {

struct CheckOptions {
    std::vector<std::string> data;
    std::vector<std::string> validation;
    bool json = false;
    bool headersOnly = false;
    HyperparameterOptions settings;
};

int check(const CheckOptions& options, const Common& common) {
    const auto hyperparameters = options.settings.resolve();
    if (!hyperparameters) return fail(hyperparameters.error());
    ProgressLine progress(common.quiet);
    const CancelToken cancel = cancelOnInterrupt();
    const auto training = collectRecordings(options.data, cancel, progress.callback());
    if (!training) {
        progress.clear();
        return fail(training.error());
    }
    RecordingCollection validation;
    if (!options.validation.empty()) {
        auto collected = collectRecordings(options.validation, cancel, progress.callback());
        if (!collected) {
            progress.clear();
            return fail(collected.error());
        }
        validation = *std::move(collected);
    }
    const RecordingCollection* separate = options.validation.empty() ? nullptr : &validation;
    const auto checked = options.headersOnly
                             ? checkHeaders(*training, *hyperparameters, separate, cancel, progress.callback())
                             : checkBySound(*training, *hyperparameters, separate, common.cache(), common.prints(),
                                            cancel, progress.callback());
    progress.clear();
    if (!checked) return fail(checked.error());
    const CheckReport& report = *checked;
    const std::string text = options.json ? toJson(report) : toText(report);
    std::fputs(text.c_str(), stdout);
    const int printed = finishOutput();
    return report.fatal() ? kFailed : printed;
}

} // namespace

void addCheck(CLI::App& app, const Common& common, Run& run) {
    CLI::App* command = app.add_subcommand("check", "Look for faults in training data: labels, classes, split, files");
    const auto options = std::make_shared<CheckOptions>();
    command->add_option("data", options->data, "Projects, folders of recordings with labels, class folders of clips")
        ->required()
        ->type_name("DATA...");
    command->add_option("--validation", options->validation, "Separate data to validate on")->type_name("DATA...");
    command->add_flag("--json", options->json, "Print the report as JSON");
    command->add_flag("--headers-only", options->headersOnly,
                      "Do not listen to the recordings: quicker, but finds no copies and no difference in loudness");
    options->settings.add(*command, "Data");
    command->callback([options, &common, &run] { run = [options, &common] { return check(*options, common); }; });
}

} // namespace ovation::cli
