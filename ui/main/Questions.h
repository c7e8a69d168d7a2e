// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/session/Session.h"

class QWidget;

namespace ovation::ui {

/// What is not on disk and how it gets there; `losing`: a sentence that says what would lose it.
QString lossText(bool readOnly, const QString& losing);

// Boxes in front of the window that return at once; the answer follows when one of their buttons is pressed.

void askAboutLoss(QWidget* window, bool readOnly, const LossAnswer& answer);
void askAboutExistingFiles(QWidget* window, const QString& folder, const QStringList& names,
                           const ExistingFilesAnswer& answer);

} // namespace ovation::ui
