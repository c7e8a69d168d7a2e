// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/SegmentTable.h"

#include "core/audio/AudioReader.h"
#include "core/base/Files.h"
#include "core/dataset/Table.h"
#include "core/labels/LabelText.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>

namespace ovation {

namespace fs = std::filesystem;

namespace {

std::optional<double> seconds(const std::string& text) {
    const std::optional<double> value = clockFrom(text);
    return value && std::isfinite(*value) ? value : std::nullopt;
}

/// Whether exportClips() wrote it: former versions called the source's times as labels are called.
bool isOfClips(const Table& table) {
    for (const char* name : {"file", "label", "group", "recording", "score"})
        if (!table.column({name})) return false;
    return table.column({"source_start_s", "start_s"}) && table.column({"source_end_s", "end_s"});
}

SegmentTable clipsOf(const Table& table) {
    const size_t file = *table.column({"file"}), label = *table.column({"label"});
    SegmentTable result;
    for (const Table::Row& row : table.rows)
        if (const std::string name = Table::cell(row, file); !name.empty())
            result.clips[name] = classOf(Table::cell(row, label));
    return result;
}

} // namespace

Result<std::optional<SegmentTable>> readSegmentTable(const std::string& path) {
    const auto table = readTable(path);
    if (!table) return table.error();
    if (isOfClips(*table)) return std::optional<SegmentTable>{clipsOf(*table)};
    const auto file = table->column({"file", "filename"});
    const auto start = table->column({"start_s", "start"});
    const auto end = table->column({"end_s", "end"});
    const auto label = table->column({"label", "class"});
    if (!file || !start || !end) return std::optional<SegmentTable>{};
    SegmentTable result;
    std::set<std::string> names;
    for (const Table::Row& row : table->rows)
        names.insert(Table::cell(row, *file));
    names.erase("");
    std::vector<int> unnamed; // lines
    for (const Table::Row& row : table->rows) {
        std::string name = Table::cell(row, *file);
        if (name.empty() && (names.empty() || Table::cell(row, *start).empty())) continue;
        if (name.empty() && names.size() == 1) name = *names.begin(); // a name in some rows only is meant for all
        if (name.empty()) {
            unnamed.push_back(row.line);
            continue;
        }
        LabelFile& entry = result.files[name];
        const std::string from = Table::cell(row, *start);
        const std::string to = Table::cell(row, *end);
        if (from.empty() && to.empty()) continue;
        const auto startS = seconds(from);
        const auto endS = seconds(to);
        if (!startS || !endS || *endS <= *startS) {
            result.warnings.push_back("Line " + std::to_string(row.line) + " skipped: \"" + from + "\" to \"" + to +
                                      "\" is no stretch of time.");
            ++entry.leftOut;
            continue;
        }
        const std::string text = label ? Table::cell(row, *label) : std::string();
        Label entryLabel;
        entryLabel.span = {*startS, *endS};
        entryLabel.labelClass = text.empty() ? LabelClass::Applause : classOf(text);
        entryLabel.text = text;
        entry.labels.push_back(std::move(entryLabel));
    }
    if (!unnamed.empty())
        result.warnings.push_back((unnamed.size() == 1
                                       ? "Line " + std::to_string(unnamed.front()) + " names"
                                       : std::to_string(unnamed.size()) + " lines, the first being line " +
                                             std::to_string(unnamed.front()) + ", name") +
                                  " no recording and may be about any: none counts as fully labelled.");
    for (auto& [name, entry] : result.files)
        entry.leftOut += static_cast<int>(unnamed.size());
    for (auto& [name, entry] : result.files)
        std::ranges::stable_sort(entry.labels, {}, [](const Label& one) { return one.span.start; });
    return std::optional<SegmentTable>{std::move(result)};
}

std::string resolveTableFile(const std::string& name, const std::string& folder,
                             const std::map<std::string, std::string>& audio) {
    std::error_code error;
    const std::string utf8 = toUtf8(name); // as most files are named, whatever the table's encoding is
    for (const std::string& spelled : {name, utf8})
        if (const fs::path direct = fs::path(folder) / spelled;
            fs::is_regular_file(direct, error) && isAudioExtension(extensionOf(direct.string())))
            return direct.string();
    const std::string wanted = fs::path(utf8).filename().string();
    const auto only = [&](auto&& matches) -> std::string {
        std::string found;
        for (const auto& [canonical, path] : audio) {
            if (!matches(toUtf8(fs::path(path).filename().string()))) continue;
            if (!found.empty()) return {};
            found = path;
        }
        return found;
    };
    if (std::string found = only([&](const std::string& file) { return file == wanted; }); !found.empty()) return found;
    return only([&](const std::string& file) { return stemOf(file) == stemOf(wanted) || stemOf(file) == wanted; });
}

} // namespace ovation
