// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/CancelToken.h"
#include "core/base/Progress.h"
#include "core/base/Result.h"
#include "core/dataset/Dataset.h"
#include "core/dataset/Finding.h"

#include <map>
#include <string>
#include <vector>

namespace ovation {

class BlobCache;

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

/// The same, for many files. Error: Cancelled.
Result<CheckReport> checkHeaders(const RecordingCollection& training, const Hyperparameters& hyperparameters,
                                 const RecordingCollection* validation, const CancelToken& cancel,
                                 const ProgressCallback& progress);

/// The same, then listening to every recording, for copies of sounds on both sides of the split and for classes that
/// differ in loudness. Where a fatal finding needs no listening, nothing is listened to. Error: Cancelled.
Result<CheckReport> checkBySound(const RecordingCollection& training, const Hyperparameters& hyperparameters,
                                 const RecordingCollection* validation, const FeatureCache* cache, BlobCache* kept,
                                 const CancelToken& cancel = {}, const ProgressCallback& progress = {});

/// The forms of `check` and `check --json`.
std::string toText(const CheckReport& report);
std::string toJson(const CheckReport& report);

} // namespace ovation
