// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace ovation {

/// What each file is called among them: its stem, or as little more of its path as tells it from the others. One path
/// has one name, however often it is there. `spelled` says how a name is written; paths that it makes the same are
/// numbered.
std::vector<std::string> namesApart(const std::vector<std::string>& paths,
                                    const std::function<std::string(const std::string&)>& spelled = {});

} // namespace ovation
