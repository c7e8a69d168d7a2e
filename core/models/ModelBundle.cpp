// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/ModelBundle.h"

#include "core/base/Files.h"
#include "core/base/Version.h"
#include "core/features/SeedFeatures.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace ovation {
namespace {

using nlohmann::json;

constexpr size_t kLargestFile = size_t{2} << 30; ///< bytes; the largest network the program trains stays well below
constexpr int kDeepest = 32;                     ///< nesting of JSON in the metadata

/// What the features are, as the networks of this program need them.
json featureOptions() {
    json names = json::array();
    for (const char* name : clipValueNames())
        names.push_back(name);
    return {{"sample_rate", seed::kSampleRate},
            {"n_fft", seed::kFft},
            {"hop", seed::kHop},
            {"mel_bands", seed::kMelBands},
            {"mfcc", seed::kMfcc},
            {"window_frames", seed::kWindowFrames},
            {"top_db", 80},
            {"clip_values", std::move(names)}};
}

json featureOptions(const LogMelOptions& options) {
    return {{"kind", "log-mel"},
            {"sample_rate", options.sampleRate},
            {"window", options.window},
            {"n_fft", options.fft},
            {"hop", options.hop},
            {"mel_bands", options.bands},
            {"low_hz", options.lowHz},
            {"high_hz", options.highHz},
            {"floor_db", options.floorDb},
            {"level_s", options.levelS},
            {"answer_frames", kAnswerFrames}};
}

json toJsonValue(const Standardizer& standardizer) {
    return {{"mean", standardizer.mean}, {"deviation", standardizer.deviation}};
}

json toJsonValue(const DecoderOptions& options) {
    return {{"threshold", options.threshold},
            {"hysteresis", options.hysteresis},
            {"minimum_duration_s", options.minimumDurationS},
            {"merge_gap_s", options.mergeGapS},
            {"median_s", options.medianS},
            {"evidence", options.evidence},
            {"confirmation", options.confirmation},
            {"edge_confidence", options.edgeConfidence},
            {"start_shift_s", options.startShiftS},
            {"end_shift_s", options.endShiftS}};
}

/// True where brackets nest no deeper than `deepest`: the parser copes with any depth, what is done with the tree may
/// not.
bool shallow(std::string_view text, int deepest) {
    int depth = 0;
    bool inString = false;
    for (size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (inString) {
            if (c == '\\') ++i;
            if (c == '"') inString = false;
        } else if (c == '"') {
            inString = true;
        } else if (c == '{' || c == '[') {
            if (++depth > deepest) return false;
        } else if (c == '}' || c == ']') {
            --depth;
        }
    }
    return true;
}

/// The JSON value of `text`, or a discarded one.
json parsed(std::string_view text) {
    return shallow(text, kDeepest) ? json::parse(text, nullptr, false) : json(json::value_t::discarded);
}

bool isObject(std::string_view text) {
    return parsed(text).is_object();
}

/// Reads a list of `count` finite numbers; false where it is anything else.
bool readNumbers(const json& object, const char* name, int64_t count, std::vector<float>& out) {
    const auto found = object.find(name);
    if (found == object.end() || !found->is_array() || static_cast<int64_t>(found->size()) != count) return false;
    for (const json& value : *found) {
        if (!value.is_number()) return false;
        const auto number = value.get<float>();
        if (!std::isfinite(number)) return false;
        out.push_back(number);
    }
    return true;
}

bool readStandardizer(const json& object, const char* name, int64_t count, Standardizer& out) {
    const auto found = object.find(name);
    if (found == object.end() || !found->is_object()) return false;
    return readNumbers(*found, "mean", count, out.mean) && readNumbers(*found, "deviation", count, out.deviation) &&
           std::ranges::all_of(out.deviation, [](float deviation) { return deviation > 0; });
}

/// Reads a number in [low, high]; false where it is missing or anything else.
bool readNumber(const json& object, const char* name, double low, double high, double& out) {
    const auto found = object.find(name);
    if (found == object.end() || !found->is_number()) return false;
    out = found->get<double>();
    return out >= low && out <= high;
}

bool readDecoder(const json& object, DecoderOptions& out) {
    return object.is_object() && readNumber(object, "threshold", 0, 1, out.threshold) &&
           readNumber(object, "hysteresis", 0, 1, out.hysteresis) &&
           readNumber(object, "minimum_duration_s", 0, 3600, out.minimumDurationS) &&
           readNumber(object, "merge_gap_s", 0, 3600, out.mergeGapS) &&
           readNumber(object, "median_s", 0, 3600, out.medianS) &&
           (!object.contains("evidence") || readNumber(object, "evidence", 0, 3600, out.evidence)) &&
           (!object.contains("confirmation") || readNumber(object, "confirmation", 0, 20, out.confirmation)) &&
           (!object.contains("edge_confidence") || readNumber(object, "edge_confidence", 0, 20, out.edgeConfidence)) &&
           (!object.contains("start_shift_s") || readNumber(object, "start_shift_s", -10, 10, out.startShiftS)) &&
           (!object.contains("end_shift_s") || readNumber(object, "end_shift_s", -10, 10, out.endShiftS));
}

/// Reads a whole number; false where it is missing or anything else.
bool readInteger(const json& object, const char* name, int& out) {
    double number = 0;
    if (!readNumber(object, name, 0, 1 << 24, number) || number != std::floor(number)) return false;
    out = static_cast<int>(number);
    return true;
}

/// False where they are not options that networks of this program know.
bool readLogMel(const json& object, LogMelOptions& out) {
    constexpr double kAny = 1e9;
    const auto kind = object.find("kind");
    int answerFrames = 0;
    return kind != object.end() && *kind == "log-mel" && readInteger(object, "sample_rate", out.sampleRate) &&
           readInteger(object, "window", out.window) && readInteger(object, "n_fft", out.fft) &&
           readInteger(object, "hop", out.hop) && readInteger(object, "mel_bands", out.bands) &&
           readNumber(object, "low_hz", 0, kAny, out.lowHz) && readNumber(object, "high_hz", 0, kAny, out.highHz) &&
           readNumber(object, "floor_db", -kAny, 0, out.floorDb) &&
           readNumber(object, "level_s", 0, kAny, out.levelS) && readInteger(object, "answer_frames", answerFrames) &&
           answerFrames == kAnswerFrames && problemOf(out).empty();
}

std::string shapeText(const std::vector<int64_t>& shape) {
    std::string text = "(";
    for (size_t i = 0; i < shape.size(); ++i)
        text += (i ? ", " : "") + std::to_string(shape[i]);
    return text + ")";
}

/// What is wrong with `weights` for `architecture`, or "".
std::string weightProblem(const TensorMap& weights, const Architecture& architecture) {
    const ModelDescription* description = modelDescription(architecture.id);
    if (!description) return "this program has no network \"" + architecture.id + "\"";
    const TensorShapes shapes = description->tensorShapes(architecture);
    for (const auto& [name, shape] : shapes) {
        const auto found = weights.find(name);
        if (found == weights.end()) return "tensor \"" + name + "\" is missing";
        if (found->second.shape != shape) {
            return "tensor \"" + name + "\" has shape " + shapeText(found->second.shape) + " instead of " +
                   shapeText(shape);
        }
        if (!std::ranges::all_of(found->second.values, [](float value) { return std::isfinite(value); })) {
            return "tensor \"" + name + "\" holds values that are not numbers";
        }
        if (name.ends_with(".running_var") &&
            std::ranges::any_of(found->second.values, [](float value) { return value < 0; })) {
            return "tensor \"" + name + "\" holds negative variances";
        }
    }
    if (weights.size() != shapes.size()) return "it holds tensors that its network does not have";
    return {};
}

/// The metadata of a model, key by key; errors name the key.
class MetadataReader {
public:
    MetadataReader(const std::map<std::string, std::string>& metadata, std::string file)
        : m_metadata(metadata), m_file(std::move(file)) {}

