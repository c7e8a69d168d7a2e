// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/BuildFrameData.h"

#include "core/audio/MonoStream.h"
#include "core/base/Files.h"
#include "core/base/Memory.h"
#include "core/base/OnThreads.h"
#include "core/dataset/DataMemory.h"
#include "core/dataset/Groups.h"
#include "core/dataset/WindowPlan.h"
#include "core/features/FeatureCache.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <functional>
#include <mutex>
#include <new>
#include <optional>
#include <set>
#include <span>
#include <thread>

namespace ovation {

namespace {

constexpr int64_t kHeldSamples = int64_t{1} << 26; ///< floats that all threads together hold: 256 MB

/// A share of what all threads may hold together, for a recording that would fit into it; none where it does not.
class HeldSamples {
public:
    HeldSamples(std::atomic<int64_t>& free, double samples) : m_free(free) {
        if (!(samples > 0 && samples < static_cast<double>(kHeldSamples))) return;
        const auto wanted = static_cast<int64_t>(samples);
        if (m_free.fetch_sub(wanted) >= wanted)
            m_count = wanted;
        else
            m_free += wanted;
    }
    ~HeldSamples() { m_free += m_count; }
    HeldSamples(const HeldSamples&) = delete;
    HeldSamples& operator=(const HeldSamples&) = delete;

