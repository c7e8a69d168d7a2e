// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/TrainPanel.h"

#include "core/models/ModelRegistry.h"
#include "core/training/RunCheck.h"
#include "ui/charts/ChartBoard.h"
#include "ui/charts/ChartMath.h"
#include "ui/session/Session.h"
#include "ui/session/Settings.h"
#include "ui/theme/Theme.h"
#include "ui/train/AugmentationPanel.h"
#include "ui/train/CheckPanel.h"
#include "ui/train/EvaluationPanel.h"
#include "ui/train/FineTuneBar.h"
#include "ui/train/HyperparameterForm.h"
#include "ui/train/ModelEstimate.h"
#include "ui/train/OwnPresets.h"
#include "ui/train/QueuePanel.h"
#include "ui/train/ResumeBar.h"
#include "ui/train/RunComparisonView.h"
#include "ui/train/RunRemoval.h"
#include "ui/train/RunsModel.h"
#include "ui/train/RunsTable.h"
#include "ui/train/SurfacePanel.h"
#include "ui/train/TrainControls.h"

#include <QHBoxLayout>
#include <QSplitter>
#include <QTabWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace ovation::ui {

namespace {

constexpr int kEstimateAfterMs = 1000;
constexpr double kLongS = 15 * 60; ///< from which on it is worth knowing that there is something quicker

QString adviceOn(const EpochEstimate& estimate) {
    const double all = estimate.epochS * static_cast<double>(estimate.hyperparameters.epochs);
    if (all < kLongS) return {};
    const QString time = TrainPanel::tr("Train would take up to %1.").arg(roughDurationText(all));
    if (isFrameModel(estimate.hyperparameters.model)) return time;
    return time + QLatin1Char(' ') + TrainPanel::tr("The preset “Compact” is much quicker.");
}

} // namespace

