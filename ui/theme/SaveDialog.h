// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <functional>

class QFileDialog;

namespace ovation::ui {

/// Lets the name in a dialog that saves follow the kind of file that is chosen in it: `proposed`, by filter, as long as
/// nobody has typed another one, of which only the end changes then. The dialog has its filters and its first name.
void followKind(QFileDialog* dialog, const std::function<QString(const QString& filter)>& proposed);

} // namespace ovation::ui