    size_t count() const { return static_cast<size_t>(m_count); }

private:
    std::atomic<int64_t>& m_free;
    int64_t m_count = 0;
};

struct Loaded {
    std::string hash;
    std::optional<SourceIntake> source; ///< for training
    FrameRecording frames;              ///< for validation
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

/// All samples of a stream, block by block.
Result<void> readBlocks(MonoStream& stream, const CancelToken& cancel,
                        const std::function<void(std::span<const float>)>& take) {
    std::vector<float> block(size_t{1} << 15);
    while (true) {
        if (cancel.cancelled()) return Error{ErrorCode::Cancelled, "", "", 0};
        const auto read = stream.read(block);
        if (!read) return read.error();
        if (*read == 0) return {};
        take(std::span(block).first(static_cast<size_t>(*read)));
    }
}

class Builder {
public:
    Builder(const RecordingCollection& training, const Hyperparameters& hyperparameters,
            const RecordingCollection* validation, const FeatureCache* cache)
        : m_cache(cache) {
        WindowPlan plan = planWindows(training, hyperparameters, validation);
        m_sides = frameSidesOf(plan, training.recordings.size());
        m_reachS = reachOfExamples(plan, m_sides, hyperparameters);
        m_tooLarge = findingOfMemory(dataBytes(plan, training.recordings.size(), hyperparameters), availableMemory(),
                                     plan.collection.recordings);
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
    Result<void> loadSource(size_t index, const CancelToken& cancel) const;
    Result<void> loadFrames(size_t index, const CancelToken& cancel) const;
    FrameLabels answersOf(size_t index, int64_t frames) const {
        const LabelTimeline timeline(m_dataset.recordings[index]);
        return labelsOfAnswers(labelsOfFrames(timeline.stretches(), frames, m_dataset.frames.features.hopS()));
    }

    const FeatureCache* m_cache;
    std::vector<SplitSide> m_sides;
    std::optional<double> m_reachS;
    std::optional<Finding> m_tooLarge;
    mutable std::atomic<int64_t> m_free = kHeldSamples; ///< of what threads may hold
    mutable std::vector<Loaded> m_loaded;               ///< each is written by one thread
    Dataset m_dataset;
};

Result<void> Builder::loadOne(size_t index, const CancelToken& cancel) const {
    const std::string& path = m_dataset.recordings[index].path;
    auto hash = m_cache ? m_cache->contentHash(path) : contentHash(path);
    if (!hash) return hash.error();
    m_loaded[index].hash = *std::move(hash);
    return m_sides[index] == SplitSide::Training ? loadSource(index, cancel) : loadFrames(index, cancel);
}

Result<void> Builder::loadSource(size_t index, const CancelToken& cancel) const {
    const LabelledRecording& recording = m_dataset.recordings[index];
    Loaded& loaded = m_loaded[index];
    const int rate = m_dataset.frames.features.sampleRate;
    SourceIntake source(recording, m_reachS, rate);
    const HeldSamples held(m_free, (recording.info.durationS() + 1) * rate);
    if (const auto read = readSource(source, recording.path, rate, held.count(), cancel); !read) return read.error();
    loaded.done = source.samples() > 0;
    loaded.source.emplace(std::move(source));
    return {};
}

Result<void> Builder::loadFrames(size_t index, const CancelToken& cancel) const {
    Loaded& loaded = m_loaded[index];
    const LogMelOptions& options = m_dataset.frames.features;
    const auto stream = MonoStream::open(m_dataset.recordings[index].path, options.sampleRate);
    if (!stream) return stream.error();
    MelExtractor extractor(options);
    LevelRemover remover(options);
    FeatureMatrix mel;
    LogMelFrames& frames = loaded.frames.frames;
    const auto taken = readBlocks(**stream, cancel, [&](std::span<const float> samples) {
        mel.rows = 0;
        mel.values.clear();
        extractor.push(samples, mel);
        remover.push(mel, frames);
    });
    if (!taken) return taken.error();
    mel.rows = 0;
    mel.values.clear();
    extractor.finish(mel);
    remover.push(mel, frames);
    remover.finish(frames);
    frames.values.values.shrink_to_fit();
    frames.silent.shrink_to_fit();
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
    if (m_tooLarge && m_tooLarge->severity == Severity::Fatal)
        return Error{ErrorCode::FatalFinding, "", wordsOf(*m_tooLarge), 0};
    std::atomic<size_t> next{0};
    std::mutex mutex; // guards what follows, and the data set's list of skipped files
    size_t done = 0;
    bool outOfMemory = false;
    const auto work = [&] {
        for (size_t i = next++; i < m_loaded.size() && !cancel.cancelled(); i = next++) {
            Result<void> result;
            try {
                if (m_sides[i] != SplitSide::None) result = loadOne(i, cancel);
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
        const bool training = m_sides[i] == SplitSide::Training;
        std::string line = loaded.hash + (training ? " train" : " validation");
        const LabelTimeline timeline(recording);
        for (const LabelTimeline::Stretch& stretch : timeline.stretches())
            line += " " + std::to_string(stretch.span.start) + " " + std::to_string(stretch.span.end) + " " +
                    (stretch.labelClass ? std::to_string(static_cast<int>(*stretch.labelClass)) : "?");
        inOrder += line + " " + mixedAs(recording) + "\n";
        lines.push_back(line + "\n");
        if (training) {
            train.add(answersOf(i, frameCount(loaded.source->samples(), data.features)));
            std::move(*loaded.source).addTo(data.sources, static_cast<int32_t>(i));
            loaded.source.reset();
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

std::vector<SplitSide> frameSidesOf(const WindowPlan& plan, size_t trainingRecordings) {
    const std::vector<LabelledRecording>& recordings = plan.collection.recordings;
    std::vector<SplitSide> sides(recordings.size(), SplitSide::None);
    std::set<int32_t> held; // components with validation recordings
    const std::vector<int32_t> components = groupComponents(recordings);
    const std::vector<SplitRole> roles = rolesByGroup(recordings, components);
    const auto recordingOf = [&](int32_t window) {
        return static_cast<size_t>(plan.windows[static_cast<size_t>(window)].recording);
    };
    for (const int32_t window : plan.split.train)
        sides[recordingOf(window)] = SplitSide::Training;
    for (const int32_t window : plan.split.validation) {
        sides[recordingOf(window)] = SplitSide::Validation;
        held.insert(components[recordingOf(window)]);
    }
    for (size_t i = 0; i < recordings.size(); ++i) {
        if (sides[i] != SplitSide::None || roles[i] == SplitRole::Test) continue;
        const bool validation =
            i >= trainingRecordings || roles[i] == SplitRole::Validation || held.contains(components[i]);
        sides[i] = validation ? SplitSide::Validation : SplitSide::Training;
    }
    return sides;
}

std::optional<double> reachOfExamples(const WindowPlan& plan, const std::vector<SplitSide>& sides,
                                      const Hyperparameters& hyperparameters) {
    const std::vector<LabelledRecording>& recordings = plan.collection.recordings;
    for (size_t i = 0; i < recordings.size(); ++i)
        if (sides[i] == SplitSide::Training && !recordings[i].wholeClip &&
            holdsKnown(LabelTimeline(recordings[i]).stretches()))
            return hyperparameters.exampleS + 1; // examples are rounded to whole answers
    return std::nullopt;
}

Result<void> readSource(SourceIntake& source, const std::string& path, int sampleRate, size_t held,
                        const CancelToken& cancel) {
    const auto stream = MonoStream::open(path, sampleRate);
    if (!stream) return stream.error();
    std::vector<float> samples;
    samples.reserve(std::min(held, static_cast<size_t>(std::max<int64_t>(0, (*stream)->expectedSamples()))));
    const auto heard = readBlocks(**stream, cancel, [&](std::span<const float> block) {
        source.hear(block);
        if (source.samples() <= static_cast<int64_t>(held))
            samples.insert(samples.end(), block.begin(), block.end());
        else
            std::vector<float>().swap(samples);
    });
    if (!heard) return heard.error();
    source.heard();
    if (!source.keepsAny()) return {};
    if (source.samples() <= static_cast<int64_t>(held)) {
        source.take(samples);
        return {};
    }
    const auto again = MonoStream::open(path, sampleRate);
    if (!again) return again.error();
    const auto taken = readBlocks(**again, cancel, [&](std::span<const float> block) { source.take(block); });
    if (!taken) return taken.error();
    if (source.taken() != source.samples()) return Error{ErrorCode::FileChanged, path, "", 0};
    return {};
}

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
