// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFont>
#include <QStringList>

class QLabel;

namespace ovation::ui {

/// Keeps a label of plain text as high as `lines` lines, whatever it says: the tool tip tells all where it has no room.
void limitLines(QLabel* label, int lines);

/// What `text` has room for in lines of `width` pixels; the last one ends with an ellipsis where there is more.
QStringList firstLines(const QString& text, const QFont& font, int width, int lines);

} // namespace ovation::ui