    bool has(const std::string& key) const { return m_metadata.contains(key); }

    const std::string& text(const std::string& key) const {
        static const std::string empty;
        const auto found = m_metadata.find(key);
        return found == m_metadata.end() ? empty : found->second;
    }

    json value(const std::string& key) const { return parsed(text(key)); }

    Error damaged(const std::string& key) const {
        return {ErrorCode::DamagedModel, m_file, "its entry " + key + " is " + (has(key) ? "not valid" : "missing"), 0};
    }

    Error error(ErrorCode code, std::string detail) const { return {code, m_file, std::move(detail), 0}; }

private:
    const std::map<std::string, std::string>& m_metadata;
    std::string m_file;
};

} // namespace

std::string toJson(const DecoderOptions& options) {
    return toJsonValue(options).dump();
}

std::optional<DecoderOptions> decoderFromJson(std::string_view text) {
    DecoderOptions options;
    return readDecoder(parsed(text), options) ? std::optional(options) : std::nullopt;
}

int64_t detectionFrames(const ModelBundle& bundle) {
    const int64_t learnt = std::max<int64_t>(1, bundle.architecture.frames);
    return bundle.windowFrames > 0 ? std::min(bundle.windowFrames, learnt) : learnt;
}

std::string describeTeachers(const ModelBundle& bundle) {
    if (bundle.taughtBy.empty()) return {};
    std::string names;
    for (const std::string& name : bundle.taughtBy)
        names += std::string(names.empty() ? "" : ", ") + '"' + name + '"';
    return "It learnt from the answers of " + std::to_string(bundle.taughtBy.size()) +
           (bundle.taughtBy.size() == 1 ? " model (" : " models (") + names + ").";
}

