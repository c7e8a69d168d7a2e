// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/BlobCache.h"
#include "core/base/Error.h"
#include "core/features/FeatureCache.h"

#include <CLI/CLI.hpp>

#include <functional>
#include <string>

namespace ovation::cli {

/// What every command ends with: 0 ok, 1 failed, 2 wrong usage.
enum ExitCode : int { kOk = 0, kFailed = 1, kWrongUsage = 2 };

/// Options that every command has.
struct Common {
    bool quiet = false;   ///< no progress
    bool noCache = false; ///< features are computed anew, and not kept

    const FeatureCache* cache() const { return noCache ? nullptr : FeatureCache::ofUser(); }
    BlobCache* prints() const { return noCache ? nullptr : BlobCache::ofUser(); } ///< of sounds that were listened to
};

/// Adds one command's options to the program; the function it sets runs the command and returns the exit code.
/// One file per command. Options that are bound live as long as the program (e.g. in a shared_ptr captured by the
/// callback).
using Run = std::function<int()>;
void addCheck(CLI::App& app, const Common& common, Run& run);
void addTrain(CLI::App& app, const Common& common, Run& run);
void addCompare(CLI::App& app, const Common& common, Run& run);
void addDetect(CLI::App& app, const Common& common, Run& run);
void addEvaluate(CLI::App& app, const Common& common, Run& run);
void addExport(CLI::App& app, const Common& common, Run& run);
void addHistory(CLI::App& app, const Common& common, Run& run);
void addClips(CLI::App& app, const Common& common, Run& run);
void addFeatures(CLI::App& app, const Common& common, Run& run);
void addLabels(CLI::App& app, const Common& common, Run& run);
void addReport(CLI::App& app, const Common& common, Run& run);
void addSurface(CLI::App& app, const Common& common, Run& run);
void addAugment(CLI::App& app, const Common& common, Run& run);
void addBench(CLI::App& app, const Common& common, Run& run);

/// Prints `ovation: <sentence>` on stderr as one line; returns kFailed, or kWrongUsage for WrongUsage and
/// BadHyperparameter.
int fail(const Error& error);

/// Ends what was printed on stdout: kOk, or what fail() returns where it could not all be written.
int finishOutput();

} // namespace ovation::cli
