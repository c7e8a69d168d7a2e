// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/CancelToken.h"
#include "core/base/Progress.h"
#include "core/base/Result.h"
#include "core/dataset/Dataset.h"
#include "core/engine/ExportedModel.h"
#include "core/export/ExportFormat.h"
#include "core/models/ModelBundle.h"
#include "core/training/Launch.h"
#include "core/training/LossSurface.h"
#include "core/training/TrainingRun.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace ovation {

// The torch-free face of the shared library ovation_engine. No exception crosses it: LibTorch's become Errors.

/// A batch of clips as a network takes them: standardised, padded to `frames`.
struct ClipBatch {
    int64_t count = 0;
    int64_t frames = 0;                ///< padded length, the same for all
    std::span<const float> mfcc;       ///< (count, frames, 13)
    std::span<const float> clipValues; ///< (count, 12)
    std::span<const int32_t> lengths;  ///< (count) valid frames, 1 to frames
};

/// Stretches of recordings as a frame network takes them: standardised log-mel, padded to `frames`.
struct FrameBatch {
    int64_t count = 0;
    int64_t frames = 0;               ///< padded length, the same for all
    std::span<const float> values;    ///< (count, frames, bands)
    std::span<const int32_t> lengths; ///< (count) valid frames, 1 to frames

    int64_t answers() const { return (frames + kAnswerFrames - 1) / kAnswerFrames; } ///< for each stretch
};

/// A network ready to answer. Used by one thread at a time; holds no gradient.
class Network {
public:
    virtual ~Network() = default;
    virtual int64_t parameterCount() const = 0;
    virtual TensorMap weights() const = 0;
    /// P(applause) per clip: (count).
    virtual Result<std::vector<float>> probabilities(const ClipBatch& batch) = 0;
    /// P(applause) of a frame network, for every kAnswerFrames frames: (count, answers()), 0 in the padding. Internal
    /// where the network answers for clips; likewise the other way about.
    virtual Result<std::vector<float>> frameProbabilities(const FrameBatch&) {
        return Error{ErrorCode::Internal, "", "the network answers for clips, not for frames"};
    }
    /// Attention that each frame of each clip receives, as a mean over heads and over the clip's frames that look (of
    /// the last layer, where there are several): (count, frames), 0 in the padding; a clip's values sum to 1. Empty
    /// where the network has no attention.
    virtual Result<std::vector<float>> attention(const ClipBatch&) { return std::vector<float>(); }
};

struct TrainingCallbacks {
    // All on the training thread; they must not block for long.
    std::function<void(const TrainingRun&)> resumed; ///< before `started` where resuming: the epochs done so far
    std::function<void(const DatasetSummary&, int64_t parameters, int64_t threads)> started;
    std::function<void(const BatchMetrics&)> batch;
    std::function<void(const EpochMetrics&)> epoch;
    ProgressCallback progress; ///< batches done of all
};

struct TrainingOptions {
    Hyperparameters hyperparameters;
    std::string checkpointFolder; ///< "": no checkpoints
    bool resume = false;          ///< from checkpointFolder; BadCheckpoint where it does not fit
    /// Whose weights training begins with, where it is not resumed ("fine-tuning"). WrongArchitecture where it is
    /// another network than the hyperparameters say, or hears other features.
    std::shared_ptr<const ModelBundle> from{};
    /// Whose answers a frame network learns from beside the labels ("distillation"), by the hyperparameters'
    /// teacherShare; a resumed run has the same ones (else BadCheckpoint). WrongArchitecture where one of them, or the
    /// network to be trained, answers for clips, or one hears other features.
    std::vector<std::shared_ptr<const ModelBundle>> teachers{};
    /// Weights of some epochs are kept under pathFolderOf(this, ...), for the loss surface; "": none are, nor of what
    /// others teach, whose way the model's settings do not tell.
    std::string pathRoot{};
    Launch launch{}; ///< every process of a shared training has the same options but for this
    /// Of a resumed run that had come to its end, or that is to take another way: the patience of early stopping and
    /// schedule counts anew. FromBest also takes back the weights of the best epoch, with fresh optimiser moments; the
    /// epochs count on.
    enum class Extend { No, FromLast, FromBest } extend = Extend::No;
    double checkpointEveryS = 60; ///< at most between two checkpoints, beside the one that every epoch ends with
    /// Where the checkpoint says that it was extended the same way to as many epochs, and it has not come to its end
    /// since, the run only goes on: the same request again, after something came between.
    bool extendOnce = false;
};