std::string toSafetensors(const ModelBundle& bundle) {
    const auto object = [](const std::string& text) { return isObject(text) ? text : std::string("{}"); };
    const auto dump = [](const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); };
    const bool frames = isFrameModel(bundle.architecture.id);
    const json standardizers = frames ? json::object({{"log_mel", toJsonValue(bundle.logMelStandardizer)}})
                                      : json::object({{"mfcc", toJsonValue(bundle.mfccStandardizer)},
                                                      {"clip_values", toJsonValue(bundle.clipStandardizer)}});
    std::map<std::string, std::string> metadata = {
        {"ovation.format", std::to_string(ModelBundle::kFormatVersion)},
        {"ovation.architecture", toJson(bundle.architecture)},
        {"ovation.features", dump(frames ? featureOptions(bundle.logMel) : featureOptions())},
        {"ovation.standardizer", dump(standardizers)},
        {"ovation.classes", R"(["not applause","applause"])"},
        {"ovation.decoder", dump(toJsonValue(bundle.decoder))},
        {"ovation.dataset",
         dump(json::object({{"fingerprint", bundle.datasetFingerprint}, {"training_hashes", bundle.trainingHashes}}))},
        {"ovation.metrics", object(bundle.metricsJson)},
        {"ovation.training", object(bundle.trainingJson)},
        {"ovation.version", dump(bundle.programVersion.empty() ? version() : bundle.programVersion)},
    };
    if (const std::string origin = object(bundle.originJson); origin != "{}") metadata["ovation.origin"] = origin;
    if (!bundle.taughtBy.empty()) metadata["ovation.teachers"] = dump(json(bundle.taughtBy));
    if (!frames && bundle.windowFrames > 0)
        metadata["ovation.window"] = dump(json::object({{"frames", bundle.windowFrames}}));
    return writeSafetensors(bundle.weights, metadata);
}

