// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/CancelToken.h"
#include "core/dataset/Finding.h"
#include "core/dataset/Listening.h"
#include "core/dataset/WindowPlan.h"

#include <optional>

namespace ovation {

/// The same sound on both sides of the split, whatever the files are called, how they are coded and how loud they are;
/// nullopt where there is none. Error: Cancelled.
Result<std::optional<Finding>> findingOfCopies(const WindowPlan& plan, const HeardSound& heard,
                                               const CancelToken& cancel);

/// Classes that differ in loudness; nullopt where they do not.
std::optional<Finding> findingOfLoudness(const WindowPlan& plan, const HeardSound& heard);

} // namespace ovation
