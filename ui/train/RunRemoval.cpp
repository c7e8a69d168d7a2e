// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/RunRemoval.h"

#include "ui/session/Session.h"
#include "ui/train/ModelEstimate.h"

#include <QMessageBox>
#include <QPushButton>

#include <algorithm>

namespace ovation::ui {

namespace {

/// What goes with the run, and that it does not come back.
QString lossText(const TrainingRun& run, bool state) {
    const QString trained =
        run.epochs.size() == 1
            ? QObject::tr("1 epoch, trained in %1").arg(durationText(run.seconds))
            : QObject::tr("%1 epochs, trained in %2").arg(run.epochs.size()).arg(durationText(run.seconds));
    const bool model = run.bestEpoch > 0;
    return (model && state ? QObject::tr("Its curves (%1), its model and the state to train it further from are lost; "
                                         "this cannot be undone.")
            : model        ? QObject::tr("Its curves (%1) and its model are lost; this cannot be undone.")
                           : QObject::tr("Its curves (%1) and the state to train it further from are lost; this cannot "
                                                "be undone."))
        .arg(trained);
}

} // namespace

void removeRun(Session* session, int64_t id, QWidget* parent) {
    const std::vector<TrainingRun>& runs = session->project().runs;
    const auto run = std::ranges::find(runs, id, &TrainingRun::id);
    if (run == runs.end()) return;
    const bool state = session->holdsState(id);
    if (session->readOnly() || (run->bestEpoch <= 0 && !state)) {
        session->removeRun(id);
        return;
    }
    auto* box = new QMessageBox(QMessageBox::Warning, QObject::tr("Delete run"),
                                QObject::tr("Delete %1 from the project?").arg(QString::fromStdString(run->name)) +
                                    QLatin1Char('\n') + lossText(*run, state),
                                QMessageBox::Cancel, parent);
    box->setTextFormat(Qt::PlainText);
    QPushButton* yes = box->addButton(QObject::tr("Delete"), QMessageBox::DestructiveRole);
    box->setDefaultButton(QMessageBox::Cancel);
    box->setAttribute(Qt::WA_DeleteOnClose);
    QObject::connect(box, &QMessageBox::buttonClicked, parent, [session, id, yes](QAbstractButton* button) {
        if (button == yes) session->removeRun(id);
    });
    QObject::connect(session, &Session::projectOpened, box, &QDialog::reject); // it was another one's run
    box->open();
}

} // namespace ovation::ui
