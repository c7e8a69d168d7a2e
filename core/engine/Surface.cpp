// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/Surface.h"

#include "core/engine/ClipLearner.h"
#include "core/engine/FrameLearner.h"

#include <ATen/CPUGeneratorImpl.h>
#include <algorithm>
#include <cmath>
#include <torch/types.h>

namespace ovation {

namespace {

using Tensors = std::vector<at::Tensor>; ///< one for each tensor that is learnt

/// Training examples, spread evenly over the training part, in the place of the validation part.
Dataset sampleOf(const Dataset& dataset, int64_t most) {
    Dataset sample;
    const ExampleSet& all = dataset.train;
    ExampleSet& set = sample.validation;
    const int64_t count = std::min(most, all.count);
    const auto copy = [](const std::vector<float>& from, int64_t row, int64_t width, std::vector<float>& to) {
        to.insert(to.end(), from.begin() + row * width, from.begin() + (row + 1) * width);
    };
    for (int64_t i = 0; i < count; ++i) {
        const int64_t row = i * all.count / count;
        copy(all.mfcc, row, std::ssize(all.mfcc) / all.count, set.mfcc);
        copy(all.clipValues, row, std::ssize(all.clipValues) / all.count, set.clipValues);
        set.lengths.push_back(all.lengths[static_cast<size_t>(row)]);
        set.labels.push_back(all.labels[static_cast<size_t>(row)]);
    }
    set.count = count;
    sample.train = set;
    sample.mfccStandardizer = dataset.mfccStandardizer;
    sample.clipStandardizer = dataset.clipStandardizer;
    return sample;
}

double product(const Tensors& a, const Tensors& b) {
    double sum = 0;
    for (size_t i = 0; i < a.size(); ++i)
        sum += (a[i] * b[i]).sum(at::kDouble).item<double>();
    return sum;
}

/// Length of each filter, a row of a matrix, broadcast over it; of a vector as a whole. Of what has none, 1.
at::Tensor filterLengths(const at::Tensor& values) {
    const at::Tensor rows = values.dim() < 2 ? values.reshape({1, -1}) : values.reshape({values.size(0), -1});
    const at::Tensor lengths = rows.norm(2, 1, true);
    return at::where(lengths > 1e-12, lengths, at::ones_like(lengths)).expand_as(rows).reshape(values.sizes());
}

/// Normal random numbers; each filter as long as that of the weights, no change to biases and scales.
Tensors randomDirection(const Tensors& weights, const Tensors& lengths, at::Generator& generator) {
    Tensors direction;
    for (size_t t = 0; t < weights.size(); ++t) {
        if (weights[t].dim() < 2) {
            direction.push_back(at::zeros_like(weights[t]));
            continue;
        }
        const at::Tensor noise = at::randn(weights[t].sizes(), generator, weights[t].options());
        direction.push_back(noise / filterLengths(noise) * lengths[t]);
    }
    return direction;
}

struct Plane {
    Tensors x, y;
};

class Computation {
public:
    Computation(Learner& learner, const SurfaceOptions& options)
        : m_options(options), m_generator(at::make_generator<at::CPUGeneratorImpl>(options.seed)) {
        for (const auto& [name, tensor] : learner.answering().parameters()) {
            if (isObserved(name)) continue;
            m_names.push_back(name);
            m_tensors.push_back(tensor);
            m_middle.push_back(tensor.detach().clone());
            m_lengths.push_back(filterLengths(m_middle.back()));
        }
        m_surface.steps = std::max<int64_t>(3, options.steps | 1);
    }

