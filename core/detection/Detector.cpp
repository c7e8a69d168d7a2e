// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detection/Detector.h"

#include "core/audio/MonoStream.h"
#include "core/base/BoundedQueue.h"
#include "core/detection/CurveSums.h"
#include "core/detection/FrameChunks.h"
#include "core/detection/WindowBatches.h"
#include "core/features/FeatureCache.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <functional>
#include <new>
#include <system_error>
#include <thread>

namespace ovation {
namespace {

constexpr double kLargestOwnHopS = 0.5;
constexpr size_t kBatchesAhead = 2;
constexpr size_t kReadAtOnce = size_t{1} << 15; ///< samples read at once: 1.5 s

/// Gives batches one after another; ends early, without an error, where `give` says so.
template <typename Batch>
using Source = std::function<Result<void>(const std::function<bool(Batch)>& give)>;

/// Runs a source on a thread that ends with this object.
template <typename Batch>
class Producer {
public:
    explicit Producer(const Source<Batch>& source)
        : m_thread([this, &source] {
              try {
                  m_result = source([this](Batch batch) { return m_queue.push(std::move(batch)); });
              } catch (const std::bad_alloc&) {
                  m_result = Error{ErrorCode::OutOfMemory, "", "", 0};
              } catch (const std::exception& error) {
                  m_result = Error{ErrorCode::Internal, "", error.what(), 0};
              }
              m_queue.close();
          }) {}
    ~Producer() { m_queue.close(); }
    Producer(const Producer&) = delete;
    Producer& operator=(const Producer&) = delete;

    std::optional<Batch> next() { return m_queue.pop(); }

