// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/review/ModelChoice.h"

#include "core/base/Resources.h"

#include <QAbstractItemView>
#include <QFileInfo>
#include <QSignalBlocker>

#include <algorithm>
#include <utility>

namespace ovation::ui {

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

void ModelChoice::hidePopup() {
    QComboBox::hidePopup();
    // What was chosen is told of after this, by its number.
    if (std::exchange(m_stale, false)) QMetaObject::invokeMethod(this, &ModelChoice::reload, Qt::QueuedConnection);
}

void ModelChoice::reload() {
    if (view()->isVisible()) {
        m_stale = true;
        return;
    }
    const QSignalBlocker quiet(this);
    clear();
    m_sources.clear();
    const auto add = [this](const QString& name, const ModelSource& source) {
        addItem(name);
        m_sources.push_back(source);
    };
    const ModelSource source = m_session->modelSource();
    if (!starterModelPath().empty()) add(tr("Starter (comes with Ovation)"), {ModelSource::Kind::Starter, 0, {}});
    for (const TrainingRun& run : m_session->project().runs)
        if (run.bestEpoch > 0) add(QString::fromStdString(run.name), {ModelSource::Kind::Run, run.id, {}});
    if (source.kind == ModelSource::Kind::File) add(QFileInfo(source.file).completeBaseName(), source);
    const auto model = m_session->model();
    if (model && indexOf(source) < 0) add(QString::fromStdString(model->name), source); // of a run that was removed
    showInUse();
    setEnabled(count() > 0);
}

int ModelChoice::indexOf(const ModelSource& source) const {
    const auto found = std::ranges::find(m_sources, source);
    return found == m_sources.end() ? -1 : static_cast<int>(found - m_sources.begin());
}

void ModelChoice::showInUse() {
    setCurrentIndex(m_session->model() ? indexOf(m_session->modelSource()) : -1);
}

void ModelChoice::choose(int index) {
    if (index < 0 || index >= count()) return;
    const ModelSource source = m_sources[static_cast<size_t>(index)];
    showInUse(); // until the other one has been read; it may not be there
    if (source != m_session->modelSource()) m_session->useModel(source);
}

} // namespace ovation::ui
