// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace ovation::ui {

/// A long job as the window shows it: one value, emitted at most 15 times a second.
struct JobStatus {
    int id = 0;              ///< unique in the session
    QString title;           ///< "Training", "Detecting"
    QString stage;           ///< "epoch 3 of 50", a file's name
    double fraction = -1;    ///< 0 to 1; negative: unknown
    double secondsLeft = -1; ///< negative: unknown
};

} // namespace ovation::ui
