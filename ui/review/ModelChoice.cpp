// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/review/ModelChoice.h"

#include "core/base/Resources.h"
#include "ui/session/Session.h"

#include <QFileInfo>
#include <QSignalBlocker>

namespace ovation::ui {

namespace {

const QString kStarterKey = QStringLiteral("starter");
const QString kRunKey = QStringLiteral("run:");
const QString kFileKey = QStringLiteral("file:");

QString keyOf(const ModelSource& source) {
    switch (source.kind) {
    case ModelSource::Kind::Starter:
        return kStarterKey;
    case ModelSource::Kind::Run:
        return kRunKey + QString::number(source.run);
    case ModelSource::Kind::File:
        return kFileKey + source.file;
    case ModelSource::Kind::None:
        break;
    }
    return {};
}

} // namespace

ModelChoice::ModelChoice(Session* session, QWidget* parent) : QComboBox(parent), m_session(session) {
    setObjectName(QStringLiteral("model_choice"));
    setAccessibleName(tr("Model"));
    setToolTip(tr("The model that detection uses, and that training with corrections goes on from"));
    setSizeAdjustPolicy(QComboBox::AdjustToContents);
    setPlaceholderText(tr("No model"));
    for (const auto signal : {&Session::modelChanged, &Session::runsChanged, &Session::projectOpened})
        connect(m_session, signal, this, &ModelChoice::reload);
    connect(this, &QComboBox::activated, this, &ModelChoice::choose);
    reload();
}

void ModelChoice::reload() {
    const QSignalBlocker quiet(this);
    clear();
    const ModelSource source = m_session->modelSource();
    if (!starterModelPath().empty()) addItem(tr("Starter (comes with Ovation)"), kStarterKey);
    for (const TrainingRun& run : m_session->project().runs)
        if (run.bestEpoch > 0) addItem(QString::fromStdString(run.name), kRunKey + QString::number(run.id));
    if (source.kind == ModelSource::Kind::File)
        addItem(QFileInfo(source.file).completeBaseName(), kFileKey + source.file);
    const auto model = m_session->model();
    if (model && findData(keyOf(source)) < 0) // of a run that was removed
        addItem(QString::fromStdString(model->name), keyOf(source));
    showInUse();
    setEnabled(count() > 0);
}

void ModelChoice::showInUse() {
    setCurrentIndex(m_session->model() ? findData(keyOf(m_session->modelSource())) : -1);
}

void ModelChoice::choose(int index) {
    const QString key = itemData(index).toString();
    showInUse(); // until the other one has been read; it may not be there
    if (key == keyOf(m_session->modelSource())) return;
    if (key == kStarterKey)
        m_session->useStarterModel();
    else if (key.startsWith(kRunKey))
        m_session->useRunModel(key.mid(kRunKey.size()).toLongLong());
    else
        m_session->openModel(key.mid(kFileKey.size()));
}

} // namespace ovation::ui
