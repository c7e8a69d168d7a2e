// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main/ActionTable.h"
#include "ui/main/CheatSheet.h"
#include "ui/main/FileCommands.h"
#include "ui/main/MainWindow.h"
#include "ui/main/MessageBar.h"
#include "ui/main/SpeechList.h"
#include "ui/review/ReviewPanel.h"
#include "ui/session/Player.h"
#include "ui/session/Session.h"
#include "ui/timeline/TimelineView.h"
#include "ui/train/TrainPanel.h"

#include <QActionGroup>

#include <algorithm>

namespace ovation::ui {

namespace {
constexpr double kNudgeS = 0.05;
constexpr double kZoomStep = 1.5;
constexpr double kScrollShare = 0.2;
} // namespace

// Which command does what; the commands themselves are in ActionTable.cpp.

void MainWindow::connectCommands() {
    ActionSet& actions = *m_actions;
    m_files->connectTo(actions, m_speeches);
    actions.on("quit", this, [this] { close(); });
    actions.on("undo", m_session, [this] { m_session->undo(); });
    actions.on("redo", m_session, [this] { m_session->redo(); });
    actions.on("filter", this, [this] { m_speeches->focusFilter(); });
    actions.on("keys", this, [this] { CheatSheet::show(this); });
    actions.on("about", this, [this] { CheatSheet::showAbout(m_messages); });
    // Only while there is a message: otherwise Esc is for whatever has the focus.
    actions["dismiss"]->setEnabled(false);
    actions.on("dismiss", this, [this] { m_messages->dismissNewest(); });
    connect(m_messages, &MessageBar::shown, actions["dismiss"], &QAction::setEnabled);

    auto* workspaces = new QActionGroup(this);
    for (const auto& [id, workspace] :
         {std::pair{"workspaceLabel", Workspace::Label}, std::pair{"workspaceTrain", Workspace::Train},
          std::pair{"workspaceReview", Workspace::Review}}) {
        workspaces->addAction(actions[id]);
        actions.on(id, this, [this, to = workspace] { setWorkspace(to); });
    }

    actions.on("train", this, [this] {
        setWorkspace(Workspace::Train);
        m_train->startTraining();
    });
    actions.on("resumeTraining", this, [this] {
        setWorkspace(Workspace::Train);
        m_train->resumeTraining();
    });
    actions.on("stopTraining", m_session, [this] { m_session->stopTraining(); });
    actions.on("check", this, [this] {
        setWorkspace(Workspace::Train);
        m_session->startCheck();
    });

    const auto detect = [this](const std::vector<SpeechId>& speeches) {
        setWorkspace(Workspace::Review);
        m_session->startDetection(speeches);
    };
    actions.on("detect", this, [this, detect] {
        std::vector<SpeechId> all;
        for (const Speech& speech : m_session->project().speeches)
            all.push_back(speech.id);
        detect(all);
    });
    actions.on("detectCurrent", this, [this, detect] { detect(m_speeches->selected()); });
    connect(m_speeches, &SpeechList::detectRequested, this, detect);
    actions.on("accept", this, [this] { m_review->acceptCurrent(); });
    actions.on("reject", this, [this] { m_review->rejectCurrent(); });
}

void MainWindow::connectPlayback() {
    ActionSet& actions = *m_actions;
    actions.on("playPause", this, [this] {
        if (m_player->playing())
            m_player->pause();
        else if (const auto span = m_timeline->selectedTime(); span && m_player->loop())
            playSpan(*span);
        else
            m_player->play();
    });
    actions.on("playSelection", this, [this] {
        if (const auto span = m_timeline->selectedTime()) playSpan(*span);
    });
    actions.on("loop", this, [this](bool on) { m_player->setLoop(on); });
    actions.on("next", this, [this] { step(+1); });
    actions.on("previous", this, [this] { step(-1); });
    actions.on("toStart", this, [this] {
        m_timeline->setCursor(0);
        m_timeline->reveal({0, 0});
    });
    connect(m_timeline, &TimelineView::playRequested, this, &MainWindow::playSpan);

    actions.on("zoomIn", this, [this] { m_timeline->zoomBy(kZoomStep); });
    actions.on("zoomOut", this, [this] { m_timeline->zoomBy(1 / kZoomStep); });
    actions.on("zoomAll", this, [this] { m_timeline->zoomToAll(); });
    actions.on("zoomSelection", this, [this] { m_timeline->zoomToSelection(); });
    actions.on("scrollLeft", this, [this] { m_timeline->scrollBy(-kScrollShare); });
    actions.on("scrollRight", this, [this] { m_timeline->scrollBy(kScrollShare); });
}

void MainWindow::connectLabelling() {
    ActionSet& actions = *m_actions;
    actions.on("delete", this, [this] { m_timeline->deleteSelection(); });
    actions.on("markIn", this, [this] { m_timeline->markIn(); });
    actions.on("markOut", this, [this] { m_timeline->markOut(); });
    auto* classes = new QActionGroup(this);
    for (const auto& [id, labelClass] :
         {std::pair{"classApplause", LabelClass::Applause}, std::pair{"classNotApplause", LabelClass::NotApplause},
          std::pair{"classUnsure", LabelClass::Unsure}}) {
        classes->addAction(actions[id]);
        actions[id]->setChecked(m_timeline->markingClass() == labelClass);
        actions.on(id, this, [this, to = labelClass] {
            m_timeline->setMarkingClass(to);
            m_timeline->setClassOfSelection(to);
        });
    }
    actions.on("startEarlier", this, [this] { m_timeline->nudgeSelection(-kNudgeS, 0); });
    actions.on("startLater", this, [this] { m_timeline->nudgeSelection(kNudgeS, 0); });
    actions.on("endEarlier", this, [this] { m_timeline->nudgeSelection(0, -kNudgeS); });
    actions.on("endLater", this, [this] { m_timeline->nudgeSelection(0, kNudgeS); });
    actions.on("fullyLabelled", this, [this](bool on) { m_session->setFullyLabelled(m_session->currentSpeech(), on); });
}

void MainWindow::playSpan(TimeSpan span) {
    const Speech* speech = m_session->project().speech(m_session->currentSpeech());
    if (!speech || speech->sampleRate <= 0) return;
    m_player->playRange({toFrame(span.start, speech->sampleRate), toFrame(span.end, speech->sampleRate)},
                        m_player->loop());
}

void MainWindow::step(int direction) {
    if (workspace() == Workspace::Review) {
        direction > 0 ? m_review->playNext() : m_review->playPrevious();
        return;
    }
    m_timeline->selectNext(direction);
    if (const auto span = m_timeline->selectedTime()) {
        m_timeline->reveal(*span);
        playSpan(*span);
    }
}

void MainWindow::updateActions() {
    ActionSet& actions = *m_actions;
    const Speech* speech = m_session->project().speech(m_session->currentSpeech());
    const bool writable = !m_session->readOnly();
    const bool selected = !m_timeline->selectedSegments().empty();
    const auto enable = [&](std::initializer_list<const char*> ids, bool on) {
        for (const char* id : ids)
            actions[id]->setEnabled(on);
    };
    enable({"playPause", "toStart", "next", "previous", "zoomIn", "zoomOut", "zoomAll", "scrollLeft", "scrollRight",
            "exportLabels", "exportAllLabels", "exportLabelsToOneFile"},
           speech != nullptr);
    enable({"findMoved"}, std::ranges::any_of(m_session->project().speeches, &Speech::missing));
    enable({"removeSpeech", "importLabels", "markIn", "markOut", "fullyLabelled"}, speech && writable);
    enable({"delete", "startEarlier", "startLater", "endEarlier", "endLater"}, selected && writable);
    enable({"playSelection", "zoomSelection"}, m_timeline->selectedTime().has_value());
    enable({"addAudio", "addFolder", "classApplause", "classNotApplause", "classUnsure"}, writable);
    enable({"exportSafetensors", "exportTorchScript"}, m_session->model() != nullptr);
    enable({"exportDetections"}, !m_session->project().detections.empty());
    const bool canDetect = m_session->model() && !m_session->detecting() && speech;
    enable({"detect", "detectCurrent"}, canDetect);
    enable({"accept", "reject"}, workspace() == Workspace::Review && writable);
    enable({"train", "check"}, speech && !m_session->training());
    enable({"resumeTraining"}, m_session->resumableRun().has_value());
    enable({"stopTraining"}, m_session->training());
    actions["fullyLabelled"]->setChecked(speech && speech->fullyLabelled);

    const auto withText = [](const QString& verb, const QString& what) {
        return what.isEmpty() ? verb : verb + QStringLiteral(": ") + what;
    };
    actions["undo"]->setEnabled(m_session->canUndo());
    actions["undo"]->setText(withText(tr("&Undo"), m_session->undoText()));
    actions["redo"]->setEnabled(m_session->canRedo());
    actions["redo"]->setText(withText(tr("&Redo"), m_session->redoText()));
}

} // namespace ovation::ui
