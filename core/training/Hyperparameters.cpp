// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/Hyperparameters.h"

#include "core/models/ModelRegistry.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

namespace ovation {

namespace {

using Kind = HyperparameterField::Kind;

std::string shortest(double value) {
    std::array<char, 32> buffer{};
    const bool whole = std::abs(value) < 1e15 && value == std::floor(value);
    const auto end = whole ? std::to_chars(buffer.data(), buffer.data() + buffer.size(), static_cast<int64_t>(value))
                           : std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    return {buffer.data(), end.ptr};
}

std::string wrongValue(const HyperparameterField& field, const std::string& value) {
    return std::string(field.label) + " is " + value + "; it must be " + rangeText(field) + ".";
}

/// What is wrong with a number for a field; "" if nothing is.
std::string numberError(const HyperparameterField& field, double value) {
    const bool whole = field.kind == Kind::Real || value == std::floor(value);
    if (std::isfinite(value) && whole && value >= field.minimum && value <= field.maximum) return {};
    return wrongValue(field, shortest(value));
}

std::string choiceError(const HyperparameterField& field, const std::string& value) {
    if (std::ranges::find(field.choices, value) != field.choices.end()) return {};
    return wrongValue(field, "\"" + value + "\"");
}

Error bad(std::string detail) {
    return {ErrorCode::BadHyperparameter, "", std::move(detail)};
}

std::optional<double> parseNumber(std::string_view text) {
    double value = 0;
    const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (status != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

} // namespace

std::string rangeText(const HyperparameterField& field) {
    switch (field.kind) {
    case Kind::Flag:
        return "true or false";
    case Kind::Choice: {
        std::string text = "one of ";
        for (size_t i = 0; i < field.choices.size(); ++i)
            text += (i ? ", " : "") + field.choices[i];
        return text;
    }
    case Kind::Integer:
    case Kind::Real:
        break;
    }
    const std::string unit = *field.unit ? std::string(" ") + field.unit : "";
    return std::string(field.kind == Kind::Integer ? "a whole number" : "a number") + " from " +
           shortest(field.minimum) + " to " + shortest(field.maximum) + unit;
}

Result<void> setFromText(Hyperparameters& hyperparameters, const HyperparameterField& field, std::string_view text) {
    std::string problem;
    if (field.kind == Kind::Choice) {
        problem = choiceError(field, std::string(text));
        if (problem.empty()) field.setChoice(hyperparameters, std::string(text));
    } else if (field.kind == Kind::Flag) {
        const bool on = text == "true" || text == "1";
        if (!on && text != "false" && text != "0") problem = wrongValue(field, "\"" + std::string(text) + "\"");
        if (problem.empty()) field.setNumber(hyperparameters, on ? 1 : 0);
    } else if (const auto value = parseNumber(text)) {
        problem = numberError(field, *value);
        if (problem.empty()) field.setNumber(hyperparameters, *value);
    } else {
        problem = wrongValue(field, "\"" + std::string(text) + "\"");
    }
    if (!problem.empty()) return bad(problem);
    return {};
}

std::vector<FieldError> validate(const Hyperparameters& hyperparameters) {
    std::vector<FieldError> errors;
    for (const HyperparameterField& field : hyperparameterFields()) {
        std::string problem = field.kind == Kind::Choice ? choiceError(field, field.choice(hyperparameters))
                                                         : numberError(field, field.number(hyperparameters));
        if (!problem.empty()) errors.push_back({field.name, std::move(problem)});
    }
    const Hyperparameters& h = hyperparameters;
    if (h.heads >= 1 && h.hiddenSize >= 1 && !isFrameModel(h.model)) {
        const bool transformer = h.model == "transformer";
        const int64_t width = transformer ? h.hiddenSize : 2 * h.hiddenSize;
        if (width % h.heads != 0)
            errors.push_back({"heads", "Attention heads is " + std::to_string(h.heads) +
                                           "; it must divide the attention's width, which is " + std::to_string(width) +
                                           (transformer ? " (the hidden size)." : " (twice the hidden size).")});
        if (transformer && h.hiddenSize % 2 != 0)
            errors.push_back({"hidden_size", "Hidden size is " + std::to_string(h.hiddenSize) +
                                                 "; the transformer needs an even number."});
    }
    if (h.folds > 1 && h.fold > h.folds)
        errors.push_back({"fold", "Held-out fold is " + std::to_string(h.fold) + "; there are only " +
                                      std::to_string(h.folds) + " folds."});
    if (h.folds == 1) errors.push_back({"folds", "Folds is 1; it takes 2 or more, or 0 for none."});
    if (h.applauseLowDb > h.applauseHighDb)
        errors.push_back({"applause_low_db", "Lowest applause level is " + shortest(h.applauseLowDb) +
                                                 " dB; it must not be above the highest, which is " +
                                                 shortest(h.applauseHighDb) + " dB."});
    return errors;
}

uint64_t seedOfSplit(const Hyperparameters& hyperparameters) {
    return hyperparameters.splitSeed > 0 ? static_cast<uint64_t>(hyperparameters.splitSeed) : hyperparameters.seed;
}

bool splitsAtRandom(const Hyperparameters& hyperparameters) {
    return hyperparameters.split == "random" && !isFrameModel(hyperparameters.model);
}

std::span<const Preset> presets() {
    static const std::vector<Preset> all = [] {
        Hyperparameters transformer;
        transformer.model = "transformer";
        transformer.layers = 6;
        transformer.dropout = 0.1;
        transformer.learningRate = 1e-4;
        Hyperparameters small;
        small.hiddenSize = 64;
        small.layers = 1;
        small.heads = 4;
        Hyperparameters compact;
        compact.model = "crnn";
        compact.hiddenSize = 64;
        compact.layers = 1;
        compact.batchSize = 16;
        compact.dropout = 0.2;
        compact.learningRate = 3e-3;
        compact.weightDecay = 1e-3;
        compact.codingShare = 0.15;
        compact.schedule = "one-cycle";
        compact.patience = 0;
        compact.epochs = 30;
        return std::vector<Preset>{
            {"seed", "Seed",
             "The recurrent network with attention and the settings of the published experiment: 13.4 million weights.",
             Hyperparameters{}},
            {"transformer", "Transformer",
             "Six encoder layers of attention over the whole clip, with the smaller learning rate that they need.",
             transformer},
            {"compact", "Compact",
             "The frame network: an answer for every 80 ms, so that boundaries are exact. Trains in minutes, on "
             "examples "
             "mixed afresh from the recordings, and hears an hour of audio in seconds.",
             compact},
            {"seed-small", "Seed small",
             "The seed's architecture in small (hidden size 64, one layer): trains in minutes on a few hundred clips, "
             "and usually scores somewhat lower.",
             small},
        };
    }();
    return all;
}

const Preset* preset(std::string_view id) {
    for (const Preset& candidate : presets())
        if (id == candidate.id) return &candidate;
    return nullptr;
}

std::string toJson(const Hyperparameters& hyperparameters) {
    nlohmann::ordered_json json = nlohmann::ordered_json::object();
    for (const HyperparameterField& field : hyperparameterFields()) {
        switch (field.kind) {
        case Kind::Choice:
            json[field.name] = field.choice(hyperparameters);
            break;
        case Kind::Flag:
            json[field.name] = field.number(hyperparameters) != 0.0;
            break;
        case Kind::Integer:
            json[field.name] = static_cast<int64_t>(field.number(hyperparameters));
            break;
        case Kind::Real:
            json[field.name] = field.number(hyperparameters);
            break;
        }
    }
    return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

Result<Hyperparameters> hyperparametersFromJson(std::string_view text) {
    const nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
    if (!json.is_object()) return bad("The settings are not a JSON object.");
    Hyperparameters hyperparameters;
    for (const HyperparameterField& field : hyperparameterFields()) {
        const auto found = json.find(field.name);
        if (found == json.end()) continue;
        const auto wrongKind = [&] {
            return bad(wrongValue(field, found->dump(-1, ' ', true, nlohmann::json::error_handler_t::replace)));
        };
        if (field.kind == Kind::Choice) {
            if (!found->is_string()) return wrongKind();
            field.setChoice(hyperparameters, found->get<std::string>());
        } else if (field.kind == Kind::Flag) {
            if (!found->is_boolean()) return wrongKind();
            field.setNumber(hyperparameters, found->get<bool>() ? 1 : 0);
        } else {
            if (!found->is_number()) return wrongKind();
            const double value = found->get<double>();
            if (!std::isfinite(value)) return wrongKind();
            if (field.kind == Kind::Integer && value != std::floor(value)) return wrongKind();
            if (field.name == std::string_view("seed") && value < 0) return wrongKind();
            field.setNumber(hyperparameters, value);
        }
    }
    return hyperparameters;
}

} // namespace ovation
