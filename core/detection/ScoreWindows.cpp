// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detection/ScoreWindows.h"

#include "core/base/Files.h"
#include "core/detection/Detector.h"
#include "core/features/FeatureCache.h"
#include "core/features/SeedFeatures.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace ovation {

namespace {

constexpr int64_t kWindowsAtOnce = 32;

/// Standardised by one model's training part, to be so by another's: the same where both are.
void restandardise(std::vector<float>& values, const Standardizer& had, const Standardizer& wanted,
                   const std::vector<int32_t>* lengths) {
    if (had.mean == wanted.mean && had.deviation == wanted.deviation) return;
    const size_t columns = had.mean.size();
    if (wanted.mean.size() != columns) return;
    for (size_t i = 0; i < values.size(); ++i) {
        const size_t row = i / columns, column = i % columns;
        if (lengths) { // padding stays 0
            const size_t frame = row % seed::kWindowFrames;
            if (frame >= static_cast<size_t>((*lengths)[row / seed::kWindowFrames])) continue;
        }
        const float raw = values[i] * had.deviation[column] + had.mean[column];
        values[i] = (raw - wanted.mean[column]) / wanted.deviation[column];
    }
}

Result<void> askForClips(Dataset& dataset, const ModelBundle& bundle, Network& network,
                         std::vector<ScoredWindow>& windows, const CancelToken& cancel,
                         const ProgressCallback& progress) {
    ExampleSet& set = dataset.validation;
    restandardise(set.mfcc, dataset.mfccStandardizer, bundle.mfccStandardizer, &set.lengths);
    restandardise(set.clipValues, dataset.clipStandardizer, bundle.clipStandardizer, nullptr);
    for (int64_t first = 0; first < set.count; first += kWindowsAtOnce) {
        if (cancel.cancelled()) return Error{ErrorCode::Cancelled, "", "", 0};
        if (progress) progress({static_cast<double>(first), static_cast<double>(set.count), "Asking the model", ""});
        const int64_t count = std::min(kWindowsAtOnce, set.count - first);
        constexpr int64_t kValues = int64_t{seed::kWindowFrames} * seed::kMfcc;
        const ClipBatch batch{
            count, seed::kWindowFrames,
            std::span<const float>(set.mfcc).subspan(static_cast<size_t>(first * kValues),
                                                     static_cast<size_t>(count * kValues)),
            std::span<const float>(set.clipValues)
                .subspan(static_cast<size_t>(first * seed::kClipValues),
                         static_cast<size_t>(count * seed::kClipValues)),
            std::span<const int32_t>(set.lengths).subspan(static_cast<size_t>(first), static_cast<size_t>(count))};
        const auto answers = network.probabilities(batch);
        if (!answers) return answers.error();
        for (int64_t i = 0; i < count; ++i)
            windows[static_cast<size_t>(first + i)].probability = (*answers)[static_cast<size_t>(i)];
    }
    return {};
}

float meanOf(const ProbabilityCurve& curve, double startS, double endS) {
    double sum = 0;
    int64_t count = 0;
    const double before = curve.stepS > 0 ? std::floor((startS - curve.startS) / curve.stepS) : 0;
    for (auto i = static_cast<size_t>(std::max(0.0, before)); i < curve.values.size(); ++i) {
        const double time = curve.startS + static_cast<double>(i) * curve.stepS;
        if (time < startS) continue;
        if (time >= endS) break;
        sum += static_cast<double>(curve.values[i]);
        ++count;
    }
    return count > 0 ? static_cast<float>(sum / static_cast<double>(count)) : curve.at((startS + endS) / 2);
}

Result<void> askForCurves(const std::vector<std::string>& paths, const ModelBundle& bundle, Network& network,
                          const FeatureCache* cache, std::vector<ScoredWindow>& windows, const CancelToken& cancel,
                          const ProgressCallback& progress) {
    DetectorOptions options;
    options.cache = cache;
    std::map<int32_t, std::vector<ScoredWindow*>> byRecording;
    for (ScoredWindow& window : windows)
        byRecording[window.recording].push_back(&window);
    double done = 0;
    for (const auto& [recording, own] : byRecording) {
        const std::string& path = paths[static_cast<size_t>(recording)];
        if (progress) progress({done++, static_cast<double>(byRecording.size()), "Asking the model", path});
        const auto curve = detect(path, bundle, network, options, cancel);
        if (!curve) return curve.error();
        for (ScoredWindow* window : own)
            window->probability = meanOf(*curve, window->startS, window->endS);
    }
    return {};
}

std::vector<std::string> notesOn(const Dataset& dataset, const ModelBundle& bundle, const FeatureCache* cache) {
    std::vector<std::string> notes;
    std::set<int32_t> recordings;
    for (const Window& window : dataset.validation.windows)
        recordings.insert(window.recording);
    size_t seen = 0;
    for (const int32_t index : recordings) {
        const std::string& path = dataset.recordings[static_cast<size_t>(index)].path;
        const auto hash = cache ? cache->contentHash(path) : contentHash(path);
        if (hash && std::ranges::binary_search(bundle.trainingHashes, *hash)) ++seen;
    }
    if (bundle.trainingHashes.empty())
        notes.emplace_back("The model does not say which recordings it was trained on; these may be among them.");
    else if (seen > 0)
        notes.push_back("The model was trained on " + std::to_string(seen) + " of these " +
                        std::to_string(recordings.size()) + " recordings, so the figures say little about new ones.");
    if (recordings.size() < 2) notes.emplace_back("There is one validation recording only, so there are no intervals.");
    return notes;
}

} // namespace

