// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"

#include <nlohmann/json.hpp>

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace ovation {

/// Parses JSON; BadLabelFile with the line where it breaks off.
Result<nlohmann::json> parseJson(std::string_view utf8);

/// The first of `names` that `object` has as a number (or as a text that is one).
std::optional<double> numberAt(const nlohmann::json& object, std::initializer_list<const char*> names);
/// The first of `names` that `object` has as a text; "" for none.
std::string textAt(const nlohmann::json& object, std::initializer_list<const char*> names);
/// Indented UTF-8 text with a line end; invalid UTF-8 becomes U+FFFD.
std::string jsonText(const nlohmann::ordered_json& json);

} // namespace ovation
