// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

class QWidget;

namespace ovation::ui {

class Session;

/// Removes a run from the project: at once where neither a model nor a state to go on from is lost with it, else after
/// a question in front of `parent`.
void removeRun(Session* session, int64_t id, QWidget* parent);

} // namespace ovation::ui
