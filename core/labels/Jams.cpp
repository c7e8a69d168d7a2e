// SPDX-License-Identifier: GPL-3.0-or-later
// JAMS, "a JSON annotated music specification": annotations of a namespace, each a list of observations with time,
// duration, value and confidence. https://jams.readthedocs.io/en/stable/jams_structure.html
#include "core/labels/Formats.h"
#include "core/labels/LabelText.h"

#include <nlohmann/json.hpp>

namespace ovation::jams {
namespace {

using Json = nlohmann::json;

std::string textOfValue(const Json& value) {
    if (value.is_string()) return value.get<std::string>();
    if (value.is_object() && value.contains("label") && value["label"].is_string()) return value["label"];
    return {};
}

/// `duration_s` of the recording that the file says, unless it says nothing.
std::optional<double> number(const Json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_number() ? std::optional(found->get<double>()) : std::nullopt;
}

void readObservation(const Json& observation, LabelCollector& labels) {
    const auto time = observation.is_object() ? number(observation, "time") : std::nullopt;
    const auto duration = observation.is_object() ? number(observation, "duration") : std::nullopt;
    if (!time || !duration) {
        labels.warn(0, "An observation without time and duration was left out.");
        return;
    }
    Label label;
    label.span = {*time, endOf(*time, *duration)};
    label.text = textOfValue(observation.value("value", Json()));
    label.score = number(observation, "confidence");
    labels.add(std::move(label), 0);
}

} // namespace

bool recognises(std::string_view utf8, std::string_view extension) {
    return trimmed(utf8).starts_with('{') && (extension == "jams" || utf8.find("\"annotations\"") != utf8.npos) &&
           utf8.find("\"labels\"") == utf8.npos;
}

Result<LabelFile> read(std::string_view utf8) {
    Json root;
    try {
        root = Json::parse(utf8);
    } catch (const Json::parse_error& error) {
        return badLabelFile(lineAt(utf8, error.byte), "it is not correct JSON");
    }
    const auto annotations = root.is_object() ? root.find("annotations") : root.end();
    if (!root.is_object() || annotations == root.end() || !annotations->is_array())
        return badLabelFile(1, "it has no list of annotations");
    LabelFile file;
    LabelCollector labels;
    if (const auto meta = root.find("file_metadata"); meta != root.end() && meta->is_object()) {
        file.durationS = number(*meta, "duration");
        if (const auto title = meta->find("title"); title != meta->end() && title->is_string()) file.audioFile = *title;
    }
    for (const Json& annotation : *annotations) {
        if (!annotation.is_object()) continue;
        const std::string space = annotation.contains("namespace") && annotation["namespace"].is_string()
                                      ? annotation["namespace"].get<std::string>()
                                      : "";
        if (!space.starts_with("segment") && !space.starts_with("tag") && space != "scaper") {
            labels.warn(0, "Annotations of the namespace \"" + space + "\" were left out.");
            continue;
        }
        const auto data = annotation.find("data");
        if (data == annotation.end() || !data->is_array()) continue;
        for (const Json& observation : *data)
            readObservation(observation, labels);
    }
    return labels.finish(std::move(file));
}

std::string write(const LabelFile& file) {
    double duration = file.durationS.value_or(0);
    Json data = Json::array();
    for (const Label& label : file.labels) {
        duration = std::max(duration, label.span.end);
        data.push_back({{"time", label.span.start},
                        {"duration", *numberFrom(durationText(label.span.start, label.span.end))},
                        {"value", textOf(label)},
                        {"confidence", label.score ? Json(*label.score) : Json()}});
    }
    const Json curator = {{"name", ""}, {"email", ""}};
    const Json metadata = {{"curator", curator},
                           {"annotator", Json::object()},
                           {"version", ""},
                           {"corpus", ""},
                           {"annotation_tools", "Ovation"},
                           {"annotation_rules", ""},
                           {"validation", ""},
                           {"data_source", ""}};
    const Json annotation = {{"annotation_metadata", metadata},
                             {"namespace", "segment_open"},
                             {"data", data},
                             {"sandbox", Json::object()},
                             {"time", 0},
                             {"duration", duration}};
    const Json root = {{"annotations", Json::array({annotation})},
                       {"file_metadata",
                        {{"title", file.audioFile},
                         {"artist", ""},
                         {"release", ""},
                         {"duration", duration},
                         {"identifiers", Json::object()},
                         {"jams_version", "0.3.4"}}},
                       {"sandbox", Json::object()}};
    return root.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace ovation::jams
