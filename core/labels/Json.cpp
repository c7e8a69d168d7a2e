// SPDX-License-Identifier: GPL-3.0-or-later
// Ovation's own label file: {"format": "ovation.labels", "version": 1, "audio", "duration_s", "labels": [{"start_s",
// "end_s", "label", "score", "low_hz", "high_hz"}]}. A bare list of such labels is read too.
#include "core/labels/Formats.h"
#include "core/labels/LabelText.h"

#include <nlohmann/json.hpp>

namespace ovation::json {
namespace {

using Json = nlohmann::json;
constexpr int kVersion = 1;

/// The first of `names` that is a number.
std::optional<double> number(const Json& object, std::initializer_list<const char*> names) {
    for (const char* name : names)
        if (const auto found = object.find(name); found != object.end() && found->is_number())
            return found->get<double>();
    return std::nullopt;
}

std::string text(const Json& object, std::initializer_list<const char*> names) {
    for (const char* name : names)
        if (const auto found = object.find(name); found != object.end() && found->is_string()) return *found;
    return {};
}

} // namespace

bool recognises(std::string_view utf8, std::string_view extension) {
    const std::string_view content = trimmed(utf8);
    if (content.starts_with('[')) return extension == "json";
    return content.starts_with('{') && utf8.find("\"labels\"") != utf8.npos;
}

Result<LabelFile> read(std::string_view utf8) {
    Json root;
    try {
        root = Json::parse(utf8);
    } catch (const Json::parse_error& error) {
        return badLabelFile(lineAt(utf8, error.byte), "it is not correct JSON");
    }
    LabelFile file;
    if (root.is_object()) {
        if (const auto version = number(root, {"version"}); version && *version > kVersion)
            return badLabelFile(1, "a newer Ovation wrote it (version " + numberText(*version) + ")");
        file.audioFile = text(root, {"audio", "file"});
        file.durationS = number(root, {"duration_s", "duration"});
    }
    const Json* list = root.is_array()                               ? &root
                       : root.is_object() && root.contains("labels") ? &root["labels"]
                                                                     : nullptr;
    if (!list || !list->is_array()) return badLabelFile(1, "it has no list of labels");
    LabelCollector labels;
    for (const Json& entry : *list) {
        const auto start = entry.is_object() ? number(entry, {"start_s", "start"}) : std::nullopt;
        const auto end = entry.is_object() ? number(entry, {"end_s", "end"}) : std::nullopt;
        if (!start || !end) {
            labels.warn(0, "A label without start and end was left out.");
            continue;
        }
        Label label;
        label.span = {*start, *end};
        label.text = text(entry, {"label", "text", "class"});
        label.score = number(entry, {"score"});
        label.lowHz = number(entry, {"low_hz"});
        label.highHz = number(entry, {"high_hz"});
        labels.add(std::move(label), 0);
    }
    return labels.finish(std::move(file));
}

std::string write(const LabelFile& file) {
    Json labels = Json::array();
    for (const Label& label : file.labels) {
        Json entry = {{"start_s", label.span.start}, {"end_s", label.span.end}, {"label", textOf(label)}};
        if (label.score) entry["score"] = *label.score;
        if (label.lowHz) entry["low_hz"] = *label.lowHz;
        if (label.highHz) entry["high_hz"] = *label.highHz;
        labels.push_back(std::move(entry));
    }
    Json root = {{"format", "ovation.labels"}, {"version", kVersion}, {"labels", labels}};
    if (!file.audioFile.empty()) root["audio"] = file.audioFile;
    if (file.durationS) root["duration_s"] = *file.durationS;
    return root.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace ovation::json
