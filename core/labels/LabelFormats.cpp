// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/LabelFormats.h"

#include "core/base/Files.h"
#include "core/labels/Formats.h"
#include "core/labels/LabelText.h"

#include <array>
#include <filesystem>

namespace ovation {
namespace {

constexpr std::array<LabelFormat, 9> kFormats = {{
    {"audacity", "Audacity label track", "txt", audacity::recognises, audacity::read, audacity::write},
    {"csv", "CSV table", "csv", csv::recognises, csv::read, csv::write},
    {"textgrid", "Praat TextGrid", "TextGrid", textgrid::recognises, textgrid::read, textgrid::write},
    {"eaf", "ELAN annotation", "eaf", eaf::recognises, eaf::read, eaf::write},
    {"rttm", "RTTM", "rttm", rttm::recognises, rttm::read, rttm::write},
    {"webvtt", "WebVTT cues", "vtt", webvtt::recognises, webvtt::read, webvtt::write},
    {"jams", "JAMS", "jams", jams::recognises, jams::read, jams::write},
    {"raven", "Raven selection table", "selections.txt", raven::recognises, raven::read, raven::write},
    {"json", "JSON", "json", json::recognises, json::read, json::write},
}};

constexpr size_t kLargestFile = size_t{64} << 20;

/// True if a file with this (lower-case) extension is meant to be in `format`.
bool isMeant(const LabelFormat& format, const std::string& extension) {
    if (&format == &kFormats[7]) return extension == "txt"; // Raven's own names end in .selections.txt
    return extension == lowerCase(format.extension) || (std::string_view(format.id) == "csv" && extension == "tsv");
}

const LabelFormat* recognised(std::string_view utf8, const std::string& extension) {
    // The more exact signatures first: a Raven table is a table too.
    for (const bool byExtension : {true, false})
        for (auto format = kFormats.rbegin(); format != kFormats.rend(); ++format)
            if ((!byExtension || isMeant(*format, extension)) && format->recognises(utf8, extension)) return &*format;
    // Nothing fits: read it as what its name says, which finds the line that is wrong.
    for (const LabelFormat& format : kFormats)
        if (isMeant(format, extension)) return &format;
    return nullptr;
}

} // namespace

std::span<const LabelFormat> labelFormats() {
    return kFormats;
}

const LabelFormat* labelFormat(std::string_view id) {
    for (const LabelFormat& format : kFormats)
        if (id == format.id) return &format;
    return nullptr;
}

Result<LabelFile> readLabels(const std::string& path, std::string_view formatId) {
    const Result<std::string> bytes = readFile(path, kLargestFile);
    if (!bytes) return bytes.error();
    const std::string text = toUtf8(*bytes);
    const LabelFormat* format = formatId.empty() ? recognised(text, extensionOf(path)) : labelFormat(formatId);
    if (!format) return Error{ErrorCode::UnknownLabelFormat, path, std::string(formatId), 0};
    Result<LabelFile> file = format->read(text);
    if (!file) {
        Error error = file.error();
        error.file = path;
        return error;
    }
    return file;
}

Result<void> writeLabels(const std::string& path, const LabelFile& file, std::string_view formatId) {
    const LabelFormat* format = labelFormat(formatId);
    if (formatId.empty()) {
        const std::string extension = extensionOf(path);
        const bool raven = lowerCase(path).ends_with(".selections.txt");
        for (const LabelFormat& candidate : kFormats)
            if (!format && !raven && isMeant(candidate, extension)) format = &candidate;
        if (raven) format = labelFormat("raven");
        if (extension == "tsv") return writeFileAtomically(path, csv::writeTabbed(file));
    }
    if (!format) return Error{ErrorCode::UnknownLabelFormat, path, std::string(formatId), 0};
    return writeFileAtomically(path, format->write(file));
}

std::string labelFileBeside(const std::string& audioPath) {
    namespace fs = std::filesystem;
    const fs::path audio(audioPath);
    const auto existing = [&](const std::string& extension) -> std::string {
        fs::path candidate = audio;
        candidate.replace_extension(extension);
        std::error_code failed;
        return candidate != audio && fs::is_regular_file(candidate, failed) ? candidate.string() : "";
    };
    for (const LabelFormat& format : kFormats) {
        std::vector<std::string> extensions{format.extension, lowerCase(format.extension)};
        if (std::string_view(format.id) == "csv") extensions.push_back("tsv");
        for (const std::string& extension : extensions) {
            const std::string path = existing(extension);
            if (path.empty()) continue;
            // Other programs keep other things in .json; only what looks like labels is taken.
            if (extension == "json") {
                const Result<std::string> bytes = readFile(path, kLargestFile);
                if (!bytes || !recognised(*bytes, "json")->recognises(*bytes, "json")) continue;
            }
            return path;
        }
    }
    return {};
}

} // namespace ovation