struct TrainingOutcome {
    TrainingRun run;
    ModelBundle model; ///< best weights; decoder options chosen on the validation part
    /// NotFinite where the run came to no end of its own; its `stopped` is Failed, and its notes say why.
    std::optional<Error> failure{};
};

class Engine {
public:
    virtual ~Engine() = default;

    /// "LibTorch 1.13.1, OpenBLAS ..., 2 threads": for run details and bug reports.
    virtual std::string description() const = 0;

    /// Threads for matrix products and networks; 0: the machine's cores.
    virtual void setThreads(int threads) = 0;

    virtual int threads() const = 0;

    /// What this machine's single-precision matrix products reach, in 10^9 operations per second: the best of several
    /// large ones. About half a second.
    virtual Result<double> sgemmGflops() = 0;

    /// Seconds of one training step (forward, backward, clipping, optimiser) on a full batch of made-up clips of full
    /// length: the best of `steps`, after one that does not count. For estimates and benchmarks.
    virtual Result<double> trainingStepSeconds(const Hyperparameters& hyperparameters, int steps,
                                               const CancelToken& cancel) = 0;

    /// A network with fresh weights (deterministic for `seed`).
    virtual Result<std::unique_ptr<Network>> create(const Architecture& architecture, uint64_t seed) = 0;

    /// A network with the bundle's weights.
    virtual Result<std::unique_ptr<Network>> load(const ModelBundle& bundle) = 0;

    /// Trains on `dataset`. Cancelling ends within one batch; then the outcome holds the best weights so far and
    /// stopped = Cancelled (Error Cancelled where no epoch was finished). Where the loss is no longer a number,
    /// likewise with stopped = Failed and the outcome's `failure` (Error NotFinite where no epoch was finished). In a
    /// shared training every process gets the same outcome, the first writes the checkpoints, and a cancel in one ends
    /// all; PeerLost where another process ended or does not come.
    virtual Result<TrainingOutcome> train(const Dataset& dataset, const TrainingOptions& options,
                                          const TrainingCallbacks& callbacks, const CancelToken& cancel) = 0;

    /// The loss of `dataset`'s validation part (frame models) or of some of its training examples (clip models) on a
    /// plane through the bundle's weights: along the two principal directions of `path`, in the length of which all of
    /// it fits, or along random directions, each filter of which is as long as the filter of the weights (H. Li et al.,
    /// "Visualizing the loss landscape of neural nets", 2018). Error: Cancelled.
    virtual Result<LossSurface> lossSurface(const Dataset& dataset, const Hyperparameters& hyperparameters,
                                            const ModelBundle& bundle, const WeightPath& path,
                                            const SurfaceOptions& options, const CancelToken& cancel,
                                            const ProgressCallback& progress) = 0;

    /// The bytes of a model in a format that other programs run (TorchScript, Onnx or OnnxFeatures): features and
    /// standardiser are inside. Not yet compared with anything; exportModel() does that.
    virtual Result<std::string> exported(const ModelBundle& bundle, ExportFormat format) = 0;

    /// Such a file, to be run from what it holds alone. Errors: DamagedModel, and those of reading.
    virtual Result<std::unique_ptr<ExportedModel>> openExported(const std::string& path, ExportFormat format) = 0;
};

/// Loads ovation_engine on first use (about a second) and returns it; the same object ever after. Thread-safe. Searched
/// beside the program's libraries and in $OVATION_ENGINE. Error: EngineUnavailable.
Result<Engine*> engine();

} // namespace ovation
