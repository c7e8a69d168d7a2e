// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/HyperparameterOptions.h"

#include <algorithm>

namespace ovation::cli {

namespace {

constexpr const char* kDefaultPreset = "seed";

std::string optionOf(const HyperparameterField& field) {
    std::string name = field.name;
    std::ranges::replace(name, '_', '-');
    if (name == "window-hop-s") name = "window-hop"; // the unit stands in the help
    return "--" + name;
}

Error named(const std::string& option, std::string detail) {
    return {ErrorCode::BadHyperparameter, "", option + ": " + std::move(detail), 0};
}

} // namespace

void HyperparameterOptions::add(CLI::App& command, std::string_view group) {
    if (group.empty()) {
        std::string names;
        for (const Preset& candidate : presets())
            names += (names.empty() ? "" : "|") + std::string(candidate.id);
        command.add_option("--preset", m_preset, "Settings to start from (default seed)")->type_name(names);
    }
    for (const HyperparameterField& field : hyperparameterFields()) {
        const std::string_view name = field.name;
        if (!group.empty() && group != field.group && name != "seed" && name != "model") continue;
        const std::string option = optionOf(field);
        if (field.kind == HyperparameterField::Kind::Flag)
            command.add_flag(option, m_flags[field.name], field.label)->group(field.group);
        else
            command.add_option(option, m_texts[field.name], std::string(field.label) + ": " + rangeText(field))
                ->group(field.group)
                ->type_name("");
    }
}

Result<Hyperparameters> HyperparameterOptions::resolve(const Hyperparameters* base) const {
    const Preset* chosen = preset(m_preset.empty() ? kDefaultPreset : m_preset);
    if (!chosen) {
        std::string names;
        for (const Preset& candidate : presets())
            names += (names.empty() ? "" : ", ") + std::string(candidate.id);
        return named("--preset", "\"" + m_preset + "\" is not one of " + names + ".");
    }
    Hyperparameters hyperparameters = base && m_preset.empty() ? *base : chosen->values;
    for (const HyperparameterField& field : hyperparameterFields()) {
        if (const auto flag = m_flags.find(field.name); flag != m_flags.end() && flag->second)
            field.setNumber(hyperparameters, 1);
        const auto text = m_texts.find(field.name);
        if (text == m_texts.end() || text->second.empty()) continue;
        if (const auto set = setFromText(hyperparameters, field, text->second); !set)
            return named(optionOf(field), set.error().detail);
    }
    if (const auto errors = validate(hyperparameters); !errors.empty()) {
        const HyperparameterField* field = hyperparameterField(errors.front().field);
        return named(field ? optionOf(*field) : errors.front().field, errors.front().text);
    }
    return hyperparameters;
}

bool HyperparameterOptions::given(const HyperparameterField& field) const {
    const auto flag = m_flags.find(field.name);
    const auto text = m_texts.find(field.name);
    return (flag != m_flags.end() && flag->second) || (text != m_texts.end() && !text->second.empty());
}

std::string HyperparameterOptions::unusedOptions(const Hyperparameters& resolved) const {
    std::string names;
    for (const HyperparameterField& field : hyperparameterFields())
        if (given(field) && !usedByModel(field, resolved.model)) names += (names.empty() ? "" : ", ") + optionOf(field);
    return names.empty() ? names : "the model " + resolved.model + " does not use " + names;
}

} // namespace ovation::cli
