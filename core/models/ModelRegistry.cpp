// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/ModelRegistry.h"

#include "core/models/Architectures.h"

#include <array>
#include <nlohmann/json.hpp>
#include <optional>

namespace ovation {

namespace {

struct SizeLimit {
    const char* name; ///< in JSON
    int64_t Architecture::*member;
    int64_t minimum, maximum;
    std::optional<AnswersFor> only = {}; ///< networks that have it; all of them
};

// Limits far above what is useful and far below what would overflow: a hostile file cannot ask for absurd sizes.
constexpr std::array<SizeLimit, 9> kLimits{{{"mfcc", &Architecture::mfcc, 1, 1024, AnswersFor::Clips},
                                            {"clip_values", &Architecture::clipValues, 1, 1024, AnswersFor::Clips},
                                            {"frames", &Architecture::frames, 1, 100000, AnswersFor::Clips},
                                            {"hidden_size", &Architecture::hiddenSize, 1, 4096},
                                            {"layers", &Architecture::layers, 1, 64},
                                            {"heads", &Architecture::heads, 1, 1024, AnswersFor::Clips},
                                            {"feed_forward", &Architecture::feedForward, 0, 65536, AnswersFor::Clips},
                                            {"bands", &Architecture::bands, 1, 512, AnswersFor::Frames},
                                            {"channels", &Architecture::channels, 8, 512, AnswersFor::Frames}}};

bool has(const ModelDescription& description, const SizeLimit& limit) {
    return !limit.only || *limit.only == description.answers;
}

Error wrong(std::string detail) {
    return {ErrorCode::WrongArchitecture, "", std::move(detail)};
}

/// What is wrong with an architecture; nullopt if nothing is.
std::optional<Error> problem(const Architecture& architecture) {
    const ModelDescription* description = modelDescription(architecture.id);
    if (!description) return wrong("\"" + architecture.id + "\" is not an architecture that this version knows.");
    if (!(architecture.dropout >= 0 && architecture.dropout < 1))
        return wrong("dropout must be at least 0 and below 1.");
    for (const SizeLimit& limit : kLimits) {
        if (!has(*description, limit)) continue;
        const int64_t value = architecture.*limit.member;
        if (value < limit.minimum || value > limit.maximum)
            return wrong(std::string(limit.name) + " is " + std::to_string(value) + "; it must be from " +
                         std::to_string(limit.minimum) + " to " + std::to_string(limit.maximum) + ".");
    }
    if (description->answers == AnswersFor::Frames) return std::nullopt;
    const bool isTransformer = architecture.id == "transformer";
    if (isTransformer && (architecture.feedForward < 1 || architecture.hiddenSize % 2 != 0))
        return wrong("The transformer needs an even hidden size and a feed-forward size of at least 1.");
    const int64_t width = isTransformer ? architecture.hiddenSize : 2 * architecture.hiddenSize;
    if (width % architecture.heads != 0)
        return wrong(std::to_string(architecture.heads) + " attention heads do not divide the attention's width of " +
                     std::to_string(width) + ".");
    return std::nullopt;
}

} // namespace

void appendLinear(TensorShapes& shapes, const std::string& name, int64_t outputs, int64_t inputs) {
    shapes.push_back({name + ".weight", {outputs, inputs}});
    shapes.push_back({name + ".bias", {outputs}});
}

void appendClipBranchAndHead(TensorShapes& shapes, const Architecture& architecture, int64_t sequenceWidth) {
    appendLinear(shapes, "clip.0", 256, architecture.clipValues);
    appendLinear(shapes, "clip.1", 128, 256);
    appendLinear(shapes, "head.0", 512, sequenceWidth + 128);
    appendLinear(shapes, "head.1", 256, 512);
    appendLinear(shapes, "head.2", 2, 256);
}

std::span<const ModelDescription> modelRegistry() {
    static const std::array<ModelDescription, 3> all{bilstmAttention(), transformer(), crnn()};
    return all;
}

const ModelDescription* modelDescription(std::string_view id) {
    for (const ModelDescription& description : modelRegistry())
        if (id == description.id) return &description;
    return nullptr;
}

bool isFrameModel(std::string_view id) {
    const ModelDescription* description = modelDescription(id);
    return description && description->answers == AnswersFor::Frames;
}

bool isObserved(std::string_view tensorName) {
    return tensorName.ends_with(".running_mean") || tensorName.ends_with(".running_var");
}

int64_t parameterCount(const Architecture& architecture) {
    const ModelDescription* description = modelDescription(architecture.id);
    if (!description) return 0;
    int64_t count = 0;
    for (const auto& [name, shape] : description->tensorShapes(architecture)) {
        if (isObserved(name)) continue;
        int64_t values = 1;
        for (const int64_t size : shape)
            values *= size;
        count += values;
    }
    return count;
}

Result<Architecture> architectureFor(const Hyperparameters& hyperparameters) {
    const ModelDescription* description = modelDescription(hyperparameters.model);
    if (!description) return wrong("\"" + hyperparameters.model + "\" is not an architecture that this version knows.");
    Architecture architecture = description->fromHyperparameters(hyperparameters);
    if (auto error = problem(architecture)) return *error;
    return architecture;
}

std::string toJson(const Architecture& architecture) {
    nlohmann::ordered_json json;
    json["id"] = architecture.id;
    const bool frames = isFrameModel(architecture.id);
    for (const SizeLimit& limit : kLimits)
        if (!limit.only || (*limit.only == AnswersFor::Frames) == frames)
            json[limit.name] = architecture.*limit.member;
    json["dropout"] = architecture.dropout;
    return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

Result<Architecture> architectureFromJson(std::string_view text) {
    const nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
    if (!json.is_object()) return wrong("The architecture is not a JSON object.");
    Architecture architecture;
    const auto id = json.find("id");
    if (id == json.end() || !id->is_string()) return wrong("The architecture has no \"id\".");
    architecture.id = id->get<std::string>();
    const ModelDescription* description = modelDescription(architecture.id);
    if (!description) return wrong("\"" + architecture.id + "\" is not an architecture that this version knows.");
    for (const SizeLimit& limit : kLimits) {
        if (!has(*description, limit)) continue;
        const auto size = json.find(limit.name);
        if (size == json.end() || !size->is_number_integer() ||
            (size->is_number_unsigned() && size->get<uint64_t>() > uint64_t{1} << 62U))
            return wrong(std::string("The architecture's \"") + limit.name + "\" is missing or not a whole number.");
        architecture.*limit.member = size->get<int64_t>();
    }
    const auto dropout = json.find("dropout");
    if (dropout == json.end() || !dropout->is_number()) return wrong("The architecture's \"dropout\" is missing.");
    architecture.dropout = dropout->get<double>();
    if (auto error = problem(architecture)) return *error;
    return architecture;
}

} // namespace ovation
