// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Version.h"
#include "core/engine/Engine.h"
#include "core/engine/EngineFactory.h"
#include "core/engine/FrameNetwork.h"
#include "core/engine/Guard.h"
#include "core/engine/Speed.h"
#include "core/engine/Surface.h"
#include "core/engine/Threads.h"
#include "core/engine/Trainer.h"
#include "core/engine/export/OnnxExport.h"
#include "core/engine/export/OnnxRun.h"
#include "core/engine/export/TorchScriptExport.h"
#include "core/engine/networks/ClipNetwork.h"

#include <algorithm>
#include <atomic>
#include <torch/version.h>

namespace ovation {

std::string oneLine(const std::exception& exception) {
    const auto* torchError = dynamic_cast<const c10::Error*>(&exception);
    std::string text = torchError ? torchError->what_without_backtrace() : exception.what();
    return text.substr(0, text.find('\n'));
}

namespace {

/// LibTorch may not change tensors behind a batch's spans, which are const for good reason: nothing here writes to
/// them.
template <typename Value>
at::Tensor view(std::span<const Value> values, at::IntArrayRef sizes, at::ScalarType type) {
    return torch::from_blob(const_cast<Value*>(values.data()), sizes, type);
}

class TorchNetwork final : public Network {
public:
    TorchNetwork(std::unique_ptr<ClipNetwork> network, const std::atomic<int>& threads)
        : m_network(std::move(network)), m_threads(threads) {}

    int64_t parameterCount() const override { return m_network->parameterCount(); }
    TensorMap weights() const override { return m_network->weights(); }

    Result<std::vector<float>> probabilities(const ClipBatch& batch) override {
        if (const std::string fault = faultOf(batch); !fault.empty()) return Error{ErrorCode::Internal, "", fault};
        if (batch.count == 0) return std::vector<float>();
        return guarded("", [&]() -> Result<std::vector<float>> {
            const ThreadScope scope(m_threads);
            const c10::InferenceMode inference;
            Dropout none;
            const at::Tensor result = m_network->forward(inputOf(batch), none).softmax(1).select(1, 1).contiguous();
            const float* values = result.data_ptr<float>();
            return std::vector<float>(values, values + batch.count);
        });
    }

    Result<std::vector<float>> attention(const ClipBatch& batch) override {
        if (const std::string fault = faultOf(batch); !fault.empty()) return Error{ErrorCode::Internal, "", fault};
        if (batch.count == 0) return std::vector<float>();
        return guarded("", [&]() -> Result<std::vector<float>> {
            const ThreadScope scope(m_threads);
            const c10::InferenceMode inference;
            const at::Tensor result = m_network->attention(inputOf(batch)).contiguous();
            const float* values = result.data_ptr<float>();
            return std::vector<float>(values, values + result.numel());
        });
    }

private:
    ClipInput inputOf(const ClipBatch& batch) const {
        const Architecture& sizes = m_network->architecture();
        return {view(batch.mfcc, {batch.count, batch.frames, sizes.mfcc}, torch::kFloat32),
                view(batch.clipValues, {batch.count, sizes.clipValues}, torch::kFloat32),
                view(batch.lengths, {batch.count}, torch::kInt32).to(torch::kInt64)};
    }

    std::string faultOf(const ClipBatch& batch) const {
        const Architecture& sizes = m_network->architecture();
        const auto has = [](size_t size, int64_t wanted) { return static_cast<int64_t>(size) == wanted; };
        if (batch.count < 0 || batch.frames < 0 || !has(batch.mfcc.size(), batch.count * batch.frames * sizes.mfcc) ||
            !has(batch.clipValues.size(), batch.count * sizes.clipValues) || !has(batch.lengths.size(), batch.count))
            return "a batch's values do not fit its sizes";
        for (const int32_t length : batch.lengths)
            if (length < 1 || length > batch.frames) return "a clip's length is outside its frames";
        return {};
    }

    std::unique_ptr<ClipNetwork> m_network;
    const std::atomic<int>& m_threads; ///< the engine's, which is never destroyed
};

/// A frame network with its weights, on the engine's threads.
class OwnFrameNetwork final : public Network {
public:
    OwnFrameNetwork(std::unique_ptr<Crnn> network, const std::atomic<int>& threads)
        : m_network(std::move(network)), m_answering(*m_network), m_threads(threads) {}

    int64_t parameterCount() const override { return m_network->parameterCount(); }
    TensorMap weights() const override { return m_network->weights(); }
    Result<std::vector<float>> probabilities(const ClipBatch& batch) override {
        return m_answering.probabilities(batch);
    }
    Result<std::vector<float>> frameProbabilities(const FrameBatch& batch) override {
        const ThreadScope scope(m_threads);
        return m_answering.frameProbabilities(batch);
    }

private:
    const std::unique_ptr<Crnn> m_network;
    FrameNetwork m_answering;
    const std::atomic<int>& m_threads; ///< the engine's, which is never destroyed
};

class TorchEngine final : public Engine {
public:
    std::string description() const override {
        return std::string("LibTorch ") + TORCH_VERSION + ", " + blasDescription() + ", " +
               std::to_string(m_threads.load()) + (m_threads == 1 ? " thread" : " threads");
    }

    void setThreads(int threads) override { m_threads = threads > 0 ? threads : usableCores(); }

    int threads() const override { return m_threads; }

    Result<double> sgemmGflops() override {
        return guarded("", [&]() -> Result<double> {
            const ThreadScope scope(m_threads);
            return measureSgemmGflops();
        });
    }

