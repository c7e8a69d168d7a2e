// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detection/Detector.h"

#include "core/base/BoundedQueue.h"
#include "core/detection/CurveSums.h"
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

constexpr size_t kBatchesAhead = 2;

/// Reads the whole recording and gives its batches; ends early, without an error, where `give` says so.
Result<void> makeBatches(FrameStream& stream, WindowBatches& batches, const CancelToken& cancel,
                         const std::function<bool(WindowBatch)>& give) {
    FrameFeatures frames;
    for (bool more = true; more;) {
        if (cancel.cancelled()) return Error{ErrorCode::Cancelled, "", "", 0};
        clearFrames(frames);
        const Result<bool> read = stream.read(frames);
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
}

/// makeBatches() on a thread that ends with this object.
class BatchProducer {
public:
    BatchProducer(FrameStream& stream, WindowBatches& batches, const CancelToken& cancel)
        : m_thread([this, &stream, &batches, cancel] {
              try {
                  m_result = makeBatches(stream, batches, cancel,
                                         [this](WindowBatch batch) { return m_queue.push(std::move(batch)); });
              } catch (const std::bad_alloc&) {
                  m_result = Error{ErrorCode::OutOfMemory, "", "", 0};
              } catch (const std::exception& error) {
                  m_result = Error{ErrorCode::Internal, "", error.what(), 0};
              }
              m_queue.close();
          }) {}
    ~BatchProducer() { m_queue.close(); }
    BatchProducer(const BatchProducer&) = delete;
    BatchProducer& operator=(const BatchProducer&) = delete;

    std::optional<WindowBatch> next() { return m_queue.pop(); }

    /// After next() has given nothing more.
    Result<void> result() {
        m_thread.join();
        return m_result;
    }

private:
    BoundedQueue<WindowBatch> m_queue{kBatchesAhead};
    Result<void> m_result; // the thread's until it is joined
    std::jthread m_thread; // last: it uses the others, and is joined before they go
};

} // namespace

int64_t hopFramesOf(double hopS, int64_t windowFrames) {
    const double frames = std::isfinite(hopS) ? std::round(hopS / seed::kHopS) : 1;
    return static_cast<int64_t>(std::clamp(frames, 1.0, static_cast<double>(windowFrames)));
}

Result<ProbabilityCurve> detect(const std::string& audioPath, const ModelBundle& bundle, Network& network,
                                const DetectorOptions& options, const CancelToken& cancel,
                                const ProgressCallback& progress) {
    try {
        const auto stream = openFrames(audioPath, options.cache);
        if (!stream) return stream.error();
        const double duration = (*stream)->durationS();
        const int64_t hop = hopFramesOf(options.hopS, bundle.architecture.frames);
        WindowBatches batches(bundle, hop, options.batchSize);
        CurveSums sums(hop);
        const auto consume = [&](const WindowBatch& batch) -> Result<void> {
            if (cancel.cancelled()) return Error{ErrorCode::Cancelled, "", "", 0};
            if (auto added = sums.add(batch, bundle, network); !added) return added;
            const double done = static_cast<double>(batch.framesRead) * seed::kHopS;
            if (progress) progress({std::min(done, duration), duration, "Detecting", audioPath});
            return {};
        };
        Result<void> result;
        std::optional<BatchProducer> producer;
        if (options.pipelined) try {
                producer.emplace(**stream, batches, cancel);
            } catch (const std::system_error&) { // no thread to be had: in turn, then
            }
        if (producer) {
            while (const auto batch = producer->next())
                if (auto consumed = consume(*batch); !consumed) return consumed.error();
            result = producer->result();
        } else {
            Result<void> consumed;
            result = makeBatches(**stream, batches, cancel, [&](const WindowBatch& batch) {
                consumed = consume(batch);
                return static_cast<bool>(consumed);
            });
            if (!consumed) return consumed.error();
        }
        if (!result) return result.error();
        if (batches.frames() == 0) return Error{ErrorCode::ZeroLengthAudio, audioPath, "", 0};
        if (progress) progress({duration, duration, "Detecting", audioPath});
        return sums.curve(batches.frames(), duration);
    } catch (const std::bad_alloc&) {
        return Error{ErrorCode::OutOfMemory, audioPath, "", 0};
    }
}

} // namespace ovation
