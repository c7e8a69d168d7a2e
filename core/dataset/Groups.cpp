// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/Groups.h"

#include "core/base/Files.h"

#include <algorithm>
#include <filesystem>
#include <numeric>

namespace ovation {

namespace fs = std::filesystem;

void groupIdenticalFiles(std::vector<LabelledRecording>& recordings, const CancelToken& cancel) {
    std::map<std::pair<uintmax_t, int64_t>, std::vector<LabelledRecording*>> bySize;
    for (LabelledRecording& recording : recordings) {
        std::error_code error;
        const uintmax_t bytes = fs::file_size(recording.path, error);
        if (!error) bySize[{bytes, recording.info.frames}].push_back(&recording);
    }
    for (const auto& [size, candidates] : bySize) {
        if (candidates.size() < 2) continue;
        std::map<std::string, std::vector<LabelledRecording*>> byContent;
        for (LabelledRecording* recording : candidates) {
            if (cancel.cancelled()) return;
            if (const auto hash = contentHash(recording->path)) byContent[*hash].push_back(recording);
        }
        for (const auto& [hash, same] : byContent)
            if (same.size() > 1)
                for (LabelledRecording* recording : same)
                    recording->groups.push_back("content:" + hash);
    }
}

std::vector<int32_t> groupComponents(const std::vector<LabelledRecording>& recordings) {
    std::vector<int32_t> parent(recordings.size());
    std::iota(parent.begin(), parent.end(), 0);
    const auto root = [&](int32_t node) {
        while (parent[static_cast<size_t>(node)] != node) {
            int32_t& up = parent[static_cast<size_t>(node)];
            up = parent[static_cast<size_t>(up)];
            node = up;
        }
        return node;
    };
    std::map<std::string, int32_t> firstOf;
    const auto join = [&](const std::string& token, int32_t index) {
        const auto [entry, fresh] = firstOf.try_emplace(token, index);
        if (fresh) return;
        // The smaller index becomes the root, so that numbers do not depend on the order of joins.
        const int32_t a = root(entry->second);
        const int32_t b = root(index);
        parent[static_cast<size_t>(std::max(a, b))] = std::min(a, b);
    };
    for (size_t i = 0; i < recordings.size(); ++i) {
        join("path:" + recordings[i].path, static_cast<int32_t>(i));
        for (const std::string& token : recordings[i].groups)
            join("group:" + token, static_cast<int32_t>(i));
    }
    std::vector<int32_t> components(recordings.size());
    for (size_t i = 0; i < recordings.size(); ++i)
        components[i] = root(static_cast<int32_t>(i));
    return components;
}

std::vector<SplitRole> rolesByGroup(const std::vector<LabelledRecording>& recordings,
                                    const std::vector<int32_t>& components) {
    std::map<int32_t, SplitRole> ofComponent;
    for (size_t i = 0; i < recordings.size(); ++i) {
        const SplitRole role = recordings[i].role;
        if (role == SplitRole::Automatic) continue;
        const auto [entry, fresh] = ofComponent.try_emplace(components[i], role);
        if (!fresh && entry->second != role) entry->second = SplitRole::Training;
    }
    std::vector<SplitRole> roles;
    for (size_t i = 0; i < recordings.size(); ++i) {
        const auto found = ofComponent.find(components[i]);
        const bool follows = recordings[i].role == SplitRole::Automatic && found != ofComponent.end();
        roles.push_back(follows ? found->second : recordings[i].role);
    }
    return roles;
}

} // namespace ovation
