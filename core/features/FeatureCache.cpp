// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/features/FeatureCache.h"

#include "core/base/Files.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <optional>
#include <type_traits>
#include <vector>

namespace ovation {
namespace {

namespace fs = std::filesystem;

// Raised whenever the features' values or the layout of an entry change: entries of another version are not found.
constexpr const char* kVersion = "seed-22050-2048-512-128-v1";
constexpr const char* kExtension = ".features";
constexpr char kMagic[8] = {'O', 'V', 'F', 'E', 'A', 'T', '0', '1'};
constexpr size_t kHashDigits = 32;
constexpr size_t kHeaderBytes = sizeof kMagic + sizeof(int64_t);
static_assert(std::is_trivially_copyable_v<FrameScalars> && sizeof(FrameScalars) == 9 * sizeof(float));

/// magic, frame count, scalars, mel power (native floats), hash of all that.
std::string encode(const FrameFeatures& features) {
    const int64_t frames = features.frames();
    const size_t scalarBytes = features.scalars.size() * sizeof(FrameScalars);
    const size_t melBytes = features.melPower.values.size() * sizeof(float);
    std::string bytes;
    bytes.reserve(kHeaderBytes + scalarBytes + melBytes + kHashDigits);
    bytes.append(kMagic, sizeof kMagic);
    bytes.append(reinterpret_cast<const char*>(&frames), sizeof frames);
    bytes.append(reinterpret_cast<const char*>(features.scalars.data()), scalarBytes);
    bytes.append(reinterpret_cast<const char*>(features.melPower.values.data()), melBytes);
    bytes += hashOf(bytes);
    return bytes;
}

std::optional<FrameFeatures> decode(const std::string& bytes) {
    if (bytes.size() < kHeaderBytes + kHashDigits || std::memcmp(bytes.data(), kMagic, sizeof kMagic) != 0) return {};
    int64_t frames = 0;
    std::memcpy(&frames, bytes.data() + sizeof kMagic, sizeof frames);
    constexpr size_t frameBytes = sizeof(FrameScalars) + seed::kMelBands * sizeof(float);
    const size_t body = bytes.size() - kHeaderBytes - kHashDigits;
    if (frames < 0 || body % frameBytes != 0 || body / frameBytes != static_cast<size_t>(frames)) return {};
    const std::string_view hashed(bytes.data(), bytes.size() - kHashDigits);
    if (bytes.compare(hashed.size(), kHashDigits, hashOf(hashed)) != 0) return {};
    FrameFeatures features;
    features.scalars.resize(static_cast<size_t>(frames));
    features.melPower = FeatureMatrix(frames, seed::kMelBands);
    const size_t scalarBytes = features.scalars.size() * sizeof(FrameScalars);
    if (frames > 0) {
        std::memcpy(features.scalars.data(), bytes.data() + kHeaderBytes, scalarBytes);
        std::memcpy(features.melPower.values.data(), bytes.data() + kHeaderBytes + scalarBytes,
                    features.melPower.values.size() * sizeof(float));
    }
    return features;
}

} // namespace

FeatureCache::FeatureCache(std::string folder, int64_t maxBytes)
    : m_folder(folder.empty() ? cacheFolder() + "/features" : std::move(folder)), m_maxBytes(maxBytes) {}

Result<FrameFeatures> FeatureCache::frameFeatures(const std::string& path, const CancelToken& cancel) const {
    const auto hash = contentHash(path);
    if (!hash) return ovation::frameFeatures(path, 0, -1, cancel); // whose error says more
    const std::string entry = m_folder + "/" + *hash + "-" + kVersion + kExtension;
    if (const auto bytes = readFile(entry, static_cast<size_t>(std::max<int64_t>(m_maxBytes, 0)))) {
        if (auto features = decode(*bytes)) {
            std::error_code ignored; // the time of last use; matters only for what goes first
            fs::last_write_time(entry, fs::file_time_type::clock::now(), ignored);
            return std::move(*features);
        }
    }
    auto features = ovation::frameFeatures(path, 0, -1, cancel);
    if (features) store(entry, *features);
    return features;
}

void FeatureCache::store(const std::string& entry, const FrameFeatures& features) const {
    const std::string bytes = encode(features);
    if (static_cast<int64_t>(bytes.size()) > m_maxBytes) return;
    std::error_code failed;
    fs::create_directories(m_folder, failed);
    if (!failed && writeFileAtomically(entry, bytes)) trim(entry);
}

void FeatureCache::trim(const std::string& newest) const {
    struct Entry {
        fs::path path;
        fs::file_time_type used;
        int64_t bytes = 0;
    };
    std::vector<Entry> entries;
    int64_t total = 0;
    std::error_code failed;
    for (fs::directory_iterator it(m_folder, failed), end; !failed && it != end; it.increment(failed)) {
        if (it->path().extension() != kExtension) continue;
        std::error_code gone; // another program may trim, too
        Entry entry{it->path(), it->last_write_time(gone), 0};
        if (!gone) entry.bytes = static_cast<int64_t>(it->file_size(gone));
        if (gone) continue;
        total += entry.bytes;
        entries.push_back(std::move(entry));
    }
    std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.used < b.used; });
    for (const Entry& entry : entries) {
        if (total <= m_maxBytes) break;
        if (entry.path == newest) continue;
        std::error_code ignored;
        if (fs::remove(entry.path, ignored)) total -= entry.bytes;
    }
}

} // namespace ovation
