// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/Dataset.h"

#include <map>
#include <string>
#include <vector>

namespace ovation {

enum class Severity { Info, Warning, Fatal };
const char* nameOf(Severity severity); ///< "info", "warning", "fatal"

struct Finding {
    Severity severity = Severity::Info;
    std::string id;                    ///< "one-class", "split-leak", "few-examples", "imbalance", "label-outside", ...
    std::string text;                  ///< a sentence that says what is wrong and what to do
    std::vector<std::string> evidence; ///< files, figures
};

struct ClassTotals {
    int64_t clips = 0; ///< stretches of the class: whole clips, and labelled or remaining stretches of recordings
    double seconds = 0;
};

struct CheckReport {
    ClassTotals applause, other;
    std::vector<Finding> findings; ///< worst first
    Split split;
    int64_t trainWindows = 0, trainPositives = 0, validationWindows = 0, validationPositives = 0;

    bool fatal() const;
};

/// Looks at labels, split and files; reads audio headers only.
CheckReport checkDataset(const RecordingCollection& training, const Hyperparameters& hyperparameters,
                         const RecordingCollection* validation = nullptr);

/// The forms of `check` and `check --json`.
std::string toText(const CheckReport& report);
std::string toJson(const CheckReport& report);

} // namespace ovation
