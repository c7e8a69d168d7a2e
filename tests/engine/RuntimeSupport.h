// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/ModelBundle.h"

#include <string>

namespace ovation::test {

struct Output {
    int status = -1;
    std::string text; ///< stdout and stderr
};

Output shell(const std::string& command);

/// A script of tests/python, with Debian's Python.
Output runPython(const std::string& script, const std::string& arguments);

/// A script of tests/javascript, with the packages installed there.
Output runNode(const std::string& script, const std::string& arguments);

enum class NetworkSize { Small, Full };

/// Networks over standardisers as they are for real audio: with fresh weights, small or as large as the preset makes
/// them, and small ones trained on the example (the starter model, of the frame network, which has one size).
ModelBundle freshBundle(const std::string& architecture, NetworkSize size = NetworkSize::Small);
ModelBundle trainedBundle(const std::string& architecture);

} // namespace ovation::test
