// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/features/FeatureCache.h"

#include "core/base/Files.h"
#include "core/features/FeatureEntry.h"
#include "core/features/FeatureStore.h"

#include <cmath>
#include <cstdlib>
#include <string_view>

namespace ovation {

namespace {

using SharedStore = std::shared_ptr<FeatureStore>;

/// Computes frames and keeps what it gives.
class KeptFrames : public FrameStream {
public:
    KeptFrames(std::unique_ptr<FrameStream> frames, std::string path, HashMemory::Known known, SharedStore store)
        : m_frames(std::move(frames)), m_path(std::move(path)), m_known(std::move(known)), m_store(std::move(store)) {
        const double samples = std::ceil(m_frames->durationS() * seed::kSampleRate);
        m_entry = m_store->begin(m_known.hash, frameCount(static_cast<int64_t>(samples)) + 1);
    }

    double durationS() const override { return m_frames->durationS(); }

    Result<bool> read(FrameFeatures& out) override {
        const int64_t before = out.frames();
        auto more = m_frames->read(out);
        if (!m_entry) return more;
        if (!more) {
            m_entry.reset();
        } else if (*more) {
            m_entry->writer.append(out, before);
        } else {
            if (unchanged()) m_store->commit(*m_entry, durationS());
            m_entry.reset();
        }
        return more;
    }

private:
    /// Whether what was read is what was hashed.
    bool unchanged() const {
        const auto state = fileState(m_path);
        if (!state || *state != m_known.state) return false;
        if (m_known.settled) return true;
        const auto hash = contentHash(m_path);
        return hash && *hash == m_known.hash;
    }

    std::unique_ptr<FrameStream> m_frames;
    const std::string m_path;
    const HashMemory::Known m_known;
    const SharedStore m_store;
    std::unique_ptr<FeatureStore::Entry> m_entry; // none: not kept
};

Result<std::unique_ptr<FrameStream>> compute(const std::string& path, const HashMemory::Known& known,
                                             const SharedStore& store) {
    auto frames = openFrames(path);
    if (!frames) return frames;
    return std::unique_ptr<FrameStream>(std::make_unique<KeptFrames>(std::move(*frames), path, known, store));
}

/// Reads an entry; from where it is damaged on, computes.
class StoredFrames : public FrameStream {
public:
    StoredFrames(EntryReader reader, std::string path, std::string hash, SharedStore store)
        : m_reader(std::move(reader)), m_path(std::move(path)), m_hash(std::move(hash)), m_store(std::move(store)) {}

    double durationS() const override { return m_reader.info().durationS; }

    Result<bool> read(FrameFeatures& out) override {
        if (!m_computed) {
            if (m_reader.atEnd()) return false;
            const int64_t before = out.frames();
            if (m_reader.read(out)) {
                m_given += out.frames() - before;
                return true;
            }
            if (auto begun = computeInstead(out); !begun) return begun.error();
            if (out.frames() > before) return true;
        }
        return m_computed->read(out);
    }

private:
    /// Computes what has been given already, and appends what comes out beyond that.
    Result<void> computeInstead(FrameFeatures& out) {
        const auto known = m_store->hashes().hashOf(m_path);
        if (!known) return known.error();
        if (known->hash != m_hash) return Error{ErrorCode::FileChanged, m_path, "", 0};
        auto computed = compute(m_path, *known, m_store);
        if (!computed) return computed.error();
        FrameFeatures frames;
        for (int64_t left = m_given; left > 0;) {
            clearFrames(frames);
            const auto more = (*computed)->read(frames);
            if (!more) return more.error();
            if (!*more) break;
            if (frames.frames() > left) appendFrames(frames, left, frames.frames(), out);
            left -= frames.frames();
        }
        m_computed = std::move(*computed);
        return {};
    }

    EntryReader m_reader;
    const std::string m_path;
    const std::string m_hash;
    const SharedStore m_store;
    int64_t m_given = 0;
    std::unique_ptr<FrameStream> m_computed;
};

} // namespace

FeatureCache::FeatureCache(std::string folder, int64_t maxBytes, double settleS)
    : m_store(std::make_shared<FeatureStore>(std::move(folder), maxBytes, settleS)) {}

const FeatureCache* FeatureCache::ofUser() {
    static const std::unique_ptr<FeatureCache> cache = [] {
        const char* chosen = std::getenv("OVATION_CACHE");
        const std::string folder = chosen && *chosen ? chosen : cacheFolder() + "/features";
        return folder == "off" ? nullptr : std::make_unique<FeatureCache>(folder);
    }();
    return cache.get();
}

Result<std::unique_ptr<FrameStream>> FeatureCache::open(const std::string& path, const CancelToken& cancel) const {
    const auto known = m_store->hashes().hashOf(path, cancel);
    if (!known && known.error().code == ErrorCode::Cancelled) return known.error();
    if (!known) return openFrames(path); // whose error, where there is one, says more
    if (auto reader = EntryReader::open(m_store->entryPath(known->hash)))
        return std::unique_ptr<FrameStream>(
            std::make_unique<StoredFrames>(std::move(*reader), path, known->hash, m_store));
    return compute(path, *known, m_store);
}

Result<std::string> FeatureCache::contentHash(const std::string& path) const {
    auto known = m_store->hashes().hashOf(path);
    if (!known) return ovation::contentHash(path);
    return std::move(known->hash);
}

std::string FeatureCache::rememberedHash(const std::string& path) const {
    const auto known = m_store->hashes().recall(path);
    return known ? known->hash : std::string();
}

const std::string& FeatureCache::folder() const {
    return m_store->folder();
}

Result<std::unique_ptr<FrameStream>> openFrames(const std::string& path, const FeatureCache* cache,
                                                const CancelToken& cancel) {
    return cache ? cache->open(path, cancel) : openFrames(path);
}

} // namespace ovation
