// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/BuildFrameData.h"

#include "core/audio/MonoStream.h"
#include "core/base/Files.h"
#include "core/base/OnThreads.h"
#include "core/dataset/Groups.h"
#include "core/dataset/WindowPlan.h"
#include "core/features/FeatureCache.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <mutex>
#include <new>
#include <set>
#include <thread>

namespace ovation {

namespace {

enum class Side { None, Training, Validation };

/// Of each recording. Those that have no window, but may have labelled moments, follow their group.
std::vector<Side> sidesOf(const WindowPlan& plan, size_t trainingRecordings) {
    const std::vector<LabelledRecording>& recordings = plan.collection.recordings;
    std::vector<Side> sides(recordings.size(), Side::None);
    std::set<int32_t> held; // components with validation recordings
    const std::vector<int32_t> components = groupComponents(recordings);
    const std::vector<SplitRole> roles = rolesByGroup(recordings, components);
    const auto recordingOf = [&](int32_t window) {
        return static_cast<size_t>(plan.windows[static_cast<size_t>(window)].recording);
    };
    for (const int32_t window : plan.split.train)
        sides[recordingOf(window)] = Side::Training;
    for (const int32_t window : plan.split.validation) {
        sides[recordingOf(window)] = Side::Validation;
        held.insert(components[recordingOf(window)]);
    }
    for (size_t i = 0; i < recordings.size(); ++i) {
        if (sides[i] != Side::None || roles[i] == SplitRole::Test) continue;
        const bool validation =
            i >= trainingRecordings || roles[i] == SplitRole::Validation || held.contains(components[i]);
        sides[i] = validation ? Side::Validation : Side::Training;
    }
    return sides;
}

struct Loaded {
    std::string hash;
    Samples samples;
    FrameRecording frames;
    bool done = false;
};

struct Counts {
    int64_t examples = 0, positives = 0, recordings = 0;

    void add(const FrameLabels& answers) {
        int64_t known = 0;
        for (size_t i = 0; i < answers.targets.size(); ++i) {
            if (answers.weights[i] <= 0) continue;
            ++known;
            if (answers.targets[i] >= 0.5F) ++positives;
        }
        examples += known;
        if (known > 0) ++recordings;
    }
};

class Builder {
public:
    Builder(const RecordingCollection& training, const Hyperparameters& hyperparameters,
            const RecordingCollection* validation, const FeatureCache* cache)
        : m_cache(cache) {
        WindowPlan plan = planWindows(training, hyperparameters, validation);
        m_sides = sidesOf(plan, training.recordings.size());
        m_dataset.recordings = std::move(plan.collection.recordings);
        m_loaded.resize(m_dataset.recordings.size());
        FrameData& frames = m_dataset.frames;
        frames.standardizer = logMelStandardizer(frames.features);
        frames.sources.sampleRate = frames.features.sampleRate;
    }

    Result<void> load(size_t threads, const CancelToken& cancel, const ProgressCallback& progress);
    Result<Dataset> finish();

private:
    Result<void> loadOne(size_t index, const CancelToken& cancel) const;
    FrameLabels answersOf(size_t index, int64_t frames) const {
        const LabelTimeline timeline(m_dataset.recordings[index]);
        return labelsOfAnswers(labelsOfFrames(timeline.stretches(), frames, m_dataset.frames.features.hopS()));
    }

