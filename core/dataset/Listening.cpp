// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/Listening.h"

#include "core/audio/MonoStream.h"
#include "core/base/BlobCache.h"
#include "core/base/Files.h"
#include "core/base/OnThreads.h"
#include "core/features/FeatureCache.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <mutex>
#include <thread>

namespace ovation {

namespace {

Result<SoundPrint> printOf(const std::string& path, const CancelToken& cancel) {
    const auto stream = MonoStream::open(path, seed::kSampleRate);
    if (!stream) return stream.error();
    SoundPrinter printer;
    FrameExtractor extractor(FrameContent::MelOnly);
    FrameFeatures frames;
    std::vector<float> samples(static_cast<size_t>(kFrameStreamPiece) * seed::kHop);
    while (true) {
        if (cancel.cancelled()) return Error{ErrorCode::Cancelled, "", "", 0};
        const auto read = (*stream)->read(samples);
        if (!read) return read.error();
        frames.melPower = {};
        if (*read == 0)
            extractor.finish(frames);
        else
            extractor.push(std::span<const float>(samples.data(), static_cast<size_t>(*read)), frames);
        printer.push(frames.melPower);
        if (*read == 0) return printer.take();
    }
}

SoundPrint keptPrint(const std::string& path, const FeatureCache* cache, BlobCache* kept, const CancelToken& cancel) {
    std::string name;
    if (kept) {
        const auto hash = cache ? cache->contentHash(path) : contentHash(path);
        if (!hash) return {};
        name = "print1-" + *hash;
        if (const auto bytes = kept->read(name)) return printFromBytes(*bytes);
    }
    auto print = printOf(path, cancel);
    if (!print) return {};
    if (kept) kept->write(name, toBytes(*print));
    return *std::move(print);
}

} // namespace

Result<HeardSound> listenTo(const std::vector<LabelledRecording>& recordings, const FeatureCache* cache,
                            BlobCache* kept, const CancelToken& cancel, const ProgressCallback& progress) {
    HeardSound heard;
    heard.prints.resize(recordings.size());
    std::atomic<size_t> next{0};
    std::mutex mutex;
    size_t done = 0;
    const auto work = [&] {
        for (size_t i = next++; i < recordings.size() && !cancel.cancelled(); i = next++) {
            const std::string& path = recordings[i].path;
            try {
                heard.prints[i] = keptPrint(path, cache, kept, cancel);
            } catch (const std::bad_alloc&) {
                heard.prints[i] = {};
            }
            const std::lock_guard lock(mutex);
            ++done;
            if (progress)
                progress({static_cast<double>(done), static_cast<double>(recordings.size()), "Listening for copies",
                          std::filesystem::path(path).filename().string()});
        }
    };
    const size_t threads = std::min<size_t>(std::max(2U, std::thread::hardware_concurrency()), 16);
    onThreads(std::min(threads, recordings.size()), work);
    if (cancel.cancelled()) return Error{ErrorCode::Cancelled, "", "", 0};
    return heard;
}

} // namespace ovation