    /// After next() has given nothing more.
    Result<void> result() {
        m_thread.join();
        return m_result;
    }

private:
    BoundedQueue<Batch> m_queue{kBatchesAhead};
    Result<void> m_result; // the thread's until it is joined
    std::jthread m_thread; // last: it uses the others, and is joined before they go
};

/// Gives `consume` all that a source has, which runs beside it where `pipelined`. The first error of either.
template <typename Batch>
Result<void> passOn(const Source<Batch>& source, bool pipelined,
                    const std::function<Result<void>(const Batch&)>& consume) {
    std::optional<Producer<Batch>> producer;
    if (pipelined) try {
            producer.emplace(source);
        } catch (const std::system_error&) { // no thread to be had: in turn, then
        }
    if (producer) {
        while (const auto batch = producer->next())
            if (auto consumed = consume(*batch); !consumed) return consumed.error();
        return producer->result();
    }
    Result<void> consumed;
    const Result<void> result = source([&](const Batch& batch) {
        consumed = consume(batch);
        return static_cast<bool>(consumed);
    });
    return consumed ? result : consumed;
}

Result<ProbabilityCurve> detectClips(const std::string& audioPath, const ModelBundle& bundle, Network& network,
                                     const DetectorOptions& options, const CancelToken& cancel,
                                     const ProgressCallback& progress) {
    const auto stream = openFrames(audioPath, options.cache, cancel);
    if (!stream) return stream.error();
    const double duration = (*stream)->durationS();
    const int64_t hop = hopFramesOf(options.hopS, detectionFrames(bundle));
    WindowBatches batches(bundle, hop, options.batchSize);
    CurveSums sums(hop);
    const Source<WindowBatch> source = [&](const std::function<bool(WindowBatch)>& give) -> Result<void> {
        FrameFeatures frames;
        for (bool more = true; more;) {
            if (cancel.cancelled()) return Error{ErrorCode::Cancelled, "", "", 0};
            clearFrames(frames);
            const Result<bool> read = (*stream)->read(frames);
            if (!read) return read.error();
            more = *read;
            if (more)
                batches.append(frames);
            else
                batches.finish();
            while (auto batch = batches.take())
                if (!give(std::move(*batch))) return {};
        }
        return {};
    };
    const Result<void> result =
        passOn<WindowBatch>(source, options.pipelined, [&](const WindowBatch& batch) -> Result<void> {
            if (cancel.cancelled()) return Error{ErrorCode::Cancelled, "", "", 0};
            if (auto added = sums.add(batch, bundle, network); !added) return added;
            const double done = static_cast<double>(batch.framesRead) * seed::kHopS;
            if (progress) progress({std::min(done, duration), duration, "Detecting", audioPath});
            return {};
        });
    if (!result) return result.error();
    if (batches.frames() == 0) return Error{ErrorCode::ZeroLengthAudio, audioPath, "", 0};
    return sums.curve(batches.frames(), duration);
}

Result<ProbabilityCurve> detectFrames(const std::string& audioPath, const ModelBundle& bundle, Network& network,
                                      const DetectorOptions& options, const CancelToken& cancel,
                                      const ProgressCallback& progress) {
    const LogMelOptions& features = bundle.logMel;
    const auto stream = MonoStream::open(audioPath, features.sampleRate);
    if (!stream) return stream.error();
    const double hopS = features.hopS();
    ProbabilityCurve curve;
    curve.durationS = (*stream)->info().durationS();
    curve.stepS = static_cast<double>(kAnswerFrames) * hopS;
    curve.startS = static_cast<double>(kAnswerFrames - 1) / 2 * hopS;
    FrameChunks chunks(features.bands);
    const Source<FrameChunkBatch> source = [&](const std::function<bool(FrameChunkBatch)>& give) -> Result<void> {
        MelExtractor extractor(features);
        LevelRemover remover(features);
        FeatureMatrix mel;
        LogMelFrames frames;
        std::vector<float> block(kReadAtOnce);
        for (bool more = true; more;) {
            if (cancel.cancelled()) return Error{ErrorCode::Cancelled, "", "", 0};
            const Result<int64_t> read = (*stream)->read(block);
            if (!read) return read.error();
            more = *read > 0;
            mel.rows = frames.values.rows = 0;
            mel.values.clear();
            frames.values.values.clear();
            frames.silent.clear();
            if (more)
                extractor.push(std::span(block).first(static_cast<size_t>(*read)), mel);
            else
                extractor.finish(mel);
            remover.push(mel, frames);
            if (!more) remover.finish(frames);
            bundle.logMelStandardizer.apply(frames.values.values);
            chunks.append(frames);
            if (!more) chunks.finish();
            while (auto batch = chunks.take())
                if (!give(std::move(*batch))) return {};
        }
        return {};
    };
    const Result<void> result =
        passOn<FrameChunkBatch>(source, options.pipelined, [&](const FrameChunkBatch& batch) -> Result<void> {
            if (cancel.cancelled()) return Error{ErrorCode::Cancelled, "", "", 0};
            if (auto answered = answer(batch, network, bundle.name, curve.values); !answered) return answered;
            const double done = static_cast<double>(batch.framesRead) * hopS;
            if (progress) progress({std::min(done, curve.durationS), curve.durationS, "Detecting", audioPath});
            return {};
        });
    if (!result) return result.error();
    if (curve.values.empty()) return Error{ErrorCode::ZeroLengthAudio, audioPath, "", 0};
    return curve;
}

} // namespace

int64_t hopFramesOf(double hopS, int64_t windowFrames) {
    if (hopS <= 0) hopS = std::min(kLargestOwnHopS, static_cast<double>(windowFrames) * seed::kHopS / 4);
    const double frames = std::isfinite(hopS) ? std::round(hopS / seed::kHopS) : 1;
    return static_cast<int64_t>(std::clamp(frames, 1.0, static_cast<double>(windowFrames)));
}

int64_t hopFramesOf(const ModelBundle& bundle) {
    return hopFramesOf(DetectorOptions{}.hopS, detectionFrames(bundle));
}

Result<ProbabilityCurve> detect(const std::string& audioPath, const ModelBundle& bundle, Network& network,
                                const DetectorOptions& options, const CancelToken& cancel,
                                const ProgressCallback& progress) {
    try {
        const auto run = isFrameModel(bundle.architecture.id) ? &detectFrames : &detectClips;
        Result<ProbabilityCurve> curve = run(audioPath, bundle, network, options, cancel, progress);
        if (curve && progress) progress({curve->durationS, curve->durationS, "Detecting", audioPath});
        return curve;
    } catch (const std::bad_alloc&) {
        return Error{ErrorCode::OutOfMemory, audioPath, "", 0};
    }
}

} // namespace ovation
