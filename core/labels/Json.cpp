// SPDX-License-Identifier: GPL-3.0-or-later
// Ovation's own JSON: {"format": "ovation.labels", "version": 1, "audio": ..., "duration_s": ..., "labels":
// [{"start_s", "end_s", "label", "text", "score", "low_hz", "high_hz"}]}; "text" where it says another class than the
// label. Reads an array alone too, and the names that others use.
#include "core/labels/Json.h"

#include "core/labels/Formats.h"
#include "core/labels/LabelText.h"

namespace ovation {

Result<nlohmann::json> parseJson(std::string_view utf8) {
    try {
        return nlohmann::json::parse(utf8);
    } catch (const nlohmann::json::parse_error& error) {
        return badLabelFile(lineAt(utf8, error.byte > 0 ? error.byte - 1 : 0), "it is no valid JSON there");
    } catch (const nlohmann::json::out_of_range&) {
        return badLabelFile(0, "it has a number that is too large");
    }
}

std::optional<double> numberAt(const nlohmann::json& object, std::initializer_list<const char*> names) {
    for (const char* name : names) {
        const auto found = object.find(name);
        if (found == object.end()) continue;
        if (found->is_number()) return found->get<double>();
        if (found->is_string()) return clockFrom(found->get_ref<const std::string&>());
    }
    return std::nullopt;
}

std::string textAt(const nlohmann::json& object, std::initializer_list<const char*> names) {
    for (const char* name : names)
        if (const auto found = object.find(name); found != object.end() && found->is_string()) return *found;
    return {};
}

std::string jsonText(const nlohmann::ordered_json& json) {
    return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

} // namespace ovation

namespace ovation::json {

constexpr int kVersion = 1;

bool recognises(std::string_view utf8, std::string_view) {
    const std::string_view text = trimmed(utf8);
    return (text.starts_with('{') || text.starts_with('[')) && !jams::recognises(utf8, {});
}

Result<LabelFile> read(std::string_view utf8) {
    const Result<nlohmann::json> json = parseJson(utf8);
    if (!json) return json.error();
    LabelFile file;
    const nlohmann::json* list = json->is_array() ? &*json : nullptr;
    if (json->is_object()) {
        const std::optional<double> version = numberAt(*json, {"version"});
        if (textAt(*json, {"format"}) == "ovation.labels" && version && *version > kVersion)
            return badLabelFile(1, "a newer Ovation wrote it (version " + numberText(*version) + ")");
        file.audioFile = textAt(*json, {"audio", "file", "audio_file", "path", "filename"});
        file.durationS = numberAt(*json, {"duration_s", "duration"});
        for (const char* name : {"labels", "segments", "events", "annotations"})
            if (const auto found = json->find(name); !list && found != json->end() && found->is_array()) list = &*found;
    }
    if (!list) return badLabelFile(1, "it has no list of labels");
    LabelCollector labels;
    int number = 0;
    for (const nlohmann::json& item : *list) {
        ++number;
        const std::string which = "label " + std::to_string(number);
        if (!item.is_object()) return badLabelFile(0, which + " is no object");
        const std::optional<double> start = numberAt(item, {"start_s", "start", "begin", "onset", "time"});
        const std::optional<double> end = numberAt(item, {"end_s", "end", "stop", "offset"});
        const std::optional<double> duration = numberAt(item, {"duration_s", "duration"});
        if (!start || (!end && !duration)) return badLabelFile(0, which + " has no start and end");
        Label label;
        label.span = {*start, end ? *end : endOf(*start, *duration)};
        label.text = textAt(item, {"label", "class", "text", "name", "value", "event_label"});
        label.score = numberAt(item, {"score", "probability", "confidence"});
        label.lowHz = numberAt(item, {"low_hz"});
        label.highHz = numberAt(item, {"high_hz"});
        const std::string own = textAt(item, {"audio", "file", "audio_file", "path", "filename"});
        labels.add(std::move(label), 0, own.empty() ? file.audioFile : own, textAt(item, {"text"}));
    }
    return labels.finish(std::move(file));
}

std::string write(const LabelFile& file) {
    nlohmann::ordered_json json;
    json["format"] = "ovation.labels";
    json["version"] = kVersion;
    if (!file.audioFile.empty()) json["audio"] = file.audioFile;
    if (file.durationS) json["duration_s"] = *file.durationS;
    json["labels"] = nlohmann::ordered_json::array();
    for (const Label& label : file.labels) {
        nlohmann::ordered_json item;
        item["start_s"] = label.span.start;
        item["end_s"] = label.span.end;
        item["label"] = textOf(label);
        if (hasFreeText(label)) item["text"] = label.text;
        if (!label.recording.empty()) item["audio"] = label.recording;
        if (label.score) item["score"] = *label.score;
        if (label.lowHz) item["low_hz"] = *label.lowHz;
        if (label.highHz) item["high_hz"] = *label.highHz;
        json["labels"].push_back(std::move(item));
    }
    return jsonText(json);
}

} // namespace ovation::json
