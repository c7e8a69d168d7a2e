// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Error.h"

#include <QString>

namespace ovation::ui {

/// The error as one or two sentences for the window.
QString errorText(const Error& error);

} // namespace ovation::ui
