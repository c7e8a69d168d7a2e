// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Commands.h"
#include "app/cli/HyperparameterOptions.h"
#include "app/cli/Interrupt.h"
#include "app/cli/Outputs.h"
#include "app/cli/TrainingReport.h"
#include "core/base/Files.h"
#include "core/base/Resources.h"
#include "core/dataset/DatasetCheck.h"
#include "core/detection/WindowChoice.h"
#include "core/engine/Engine.h"
#include "core/models/ModelRegistry.h"
#include "core/project/CheckpointLock.h"
#include "core/training/CheckpointFiles.h"
#include "core/training/FineTuning.h"
#include "core/training/RunCheck.h"

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>

namespace ovation::cli {

namespace fs = std::filesystem;

namespace {

struct TrainOptions {
    std::vector<std::string> data;
    std::vector<std::string> validation;
    std::string output;
    std::string history;
    std::string checkpointFolder;
    std::string from;
    std::vector<std::string> teachers;
    bool corrections = false;
    std::vector<std::string> rehearsal;
    bool resume = false;
    bool keepPath = false;
    std::string extend; ///< "", "last", "best"
    double peerTimeoutS = 300;
    HyperparameterOptions settings;
};

Result<void> checkUsage(const TrainOptions& options) {
    if (options.resume && options.checkpointFolder.empty())
        return Error{ErrorCode::WrongUsage, "", "--resume needs the --checkpoint-dir that holds the checkpoint", 0};
    if (!options.extend.empty() && !options.resume)
        return Error{ErrorCode::WrongUsage, "", "--extend goes with --resume and more --epochs", 0};
    if (extensionOf(options.output) != "safetensors")
        return Error{ErrorCode::WrongUsage, "", "--output must end in .safetensors", 0};
    if (options.corrections && options.from.empty())
        return Error{ErrorCode::WrongUsage, "", "--corrections needs the model that was corrected: --from MODEL", 0};
    if (options.corrections && !options.validation.empty())
        return Error{ErrorCode::WrongUsage, "", "--corrections holds back data of its own: it takes no --validation",
                     0};
    if (options.keepPath && !options.teachers.empty())
        return Error{ErrorCode::WrongUsage, "", "--keep-path keeps no path of what --teacher teaches", 0};
    if (!options.rehearsal.empty() && !options.corrections)
        return Error{ErrorCode::WrongUsage, "", "--rehearse is of use with --corrections only", 0};
    return {};
}

/// What would stop the training at its beginning: better known before the data are prepared than an hour later.
Result<void> checkBeginning(const TrainOptions& options, const Hyperparameters& hyperparameters,
                            const ModelBundle* from, const Launch& launch) {
    const auto architecture = architectureFor(hyperparameters);
    if (!architecture) return architecture.error();
    if (launch.shared() && isFrameModel(architecture->id))
        return Error{ErrorCode::WrongUsage, "", "the frame network is trained by one process; several cannot share it",
                     0};
    if (!options.resume) return from ? canBeginFrom(*from, *architecture) : Result<void>();
    if (hasCheckpoint(options.checkpointFolder)) return {};
    if (launch.shared()) return {}; // the first process tells the others
    return Error{ErrorCode::BadCheckpoint, options.checkpointFolder, "there is no checkpoint in the folder", 0};
}

Result<void> prepareOutputs(const TrainOptions& options) {
    for (const std::string& path : {options.output, options.history})
        if (auto writable = checkWritable(path); !writable) return writable;
    if (options.checkpointFolder.empty()) return {};
    std::error_code error;
    fs::create_directories(options.checkpointFolder, error);
    if (error) return errorFromErrno(error.value(), options.checkpointFolder, ErrorCode::WriteFailed);
    return {};
}

/// Keeps other trainings out of the folder of checkpoints, where its disk knows locks.
Result<void> holdCheckpoints(const TrainOptions& options, TrainingReport& report, std::optional<ProjectLock>& held) {
    if (options.checkpointFolder.empty()) return {};
    auto lock = lockCheckpoints(options.checkpointFolder);
    if (lock)
        held.emplace(*std::move(lock));
    else if (lock.error().code == ErrorCode::CheckpointsInUse)
        return lock.error();
    else
        report.warning("Other trainings are not kept out of the folder of checkpoints: " + describe(lock.error()));
    return {};
}

/// What was corrected, and what is trained on besides.
Result<RecordingCollection> collectCorrections(const TrainOptions& options, const Hyperparameters& hyperparameters,
                                               TrainingReport& report, const CancelToken& cancel) {
    auto corrected = collectRecordings(options.data, cancel, report.progress());
    if (!corrected) return corrected;
    std::vector<std::string> others = options.rehearsal;
    if (others.empty()) others.push_back(resourcePath("example"));
    if (others.front().empty())
        return Error{ErrorCode::NotInstalled, "example",
                     "its recordings are trained on beside corrections; name others with --rehearse", 0};
    const auto rehearsal = collectRecordings(others, cancel, report.progress());
    if (!rehearsal) return rehearsal;
    return withRehearsal(*std::move(corrected), *rehearsal, hyperparameters);
}

/// Collects and checks; a fatal finding is an Error, the others are shown.
Result<Dataset> prepareData(const TrainOptions& options, const Hyperparameters& hyperparameters, TrainingReport& report,
                            const Common& common, const CancelToken& cancel) {
    const FeatureCache* cache = common.cache();
    const auto training = options.corrections ? collectCorrections(options, hyperparameters, report, cancel)
                                              : collectRecordings(options.data, cancel, report.progress());
    if (!training) return training.error();
    RecordingCollection separate;
    const RecordingCollection* validation = nullptr;
    if (!options.validation.empty()) {
        auto collected = collectRecordings(options.validation, cancel, report.progress());
        if (!collected) return collected.error();
        separate = *std::move(collected);
        validation = &separate;
    }
    const auto check =
        checkBySound(*training, hyperparameters, validation, cache, common.prints(), cancel, report.progress());
    if (!check) return check.error();
    if (check->fatal()) {
        const Finding& finding = check->findings.front();
        Error error{ErrorCode::FatalFinding, "", wordsOf(finding), 0};
        for (size_t i = 0; i < finding.evidence.size(); ++i)
            error.detail += (i ? "; " : " ") + finding.evidence[i];
        return error;
    }
    report.findings(check->findings);
    return buildDataset(*training, hyperparameters, validation, cancel, report.progress(), cache);
}

int finish(const TrainOptions& options, TrainingOutcome outcome, TrainingReport& report) {
    outcome.run.name = outcome.model.name = stemOf(options.output);
    int exitCode = kOk;
    const auto written = writeModel(options.output, outcome.model);
    if (!options.history.empty())
        if (const auto history = writeFileAtomically(options.history, toJson(outcome.run)); !history)
            exitCode = fail(history.error());
    if (!written) exitCode = fail(written.error());
    report.summary(outcome, written ? options.output : std::string());
    report.findings(checkRun(outcome.run));
    if (outcome.failure) exitCode = fail(*outcome.failure);
    return exitCode == kOk ? finishOutput() : exitCode;
}

int train(const TrainOptions& options, const Common& common) {
    std::shared_ptr<const ModelBundle> from;
    std::optional<Hyperparameters> base;
    if (!options.from.empty()) {
        auto model = readModel(modelFileNamed(options.from));
        if (!model) return fail(model.error());
        const auto settings = options.corrections ? correctionSettings(*model) : fineTuningSettings(*model);
        if (!settings) return fail(settings.error());
        base = *settings;
        from = std::make_shared<const ModelBundle>(*std::move(model));
    }
    std::vector<std::shared_ptr<const ModelBundle>> teachers;
    for (const std::string& file : options.teachers) {
        auto model = readModel(modelFileNamed(file));
        if (!model) return fail(model.error());
        teachers.push_back(std::make_shared<const ModelBundle>(*std::move(model)));
    }
    const auto hyperparameters = options.settings.resolve(base ? &*base : nullptr);
    if (!hyperparameters) return fail(hyperparameters.error());
    if (const auto right = checkUsage(options); !right) return fail(right.error());
    auto launch = launchFromEnvironment(std::getenv);
    if (!launch) return fail(launch.error());
    launch->timeoutS = options.peerTimeoutS;
    if (const auto can = checkBeginning(options, *hyperparameters, from.get(), *launch); !can) return fail(can.error());
    // Of several processes the first alone writes files and shows anything but errors.
    TrainingReport report(common.quiet, !launch->first());
    std::optional<ProjectLock> held; // as long as checkpoints may be written
    if (launch->first()) {
        if (const auto prepared = prepareOutputs(options); !prepared) return fail(prepared.error());
        if (const auto free = holdCheckpoints(options, report, held); !free) return fail(free.error());
    }
    const auto failed = [&](const Error& error) {
        report.clear();
        return fail(error);
    };
    if (const std::string unused = options.settings.unusedOptions(*hyperparameters); !unused.empty())
        report.warning(unused);
    const CancelToken cancel = cancelOnInterrupt();
    auto dataset = prepareData(options, *hyperparameters, report, common, cancel);
    if (!dataset) return failed(dataset.error());
    report.leftOut(dataset->skipped);
    const auto loaded = engine();
    if (!loaded) return failed(loaded.error());
    (*loaded)->setThreads(static_cast<int>(hyperparameters->threads));
    TrainingOptions training{*hyperparameters,
                             options.checkpointFolder,
                             options.resume,
                             from,
                             std::move(teachers),
                             options.keepPath ? weightPathRoot() : std::string(),
                             *launch};
    if (!options.extend.empty())
        training.extend =
            options.extend == "best" ? TrainingOptions::Extend::FromBest : TrainingOptions::Extend::FromLast;
    training.extendOnce = true;
    if (!training.pathRoot.empty()) limitPaths(training.pathRoot);
    auto outcome = (*loaded)->train(*dataset, training, report.callbacks(), cancel);
    if (!outcome) return failed(outcome.error());
    if (!launch->first()) return outcome->failure ? fail(*outcome->failure) : kOk;
    // Choosing windows takes minutes, in which the model shall not be lost; finish() says what stands in its way.
    if (!recordingsToChooseBy(*dataset).empty()) static_cast<void>(writeModel(options.output, outcome->model));
    chooseWindow(*outcome, *dataset, **loaded, common.cache(), cancel, report.progress());
    report.clear();
    return finish(options, *std::move(outcome), report);
}

} // namespace

void addTrain(CLI::App& app, const Common& common, Run& run) {
    CLI::App* command = app.add_subcommand("train", "Train a network on labelled recordings");
    const auto options = std::make_shared<TrainOptions>();
    command->add_option("data", options->data, "Projects, folders of recordings with labels, class folders of clips")
        ->required()
        ->type_name("DATA...");
    command->add_option("--output", options->output, "Model file to write (.safetensors)")
        ->required()
        ->type_name("FILE");
    command->add_option("--validation", options->validation, "Separate data to validate on")->type_name("DATA...");
    command->add_option("--history", options->history, "Write every epoch's figures to this JSON file")
        ->type_name("FILE");
    command->add_option("--checkpoint-dir", options->checkpointFolder, "Keep checkpoints in this folder")
        ->type_name("FOLDER");
    command
        ->add_option("--from", options->from,
                     "Begin with this model's weights and settings, at a fifth of its learning rate (fine-tuning); "
                     "starter: the model that comes with Ovation")
        ->type_name("MODEL");
    command
        ->add_option("--teacher", options->teachers,
                     "Learn from the answers of this frame model beside the labels, by --teacher-share; several times "
                     "for several models, whose answers are averaged")
        ->expected(1)
        ->take_all()
        ->type_name("MODEL");
    command->add_flag(
        "--corrections", options->corrections,
        "DATA holds corrections of what --from detected: train on all of it for a few minutes, beside "
        "other recordings and (frame models) keeping half of the former weights, so that nothing is forgotten");
    command
        ->add_option("--rehearse", options->rehearsal,
                     "The other recordings of --corrections (default: the example that comes with Ovation)")
        ->type_name("DATA...");
    command->add_flag("--keep-path", options->keepPath,
                      "Keep the weights of some epochs, up to 256 MB, for the path that `ovation surface` draws");
    command->add_flag("--resume", options->resume, "Go on from the checkpoint in --checkpoint-dir");
    command
        ->add_option("--extend", options->extend,
                     "With --resume: take a finished run further to --epochs, from its last state or from the weights "
                     "of its best epoch; patience counts anew. The same again after an interruption goes on")
        ->check(CLI::IsMember({"last", "best"}))
        ->type_name("last|best");
    command
        ->add_option("--peer-timeout", options->peerTimeoutS,
                     "Longest wait for the other processes of a training that several share, s")
        ->check(CLI::Range(1.0, 86400.0))
        ->capture_default_str();
    command->footer(
        "Several processes share a training when a launcher such as torchrun or srun starts them: each finds "
        "its place in RANK and WORLD_SIZE (or SLURM_PROCID and SLURM_NTASKS) and the first one at "
        "MASTER_ADDR and MASTER_PORT. --batch-size is that of all together, the result that of one process, "
        "and the first one writes the files.");
    options->settings.add(*command);
    command->callback([options, &common, &run] { run = [options, &common] { return train(*options, common); }; });
}

} // namespace ovation::cli
