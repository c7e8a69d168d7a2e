// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Resources.h"
#include "ui/label/LabelPanel.h"
#include "ui/main/ActionTable.h"
#include "ui/main/CheatSheet.h"
#include "ui/main/FileCommands.h"
#include "ui/main/KeysDialog.h"
#include "ui/main/MainWindow.h"
#include "ui/main/MessageBar.h"
#include "ui/main/SpeechList.h"
#include "ui/review/ReviewPanel.h"
#include "ui/session/Player.h"
#include "ui/session/Session.h"
#include "ui/session/Settings.h"
#include "ui/timeline/TimelineView.h"
#include "ui/train/TrainPanel.h"
#include "ui/train/TrainingGuide.h"

#include <QActionGroup>
#include <QListView>
#include <QStatusBar>

#include <algorithm>
#include <limits>
#include <utility>

namespace ovation::ui {

namespace {
constexpr double kNudgeS = 0.01, kFarNudgeS = 0.1;
constexpr double kStepS = 1, kFarStepS = 5; ///< of the cursor
constexpr double kZoomStep = 1.5;
constexpr double kScrollShare = 0.2;
constexpr int kHintMs = 10000;
constexpr std::pair<const char*, LabelClass> kClassActions[] = {{"classApplause", LabelClass::Applause},
                                                                {"classNotApplause", LabelClass::NotApplause},
                                                                {"classUnsure", LabelClass::Unsure}};
} // namespace

// Which command does what; the commands themselves are in ActionTable.cpp.

void MainWindow::connectCommands() {
    ActionSet& actions = *m_actions;
    m_files->connectTo(actions, m_speeches);
    actions.on("quit", this, [this] { close(); });
    actions.on("undo", m_session, [this] { m_session->undo(); });
    actions.on("redo", m_session, [this] { m_session->redo(); });
    actions.on("filter", this, [this] { m_speeches->focusFilter(); });
    actions.on("keys", this, [this] { CheatSheet::show(this, *m_actions); });
    actions.on("changeKeys", this, [this] { KeysDialog::show(this, m_actions); });
    m_actions->restoreKeys(m_settings->value("keys/changed").toStringList());
    connect(m_actions, &ActionSet::keysChanged, this,
            [this] { m_settings->setValue("keys/changed", m_actions->changedKeys()); });
    actions.on("focusTimeline", this, [this] { m_timeline->setFocus(); });
    actions.on("nextSpeech", this, [this] { stepSpeech(+1); });
    actions.on("previousSpeech", this, [this] { stepSpeech(-1); });
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
    actions.on("pauseTraining", m_session, [this] { m_session->pauseTraining(); });
    actions.on("queueTraining", this, [this] {
        if (const auto reason = m_train->blocked())
            Q_EMIT m_session->messageRaised(*reason);
        else
            m_session->enqueue({m_session->hyperparameters()});
    });
    actions.on("trainingGuide", this, [this] { TrainingGuide::show(this); });
    connect(m_train, &TrainPanel::lessonRequested, this,
            [this](const QString& section) { TrainingGuide::show(this, section); });
    connect(m_train, &TrainPanel::chartExportRequested, this,
            [this](const QString& format) { m_files->exportCharts(m_train->charts(), format); });
    actions.on("stopTraining", m_session, [this] { m_session->stopTraining(); });
    actions.on("check", this, [this] {
        setWorkspace(Workspace::Train);
        m_train->checkData();
    });

    const auto detect = [this](const std::vector<SpeechId>& speeches) {
        setWorkspace(Workspace::Review);
        m_session->startDetection(speeches);
    };
    actions.on("detect", this, [this, detect] {
        std::vector<SpeechId> all;
        for (const Speech& speech : m_session->project().speeches)
            if (!speech.missing) all.push_back(speech.id);
        detect(all);
    });
    actions.on("detectCurrent", this, [this, detect] { detect(m_speeches->selected()); });
    connect(m_speeches, &SpeechList::detectRequested, this, detect);
    actions.on("starterModel", m_session, [this] { m_session->useStarterModel(); });
    actions.on("pauseDetection", m_session, [this] { m_session->pauseDetection(); });
    actions.on("resumeDetection", this, [this] {
        setWorkspace(Workspace::Review);
        m_session->resumeDetection();
    });
    connect(m_review, &ReviewPanel::saveReportRequested, m_files,
            [this](ReportForm form) { m_files->saveReport(form); });
    actions.on("trainAgain", this, [this] { m_session->trainWithCorrections(); });
    actions.on("accept", this, [this] { judge(true); });
    actions.on("reject", this, [this] { judge(false); });
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
    actions.on("slower", this, [this] { m_player->stepSpeed(-1); });
    actions.on("faster", this, [this] { m_player->stepSpeed(+1); });
    actions.on("usualSpeed", this, [this] { m_player->setSpeed(1); });
    actions.on("next", this, [this] { step(+1); });
    actions.on("previous", this, [this] { step(-1); });
    for (const auto& [id, byS] :
         {std::pair{"back", -kStepS}, {"forward", kStepS}, {"backFar", -kFarStepS}, {"forwardFar", kFarStepS}})
        actions.on(id, this, [this, seconds = byS] { stepCursor(seconds); });
    actions.on("toStart", this, [this] { stepCursor(-std::numeric_limits<double>::infinity()); });
    actions.on("toEnd", this, [this] { stepCursor(std::numeric_limits<double>::infinity()); });
    connect(m_timeline, &TimelineView::playRequested, this, &MainWindow::playSpan);
    connect(m_train, &TrainPanel::playRequested, this, [this](SpeechId id, double startS, double endS) {
        if (m_session->currentSpeech() != id) m_session->setCurrentSpeech(id); // the player follows
        m_timeline->reveal({startS, endS});
        playSpan({startS, endS});
    });

    actions.on("zoomIn", this, [this] { m_timeline->zoomBy(kZoomStep); });
    actions.on("zoomOut", this, [this] { m_timeline->zoomBy(1 / kZoomStep); });
    actions.on("zoomAll", this, [this] { m_timeline->zoomToAll(); });
    actions.on("zoomSelection", this, [this] { m_timeline->zoomToSelection(); });
    actions.on("scrollLeft", this, [this] { m_timeline->scrollBy(-kScrollShare); });
    actions.on("scrollRight", this, [this] { m_timeline->scrollBy(kScrollShare); });
}

/// The menu shows the class of what is marked next, not that which a selection has got.
void MainWindow::checkMarkingClass() {
    for (const auto& [id, labelClass] : kClassActions)
        (*m_actions)[id]->setChecked(m_timeline->markingClass() == labelClass);
}

void MainWindow::connectLabelling() {
    ActionSet& actions = *m_actions;
    actions.on("delete", this, [this] { m_timeline->deleteSelection(); });
    actions.on("markIn", this, [this] { m_timeline->markIn(); });
    actions.on("markOut", this, [this] { markOut(); });
    auto* classes = new QActionGroup(this);
    for (const auto& [id, labelClass] : kClassActions) {
        classes->addAction(actions[id]);
        actions.on(id, this, [this, name = actions[id]->text(), to = labelClass] {
            if (!m_timeline->selectedSegments().empty()) {
                m_timeline->setClassOfSelection(to);
            } else if (m_timeline->markingClass() != to) {
                m_timeline->setMarkingClass(to);
                statusBar()->showMessage(
                    tr("What is marked from now on is: %1").arg(QString(name).remove(QLatin1Char('&'))), kHintMs);
            }
            checkMarkingClass();
        });
    }
    checkMarkingClass();
    const struct {
        const char* id;
        double beginS, endS;
    } nudges[] = {
        {"startEarlier", -kNudgeS, 0},
        {"startLater", kNudgeS, 0},
        {"endEarlier", 0, -kNudgeS},
        {"endLater", 0, kNudgeS},
        {"moveEarlier", -kNudgeS, -kNudgeS},
        {"moveLater", kNudgeS, kNudgeS},
        {"startMuchEarlier", -kFarNudgeS, 0},
        {"startMuchLater", kFarNudgeS, 0},
        {"endMuchEarlier", 0, -kFarNudgeS},
        {"endMuchLater", 0, kFarNudgeS},
        {"moveMuchEarlier", -kFarNudgeS, -kFarNudgeS},
        {"moveMuchLater", kFarNudgeS, kFarNudgeS},
    };
    for (const auto& nudge : nudges)
        actions.on(nudge.id, this, [this, nudge] {
            const bool reviewing = workspace() == Workspace::Review && m_timeline->selectedSegments().empty();
            if (!reviewing || !m_review->nudgeCurrent(nudge.beginS, nudge.endS))
                m_timeline->nudgeSelection(nudge.beginS, nudge.endS);
        });
    connect(m_review, &ReviewPanel::currentChanged, this, &MainWindow::updateActions);
    actions.on("selectAll", this, [this] { m_timeline->selectAll(); });
    actions.on("split", this, [this] { m_timeline->splitAtCursor(); });
    actions.on("merge", this, [this] { m_timeline->mergeSelection(); });
    actions.on("duplicate", this, [this] { m_timeline->duplicateSelection(); });

    actions["snap"]->setChecked(m_settings->value("label/snap").toBool());
    m_timeline->setSnapping(actions["snap"]->isChecked());
    actions.on("snap", this, [this](bool on) { m_timeline->setSnapping(on); });
    connect(m_timeline, &TimelineView::snappingChanged, this, [this](bool on) {
        (*m_actions)["snap"]->setChecked(on);
        m_settings->setValue("label/snap", on);
    });
    connect(m_timeline, &TimelineView::snapped, this, [this](bool held) {
        const QString hint = tr("Snapped to an edge, or to where the sound begins or ends. Alt turns this round while "
                                "dragging, %1 for good.")
                                 .arg(keyText("snap"));
        if (held)
            statusBar()->showMessage(hint);
        else if (statusBar()->currentMessage() == hint)
            statusBar()->clearMessage();
    });

    actions.on("propose", this, [this](bool on) {
        if (on) setWorkspace(Workspace::Label);
        m_session->setProposing(on);
    });
    actions.on("nextProposal", this, [this] { m_timeline->stepProposal(+1); });
    actions.on("previousProposal", this, [this] { m_timeline->stepProposal(-1); });
    actions.on("focusTable", this, [this] {
        setWorkspace(Workspace::Label);
        m_labels->focusTable();
    });
    actions.on("history", this, [this] {
        setWorkspace(Workspace::Label);
        m_labels->focusHistory();
    });
    connect(m_labels, &LabelPanel::playRequested, this, &MainWindow::playSpan);
    actions.on("fullyLabelled", this, [this](bool on) { m_session->setFullyLabelled(m_session->currentSpeech(), on); });
}

void MainWindow::playSpan(TimeSpan span) {
    const Speech* speech = m_session->project().speech(m_session->currentSpeech());
    if (!speech || speech->sampleRate <= 0) return;
    m_player->playRange(toFrames(span, speech->sampleRate));
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

QString MainWindow::keyText(const char* id) const {
    const QString keys = keysText(m_actions->keys(id));
    return keys.isEmpty() ? (*m_actions)[id]->text().remove(QLatin1Char('&')) : keys;
}

void MainWindow::judge(bool applause) {
    if (workspace() == Workspace::Review) return applause ? m_review->acceptCurrent() : m_review->rejectCurrent();
    const bool heard = m_timeline->selectedProposal().has_value();
    m_timeline->judgeProposal(applause);
    if (heard || !m_timeline->selectedProposal()) return;
    statusBar()->showMessage(
        tr("Listen to this proposal first. %1 accepts it, %2 rejects it.").arg(keyText("accept"), keyText("reject")),
        kHintMs);
}

void MainWindow::markOut() {
    const MarkedAs marked = m_timeline->markOut();
    const QString begin = keyText("markIn"), end = keyText("markOut");
    if (marked == MarkedAs::NotBegun)
        statusBar()->showMessage(
            tr("No segment is begun. Press %1 where it begins, then %2 where it ends.").arg(begin, end), kHintMs);
    if (marked == MarkedAs::NoRoom)
        statusBar()->showMessage(tr("Nothing is marked: other labels lie there, or the segment ends where it begins. "
                                    "Press %1 where it begins, then %2 where it ends.")
                                     .arg(begin, end),
                                 kHintMs);
}

void MainWindow::stepCursor(double seconds) {
    const Speech* speech = m_session->project().speech(m_session->currentSpeech());
    if (!speech || speech->sampleRate <= 0) return;
    const double wanted = toSeconds(m_timeline->cursor(), speech->sampleRate) + seconds;
    const double place = std::clamp(wanted, 0.0, speech->durationS());
    m_timeline->setCursor(toFrame(place, speech->sampleRate));
    m_timeline->reveal({place, place});
}

void MainWindow::stepSpeech(int direction) {
    QListView* list = m_speeches->view();
    const QModelIndex next = list->model()->index(list->currentIndex().row() + direction, 0);
    if (next.isValid()) list->setCurrentIndex(next);
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
    enable({"playPause", "toStart", "toEnd", "back", "forward", "backFar", "forwardFar", "next", "previous", "zoomIn",
            "zoomOut", "zoomAll", "scrollLeft", "scrollRight", "exportLabels", "exportAllLabels",
            "exportLabelsToOneFile", "nextSpeech", "previousSpeech"},
           speech != nullptr);
    enable({"findMoved"}, std::ranges::any_of(m_session->project().speeches, &Speech::missing));
    enable({"removeSpeech", "importLabels", "markIn", "markOut", "fullyLabelled", "split", "propose"},
           speech && writable);
    enable({"selectAll"}, speech && !m_session->segments(speech->id).empty());
    enable({"delete", "duplicate", "merge"}, selected && writable);
    const bool reviewed = workspace() == Workspace::Review && m_review->hasCurrent();
    enable({"startEarlier", "startLater", "endEarlier", "endLater", "startMuchEarlier", "startMuchLater",
            "endMuchEarlier", "endMuchLater", "moveEarlier", "moveLater", "moveMuchEarlier", "moveMuchLater"},
           (selected || reviewed) && writable);
    const bool proposals = !m_session->proposals(m_session->currentSpeech()).empty();
    enable({"nextProposal", "previousProposal"}, proposals);
    actions["propose"]->setChecked(m_session->proposing());
    enable({"playSelection", "zoomSelection"}, m_timeline->selectedTime().has_value());
    enable({"addAudio", "addFolder", "classApplause", "classNotApplause", "classUnsure"}, writable);
    enable({"exportSafetensors", "exportTorchScript", "exportOnnx", "exportOnnxFeatures", "exportCard"},
           m_session->model() != nullptr);
    enable({"exportClips", "saveReport"}, !m_session->project().speeches.empty());
    enable({"exportHistories"}, !m_session->project().runs.empty());
    enable({"exportDetections"}, !m_session->project().detections.empty());
    enable({"starterModel"},
           m_session->modelSource().kind != ModelSource::Kind::Starter && !starterModelPath().empty());
    enable({"pauseDetection"}, m_session->detecting());
    enable({"resumeDetection"}, !m_session->detecting() && !m_session->detectionQueue().pending.empty());
    enable({"trainAgain"}, m_session->model() && !m_session->training() && writable && m_session->corrections() > 0);
    const bool canDetect = m_session->model() && !m_session->detecting() && speech;
    enable({"detect", "detectCurrent"}, canDetect);
    enable({"accept", "reject"}, writable && (workspace() == Workspace::Review || proposals));
    enable({"train", "check"}, speech && !m_session->training());
    enable({"resumeTraining"}, m_session->resumableRun().has_value());
    enable({"pauseTraining", "stopTraining"}, m_session->training());
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
