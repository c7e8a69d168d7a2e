// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/LabelFormats.h"

#include "core/base/Files.h"
#include "core/labels/Formats.h"
#include "core/labels/LabelText.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>

namespace ovation {
namespace fs = std::filesystem;
namespace {

constexpr size_t kLargestLabelFile = size_t{64} << 20;
constexpr double kSameS = 0.005; ///< times of the same label in two files: formats and sample rates round them

constexpr std::array<LabelFormat, 9> kFormats = {{
    {"audacity", "Audacity label track", "txt", audacity::recognises, audacity::read, audacity::write, false, false},
    {"csv", "CSV table", "csv", csv::recognises, csv::read, csv::write, true, true},
    {"textgrid", "Praat TextGrid", "TextGrid", textgrid::recognises, textgrid::read, textgrid::write, false, false},
    {"eaf", "ELAN annotation", "eaf", eaf::recognises, eaf::read, eaf::write, false, false},
    {"rttm", "RTTM", "rttm", rttm::recognises, rttm::read, rttm::write, true, false},
    {"webvtt", "WebVTT", "vtt", webvtt::recognises, webvtt::read, webvtt::write, false, false},
    {"jams", "JAMS", "jams", jams::recognises, jams::read, jams::write, false, false},
    {"raven", "Raven selection table", "selections.txt", raven::recognises, raven::read, raven::write, true, true},
    {"json", "JSON", "json", json::recognises, json::read, json::write, true, true},
}};

/// Ends of label files' names that are more than an extension.
constexpr std::array<std::string_view, 2> kNameEnds = {".selections.txt", ".table.1.selections.txt"};

/// By content first: a .txt may be Audacity's or Raven's. What is not told by content is held to its name.
const LabelFormat* formatOf(std::string_view utf8, const std::string& path) {
    const std::string extension = extensionOf(path);
    for (const LabelFormat& format : kFormats)
        if (format.recognises(utf8, extension)) return &format;
    return labelFormatByName(path);
}

/// A transcript beside a recording is no label file, though both end in ".txt".
bool mayHoldLabels(const std::string& path) {
    const std::string extension = extensionOf(path);
    if (extension != "txt" && extension != "json") return true;
    const Result<std::string> bytes = readFile(path, kLargestLabelFile);
    if (!bytes) return true; // let the reader say what is wrong
    const std::string utf8 = toUtf8(*bytes);
    if (extension == "json")
        return utf8.find("\"labels\"") != utf8.npos || utf8.find("\"start") != utf8.npos ||
               utf8.find("\"annotations\"") != utf8.npos;
    const std::string_view text = trimmed(utf8);
    const std::string_view first = text.substr(0, text.find_first_of("\r\n"));
    return first.empty() || first.find('\t') != first.npos || (first[0] >= '0' && first[0] <= '9') || first[0] == '-' ||
           std::ranges::any_of(kFormats, [&](const LabelFormat& f) { return f.recognises(utf8, extension); });
}

/// The first so many label files beside a recording with the same stem, in the order of the formats.
std::vector<std::string> filesBeside(const std::string& audioPath, size_t most) {
    const std::string start = (fs::path(audioPath).parent_path() / stemOf(audioPath)).string() + ".";
    std::vector<std::string> found;
    for (const LabelFormat& format : kFormats) {
        std::vector<std::string> ends = {format.extension};
        if (const std::string lower = lowerCase(format.extension); lower != ends.front()) ends.push_back(lower);
        if (format.read == csv::read) ends.push_back("tsv");
        if (format.read == raven::read) ends.push_back("Table.1.selections.txt"); // Raven's own naming
        for (const std::string& end : ends) {
            if (found.size() == most) return found;
            std::error_code ignored;
            const std::string path = start + end;
            if (path != audioPath && fs::is_regular_file(path, ignored) && mayHoldLabels(path)) found.push_back(path);
        }
    }
    return found;
}

} // namespace

std::span<const LabelFormat> labelFormats() {
    return kFormats;
}

const LabelFormat* labelFormat(std::string_view id) {
    const auto found = std::ranges::find(kFormats, id, &LabelFormat::id);
    return found == kFormats.end() ? nullptr : &*found;
}

const LabelFormat* labelFormatByName(const std::string& path) {
    const std::string name = lowerCase(fs::path(path).filename().string());
    if (name.ends_with(".tsv")) return labelFormat("csv");
    const LabelFormat* found = nullptr; // the longest end counts: "a.selections.txt" is Raven's
    for (const LabelFormat& format : kFormats) {
        const std::string end = "." + lowerCase(format.extension);
        if (name.ends_with(end) && (!found || end.size() > std::string_view(found->extension).size() + 1))
            found = &format;
    }
    return found;
}

Result<LabelFile> readLabels(const std::string& path, std::string_view format) {
    const LabelFormat* chosen = labelFormat(format);
    if (!format.empty() && !chosen)
        return Error{ErrorCode::UnknownLabelFormat, path, "there is no format \"" + std::string(format) + "\"", 0};
    const Result<std::string> bytes = readFile(path, kLargestLabelFile);
    if (!bytes) return bytes.error();
    const std::string utf8 = toUtf8(*bytes);
    if (!chosen) chosen = formatOf(utf8, path);
    if (!chosen) return Error{ErrorCode::UnknownLabelFormat, path, "", 0};
    Result<LabelFile> file = chosen->read(utf8);
    if (file) return file;
    Error error = file.error();
    error.file = path;
    return error;
}

Result<void> writeLabels(const std::string& path, const LabelFile& file, std::string_view format) {
    const LabelFormat* chosen = format.empty() ? labelFormatByName(path) : labelFormat(format);
    if (!chosen)
        return Error{
            ErrorCode::UnknownLabelFormat, path,
            format.empty() ? "its extension stands for none" : "there is no format \"" + std::string(format) + "\"", 0};
    const bool tabbed = chosen->write == csv::write && extensionOf(path) == "tsv";
    return writeFileAtomically(path, tabbed ? csv::writeTabbed(file) : chosen->write(file));
}

size_t textsLeftOut(const LabelFile& file, const LabelFormat& format) {
    return format.freeTexts ? 0 : static_cast<size_t>(std::ranges::count_if(file.labels, hasFreeText));
}

std::string textsLeftOutText(size_t count) {
    if (count == 0) return {};
    return count == 1 ? "The text of 1 label does not fit this format: only its class was written."
                      : "The texts of " + std::to_string(count) +
                            " labels do not fit this format: only their classes were written.";
}

std::string labelStem(const std::string& path) {
    const std::string name = fs::path(path).filename().string();
    const std::string lower = lowerCase(name);
    std::string_view longest;
    for (const std::string_view end : kNameEnds)
        if (lower.ends_with(end) && end.size() > longest.size()) longest = end;
    return longest.empty() ? stemOf(path) : name.substr(0, name.size() - longest.size());
}

std::string labelFileBeside(const std::string& audioPath) {
    const std::vector<std::string> found = filesBeside(audioPath, 1);
    return found.empty() ? std::string() : found.front();
}

std::vector<std::string> differingFilesBeside(const std::string& audioPath, const std::string& taken,
                                              const std::vector<Label>& labels) {
    std::vector<std::string> differing;
    for (const std::string& path : filesBeside(audioPath, kFormats.size() * 3)) {
        if (path == taken) continue;
        const Result<LabelFile> file = readLabels(path);
        if (!file) continue; // nothing can be used of it
        const LabelFile part = partAbout(audioPath, *file);
        // Subtitles, words or speakers are about something else, and take no applause away from what counts.
        const bool aboutApplause = std::ranges::any_of(
            part.labels, [](const Label& label) { return label.labelClass != LabelClass::NotApplause; });
        if (aboutApplause && !sameStretches(part.labels, labels)) differing.push_back(path);
    }
    return differing;
}

bool sameStretches(const std::vector<Label>& one, const std::vector<Label>& other) {
    return std::ranges::equal(one, other, [](const Label& a, const Label& b) {
        return a.labelClass == b.labelClass && std::abs(a.span.start - b.span.start) < kSameS &&
               std::abs(a.span.end - b.span.end) < kSameS;
    });
}

} // namespace ovation
