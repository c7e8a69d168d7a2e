// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/SaveDialog.h"

#include <QFileDialog>
#include <QFileInfo>

namespace ovation::ui {

void followKind(QFileDialog* dialog, const std::function<QString(const QString& filter)>& proposed) {
    const QString first = QFileInfo(proposed(dialog->nameFilters().value(0))).completeBaseName();
    QObject::connect(dialog, &QFileDialog::filterSelected, dialog,
                     [dialog, proposed, before = first](const QString& filter) mutable {
                         const QFileInfo next(proposed(filter));
                         const QString now = QFileInfo(dialog->selectedFiles().value(0)).completeBaseName();
                         const QString stem = now.isEmpty() || now == before ? next.completeBaseName() : now;
                         before = next.completeBaseName();
                         dialog->setDefaultSuffix(next.suffix());
                         dialog->selectFile(stem + QLatin1Char('.') + next.suffix());
                     });
}

} // namespace ovation::ui
