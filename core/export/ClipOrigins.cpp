// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/export/ClipOrigins.h"

#include "core/base/Files.h"
#include "core/base/Text.h"
#include "core/dataset/FolderTree.h"
#include "core/export/ClipTables.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>

namespace ovation {

namespace {

namespace fs = std::filesystem;

constexpr const char* kOriginsHeader = "clip,bytes,recording,place\n";
constexpr size_t kOriginCells = 4;
constexpr size_t kOriginsBytes = size_t{256} << 20U; ///< at most

// A file of up to 1 MiB is read whole.
constexpr int64_t kMarkStretch = 65536; ///< bytes
constexpr int64_t kMarkStretches = 16;

std::string contentMark(const std::string& path) {
    std::error_code error;
    const auto size = static_cast<int64_t>(fs::file_size(path, error));
    if (error) return {};
    std::ifstream file(path, std::ios::binary);
    std::string read = std::to_string(size) + "\n";
    std::string stretch(static_cast<size_t>(kMarkStretch), '\0');
    const int64_t step = std::max(kMarkStretch, (size - kMarkStretch) / (kMarkStretches - 1));
    for (int64_t i = 0; i < kMarkStretches && i * step < size; ++i) {
        const int64_t begin = i * step, wanted = std::min(kMarkStretch, size - begin);
        if (!file.seekg(begin) || !file.read(stretch.data(), wanted)) return {};
        read.append(stretch, 0, static_cast<size_t>(wanted));
    }
    return hashOf(read);
}

} // namespace

RecordingMark recordingMark(const std::string& path) {
    return {contentMark(path), hashOf(canonicalPath(path))};
}

void RecordingMarks::add(const RecordingMark& mark) {
    if (!mark.content.empty()) contents.insert(mark.content);
    places.insert(mark.place);
}

ClipOrigins::ClipOrigins(const std::string& folder) : m_folder(folder) {
    const Result<std::string> text = readFile((fs::path(folder) / kFile).string(), kOriginsBytes);
    if (!text || !text->starts_with(kOriginsHeader)) return;
    for (size_t position = std::string_view(kOriginsHeader).size(); position < text->size();) {
        const std::vector<std::string> cells = nextClipCells(*text, position);
        if (cells.size() == kOriginCells) m_entries[cells[0]] = {cells[1], {cells[2], cells[3]}};
    }
}

ClipOrigin ClipOrigins::of(const std::string& clip, const RecordingMarks& recordings) const {
    const auto found = m_entries.find(clip);
    if (found == m_entries.end()) return ClipOrigin::Unknown;
    const Entry& entry = found->second;
    if (entry.recording.content.empty() || !recordings.contents.contains(entry.recording.content))
        return recordings.places.contains(entry.recording.place) ? ClipOrigin::Doubtful : ClipOrigin::Other;
    const std::string bytes = hashOfClip(clip);
    return !bytes.empty() && bytes == entry.bytes ? ClipOrigin::Same : ClipOrigin::Doubtful;
}

/// contentHash(), read again only where the file has changed; "" where it cannot be read.
std::string ClipOrigins::hashOfClip(const std::string& clip) const {
    const std::string path = (fs::path(m_folder) / clip).string();
    const Result<FileState> state = fileState(path); // as it is before it is read
    if (const auto found = m_hashed.find(clip); state && found != m_hashed.end() && found->second.state == *state)
        return found->second.bytes;
    const Result<std::string> bytes = contentHash(path);
    if (!state || !bytes) return {};
    m_hashed[clip] = {*state, *bytes};
    return *bytes;
}

std::vector<std::string> ClipOrigins::clips() const {
    std::vector<std::string> names;
    for (const auto& [name, entry] : m_entries)
        names.push_back(name);
    return names;
}

void ClipOrigins::add(const std::string& clip, const RecordingMark& recording) {
    m_entries[clip] = {hashOfClip(clip), recording};
    m_added = true;
}

Result<void> ClipOrigins::save() const {
    if (!m_added) return {};
    std::string text = kOriginsHeader;
    for (const auto& [name, entry] : m_entries) {
        std::error_code unknown;
        if (fs::exists(fs::symlink_status(fs::path(m_folder) / name, unknown)))
            text +=
                csvCell(name) + "," + entry.bytes + "," + entry.recording.content + "," + entry.recording.place + "\n";
    }
    return writeFileAtomically((fs::path(m_folder) / kFile).string(), text);
}

} // namespace ovation
