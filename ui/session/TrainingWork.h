// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/Recordings.h"
#include "core/dataset/WindowPlan.h"
#include "core/engine/Engine.h"
#include "core/project/ProjectData.h"
#include "ui/session/EventQueue.h"
#include "ui/session/Jobs.h"
#include "ui/session/RunCheckpoints.h"

#include <future>
#include <map>
#include <memory>
#include <string>
#include <variant>

namespace ovation::ui {

/// What the training thread hands over, in order.
struct TrainingStart {
    DatasetSummary dataset;
    int64_t parameters = 0;
    int64_t threads = 0;
    std::map<std::string, SplitSide> sides{}; ///< by path; empty in a training with corrections
};
/// A run that is gone on with, as its checkpoint has it.
struct TrainingResumed {
    TrainingRun run;
};
/// Checkpoints cannot be written; training goes on without them.
struct NoCheckpoints {
    Error error;
};
/// Recordings that cannot be used; training goes on without them.
struct LeftOut {
    std::vector<SkippedFile> recordings;
};
using TrainingEvent = std::variant<TrainingStart, TrainingResumed, NoCheckpoints, LeftOut, BatchMetrics, EpochMetrics>;

/// A model that is to teach, in a file or as its bytes.
struct TeacherFile {
    std::string name;
    std::string file;                           ///< for errors where there are bytes
    std::shared_ptr<const std::string> bytes{}; ///< null: they are to be read
};

struct TrainingTask {
    ProjectData data;
    Hyperparameters hyperparameters;
    std::string checkpointFolder; ///< "": no checkpoints
    bool resume = false;
    std::shared_ptr<const ModelBundle> from{}; ///< whose weights to begin with
    /// Of a run that begins, being fetched from the project; not valid: none teach.
    std::shared_future<Result<std::vector<TeacherFile>>> teachers{};
    std::vector<std::string> taughtBy{};                  ///< where resuming: names of the keptTeachers()
    bool corrections = false;                             ///< beside the example recordings, against forgetting
    std::map<int64_t, std::vector<SampleRange>> beside{}; ///< with corrections: besideJudged(), by recording
    TrainingOptions::Extend extend = TrainingOptions::Extend::No;
};

struct Trained {
    TrainingOutcome outcome;
    std::string modelFile; ///< the model's bytes, made on the worker
};

struct TrainingEnd {
    Result<Trained> trained;
    bool checkpoint = false; ///< there is one to go on from
};

/// Where each recording's windows are, by path.
std::map<std::string, SplitSide> sidesByPath(const WindowPlan& plan);

/// Whether a recording's labels came of judging detected segments.
bool isCorrected(const ProjectData& data, SpeechId id);

/// All of a training: check, data set, network, epochs. On the job's thread.
TrainingEnd train(const TrainingTask& task, EventQueue<TrainingEvent>& queue, const JobContext& context);

} // namespace ovation::ui
