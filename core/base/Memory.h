// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace ovation {

/// Bytes that this process can still take before the system ends some: what Linux says to be available, with its free
/// swap, or less where a control group (of either version) that it is in grants less. nullopt where the system does not
/// say.
/// `root` stands for "/", in tests.
std::optional<int64_t> availableMemory(const std::string& root = {});

/// "320 MB", "21.4 GB".
std::string memoryText(int64_t bytes);

} // namespace ovation
