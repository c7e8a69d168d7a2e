// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QIcon>
#include <QPalette>

namespace ovation::ui {

/// The studio's icons, drawn in the palette's text colour, so that they hold in light and dark.
enum class Symbol { Play, Pause, Previous, Next, Loop, Volume, Add, Close, Warning, Information };

QIcon icon(Symbol symbol, const QPalette& palette);

} // namespace ovation::ui
