// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detection/WindowChoice.h"

#include "core/dataset/LabelTimeline.h"
#include "core/detection/DecoderTuning.h"
#include "core/detection/Detector.h"

#include <algorithm>
#include <functional>
#include <new>
#include <optional>
#include <utility>

namespace ovation {

namespace {

constexpr double kEnoughToChooseByS = 3600, kMostToChooseByS = 3 * kEnoughToChooseByS;
constexpr int64_t kFewestToChooseBy = 10;
constexpr double kWorthShorterWindows = 0.015;

bool hasEdge(const Label& label, double durationS) {
    return label.labelClass == LabelClass::Applause && (label.span.start > 0 || label.span.end < durationS);
}

/// Whether others may still be detected.
bool isOfRecording(const Error& error) {
    switch (error.code) {
    case ErrorCode::Cancelled:
    case ErrorCode::DamagedModel:
    case ErrorCode::OutOfMemory:
    case ErrorCode::Internal:
        return false;
    default:
        return true;
    }
}

/// The recordings with the curves that the model has of them.
Result<std::vector<ScoredRecording>> curvesOf(const ModelBundle& model, Network& network,
                                              const std::vector<const LabelledRecording*>& recordings,
                                              const FeatureCache* cache, const CancelToken& cancel,
                                              const std::function<ProgressCallback()>& next) {
    DetectorOptions options;
    options.cache = cache;
    std::vector<ScoredRecording> scored;
    for (const LabelledRecording* recording : recordings) {
        Result<ProbabilityCurve> curve = detect(recording->path, model, network, options, cancel, next());
        if (!curve && !isOfRecording(curve.error())) return curve.error();
        if (!curve) continue;
        ScoredRecording one;
        one.file = recording->path;
        one.durationS = curve->durationS;
        const LabelTimeline timeline(*recording);
        one.reference = referenceOf(timeline.stretches());
        one.unknown = unknownOf(timeline.stretches());
        one.curve = *std::move(curve);
        scored.push_back(std::move(one));
    }
    return scored;
}

} // namespace

std::vector<size_t> recordingsToChooseBy(const Dataset& dataset) {
    enum class Side : uint8_t { Neither, Validation, Training };
    std::vector<Side> sides(dataset.recordings.size(), Side::Neither);
    const auto mark = [&](const ExampleSet& set, Side side) {
        for (const Window& window : set.windows)
            if (const auto index = static_cast<size_t>(window.recording); index < sides.size()) sides[index] = side;
    };
    mark(dataset.validation, Side::Validation);
    mark(dataset.train, Side::Training);

    std::vector<size_t> candidates;
    for (size_t i = 0; i < sides.size(); ++i)
        if (sides[i] == Side::Validation) candidates.push_back(i);
    std::ranges::stable_sort(candidates, {}, [&](size_t i) {
        const LabelledRecording& recording = dataset.recordings[i];
        return std::pair(recording.wholeClip.has_value(), recording.info.durationS());
    });

    int64_t applauses = 0;
    double seconds = 0;
    std::vector<size_t> chosen;
    for (const size_t i : candidates) {
        const LabelledRecording& recording = dataset.recordings[i];
        const double duration = recording.info.durationS();
        if (seconds >= kEnoughToChooseByS || seconds + duration > kMostToChooseByS) break;
        seconds += duration;
        chosen.push_back(i);
        if (!recording.wholeClip)
            applauses +=
                std::ranges::count_if(recording.labels, [&](const Label& label) { return hasEdge(label, duration); });
    }
    if (applauses < kFewestToChooseBy) chosen.clear();
    return chosen;
}

Result<void> chooseWindow(ModelBundle& model, const Dataset& dataset, Network& network, const FeatureCache* cache,
                          const CancelToken& cancel, const ProgressCallback& progress) {
    const std::vector<size_t> chosen = recordingsToChooseBy(dataset);
    if (chosen.empty() || isFrameModel(model.architecture.id)) return {};
    std::vector<const LabelledRecording*> recordings;
    for (const size_t index : chosen)
        recordings.push_back(&dataset.recordings[index]);
    const int64_t longest = std::max<int64_t>(1, model.architecture.frames);
    std::vector<int64_t> lengths{detectionFrames(model), longest};
    lengths.insert(lengths.end(), kShorterWindows.begin(), kShorterWindows.end());
    const auto others = std::remove_if(lengths.begin() + 1, lengths.end(),
                                       [&](int64_t length) { return length > longest || length == lengths.front(); });
    lengths.erase(others, lengths.end());
    double begun = -1;
    const auto total = static_cast<double>(lengths.size() * chosen.size());
    const ProgressCallback show = [&](const Progress& one) {
        const double share = one.total > 0 ? one.done / one.total : 0;
        if (progress) progress({begun + share, total, "Trying shorter windows", one.item});
    };
    const auto next = [&] {
        ++begun;
        return show;
    };
    ModelBundle candidate = model;
    DecoderOptions decoder;
    int64_t frames = 0;
    std::optional<double> highest;
    for (const int64_t length : lengths) {
        candidate.windowFrames = length;
        const auto scored = curvesOf(candidate, network, recordings, cache, cancel, next);
        if (!scored) return scored.error();
        const DecoderOptions tuned = tuneDecoder(*scored, model.decoder);
        const double score = decoderScore(*scored, tuned);
        if (highest && score < *highest + kWorthShorterWindows) continue;
        highest = score;
        frames = length;
        decoder = tuned;
    }
    model.windowFrames = frames == longest ? 0 : frames;
    model.decoder = decoder;
    return {};
}

void chooseWindow(TrainingOutcome& outcome, const Dataset& dataset, Engine& engine, const FeatureCache* cache,
                  const CancelToken& cancel, const ProgressCallback& progress) {
    ModelBundle& model = outcome.model;
    if (isFrameModel(model.architecture.id) || recordingsToChooseBy(dataset).empty()) return;
    const Result<void> chosen = [&]() -> Result<void> {
        try {
            if (cancel.cancelled()) return Error{ErrorCode::Cancelled, "", ""};
            const Result<std::unique_ptr<Network>> network = engine.load(model);
            if (!network) return network.error();
            return chooseWindow(model, dataset, **network, cache, cancel, progress);
        } catch (const std::bad_alloc&) {
            return Error{ErrorCode::OutOfMemory, "", ""};
        }
    }();
    if (chosen) return;
    const bool stopped = chosen.error().code == ErrorCode::Cancelled;
    if (stopped) outcome.run.stopped = StopReason::Cancelled;
    std::string& notes = outcome.run.notes;
    notes += (notes.empty() ? "" : " ") + std::string("Shorter windows were not tried") +
             (stopped ? ", as the run was stopped." : ". " + describe(chosen.error()));
}

} // namespace ovation
