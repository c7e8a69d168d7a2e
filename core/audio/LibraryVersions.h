// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace ovation {

/// The libraries that decode and resample, each with its version: others may give other samples.
std::string audioLibraryVersions();

} // namespace ovation
