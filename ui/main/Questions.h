// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/session/Session.h"

class QWidget;

namespace ovation::ui {

// Boxes in front of the window that return at once; the answer follows when one of their buttons is pressed.

void askAboutLoss(QWidget* window, const LossAnswer& answer);
void askAboutExistingFiles(QWidget* window, const QString& folder, const QStringList& names,
                           const ExistingFilesAnswer& answer);

} // namespace ovation::ui