Result<WindowEvaluation> evaluateWindows(const RecordingCollection& training, const Hyperparameters& hyperparameters,
                                         const RecordingCollection* validation, const ModelBundle& bundle,
                                         Engine& engine, const FeatureCache* cache, const CancelToken& cancel,
                                         const ProgressCallback& progress) {
    const bool frames = isFrameModel(bundle.architecture.id);
    const bool byCurves = frames || bundle.windowFrames > 0; // whose threshold means nothing to whole windows
    Hyperparameters settings = hyperparameters;
    settings.threads = 0;
    settings.augmentCopies = 0;
    if (isFrameModel(settings.model)) {
        settings.model = "bilstm-attention"; // windows and their values; frame models are split by recording
        settings.split = "recording";
    }
    auto dataset = buildDataset(training, settings, validation, cancel, progress, cache);
    if (!dataset) return dataset.error();
    WindowEvaluation evaluation;
    evaluation.model = bundle.name;
    evaluation.framesAnswered = frames;
    evaluation.threshold = bundle.decoder.threshold;
    for (const LabelledRecording& recording : dataset->recordings)
        evaluation.recordings.push_back(recording.path);
    evaluation.baselines = baselinesOf(*dataset);
    evaluation.trainingWindows = dataset->train.count;
    evaluation.skipped = dataset->skipped;
    if (!evaluation.baselines.empty()) evaluation.windows = evaluation.baselines.front().windows;
    evaluation.notes = notesOn(*dataset, bundle, cache);
    auto network = engine.load(bundle);
    if (!network) return network.error();
    const Result<void> asked =
        byCurves ? askForCurves(evaluation.recordings, bundle, **network, cache, evaluation.windows, cancel, progress)
                 : askForClips(*dataset, bundle, **network, evaluation.windows, cancel, progress);
    if (!asked) return asked.error();
    evaluation.intervals = figureIntervals(evaluation.windows, evaluation.threshold);
    return evaluation;
}

Result<ClipView> lookAtClip(const std::string& path, double startS, double endS, const ModelBundle& bundle,
                            Engine& engine, const CancelToken& cancel) {
    const auto frames = frameFeatures(path, startS, endS - startS, cancel);
    if (!frames) return frames.error();
    const int64_t count = std::min<int64_t>(frames->frames(), seed::kWindowFrames);
    ClipView view;
    view.melPower = frames->melPower;
    if (isFrameModel(bundle.architecture.id) || count == 0) return view;
    ClipFeatures features = clipFeatures(*frames, 0, count);
    bundle.mfccStandardizer.apply(features.mfcc.values);
    bundle.clipStandardizer.apply(features.clipValues);
    auto network = engine.load(bundle);
    if (!network) return network.error();
    const auto length = static_cast<int32_t>(count);
    const ClipBatch batch{1, count, features.mfcc.values, features.clipValues, std::span<const int32_t>(&length, 1)};
    const auto probability = (*network)->probabilities(batch);
    if (!probability) return probability.error();
    view.probability = probability->front();
    auto attention = (*network)->attention(batch);
    if (!attention) return attention.error();
    view.attention = *std::move(attention);
    return view;
}

} // namespace ovation