    Result<double> trainingStepSeconds(const Hyperparameters& hyperparameters, int steps,
                                       const CancelToken& cancel) override {
        return guarded("", [&]() -> Result<double> {
            const int64_t wanted = hyperparameters.threads;
            const ThreadScope scope(wanted > 0 ? static_cast<int>(wanted) : m_threads.load());
            return measureTrainingStep(hyperparameters, steps, cancel);
        });
    }

    Result<std::unique_ptr<Network>> create(const Architecture& architecture, uint64_t seed) override {
        return guarded("", [&]() -> Result<std::unique_ptr<Network>> {
            if (!modelDescription(architecture.id))
                return Error{ErrorCode::WrongArchitecture, "", "\"" + architecture.id + "\" is not known here"};
            if (isFrameModel(architecture.id)) {
                auto network = std::make_unique<Crnn>(architecture);
                network->initialise(seed);
                return std::unique_ptr<Network>(std::make_unique<OwnFrameNetwork>(std::move(network), m_threads));
            }
            auto network = ClipNetwork::make(architecture, false);
            network->initialise(seed);
            return std::unique_ptr<Network>(std::make_unique<TorchNetwork>(std::move(network), m_threads));
        });
    }

    Result<std::unique_ptr<Network>> load(const ModelBundle& bundle) override {
        return guarded("", [&]() -> Result<std::unique_ptr<Network>> {
            if (const Result<void> fits = checkWeights(bundle); !fits) return fits.error();
            if (isFrameModel(bundle.architecture.id)) {
                auto network = std::make_unique<Crnn>(bundle.architecture);
                network->setWeights(bundle.weights);
                return std::unique_ptr<Network>(std::make_unique<OwnFrameNetwork>(std::move(network), m_threads));
            }
            auto network = ClipNetwork::make(bundle.architecture, false);
            network->setWeights(bundle.weights);
            return std::unique_ptr<Network>(std::make_unique<TorchNetwork>(std::move(network), m_threads));
        });
    }

    Result<TrainingOutcome> train(const Dataset& dataset, const TrainingOptions& options,
                                  const TrainingCallbacks& callbacks, const CancelToken& cancel) override {
        const int64_t wanted = options.hyperparameters.threads;
        const int share = std::max(1, m_threads / options.launch.localSize);
        return guarded(options.checkpointFolder, [&]() -> Result<TrainingOutcome> {
            // On one machine the other processes of the training would count as programs that hold the cores.
            return trainNetwork(dataset, options, callbacks, cancel, wanted > 0 ? static_cast<int>(wanted) : share,
                                wanted == 0 && !options.launch.shared());
        });
    }

    Result<LossSurface> lossSurface(const Dataset& dataset, const Hyperparameters& hyperparameters,
                                    const ModelBundle& bundle, const WeightPath& path, const SurfaceOptions& options,
                                    const CancelToken& cancel, const ProgressCallback& progress) override {
        return guarded("", [&]() -> Result<LossSurface> {
            if (const Result<void> fits = checkWeights(bundle); !fits) return fits.error();
            const ThreadScope scope(m_threads);
            return computeSurface(dataset, hyperparameters, bundle, path, options, cancel, progress, m_threads);
        });
    }

    Result<std::string> exported(const ModelBundle& bundle, ExportFormat format) override {
        return guarded(bundle.name, [&]() -> Result<std::string> {
            if (const Result<void> fits = checkWeights(bundle); !fits) return fits.error();
            const ThreadScope scope(m_threads);
            switch (format) {
            case ExportFormat::TorchScript:
                return toTorchScript(bundle);
            case ExportFormat::Onnx:
                return toOnnx(bundle, OnnxInput::Audio);
            case ExportFormat::OnnxFeatures:
                return toOnnx(bundle, OnnxInput::Tensors);
            default:
                return Error{ErrorCode::WrongUsage, bundle.name, "this format is not the engine's to write"};
            }
        });
    }

    Result<std::unique_ptr<ExportedModel>> openExported(const std::string& path, ExportFormat format) override {
        auto opened = guarded(path, [&]() -> Result<std::unique_ptr<ExportedModel>> {
            const ThreadScope scope(m_threads);
            if (format == ExportFormat::TorchScript) return openTorchScript(path);
            return openOnnx(path);
        });
        if (!opened && opened.error().code == ErrorCode::Internal)
            return Error{ErrorCode::DamagedModel, path, opened.error().detail};
        return opened;
    }

private:
    /// A bundle that was read from a file has been checked; one that was put together in memory may not have been.
    static Result<void> checkWeights(const ModelBundle& bundle) {
        const auto wrong = [&](const std::string& detail) {
            return Error{ErrorCode::WrongArchitecture, bundle.name, detail};
        };
        const ModelDescription* description = modelDescription(bundle.architecture.id);
        if (!description) return wrong("\"" + bundle.architecture.id + "\" is not known here");
        const TensorShapes shapes = description->tensorShapes(bundle.architecture);
        for (const auto& [name, shape] : shapes) {
            const auto found = bundle.weights.find(name);
            if (found == bundle.weights.end()) return wrong("the tensor " + name + " is missing");
            if (found->second.shape != shape) return wrong("the tensor " + name + " has another shape");
        }
        if (bundle.weights.size() != shapes.size())
            return wrong("there are tensors that the architecture does not have");
        return {};
    }

    std::atomic<int> m_threads = usableCores();
};

} // namespace

} // namespace ovation

const char* ovationEngineVersion() {
    return ovation::version();
}

ovation::Engine* ovationEngine() {
    try {
        static auto* const engine = new ovation::TorchEngine;
        return engine;
    } catch (const std::exception&) {
        return nullptr;
    }
}
