// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/Mp3Coding.h"
#include "core/base/Files.h"
#include "core/base/Memory.h"
#include "core/base/OnThreads.h"
#include "core/dataset/BuildFrameData.h"
#include "core/dataset/ClipAugmentation.h"
#include "core/dataset/DataMemory.h"
#include "core/dataset/WindowPlan.h"
#include "core/features/FeatureCache.h"
#include "core/features/SlidingClips.h"
#include "core/models/ModelRegistry.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <mutex>
#include <new>
#include <set>
#include <thread>

namespace ovation {

namespace {

/// One window to be computed, and where its values go.
struct Task {
    Window window;
    bool validation = false;
    bool done = false;
    ClipFeatures features;
};

struct Job {
    std::vector<LabelledRecording> recordings;
    std::vector<std::vector<size_t>> tasksOf; ///< per recording, by first frame
    std::vector<std::string> hashes;          ///< per recording, of the file's content
    std::vector<Task> tasks;
    std::vector<SkippedFile> skipped;
};

/// Windows of one recording, whose frames are read from the beginning and held only as long as a window needs them.
Result<void> computeRecording(Job& job, size_t recording, const FeatureCache* cache, const CancelToken& cancel) {
    const std::string& path = job.recordings[recording].path;
    auto hash = cache ? cache->contentHash(path) : contentHash(path);
    if (!hash) return hash.error();
    job.hashes[recording] = *std::move(hash);
    const auto stream = openFrames(path, cache);
    if (!stream) return stream.error();
    SlidingClips clips;
    FrameFeatures frames;
    const auto readMore = [&]() -> Result<bool> {
        if (cancel.cancelled()) return Error{ErrorCode::Cancelled, "", "", 0};
        clearFrames(frames);
        return (*stream)->read(frames);
    };
    bool ended = false;
    for (const size_t index : job.tasksOf[recording]) {
        Task& task = job.tasks[index];
        while (!ended && clips.end() < task.window.firstFrame + task.window.frames) {
            const auto more = readMore();
            if (!more) return more.error();
            ended = !*more;
            clips.append(frames);
            clips.dropBefore(task.window.firstFrame);
        }
        task.features = clips.clip(task.window.firstFrame, task.window.frames);
        task.done = task.features.mfcc.rows > 0;
    }
    while (cache && !ended) { // the cache keeps whole recordings only
        const auto more = readMore();
        if (!more) return more.error();
        ended = !*more;
    }
    return {};
}

/// A recording that fails is listed and its windows are dropped; only cancelling and lack of memory end the whole.
Result<void> computeAll(Job& job, size_t threads, const FeatureCache* cache, const CancelToken& cancel,
                        const ProgressCallback& progress) {
    std::atomic<size_t> next{0};
    std::mutex mutex;
    size_t done = 0;
    bool outOfMemory = false;
    const auto work = [&] {
        for (size_t i = next++; i < job.recordings.size() && !cancel.cancelled(); i = next++) {
            Result<void> result;
            try {
                if (!job.tasksOf[i].empty()) result = computeRecording(job, i, cache, cancel);
            } catch (const std::bad_alloc&) {
                result = Error{ErrorCode::OutOfMemory, job.recordings[i].path, "", 0};
            }
            const std::lock_guard lock(mutex);
            if (!result && result.error().code != ErrorCode::Cancelled) {
                outOfMemory = outOfMemory || result.error().code == ErrorCode::OutOfMemory;
                job.skipped.push_back({job.recordings[i].path, result.error()});
                for (const size_t task : job.tasksOf[i])
                    job.tasks[task].done = false;
            }
            ++done;
            if (progress)
                progress({static_cast<double>(done), static_cast<double>(job.recordings.size()), "Computing features",
                          std::filesystem::path(job.recordings[i].path).filename().string()});
        }
    };
    onThreads(threads, work);
    if (cancel.cancelled()) return Error{ErrorCode::Cancelled, "", "", 0};
    if (outOfMemory) return Error{ErrorCode::OutOfMemory, "", "", 0};
    std::ranges::sort(job.skipped, {}, &SkippedFile::path);
    return {};
}

void append(ExampleSet& set, const Task& task) {
    const FeatureMatrix& mfcc = task.features.mfcc;
    const int64_t rows = std::min<int64_t>(mfcc.rows, seed::kWindowFrames);
    const auto values = static_cast<ptrdiff_t>(rows * seed::kMfcc);
    set.mfcc.insert(set.mfcc.end(), mfcc.values.begin(), mfcc.values.begin() + values);
    set.mfcc.resize(static_cast<size_t>(set.count + 1) * seed::kWindowFrames * seed::kMfcc, 0.0F);
    set.clipValues.insert(set.clipValues.end(), task.features.clipValues.begin(), task.features.clipValues.end());
    set.lengths.push_back(static_cast<int32_t>(rows));
    set.labels.push_back(task.window.applause ? 1 : 0);
    set.windows.push_back(task.window);
    ++set.count;
}

/// Altered copies of the training part's windows, after all of the windows themselves. A copy that cannot be made is
/// left out.
Result<void> addCopies(Dataset& dataset, const Job& job, const Hyperparameters& hyperparameters, size_t threads,
                       const CancelToken& cancel, const ProgressCallback& progress) {
    const std::vector<Window> originals = dataset.train.windows;
    std::vector<Window> speech;
    std::ranges::copy_if(originals, std::back_inserter(speech), [](const Window& window) { return !window.applause; });
    const auto copies = static_cast<size_t>(hyperparameters.augmentCopies);
    std::vector<Task> made(originals.size() * copies);
    std::atomic<size_t> next{0};
    std::mutex mutex;
    size_t done = 0;
    std::atomic<bool> outOfMemory{false};
    const auto alter = [&](size_t i) {
        Task& task = made[i];
        task.window = originals[i / copies];
        const auto clip =
            alteredCopy(job.recordings, task.window, static_cast<int64_t>(i % copies), speech, hyperparameters);
        if (clip) {
            const FrameFeatures frames = featuresOf(*clip);
            task.features = clipFeatures(frames, 0, std::min<int64_t>(frames.frames(), task.window.frames));
            task.done = task.features.mfcc.rows > 0;
        }
    };
    const auto work = [&] {
        for (size_t i = next++; i < made.size() && !cancel.cancelled() && !outOfMemory; i = next++) {
            try {
                alter(i);
            } catch (const std::bad_alloc&) {
                outOfMemory = true;
            }
            const std::lock_guard lock(mutex);
            if (progress && ++done % 16 == 0)
                progress({static_cast<double>(done), static_cast<double>(made.size()), "Making altered copies", ""});
        }
    };
    onThreads(threads, work);
    if (cancel.cancelled()) return Error{ErrorCode::Cancelled, "", "", 0};
    if (outOfMemory) return Error{ErrorCode::OutOfMemory, "", "", 0};
    for (const Task& task : made)
        if (task.done) append(dataset.train, task);
    return {};
}

std::span<float> validRows(ExampleSet& set, int64_t example) {
    return {set.mfcc.data() + example * seed::kWindowFrames * seed::kMfcc,
            static_cast<size_t>(set.lengths[static_cast<size_t>(example)]) * seed::kMfcc};
}

void fitStandardizers(Dataset& dataset) {
    StandardizerFit mfcc(seed::kMfcc);
    StandardizerFit clip(seed::kClipValues);
    ExampleSet& train = dataset.train;
    for (int64_t i = 0; i < train.count; ++i) {
        const std::span<float> rows = validRows(train, i);
        for (size_t at = 0; at < rows.size(); at += seed::kMfcc)
            mfcc.add(rows.subspan(at, seed::kMfcc));
        clip.add({train.clipValues.data() + i * seed::kClipValues, seed::kClipValues});
    }
    dataset.mfccStandardizer = mfcc.result();
    dataset.clipStandardizer = clip.result();
}

void standardise(const Dataset& dataset, ExampleSet& set) {
    for (int64_t i = 0; i < set.count; ++i)
        dataset.mfccStandardizer.apply(validRows(set, i));
    dataset.clipStandardizer.apply(set.clipValues);
}

/// Depends on content, windows, labels and sides; not on paths or the order in which files were found.
std::string fingerprintOf(const Job& job) {
    std::vector<std::string> lines;
    for (const Task& task : job.tasks)
        if (task.done)
            lines.push_back(job.hashes[static_cast<size_t>(task.window.recording)] + " " +
                            std::to_string(task.window.firstFrame) + " " + std::to_string(task.window.frames) + " " +
                            (task.window.applause ? "1" : "0") + (task.validation ? " validation\n" : " train\n"));
    std::ranges::sort(lines);
    std::string text;
    for (const std::string& line : lines)
        text += line;
    return hashOf(text);
}

DatasetSummary summarise(const Job& job, const Dataset& dataset) {
    DatasetSummary summary;
    summary.fingerprint = fingerprintOf(job);
    const auto recordingsOf = [](const ExampleSet& set) {
        std::set<int32_t> recordings;
        for (const Window& window : set.windows)
            recordings.insert(window.recording);
        return recordings;
    };
    summary.trainExamples = dataset.train.count;
    summary.trainPositives = std::ranges::count(dataset.train.labels, 1);
    summary.validationExamples = dataset.validation.count;
    summary.validationPositives = std::ranges::count(dataset.validation.labels, 1);
    summary.trainRecordings = static_cast<int64_t>(recordingsOf(dataset.train).size());
    for (const int32_t index : recordingsOf(dataset.train))
        summary.trainingHashes.push_back(job.hashes[static_cast<size_t>(index)]);
    std::ranges::sort(summary.trainingHashes);
    const std::set<int32_t> validation = recordingsOf(dataset.validation);
    summary.validationRecordings = static_cast<int64_t>(validation.size());
    for (const int32_t index : validation) {
        summary.validationFiles.push_back(job.recordings[static_cast<size_t>(index)].path);
        summary.validationHashes.push_back(job.hashes[static_cast<size_t>(index)]);
    }
    return summary;
}

Error tooLittle(ErrorCode code, std::string detail) {
    return {code, "", std::move(detail), 0};
}

Job makeJob(WindowPlan plan) {
    Job job;
    job.recordings = std::move(plan.collection.recordings);
    job.tasksOf.resize(job.recordings.size());
    job.hashes.resize(job.recordings.size());
    const auto add = [&](int32_t index, bool isValidation) {
        const Window& window = plan.windows[static_cast<size_t>(index)];
        job.tasksOf[static_cast<size_t>(window.recording)].push_back(job.tasks.size());
        job.tasks.push_back({window, isValidation, false, {}});
    };
    for (const int32_t index : plan.split.train)
        add(index, false);
    for (const int32_t index : plan.split.validation)
        add(index, true);
    for (std::vector<size_t>& tasks : job.tasksOf)
        std::ranges::sort(tasks, {}, [&](size_t task) { return job.tasks[task].window.firstFrame; });
    return job;
}

} // namespace

Result<Dataset> buildDataset(const RecordingCollection& training, const Hyperparameters& hyperparameters,
                             const RecordingCollection* validation, const CancelToken& cancel,
                             const ProgressCallback& progress, const FeatureCache* cache) {
    const bool alters = isFrameModel(hyperparameters.model) || hyperparameters.augmentCopies > 0;
    if (alters && hyperparameters.codingShare > 0)
        if (const auto coder = mp3Available(seed::kSampleRate); !coder)
            return Error{ErrorCode::BadHyperparameter, "",
                         "MP3 coding must be 0 where libsndfile writes no MP3 (" + coder.error().detail + ")", 0};
    if (isFrameModel(hyperparameters.model))
        return buildFrameDataset(training, hyperparameters, validation, cancel, progress, cache);
    WindowPlan plan = planWindows(training, hyperparameters, validation);
    if (const auto tooLarge = findingOfMemory(dataBytes(plan, training.recordings.size(), hyperparameters),
                                              availableMemory(), plan.collection.recordings);
        tooLarge && tooLarge->severity == Severity::Fatal)
        return tooLittle(ErrorCode::FatalFinding, wordsOf(*tooLarge));
    Job job = makeJob(std::move(plan));
    if (job.tasks.empty()) return tooLittle(ErrorCode::NoData, "no labelled window is left to learn from");
    const size_t threads = hyperparameters.threads > 0 ? static_cast<size_t>(hyperparameters.threads)
                                                       : std::max(2U, std::thread::hardware_concurrency());
    if (auto computed = computeAll(job, std::min(threads, size_t{16}), cache, cancel, progress); !computed)
        return computed.error();
    Dataset dataset;
    for (Task& task : job.tasks) {
        if (task.done) append(task.validation ? dataset.validation : dataset.train, task);
        task.features = {};
    }
    if (dataset.train.count == 0 && dataset.validation.count == 0)
        return tooLittle(ErrorCode::NoData, job.skipped.empty() ? "" : describe(job.skipped.front().error));
    if (hyperparameters.augmentCopies > 0)
        if (auto added = addCopies(dataset, job, hyperparameters, std::min(threads, size_t{16}), cancel, progress);
            !added)
            return added.error();
    dataset.summary = summarise(job, dataset);
    if (dataset.summary.trainPositives == 0 || dataset.summary.trainPositives == dataset.train.count)
        return tooLittle(ErrorCode::OneClass, "the training part has " +
                                                  std::to_string(dataset.summary.trainPositives) +
                                                  " windows of applause among " + std::to_string(dataset.train.count));
    if (dataset.validation.count == 0)
        return tooLittle(ErrorCode::FatalFinding, "no window is left for validation; add recordings, or lower the "
                                                  "training share");
    fitStandardizers(dataset);
    standardise(dataset, dataset.train);
    standardise(dataset, dataset.validation);
    dataset.recordings = std::move(job.recordings);
    dataset.skipped = std::move(job.skipped);
    return dataset;
}

} // namespace ovation