    Result<LossSurface> run(Learner& learner, const WeightPath& path, int threads, const CancelToken& cancel,
                            const ProgressCallback& progress) {
        const at::NoGradGuard noGradient;
        if (!m_options.alongPath || !layAlong(path)) layAtRandom();
        const auto steps = m_surface.steps;
        m_surface.loss.assign(static_cast<size_t>(steps * steps), std::nan(""));
        for (int64_t i = 0; i < steps * steps; ++i) {
            if (progress)
                progress(
                    {static_cast<double>(i), static_cast<double>(steps * steps), "Computing the loss surface", ""});
            const auto place = [&](double low, double high, int64_t step) {
                return low + (high - low) * static_cast<double>(step) / static_cast<double>(steps - 1);
            };
            moveTo(place(m_surface.lowX, m_surface.highX, i % steps),
                   place(m_surface.lowY, m_surface.highY, i / steps));
            const auto tally = learner.validate([threads] { return threads; }, cancel);
            if (!tally) return tally.error();
            if (!*tally) return Error{ErrorCode::Cancelled, "", "", 0};
            m_surface.loss[static_cast<size_t>(i)] = (*tally)->lossSum / (*tally)->weightSum;
            m_surface.examples = static_cast<int64_t>((*tally)->scores.size());
        }
        return m_surface;
    }

private:
    /// The principal directions of the path in units of each filter's length, so that large filters do not outweigh
    /// small ones. False where the path is too short for two directions.
    bool layAlong(const WeightPath& path) {
        std::vector<Tensors> offsets;
        std::vector<int64_t> epochs;
        for (size_t i = 0; i < path.weights.size(); ++i) {
            Tensors offset;
            for (size_t t = 0; t < m_names.size(); ++t) {
                const auto found = path.weights[i].find(m_names[t]);
                if (found == path.weights[i].end() || found->second.shape != m_middle[t].sizes().vec()) return false;
                const at::Tensor then = torch::from_blob(const_cast<float*>(found->second.values.data()),
                                                         m_middle[t].sizes(), torch::kFloat32);
                offset.push_back((then - m_middle[t]) / m_lengths[t]);
            }
            offsets.push_back(std::move(offset));
            epochs.push_back(path.epochs[i]);
        }
        const auto count = static_cast<int64_t>(offsets.size());
        if (count < 3) return false;
        at::Tensor gram = torch::zeros({count, count}, torch::kFloat64);
        for (int64_t i = 0; i < count; ++i)
            for (int64_t j = 0; j <= i; ++j)
                gram[i][j] = gram[j][i] = product(offsets[static_cast<size_t>(i)], offsets[static_cast<size_t>(j)]);
        const auto [values, vectors] = at::linalg_eigh(gram); // ascending
        const double first = values[count - 1].item<double>(), second = values[count - 2].item<double>();
        if (!(second > 1e-9 * first) || !(first > 0)) return false;
        const auto direction = [&](int64_t column, double value) {
            Tensors sum;
            for (const at::Tensor& tensor : m_middle)
                sum.push_back(at::zeros_like(tensor));
            for (int64_t i = 0; i < count; ++i) {
                const double share = vectors[i][column].item<double>() / std::sqrt(value);
                for (size_t t = 0; t < sum.size(); ++t)
                    sum[t].add_(offsets[static_cast<size_t>(i)][t], share);
            }
            for (size_t t = 0; t < sum.size(); ++t)
                sum[t].mul_(m_lengths[t]);
            return sum;
        };
        m_plane = {direction(count - 1, first), direction(count - 2, second)};
        m_surface.directions = "path";
        m_surface.shown = (first + second) / values.clamp_min(0).sum().item<double>();
        for (int64_t i = 0; i < count; ++i)
            m_surface.path.push_back({vectors[i][count - 1].item<double>() * std::sqrt(first),
                                      vectors[i][count - 2].item<double>() * std::sqrt(second),
                                      epochs[static_cast<size_t>(i)]});
        widen();
        return true;
    }

    /// All of the path and the trained weights, with a margin.
    void widen() {
        double lowX = 0, highX = 0, lowY = 0, highY = 0;
        for (const LossSurface::Point& point : m_surface.path) {
            lowX = std::min(lowX, point.x);
            highX = std::max(highX, point.x);
            lowY = std::min(lowY, point.y);
            highY = std::max(highY, point.y);
        }
        constexpr double kMargin = 0.25, kFlattest = 0.3;
        const double wide = highX - lowX, high = highY - lowY;
        const double moreX = kMargin * wide + std::max(0.0, kFlattest * high - wide) / 2;
        const double moreY = kMargin * high + std::max(0.0, kFlattest * wide - high) / 2;
        m_surface.lowX = lowX - moreX;
        m_surface.highX = highX + moreX;
        m_surface.lowY = lowY - moreY;
        m_surface.highY = highY + moreY;
    }

    void layAtRandom() {
        m_plane = {randomDirection(m_middle, m_lengths, m_generator),
                   randomDirection(m_middle, m_lengths, m_generator)};
        m_surface.directions = "random";
        m_surface.path.clear();
        m_surface.lowX = m_surface.lowY = -m_options.reach;
        m_surface.highX = m_surface.highY = m_options.reach;
    }

    void moveTo(double x, double y) {
        for (size_t t = 0; t < m_tensors.size(); ++t)
            m_tensors[t].copy_(m_middle[t] + x * m_plane.x[t] + y * m_plane.y[t]);
    }

    const SurfaceOptions& m_options;
    at::Generator m_generator;
    std::vector<std::string> m_names;
    Tensors m_tensors; ///< the network's own
    Tensors m_middle;  ///< copies of the trained weights
    Tensors m_lengths; ///< of the trained filters, as large as the weights
    Plane m_plane;
    LossSurface m_surface;
};

} // namespace

Result<LossSurface> computeSurface(const Dataset& dataset, const Hyperparameters& hyperparameters,
                                   const ModelBundle& bundle, const WeightPath& path, const SurfaceOptions& options,
                                   const CancelToken& cancel, const ProgressCallback& progress, int threads) {
    std::unique_ptr<Learner> learner;
    Dataset sample;
    if (isFrameModel(bundle.architecture.id)) {
        if (const std::string fault = faultOf(dataset.frames, bundle.architecture); !fault.empty())
            return Error{ErrorCode::Internal, "", fault};
        learner = std::make_unique<FrameLearner>(dataset, hyperparameters, bundle.architecture);
    } else {
        if (dataset.train.count == 0) return Error{ErrorCode::NoData, "", "there are no training examples"};
        sample = sampleOf(dataset, options.mostExamples);
        if (const std::string fault = faultOf(sample, bundle.architecture); !fault.empty())
            return Error{ErrorCode::Internal, "", fault};
        learner = std::make_unique<ClipLearner>(sample, hyperparameters, bundle.architecture);
        TrainingPosition position;
        position.begunMfcc = bundle.mfccStandardizer;
        position.begunClip = bundle.clipStandardizer;
        learner->hearAs(position);
    }
    learner->answering().setWeights(bundle.weights);
    auto surface = Computation(*learner, options).run(*learner, path, threads, cancel, progress);
    if (surface) surface->model = bundle.name;
    return surface;
}

} // namespace ovation
