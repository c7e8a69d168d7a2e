// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPalette>

#include <string>

class QApplication;

namespace ovation::ui {

/// "light" or "dark".
QPalette paletteNamed(const std::string& name);

/// The palette with placeholders, notes and disabled texts that are paler than texts, but readable on what they stand
/// on: at a contrast of 4.5 to 1 and more, where the texts themselves have that.
QPalette withReadableFaintText(QPalette palette);

/// Contrast of two opaque colours as WCAG has it: 1 to 21.
double contrast(const QColor& a, const QColor& b);

/// Sets the application's colours: "light", "dark", or "" for those of the desktop.
void applyPalette(QApplication& application, const std::string& name);

} // namespace ovation::ui
