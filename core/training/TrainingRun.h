// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/Hyperparameters.h"
#include "core/training/Metrics.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ovation {

class RankingHistogram;

/// Metrics of one pass over one part of the data. nullopt where undefined, never 0 or 1 instead.
struct PartMetrics {
    std::optional<double> loss, accuracy, precision, recall, f1, rocAuc, averagePrecision;
    Confusion confusion;
};

struct BatchMetrics {
    int64_t epoch = 0; ///< from 1
    int64_t batch = 0; ///< from 1 within the epoch
    int64_t batches = 0;
    double loss = 0;
    std::optional<double> accuracy, f1; ///< of this batch
    double gradientNorm = 0;            ///< before clipping
    double learningRate = 0;
    double seconds = 0; ///< since the run started
};

struct EpochMetrics {
    int64_t epoch = 0; ///< from 1
    PartMetrics train;
    PartMetrics validation;
    double learningRate = 0; ///< during the epoch
    double gradientNorm = 0; ///< mean over batches, before clipping
    double seconds = 0;      ///< this epoch
    bool best = false;       ///< lowest validation loss so far
    bool loweredLearningRate = false;
};

/// What a run was trained on.
struct DatasetSummary {
    std::string fingerprint; ///< hash of the examples, their labels and their split
    int64_t trainExamples = 0, trainPositives = 0, validationExamples = 0, validationPositives = 0;
    int64_t trainRecordings = 0, validationRecordings = 0;
    std::vector<std::string> validationFiles;
    std::vector<std::string> trainingHashes; ///< contentHash() of every recording trained on, sorted; not in toJson()
    std::vector<std::string> validationHashes{}; ///< of those in validationFiles, likewise but in their order
};

/// What the best epoch's weights said of one validation recording, at the threshold 0.5.
struct RecordingResult {
    /// How many scores lie in one of kRankClasses classes that are equally wide in log odds (0.125): what is kept of
    /// the order of scores.
    struct RankClass {
        int32_t index = 0;
        int64_t applause = 0, other = 0;
        bool operator==(const RankClass&) const = default;
    };
    static constexpr int32_t kRankClasses = 256;

    std::string file;                 ///< as in DatasetSummary::validationFiles
    Confusion confusion;              ///< of its windows; of its answers where a frame model gave them
    double lossSum = 0;               ///< of the same, not weighted by class
    std::vector<RankClass> ranking{}; ///< likewise, by index; empty classes are left out. Empty in older runs

    void rank(float score, bool applause); ///< counts one more score
    void addRanking(RankingHistogram& histogram, int64_t times) const;
    bool operator==(const RecordingResult&) const = default;
};

enum class StopReason { Running, Early, Epochs, Cancelled, Failed };
const char* nameOf(StopReason reason); ///< "early", "epochs", "cancelled", "failed", "running"

/// A training run as charts, the runs table and --history show it. A value.
struct TrainingRun {
    int64_t id = 0;
    std::string name;
    int64_t startedMs = 0; ///< since 1970, UTC
    Hyperparameters hyperparameters;
    int64_t parameters = 0;
    DatasetSummary dataset;
    std::vector<EpochMetrics> epochs;
    int64_t bestEpoch = 0; ///< 0: none yet
    StopReason stopped = StopReason::Running;
    double seconds = 0;
    int64_t threads = 0;
    std::string notes;
    std::vector<std::string>
        taughtBy{}; ///< names of the models from whose answers it learnt beside the labels, in order
    std::string
        begunFrom{}; ///< name of the model with whose weights it began; "": none, or the history is an older one
    /// Of the best epoch, so that runs can be compared recording by recording. Empty while the run goes on, and in
    /// histories of earlier versions.
    std::vector<RecordingResult> byRecording;
};

/// The form of `--history`, and back.
std::string toJson(const TrainingRun& run);
Result<TrainingRun> trainingRunFromJson(std::string_view json);

} // namespace ovation
