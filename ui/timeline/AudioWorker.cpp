// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/AudioWorker.h"

#include "core/audio/AudioReader.h"
#include "core/base/CancelToken.h"
#include "ui/timeline/TileCache.h"

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <new>
#include <thread>

namespace ovation::ui {
namespace {

constexpr size_t kLargestTileCount = 600;

struct CachedTile {
    std::shared_ptr<const SpectrogramTile> tile;
    uint64_t used = 0;
};

Result<SampleWindow> readWindow(AudioReader& reader, SampleRange range, const CancelToken& cancel) {
    SampleWindow window;
    window.range = range.clamped(0, reader.info().frames);
    window.samples.resize(static_cast<size_t>(window.range.length()));
    if (const auto sought = reader.seek(window.range.begin); !sought) return sought.error();
    constexpr size_t kBlock = 65536;
    for (size_t at = 0; at < window.samples.size();) {
        if (cancel.cancelled()) return Error{ErrorCode::Cancelled, {}, {}};
        const size_t count = std::min(kBlock, window.samples.size() - at);
        const auto read = reader.readMono(std::span(window.samples).subspan(at, count));
        if (!read) return read.error();
        if (*read <= 0) break;
        at += static_cast<size_t>(*read);
    }
    return window;
}

} // namespace

struct AudioWorker::Impl {
    // Window's thread only.
    QString path;
    std::map<TileKey, CachedTile> tiles;
    uint64_t uses = 0;
    std::shared_ptr<const SampleWindow> samples;
    std::optional<SampleRange> samplesWanted;
    std::optional<Error> error;

    // Shared, under `mutex`.
    std::mutex mutex;
    std::condition_variable wake;
    bool stop = false;
    uint64_t generation = 0; ///< of the source
    std::string source;
    std::string sourceHash; ///< of its content; "" if not known
    std::vector<TileKey> queue;
    std::optional<TileKey> current;
    std::optional<SampleRange> sampleRequest;
    CancelToken cancel; ///< of the work in hand

    std::thread thread;

