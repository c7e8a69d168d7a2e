// SPDX-License-Identifier: GPL-3.0-or-later
// JAMS 0.3: a JSON document of annotations, each of a namespace. Labels are observations of "tag_open", whose values
// are texts and which may overlap. https://jams.readthedocs.io/en/stable/jams_structure.html
#include "core/labels/Formats.h"
#include "core/labels/Json.h"
#include "core/labels/LabelText.h"

#include <algorithm>
#include <array>

namespace ovation::jams {
namespace {

using Json = nlohmann::json;

/// Namespaces whose values name what is heard.
bool isUsable(std::string_view name) {
    return name.starts_with("tag_") || name.starts_with("segment_") || name == "scaper" || name == "sound_event";
}

/// Values are texts; Scaper's are objects with a "label".
std::string valueText(const Json& value) {
    if (value.is_string()) return value;
    if (value.is_object()) return textAt(value, {"label"});
    return {};
}

/// Observations one by one, whether the file has them as a list (sparse) or as lists of columns (dense).
std::vector<Json> observationsOf(const Json& data) {
    std::vector<Json> observations;
    if (data.is_array()) {
        observations.assign(data.begin(), data.end());
    } else if (data.is_object() && data.contains("time") && data["time"].is_array()) {
        for (size_t i = 0; i < data["time"].size(); ++i) {
            Json one = Json::object();
            for (const char* name : {"time", "duration", "value", "confidence"})
                if (const auto column = data.find(name);
                    column != data.end() && column->is_array() && i < column->size())
                    one[name] = (*column)[i];
            observations.push_back(std::move(one));
        }
    }
    return observations;
}

} // namespace

bool recognises(std::string_view utf8, std::string_view) {
    return trimmed(utf8).starts_with('{') && utf8.find("\"annotations\"") != utf8.npos &&
           (utf8.find("\"namespace\"") != utf8.npos || utf8.find("\"file_metadata\"") != utf8.npos);
}

Result<LabelFile> read(std::string_view utf8) {
    const Result<Json> json = parseJson(utf8);
    if (!json) return json.error();
    const auto annotations = json->is_object() ? json->find("annotations") : json->end();
    if (!json->is_object() || annotations == json->end() || !annotations->is_array())
        return badLabelFile(1, "it has no list of annotations");
    LabelFile file;
    if (const auto metadata = json->find("file_metadata"); metadata != json->end() && metadata->is_object())
        file.durationS = numberAt(*metadata, {"duration"});
    if (const auto sandbox = json->find("sandbox"); sandbox != json->end() && sandbox->is_object())
        file.audioFile = textAt(*sandbox, {"file"});
    LabelCollector labels;
    int number = 0;
    for (const Json& annotation : *annotations) {
        if (!annotation.is_object()) return badLabelFile(0, "an annotation is no object");
        const std::string name = textAt(annotation, {"namespace"});
        if (!isUsable(name)) {
            labels.warn(0, "The annotation of namespace \"" + name + "\" names no sounds and was left out.");
            continue;
        }
        for (const Json& observation : observationsOf(annotation.value("data", Json()))) {
            ++number;
            const std::string which = "observation " + std::to_string(number);
            if (!observation.is_object()) return badLabelFile(0, which + " is no object");
            const std::optional<double> time = numberAt(observation, {"time"});
            const std::optional<double> duration = numberAt(observation, {"duration"});
            if (!time || !duration) return badLabelFile(0, which + " has no time and duration");
            Label label;
            label.span = {*time, endOf(*time, *duration)};
            label.text = valueText(observation.value("value", Json()));
            label.score = numberAt(observation, {"confidence"});
            labels.add(std::move(label), 0);
        }
    }
    return labels.finish(std::move(file));
}

std::string write(const LabelFile& file) {
    using Ordered = nlohmann::ordered_json;
    double duration = file.durationS.value_or(0);
    Ordered data = Ordered::array();
    for (const Label& label : file.labels) {
        duration = std::max(duration, label.span.end);
        Ordered one;
        one["time"] = label.span.start;
        one["duration"] = *numberFrom(durationText(label.span.start, label.span.end));
        one["value"] = textOf(label);
        one["confidence"] = label.score ? Ordered(*label.score) : Ordered();
        data.push_back(std::move(one));
    }
    const Ordered metadata = {{"curator", {{"name", ""}, {"email", ""}}},
                              {"annotator", Ordered::object()},
                              {"version", ""},
                              {"corpus", ""},
                              {"annotation_tools", "Ovation"},
                              {"annotation_rules", ""},
                              {"validation", ""},
                              {"data_source", ""}};
    Ordered annotation = {{"annotation_metadata", metadata}, {"namespace", "tag_open"}};
    annotation["data"] = std::move(data);
    annotation["sandbox"] = Ordered::object();
    annotation["time"] = 0;
    annotation["duration"] = duration;
    Ordered json;
    json["annotations"] = Ordered::array({std::move(annotation)});
    json["file_metadata"] = {{"title", ""},
                             {"artist", ""},
                             {"release", ""},
                             {"duration", duration},
                             {"identifiers", Ordered::object()},
                             {"jams_version", "0.3.4"}};
    json["sandbox"] = Ordered::object();
    if (!file.audioFile.empty()) json["sandbox"]["file"] = file.audioFile;
    return jsonText(json);
}

} // namespace ovation::jams
