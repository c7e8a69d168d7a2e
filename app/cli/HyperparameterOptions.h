// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/training/Hyperparameters.h"

#include <CLI/CLI.hpp>

#include <map>
#include <string>
#include <string_view>

namespace ovation::cli {

/// One command line option per hyperparameter: "learning_rate" is --learning-rate. What is bound lives in this object.
class HyperparameterOptions {
public:
    /// Adds the options of one group of hyperparameters, --model and --seed, or of all groups and --preset with group
    /// "".
    void add(CLI::App& command, std::string_view group = {});

    /// The preset's values, or `base` where none was chosen, with what was given on the command line.
    /// BadHyperparameter names the option and its range.
    Result<Hyperparameters> resolve(const Hyperparameters* base = nullptr) const;

    /// A sentence that names the options that were given and that the model of these settings does not use; "": none.
    std::string unusedOptions(const Hyperparameters& resolved) const;

private:
    bool given(const HyperparameterField& field) const;

    std::string m_preset;                       ///< "" where not given
    std::map<std::string, std::string> m_texts; ///< by field name; "" where not given
    std::map<std::string, bool> m_flags;        ///< by field name
};

} // namespace ovation::cli
