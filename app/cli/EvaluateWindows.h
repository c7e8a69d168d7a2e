// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/Commands.h"
#include "app/cli/ProgressLine.h"
#include "core/dataset/Recordings.h"
#include "core/engine/Engine.h"

namespace ovation::cli {

/// `evaluate --windows`. Returns the exit code: kFailed too where files had to be left out.
int evaluateByWindows(const RecordingCollection& collection, const ModelBundle& bundle, Engine& engine, bool json,
                      const Common& common, ProgressLine& progress, const CancelToken& cancel);

} // namespace ovation::cli
