// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace ovation {

enum class Severity { Info, Warning, Fatal };
const char* nameOf(Severity severity); ///< "info", "warning", "fatal"

struct Finding {
    Severity severity = Severity::Info;
    std::string id;   ///< "one-class", "split-leak", "few-examples", "imbalance", "label-outside", ...
    std::string text; ///< a sentence that says what is wrong
    std::vector<std::string> evidence{}; ///< files, figures
    std::string remedy{};                ///< a sentence that says what to do; "" where there is nothing to do
};

/// What is wrong and what to do.
std::string wordsOf(const Finding& finding);

/// The first ten, and how many more there are.
std::vector<std::string> shortEvidence(std::vector<std::string> evidence);

} // namespace ovation