    const FeatureCache* m_cache;
    std::vector<Side> m_sides;
    mutable std::vector<Loaded> m_loaded; ///< each is written by one thread
    Dataset m_dataset;
};

Result<void> Builder::loadOne(size_t index, const CancelToken& cancel) const {
    const std::string& path = m_dataset.recordings[index].path;
    Loaded& loaded = m_loaded[index];
    auto hash = m_cache ? m_cache->contentHash(path) : contentHash(path);
    if (!hash) return hash.error();
    loaded.hash = *std::move(hash);
    const LogMelOptions& options = m_dataset.frames.features;
    const auto stream = MonoStream::open(path, options.sampleRate);
    if (!stream) return stream.error();
    const bool training = m_sides[index] == Side::Training;
    MelExtractor extractor(options);
    LevelRemover remover(options);
    FeatureMatrix mel;
    LogMelFrames& frames = loaded.frames.frames;
    std::vector<float> block(size_t{1} << 15);
    while (true) {
        if (cancel.cancelled()) return Error{ErrorCode::Cancelled, "", "", 0};
        const auto read = (*stream)->read(block);
        if (!read) return read.error();
        const auto samples = std::span(block).first(static_cast<size_t>(*read));
        if (training) {
            loaded.samples.insert(loaded.samples.end(), samples.begin(), samples.end());
        } else {
            mel.rows = 0;
            mel.values.clear();
            if (samples.empty())
                extractor.finish(mel);
            else
                extractor.push(samples, mel);
            remover.push(mel, frames);
        }
        if (samples.empty()) break;
    }
    loaded.done = training ? !loaded.samples.empty() : true;
    if (training) return {};
    remover.finish(frames);
    m_dataset.frames.standardizer.apply(frames.values.values);
    loaded.frames.recording = static_cast<int32_t>(index);
    loaded.frames.durationS = (*stream)->info().durationS();
    loaded.frames.labels = answersOf(index, frames.frames());
    loaded.frames.stretches = LabelTimeline(m_dataset.recordings[index]).stretches();
    loaded.done = frames.frames() > 0;
    return {};
}

/// A recording that fails is listed; only cancelling and lack of memory end the whole.
Result<void> Builder::load(size_t threads, const CancelToken& cancel, const ProgressCallback& progress) {
    std::atomic<size_t> next{0};
    std::mutex mutex; // guards what follows, and the data set's list of skipped files
    size_t done = 0;
    bool outOfMemory = false;
    const auto work = [&] {
        for (size_t i = next++; i < m_loaded.size() && !cancel.cancelled(); i = next++) {
            Result<void> result;
            try {
                if (m_sides[i] != Side::None) result = loadOne(i, cancel);
            } catch (const std::bad_alloc&) {
                result = Error{ErrorCode::OutOfMemory, m_dataset.recordings[i].path, "", 0};
            }
            const std::lock_guard lock(mutex);
            if (!result && result.error().code != ErrorCode::Cancelled) {
                outOfMemory = outOfMemory || result.error().code == ErrorCode::OutOfMemory;
                m_dataset.skipped.push_back({m_dataset.recordings[i].path, result.error()});
            }
            ++done;
            if (progress)
                progress({static_cast<double>(done), static_cast<double>(m_loaded.size()), "Reading recordings",
                          std::filesystem::path(m_dataset.recordings[i].path).filename().string()});
        }
    };
    onThreads(threads, work);
    if (cancel.cancelled()) return Error{ErrorCode::Cancelled, "", "", 0};
    if (outOfMemory) return Error{ErrorCode::OutOfMemory, "", "", 0};
    std::ranges::sort(m_dataset.skipped, {}, &SkippedFile::path);
    return {};
}

Result<Dataset> Builder::finish() {
    FrameData& data = m_dataset.frames;
    DatasetSummary& summary = m_dataset.summary;
    Counts train, validation;
    std::vector<std::string> lines;
    std::string inOrder;
    for (size_t i = 0; i < m_loaded.size(); ++i) {
        Loaded& loaded = m_loaded[i];
        if (!loaded.done) continue;
        const LabelledRecording& recording = m_dataset.recordings[i];
        const bool training = m_sides[i] == Side::Training;
        std::string line = loaded.hash + (training ? " train" : " validation");
        const LabelTimeline timeline(recording);
        for (const LabelTimeline::Stretch& stretch : timeline.stretches())
            line += " " + std::to_string(stretch.span.start) + " " + std::to_string(stretch.span.end) + " " +
                    (stretch.labelClass ? std::to_string(static_cast<int>(*stretch.labelClass)) : "?");
        inOrder += line + " " + mixedAs(recording) + "\n";
        lines.push_back(line + "\n");
        if (training) {
            const auto samples = static_cast<int64_t>(loaded.samples.size());
            train.add(answersOf(i, frameCount(samples, data.features)));
            addSource(data.sources, recording, static_cast<int32_t>(i), loaded.samples);
            loaded.samples = {};
            summary.trainingHashes.push_back(loaded.hash);
        } else {
            validation.add(loaded.frames.labels);
            summary.validationFiles.push_back(recording.path);
            summary.validationHashes.push_back(loaded.hash);
            data.validation.push_back(std::move(loaded.frames));
        }
    }
    completeSources(data.sources);
    std::ranges::sort(lines);
    std::string all;
    for (const std::string& line : lines)
        all += line;
    summary.fingerprint = hashOf(all);
    data.sourcesHash = hashOf(inOrder);
    std::ranges::sort(summary.trainingHashes);
    summary.trainExamples = train.examples;
    summary.trainPositives = train.positives;
    summary.trainRecordings = train.recordings;
    summary.validationExamples = validation.examples;
    summary.validationPositives = validation.positives;
    summary.validationRecordings = validation.recordings;
    const auto tooLittle = [](ErrorCode code, std::string detail) { return Error{code, "", std::move(detail), 0}; };
    if (train.examples == 0 && validation.examples == 0)
        return tooLittle(ErrorCode::NoData, m_dataset.skipped.empty() ? "no labelled moment is left to learn from"
                                                                      : describe(m_dataset.skipped.front().error));
    if (train.positives == 0 || train.positives == train.examples)
        return tooLittle(ErrorCode::OneClass, "the training part has " + std::to_string(train.positives) +
                                                  " moments of applause among " + std::to_string(train.examples));
    if (validation.examples == 0)
        return tooLittle(ErrorCode::FatalFinding,
                         "no recording is left for validation; add recordings, or lower the training share");
    return std::move(m_dataset);
}

} // namespace

Result<Dataset> buildFrameDataset(const RecordingCollection& training, const Hyperparameters& hyperparameters,
                                  const RecordingCollection* validation, const CancelToken& cancel,
                                  const ProgressCallback& progress, const FeatureCache* cache) {
    Builder builder(training, hyperparameters, validation, cache);
    const size_t threads = hyperparameters.threads > 0 ? static_cast<size_t>(hyperparameters.threads)
                                                       : std::max(2U, std::thread::hardware_concurrency());
    if (auto loaded = builder.load(std::min(threads, size_t{16}), cancel, progress); !loaded) return loaded.error();
    return builder.finish();
}

} // namespace ovation
