// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace ovation {

/// Path of what comes with Ovation ("models/starter.safetensors", "example"): in its installation, or in the source
/// tree that it was built in; "" where it is not there. $OVATION_RESOURCES, a folder, goes before everything else;
/// where it is set, nothing else is tried.
std::string resourcePath(const std::string& name);

/// The model that comes with Ovation; "" where it is not there.
std::string starterModelPath();

/// A model's file as a person names it: "starter" is the one that comes with Ovation, unless a file has that name.
std::string modelFileNamed(const std::string& name);

} // namespace ovation