Result<ModelBundle> fromSafetensors(std::string_view bytes, const std::string& file) {
    Result<SafetensorsContent> content = readSafetensors(bytes, file);
    if (!content) return content.error();
    const MetadataReader metadata(content->metadata, file);

    if (!metadata.has("ovation.format"))
        return metadata.error(ErrorCode::NotAModel, "it is a safetensors file, but not one that Ovation wrote");
    const json format = metadata.value("ovation.format");
    if (!format.is_number_unsigned() || format.get<uint64_t>() < 1) return metadata.damaged("ovation.format");
    if (format.get<uint64_t>() > ModelBundle::kFormatVersion) {
        return metadata.error(ErrorCode::NewerModel, "its format is " + std::to_string(format.get<uint64_t>()) +
                                                         ", this program knows up to " +
                                                         std::to_string(ModelBundle::kFormatVersion));
    }

    ModelBundle bundle;
    bundle.name = stemOf(file);
    if (!isObject(metadata.text("ovation.architecture"))) return metadata.damaged("ovation.architecture");
    Result<Architecture> architecture = architectureFromJson(metadata.text("ovation.architecture"));
    if (!architecture) return metadata.error(architecture.error().code, architecture.error().detail);
    bundle.architecture = std::move(*architecture);

    const json features = metadata.value("ovation.features");
    if (!features.is_object()) return metadata.damaged("ovation.features");
    const bool frames = isFrameModel(bundle.architecture.id);
    const bool known = frames ? readLogMel(features, bundle.logMel) && bundle.logMel.bands == bundle.architecture.bands
                              : features == featureOptions() && bundle.architecture.mfcc == seed::kMfcc &&
                                    bundle.architecture.clipValues == seed::kClipValues;
    if (!known) {
        return metadata.error(ErrorCode::WrongArchitecture,
                              "it was trained on features that this program does not compute");
    }
    const json classes = metadata.value("ovation.classes");
    if (!classes.is_array() || classes.size() != 2 || classes[1] != "applause")
        return metadata.damaged("ovation.classes");

    const json standardizer = metadata.value("ovation.standardizer");
    const bool standardized =
        standardizer.is_object() &&
        (frames ? readStandardizer(standardizer, "log_mel", bundle.architecture.bands, bundle.logMelStandardizer)
                : readStandardizer(standardizer, "mfcc", bundle.architecture.mfcc, bundle.mfccStandardizer) &&
                      readStandardizer(standardizer, "clip_values", bundle.architecture.clipValues,
                                       bundle.clipStandardizer));
    if (!standardized) return metadata.damaged("ovation.standardizer");
    if (!readDecoder(metadata.value("ovation.decoder"), bundle.decoder)) return metadata.damaged("ovation.decoder");

    if (!frames && metadata.has("ovation.window")) {
        const json window = metadata.value("ovation.window");
        const auto length = window.is_object() ? window.find("frames") : window.end();
        if (!window.is_object() || length == window.end() || !length->is_number_unsigned() || *length < 1 ||
            *length > bundle.architecture.frames)
            return metadata.damaged("ovation.window");
        bundle.windowFrames = length->get<int64_t>();
    }

    if (metadata.has("ovation.teachers")) {
        const json names = metadata.value("ovation.teachers");
        if (!names.is_array() || !std::ranges::all_of(names, [](const json& name) { return name.is_string(); }))
            return metadata.damaged("ovation.teachers");
        names.get_to(bundle.taughtBy);
    }

    const json dataset = metadata.value("ovation.dataset");
    const auto fingerprint = dataset.is_object() ? dataset.find("fingerprint") : dataset.end();
    if (!dataset.is_object() || fingerprint == dataset.end() || !fingerprint->is_string()) {
        return metadata.damaged("ovation.dataset");
    }
    bundle.datasetFingerprint = fingerprint->get<std::string>();
    if (const auto hashes = dataset.find("training_hashes"); hashes != dataset.end()) {
        if (!hashes->is_array()) return metadata.damaged("ovation.dataset");
        for (const json& hash : *hashes) {
            if (!hash.is_string()) return metadata.damaged("ovation.dataset");
            bundle.trainingHashes.push_back(hash.get<std::string>());
        }
    }
    for (const char* key : {"ovation.metrics", "ovation.training"})
        if (!isObject(metadata.text(key))) return metadata.damaged(key);
    bundle.metricsJson = metadata.text("ovation.metrics");
    bundle.trainingJson = metadata.text("ovation.training");
    if (metadata.has("ovation.origin")) {
        if (!isObject(metadata.text("ovation.origin"))) return metadata.damaged("ovation.origin");
        bundle.originJson = metadata.text("ovation.origin");
    }
    const json programVersion = metadata.value("ovation.version");
    if (!programVersion.is_string()) return metadata.damaged("ovation.version");
    bundle.programVersion = programVersion.get<std::string>();

    if (std::string problem = weightProblem(content->tensors, bundle.architecture); !problem.empty()) {
        return metadata.error(ErrorCode::DamagedModel, std::move(problem));
    }
    bundle.weights = std::move(content->tensors);
    return bundle;
}

Result<ModelBundle> readModel(const std::string& path) {
    const Result<std::string> bytes = readFile(path, kLargestFile);
    if (!bytes) return bytes.error();
    return fromSafetensors(*bytes, path);
}

Result<void> writeModel(const std::string& path, const ModelBundle& bundle) {
    const std::string bytes = toSafetensors(bundle);
    // What could not be read again is not written: a model with broken weights must not replace a good one.
    if (const Result<ModelBundle> again = fromSafetensors(bytes, path); !again) return again.error();
    return writeFileAtomically(path, bytes);
}

} // namespace ovation
