// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/TeacherChoice.h"

#include "core/base/Resources.h"
#include "ui/session/Session.h"

#include <QFileInfo>
#include <QKeyEvent>
#include <QMenu>
#include <QMouseEvent>

#include <algorithm>

namespace ovation::ui {

namespace {

/// A click or Space ticks an item without closing the menu; Enter ticks and closes it.
class TickingMenu : public QMenu {
public:
    using QMenu::QMenu;

protected:
    void mouseReleaseEvent(QMouseEvent* event) override {
        QAction* action = actionAt(event->position().toPoint());
        if (!action || !action->isCheckable()) return QMenu::mouseReleaseEvent(event);
        action->trigger();
        event->accept();
    }
    void keyPressEvent(QKeyEvent* event) override {
        if (event->key() != Qt::Key_Space || !activeAction()) return QMenu::keyPressEvent(event);
        activeAction()->trigger();
        event->accept();
    }
};

} // namespace

TeacherChoice::TeacherChoice(Session* session, QWidget* parent)
    : QToolButton(parent), m_session(session), m_menu(new TickingMenu(this)) {
    setObjectName(QStringLiteral("teachers"));
    setPopupMode(QToolButton::InstantPopup);
    setMenu(m_menu);
    connect(m_menu, &QMenu::aboutToShow, this, &TeacherChoice::fill);
    for (const auto signal : {&Session::teachersChanged, &Session::hyperparametersChanged, &Session::runsChanged,
                              &Session::modelChanged, &Session::projectOpened, &Session::trainingStarted})
        connect(m_session, signal, this, &TeacherChoice::showChoice);
    connect(m_session, &Session::trainingEnded, this, &TeacherChoice::showChoice);
    showChoice();
}

std::vector<ModelSource> TeacherChoice::candidates() const {
    std::vector<ModelSource> all;
    if (!starterModelPath().empty()) all.push_back({ModelSource::Kind::Starter, 0, {}});
    for (const TrainingRun& run : m_session->project().runs)
        if (run.bestEpoch > 0 && isFrameModel(run.hyperparameters.model))
            all.push_back({ModelSource::Kind::Run, run.id, {}});
    const ModelSource inUse = m_session->modelSource();
    const auto model = m_session->model();
    if (inUse.kind == ModelSource::Kind::File && model && isFrameModel(model->architecture.id)) all.push_back(inUse);
    for (const ModelSource& chosen : m_session->teachers())
        if (std::ranges::find(all, chosen) == all.end()) all.push_back(chosen);
    return all;
}

QString TeacherChoice::nameOf(const ModelSource& source) const {
    if (source.kind == ModelSource::Kind::Starter) return tr("Starter (comes with Ovation)");
    if (source.kind == ModelSource::Kind::File) return QFileInfo(source.file).completeBaseName();
    for (const TrainingRun& run : m_session->project().runs)
        if (run.id == source.run) return QString::fromStdString(run.name);
    return {};
}

void TeacherChoice::fill() {
    m_menu->clear();
    for (const ModelSource& source : candidates()) {
        QString name = nameOf(source);
        QAction* action = m_menu->addAction(name.replace(QLatin1Char('&'), QLatin1String("&&")));
        action->setCheckable(true);
        action->setChecked(std::ranges::find(m_session->teachers(), source) != m_session->teachers().end());
        connect(action, &QAction::toggled, this, [this, source](bool on) {
            std::vector<ModelSource> teachers = m_session->teachers();
            std::erase(teachers, source);
            if (on) teachers.push_back(source);
            m_session->setTeachers(teachers);
        });
    }
}

void TeacherChoice::showChoice() {
    const std::vector<ModelSource>& teachers = m_session->teachers();
    const bool compact = isFrameModel(m_session->hyperparameters().model);
    if (teachers.empty())
        setText(tr("Teachers: none"));
    else if (teachers.size() == 1)
        setText(tr("Teachers: %1")
                    .arg(fontMetrics().elidedText(nameOf(teachers.front()), Qt::ElideRight, 160))
                    .replace(QLatin1Char('&'), QLatin1String("&&")));
    else
        setText(tr("Teachers: %1 models").arg(teachers.size()));
    setToolTip(compact ? tr("Models from whose answers the network learns beside the labels. Several together err less "
                            "than each, and one that they teach learns most of that and is as fast as before. How much "
                            "their answers count is Teachers' share, under Regularisation.")
                       : tr("Only the compact network learns from other models' answers."));
    setEnabled(compact && !m_session->training() && !candidates().empty());
}

} // namespace ovation::ui