    void run(AudioWorker* owner);
};

void AudioWorker::Impl::run(AudioWorker* owner) {
    // Worker only.
    std::unique_ptr<AudioReader> reader;
    TileCache cache;
    uint64_t readerGeneration = 0;
    while (true) {
        std::unique_lock lock(mutex);
        current.reset();
        wake.wait(lock, [this] { return stop || !queue.empty() || sampleRequest; });
        if (stop) return;
        const auto range = std::exchange(sampleRequest, std::nullopt);
        std::optional<TileKey> key;
        if (!range) {
            key = queue.front();
            queue.erase(queue.begin());
            current = key;
        }
        const uint64_t job = generation;
        const std::string file = source;
        const std::string hash = sourceHash;
        cancel = CancelToken();
        const CancelToken token = cancel;
        lock.unlock();

        const auto post = [owner, job](auto&& receive) {
            QMetaObject::invokeMethod(
                owner,
                [owner, job, receive = std::forward<decltype(receive)>(receive)] {
                    bool wanted = false;
                    {
                        const std::lock_guard guard(owner->m_impl->mutex);
                        wanted = owner->m_impl->generation == job;
                    }
                    if (wanted) receive();
                },
                Qt::QueuedConnection);
        };
        const auto fail = [&](const Error& reason) {
            if (reason.code == ErrorCode::Cancelled) return;
            reader.reset();
            {
                const std::lock_guard guard(mutex);
                if (generation != job) return;
                queue.clear();
                sampleRequest.reset();
            }
            post([owner, reason] {
                if (owner->m_impl->error) return;
                owner->m_impl->error = reason;
                Q_EMIT owner->failed(reason);
            });
        };
        try {
            if (readerGeneration != job) {
                reader.reset();
                cache = TileCache(file, hash);
                readerGeneration = job;
            }
            const auto open = [&]() -> Result<void> {
                if (reader) return {};
                auto opened = AudioReader::open(file);
                if (!opened) return opened.error();
                reader = std::move(opened).value();
                return {};
            };
            if (range) {
                auto opened = open();
                auto window = opened ? readWindow(*reader, *range, token) : Result<SampleWindow>(opened.error());
                if (!window) {
                    fail(window.error());
                    continue;
                }
                auto shared = std::make_shared<const SampleWindow>(std::move(*window));
                post([owner, shared] {
                    owner->m_impl->samples = shared;
                    Q_EMIT owner->samplesChanged();
                });
            } else {
                auto shared = std::make_shared<SpectrogramTile>();
                if (auto kept = cache.read(*key)) {
                    *shared = *kept;
                } else {
                    auto opened = open();
                    auto tile = opened ? computeTile(*reader, *key, token) : Result<SpectrogramTile>(opened.error());
                    if (!tile) {
                        fail(tile.error());
                        continue;
                    }
                    *shared = *tile;
                    cache.keep(*key, *tile);
                }
                post([owner, shared, place = *key] {
                    owner->m_impl->tiles[place] = {shared, ++owner->m_impl->uses};
                    Q_EMIT owner->tilesChanged();
                });
            }
        } catch (const std::bad_alloc&) {
            fail({ErrorCode::OutOfMemory, file, {}});
        }
    }
}

AudioWorker::AudioWorker(QObject* parent) : QObject(parent), m_impl(std::make_unique<Impl>()) {
    m_impl->thread = std::thread([this] { m_impl->run(this); });
}

AudioWorker::~AudioWorker() {
    {
        const std::lock_guard lock(m_impl->mutex);
        m_impl->stop = true;
        m_impl->cancel.cancel();
    }
    m_impl->wake.notify_all();
    m_impl->thread.join();
}

void AudioWorker::setSource(const QString& path, const std::string& contentHash) {
    m_impl->path = path;
    m_impl->tiles.clear();
    m_impl->samples.reset();
    m_impl->samplesWanted.reset();
    m_impl->error.reset();
    const std::lock_guard lock(m_impl->mutex);
    ++m_impl->generation;
    m_impl->source = path.toStdString();
    m_impl->sourceHash = contentHash;
    m_impl->queue.clear();
    m_impl->sampleRequest.reset();
    m_impl->cancel.cancel();
}

void AudioWorker::requestTiles(const std::vector<TileKey>& wanted) {
    std::vector<TileKey> missing;
    if (!m_impl->path.isEmpty() && !m_impl->error) {
        for (const TileKey& key : wanted) {
            if (const auto found = m_impl->tiles.find(key); found != m_impl->tiles.end())
                found->second.used = ++m_impl->uses;
            else
                missing.push_back(key);
        }
        while (m_impl->tiles.size() > kLargestTileCount)
            m_impl->tiles.erase(
                std::ranges::min_element(m_impl->tiles, {}, [](const auto& entry) { return entry.second.used; }));
    }
    {
        const std::lock_guard lock(m_impl->mutex);
        if (m_impl->current) {
            if (std::ranges::find(missing, *m_impl->current) == missing.end())
                m_impl->cancel.cancel();
            else if (!m_impl->cancel.cancelled()) // else it will not be made, and is wanted again
                std::erase(missing, *m_impl->current);
        }
        m_impl->queue = std::move(missing);
    }
    m_impl->wake.notify_all();
}

void AudioWorker::requestSamples(SampleRange range) {
    if (m_impl->path.isEmpty() || m_impl->error || range.empty() || m_impl->samplesWanted == range) return;
    m_impl->samplesWanted = range;
    {
        const std::lock_guard lock(m_impl->mutex);
        m_impl->sampleRequest = range;
    }
    m_impl->wake.notify_all();
}

std::shared_ptr<const SpectrogramTile> AudioWorker::tile(const TileKey& key) const {
    const auto found = m_impl->tiles.find(key);
    return found == m_impl->tiles.end() ? nullptr : found->second.tile;
}

std::shared_ptr<const SampleWindow> AudioWorker::samples() const {
    return m_impl->samples;
}

const std::optional<Error>& AudioWorker::error() const {
    return m_impl->error;
}

bool AudioWorker::busy() const {
    const std::lock_guard lock(m_impl->mutex);
    return m_impl->current || !m_impl->queue.empty() || m_impl->sampleRequest;
}

} // namespace ovation::ui
