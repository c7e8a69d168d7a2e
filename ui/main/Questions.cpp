// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main/Questions.h"

#include <QDir>
#include <QMessageBox>
#include <QPushButton>

namespace ovation::ui {

QString lossText(bool readOnly, const QString& losing) {
    return readOnly ? QObject::tr("What was trained here is not on disk: the project can only be read. %1 Save the "
                                  "project elsewhere, and it will be written.")
                          .arg(losing)
                    : QObject::tr("The last changes could not be written to the project file. %1 Free some space, or "
                                  "save the project elsewhere, and they will be written.")
                          .arg(losing);
}

void askAboutLoss(QWidget* window, bool readOnly, const LossAnswer& answer) {
    auto* box = new QMessageBox(QMessageBox::Warning, QObject::tr("Changes are not on disk"),
                                lossText(readOnly, QObject::tr("Going to another project now loses this.")),
                                QMessageBox::Discard | QMessageBox::Cancel, window);
    box->setDefaultButton(QMessageBox::Cancel);
    box->setAttribute(Qt::WA_DeleteOnClose);
    QObject::connect(box, &QMessageBox::finished, window,
                     [answer](int button) { answer(button == QMessageBox::Discard); });
    box->open();
}

void askAboutExistingFiles(QWidget* window, const QString& folder, const QStringList& names,
                           const ExistingFilesAnswer& answer) {
    const QString place = QDir::toNativeSeparators(folder);
    auto* box = new QMessageBox(
        QMessageBox::Warning, QObject::tr("Files are there already"),
        (names.size() == 1 ? QObject::tr("%1 is in %2 already.").arg(names.first(), place)
                           : QObject::tr("%1 files are in %2 already.").arg(QString::number(names.size()), place)) +
            QLatin1Char('\n') +
            QObject::tr("Replacing loses what they hold. Keep Both gives the new ones a number in their names."),
        QMessageBox::Cancel, window);
    box->setTextFormat(Qt::PlainText);
    if (names.size() > 1) box->setDetailedText(names.join(QLatin1Char('\n')));
    const QPushButton* replace = box->addButton(QObject::tr("Replace"), QMessageBox::DestructiveRole);
    const QPushButton* both = box->addButton(QObject::tr("Keep Both"), QMessageBox::AcceptRole);
    box->setDefaultButton(QMessageBox::Cancel);
    box->setAttribute(Qt::WA_DeleteOnClose);
    QObject::connect(box, &QMessageBox::finished, window, [box, replace, both, answer] {
        answer(box->clickedButton() == replace ? ExistingFiles::Replace
               : box->clickedButton() == both  ? ExistingFiles::KeepBoth
                                               : ExistingFiles::Cancel);
    });
    box->open();
}

} // namespace ovation::ui