TrainPanel::TrainPanel(Session* session, Settings* settings, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_form(new HyperparameterForm(session->hyperparameters(), this)),
      m_controls(new TrainControls(this)),
      m_resume(new ResumeBar(this)),
      m_charts(new ChartBoard),
      m_runs(new RunsTable),
      m_comparison(new RunComparisonView),
      m_queue(new QueuePanel),
      m_check(new CheckPanel),
      m_evaluation(new EvaluationPanel(session)),
      m_surface(new SurfacePanel(session)),
      m_augmentation(new AugmentationPanel(session)),
      m_tabs(new QTabWidget(this)) {
    m_tabs->setObjectName(QStringLiteral("train_tabs"));
    m_tabs->setDocumentMode(true);
    for (QWidget* page : std::initializer_list<QWidget*>{m_charts, m_runs, m_comparison, m_queue, m_check, m_evaluation,
                                                         m_surface, m_augmentation})
        page->setContentsMargins(0, kGrid / 2, 0, 0);
    m_tabs->addTab(m_charts, tr("Charts"));
    m_tabs->addTab(m_runs, tr("Runs"));
    m_tabs->addTab(m_comparison, tr("Compare"));
    m_tabs->addTab(m_queue, tr("Queue"));
    m_tabs->addTab(m_check, tr("Data Check"));
    m_tabs->addTab(m_evaluation, tr("Evaluation"));
    m_tabs->addTab(m_surface, tr("Surface"));
    m_tabs->addTab(m_augmentation, tr("Augment"));

    auto* right = new QWidget(this);
    auto* column = new QVBoxLayout(right);
    column->setContentsMargins(kGrid, 0, 0, 0);
    column->setSpacing(kGrid);
    column->addWidget(m_controls);
    column->addWidget(new FineTuneBar(m_session, right));
    column->addWidget(m_resume);
    column->addWidget(m_tabs, 1);
    auto* splitter = new QSplitter(Qt::Horizontal, this);
    splitter->addWidget(m_form);
    splitter->addWidget(right);
    splitter->setStretchFactor(1, 1);
    splitter->setChildrenCollapsible(false);
    splitter->setSizes({52 * kGrid, 90 * kGrid});
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(kGrid, kGrid, kGrid, kGrid);
    layout->addWidget(splitter);

    if (settings) {
        m_form->setOwnPresets(presetsFromJson(settings->value("train/presets").toString()));
        connect(m_form, &HyperparameterForm::ownPresetsChanged, settings,
                [this, settings] { settings->setValue("train/presets", presetsToJson(m_form->ownPresets())); });
    }
    m_estimateTimer.setSingleShot(true);
    m_estimateTimer.setInterval(kEstimateAfterMs);
    connect(&m_estimateTimer, &QTimer::timeout, this, [this] {
        if (isVisible() && !blocked()) m_session->estimateEpoch();
    });
    connectForm();
    connectRuns();
    connectSession();
    readProject();
}

TrainPanel::~TrainPanel() = default;

void TrainPanel::connectForm() {
    connect(m_form, &HyperparameterForm::chosenAsWhole, m_session, &Session::forgetBeforeFineTuning);
    connect(m_form, &HyperparameterForm::edited, this, [this] {
        if (m_form->errors().empty() && m_form->values() != m_session->hyperparameters())
            m_session->setHyperparameters(m_form->values());
        m_check->setOutdated();
        updateControls();
    });
    connect(m_form, &HyperparameterForm::lessonRequested, this, &TrainPanel::lessonRequested);
    connect(m_controls, &TrainControls::trainRequested, this, &TrainPanel::startTraining);
    connect(m_controls, &TrainControls::pauseRequested, m_session, &Session::pauseTraining);
    connect(m_controls, &TrainControls::stopRequested, m_session, &Session::stopTraining);
    connect(m_controls, &TrainControls::checkRequested, this, &TrainPanel::showCheck);
    connect(m_resume, &ResumeBar::resumeRequested, this, &TrainPanel::resumeTraining);
    connect(m_resume, &ResumeBar::discardRequested, m_session, &Session::discardResumableRun);
    connect(m_check, &CheckPanel::checkRequested, this, &TrainPanel::checkData);
    connect(m_queue, &QueuePanel::addRequested, this, [this](const auto& runs) { m_session->enqueue(runs); });
    connect(m_queue, &QueuePanel::removeRequested, m_session, &Session::removeQueued);
    connect(m_queue, &QueuePanel::moveRequested, m_session, &Session::moveQueued);
    connect(m_queue, &QueuePanel::startRequested, m_session, &Session::startQueue);
    connect(m_queue, &QueuePanel::holdRequested, m_session, &Session::holdQueue);
}

void TrainPanel::connectRuns() {
    connect(m_charts, &ChartBoard::exportRequested, this, &TrainPanel::chartExportRequested);
    connect(m_runs->model(), &RunsModel::checksChanged, this, [this] {
        m_charts->setOverlays(m_runs->model()->checkedRuns());
        compare();
    });
    connect(m_runs->model(), &RunsModel::renamed, m_session, &Session::renameRun);
    connect(m_runs->model(), &RunsModel::notesEdited, m_session, &Session::setRunNotes);
    connect(m_runs, &RunsTable::selectionChanged, this, [this] {
        const auto run = m_runs->selectedRun();
        if (!run || m_session->training() || run->id == m_charts->shown().run.id) return;
        m_charts->setRun(*run);
    });
    connect(m_runs, &RunsTable::useModelRequested, m_session, &Session::useRunModel);
    connect(m_runs, &RunsTable::useSettingsRequested, this, [this](const Hyperparameters& values) {
        m_form->setValues(values);
        Q_EMIT m_form->chosenAsWhole();
        Q_EMIT m_form->edited();
    });
    connect(m_runs, &RunsTable::removeRequested, this, [this](qint64 id) { removeRun(m_session, id, this); });
    m_runs->setExtendable([this](int64_t id) { return m_session->canExtend(id); });
    connect(m_runs, &RunsTable::extendRequested, this, [this](qint64 id, int epochs, bool fromBest) {
        if (!m_session->canExtend(id)) return;
        m_controls->setRunning(true);
        m_session->extendTraining(id, epochs, fromBest ? Session::ExtendFrom::Best : Session::ExtendFrom::Last);
    });
    connect(m_check, &CheckPanel::evidenceActivated, this, &TrainPanel::showEvidence);
    connect(m_evaluation, &EvaluationPanel::playRequested, this, &TrainPanel::playRequested);
}

void TrainPanel::connectSession() {
    connect(m_session, &Session::projectOpened, this, [this] {
        m_ofAnother = m_session->training();
        m_controls->setOutcome({}, false);
        readProject();
    });
    connect(m_session, &Session::hyperparametersChanged, this, [this] {
        // While a field has an error, the form is ahead of the session: what is typed stays.
        if (m_form->errors().empty() && m_form->values() != m_session->hyperparameters())
            m_form->setValues(m_session->hyperparameters());
        updateControls();
    });
    for (const auto signal : {&Session::modelChanged, &Session::fineTuningChanged})
        connect(m_session, signal, this, &TrainPanel::updateControls);
    connect(m_session, &Session::teachersChanged, this, [this] { m_form->setTaught(!m_session->teachers().empty()); });
    connect(m_session, &Session::speechesChanged, this, &TrainPanel::dataChanged);
    connect(m_session, &Session::segmentsChanged, this, &TrainPanel::dataChanged);
    connect(m_session, &Session::checkFinished, this, [this](const CheckReport& report) {
        m_check->setRunning(false);
        m_check->setReport(report);
        updateControls();
        if (report.fatal()) showCheck();
    });
    // A check that failed ends without a report.
    connect(m_session, &Session::jobEnded, this, [this](int id) {
        if (id == m_checkJob) m_check->setRunning(false);
    });
    connect(m_session, &Session::trainingStarted, this, [this] {
        m_controls->setRunning(true);
        m_charts->setPreparing(true);
        if (const TrainingRun* run = m_session->currentRun()) {
            m_charts->setRun(*run);
            if (!run->epochs.empty()) m_controls->setGoingOn(std::ssize(run->epochs));
        }
        // A queue goes on without taking the person away from what is looked at.
        if (!m_session->queueRunning()) m_tabs->setCurrentWidget(m_charts);
        updateControls();
        updateQueue();
    });
    connect(m_session, &Session::trainingBatch, this, [this](const BatchMetrics& batch) {
        m_charts->addBatch(batch);
        if (const TrainingRun* run = m_session->currentRun()) m_controls->setBatch(batch, run->hyperparameters.epochs);
    });
    connect(m_session, &Session::trainingEpoch, this, [this](const EpochMetrics& epoch) {
        const TrainingRun* run = m_session->currentRun();
        if (!run) return;
        m_charts->updateRun(*run);
        m_controls->setEpoch(epoch, run->hyperparameters.epochs);
    });
    connect(m_session, &Session::trainingEnded, this, &TrainPanel::trainingEnded);
    connect(m_session, &Session::runsChanged, this, &TrainPanel::takeRuns);
    connect(m_session, &Session::resumableRunChanged, this, [this] {
        m_resume->setRun(m_session->resumableRun(), m_session->paused());
        m_runs->updateButtons();
    });
    connect(m_session, &Session::queueChanged, this, &TrainPanel::updateQueue);
    connect(m_session, &Session::epochEstimated, this, [this](const EpochEstimate& made) {
        m_estimate = std::make_unique<EpochEstimate>(made);
        showEstimate();
    });
    connect(m_session, &Session::jobChanged, this, [this](const JobStatus& status) {
        // Others have stages, too: jobs are told apart by title.
        if (m_session->training() && status.title == QObject::tr("Training")) m_controls->setStage(status.stage);
    });
}

void TrainPanel::readProject() {
    m_form->setValues(m_session->hyperparameters());
    m_form->setTaught(!m_session->teachers().empty());
    m_check->clear();
    m_checkJob = 0;
    m_runs->setRuns({}); // runs of two projects have the same numbers
    m_charts->clear();
    m_resume->setRun(m_session->resumableRun(), m_session->paused());
    m_estimate.reset();
    takeRuns();
    updateControls();
    updateQueue();
}

void TrainPanel::updateQueue() {
    const auto waiting = m_session->queue().size();
    m_queue->setQueue(m_session->queue(), m_session->queueRunning());
    m_tabs->setTabText(m_tabs->indexOf(m_queue), waiting == 0 ? tr("Queue") : tr("Queue (%1)").arg(waiting));
}

void TrainPanel::compare() {
    const auto ticked = m_runs->model()->checkedRuns();
    m_comparison->setRuns(ticked, m_session->project().runs);
    m_tabs->setTabText(m_tabs->indexOf(m_comparison),
                       ticked.size() < 2 ? tr("Compare") : tr("Compare (%1)").arg(ticked.size()));
}

void TrainPanel::takeRuns() {
    const std::vector<TrainingRun>& runs = m_session->project().runs;
    m_runs->setRuns(runs);
    m_charts->setOverlays(m_runs->model()->checkedRuns()); // as they are now
    compare();
    m_tabs->setTabText(1, runs.empty() ? tr("Runs") : tr("Runs (%1)").arg(runs.size()));
    const TrainingRun* current = m_session->currentRun();
    const int64_t shown = m_charts->shown().run.id;
    if (current && ((m_session->training() && !m_ofAnother) || shown == current->id)) {
        m_charts->updateRun(*current);
        return;
    }
    const bool kept = std::any_of(runs.begin(), runs.end(), [&](const TrainingRun& run) { return run.id == shown; });
    if (!kept && !runs.empty()) m_charts->setRun(runs.back());
    if (runs.empty()) m_charts->clear();
}

void TrainPanel::dataChanged() {
    m_estimate.reset();
    m_check->setOutdated();
    updateControls();
}

std::optional<QString> TrainPanel::blocked() const {
    const ProjectData& project = m_session->project();
    if (m_ofAnother) return tr("The training of the project before is ending.");
    if (project.speeches.empty())
        return tr("Nothing to learn from yet: add recordings and mark where the audience claps.");
    const auto labelled = [&](const Speech& speech) {
        const auto segments = project.segments.find(speech.id);
        return speech.fullyLabelled || (segments != project.segments.end() && !segments->second.empty());
    };
    if (std::none_of(project.speeches.begin(), project.speeches.end(), labelled))
        return tr("No labels yet: mark applause and what is not applause in the Label workspace.");
    if (m_session->fineTuning() && !m_session->model())
        return tr("The model to fine-tune is not there: choose one, or untick Fine-tune from.");
    const auto errors = m_form->errors();
    if (!errors.empty()) return QString::fromStdString(errors.front().text);
    return m_check->fatalReason();
}

void TrainPanel::startTraining() {
    if (m_session->training() || blocked()) return;
    m_controls->setRunning(true);
    m_session->startTraining();
}

void TrainPanel::pauseTraining() {
    m_session->pauseTraining();
}

void TrainPanel::resumeTraining() {
    if (!m_session->resumableRun()) return;
    m_controls->setRunning(true);
    m_session->resumeTraining();
}

void TrainPanel::checkData() {
    showCheck();
    m_check->setRunning(true);
    m_session->startCheck();
    m_checkJob = 0;
    for (const JobStatus& job : m_session->jobs())
        m_checkJob = std::max(m_checkJob, job.id);
}

void TrainPanel::trainingEnded(const std::optional<Error>& error) {
    m_charts->setPreparing(false);
    const bool ofAnother = std::exchange(m_ofAnother, false);
    const TrainingRun* run = ofAnother ? nullptr : m_session->currentRun();
    const auto resumable = m_session->resumableRun();
    if (error) {
        m_controls->setOutcome(QString::fromStdString(describe(*error)), true);
    } else if (run && m_session->paused()) {
        m_charts->updateRun(*run);
        m_controls->setOutcome(tr("Paused. Everything is on disk: Resume goes on exactly here, also after closing the "
                                  "window."),
                               false);
    } else if (run && run->epochs.empty()) {
        m_controls->setOutcome(resumable && resumable->id == run->id
                                   ? tr("Stopped before the first epoch was done: there is no model of it yet.")
                                   : tr("Stopped before the first epoch was done: nothing was kept."),
                               false);
    } else if (run) {
        m_charts->updateRun(*run);
        const EpochMetrics* best = bestEpochOf(*run);
        QString text = tr("Trained in %1, %2.").arg(durationText(run->seconds), stopText(*run));
        if (best)
            text += tr(" Best: epoch %1, validation loss %2, F1 %3.")
                        .arg(best->epoch)
                        .arg(valueText(best->validation.loss), valueText(best->validation.f1));
        m_controls->setOutcome(text, false);
    } else {
        m_controls->setOutcome({}, false);
    }
    if (run && !error) showRunFindings(checkRun(*run));
    takeRuns();
    updateControls();
    updateQueue();
    estimateSoon();
    if (!error || (error->code != ErrorCode::FatalFinding && error->code != ErrorCode::OneClass)) return;
    // With the settings of a queued or a fine-tuned run the check might find something else.
    const bool ofThese = run && run->hyperparameters == m_session->hyperparameters();
    if (m_check->fatalReason())
        showCheck();
    else if (error->code == ErrorCode::FatalFinding && ofThese && !m_check->running())
        checkData();
}

void TrainPanel::showRunFindings(const std::vector<Finding>& findings) {
    if (findings.empty()) return;
    m_check->addRunFindings(findings);
    QStringList sentences;
    for (const Finding& finding : findings)
        sentences << QString::fromStdString(wordsOf(finding));
    Q_EMIT m_session->problemsRaised(tr("The scores are too good to be true"), sentences);
}

void TrainPanel::showEvidence(const QString& line) {
    const Speech* named = nullptr; // the longest path in it: others may begin alike
    for (const Speech& speech : m_session->project().speeches)
        if (line.contains(QString::fromStdString(speech.path)) && (!named || speech.path.size() > named->path.size()))
            named = &speech;
    if (named) m_session->setCurrentSpeech(named->id);
}

void TrainPanel::updateControls() {
    m_controls->setBlocked(blocked(), !m_form->errors().empty() || m_check->fatalReason());
    m_controls->setWarnings(m_check->warnings());
    showEstimate();
    m_queue->setSettings(m_form->values(), !blocked());
    if (!m_estimate || m_estimate->hyperparameters != m_form->values()) estimateSoon();
}

/// A step is timed once the person has come to rest; only while the workspace is in sight.
void TrainPanel::estimateSoon() {
    if (isVisible() && !m_session->training() && !blocked()) m_estimateTimer.start();
}

void TrainPanel::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    estimateSoon();
}

void TrainPanel::showEstimate() {
    QStringList lines;
    const bool ofThese = m_estimate && m_estimate->hyperparameters == m_form->values();
    if (const auto needs = estimate(m_form->values(), ofThese ? m_estimate->dataBytes : 0))
        lines << (ofThese ? tr("%1 weights · about %2") : tr("%1 weights · about %2 and the data"))
                     .arg(parametersText(needs->parameters), bytesText(needs->bytes));
    // While a training is under way, its own time is measured.
    if (ofThese && !m_session->training()) lines << epochsText(m_estimate->epochS, m_form->values().epochs);
    m_controls->setEstimate(lines.join(QLatin1Char('\n')));
    m_controls->setAdvice(ofThese ? adviceOn(*m_estimate) : QString());
}

void TrainPanel::showCheck() {
    m_tabs->setCurrentWidget(m_check);
}

} // namespace ovation::ui
