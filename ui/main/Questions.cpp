// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main/Questions.h"

#include <QMessageBox>

namespace ovation::ui {

void askAboutLoss(QWidget* window, const LossAnswer& answer) {
    auto* box = new QMessageBox(
        QMessageBox::Warning, QObject::tr("Changes are not on disk"),
        QObject::tr("The last changes could not be written to the project file. Going to another project now loses "
                    "them. Free some space, or save the project elsewhere, and they will be written."),
        QMessageBox::Discard | QMessageBox::Cancel, window);
    box->setDefaultButton(QMessageBox::Cancel);
    box->setAttribute(Qt::WA_DeleteOnClose);
    QObject::connect(box, &QMessageBox::finished, window,
                     [answer](int button) { answer(button == QMessageBox::Discard); });
    box->open();
}

} // namespace ovation::ui
