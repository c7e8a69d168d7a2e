// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/TrainPanel.h"

#include "core/training/RunCheck.h"
#include "ui/charts/ChartBoard.h"
#include "ui/charts/ChartMath.h"
#include "ui/session/Session.h"
#include "ui/theme/Theme.h"
#include "ui/train/AugmentationPanel.h"
#include "ui/train/CheckPanel.h"
#include "ui/train/FineTuneBar.h"
#include "ui/train/EvaluationPanel.h"
#include "ui/train/HyperparameterForm.h"
#include "ui/train/ModelEstimate.h"
#include "ui/train/ResumeBar.h"
#include "ui/train/RunsModel.h"
#include "ui/train/RunsTable.h"
#include "ui/train/SurfacePanel.h"
#include "ui/train/TrainControls.h"

#include <QHBoxLayout>
#include <QSplitter>
#include <QTabWidget>
#include <QVBoxLayout>

namespace ovation::ui {

TrainPanel::TrainPanel(Session* session, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_form(new HyperparameterForm(session->hyperparameters(), this)),
      m_controls(new TrainControls(this)),
      m_resume(new ResumeBar(this)),
      m_charts(new ChartBoard),
      m_runs(new RunsTable),
      m_check(new CheckPanel),
      m_evaluation(new EvaluationPanel(session)),
      m_surface(new SurfacePanel(session)),
      m_augmentation(new AugmentationPanel(session)),
      m_tabs(new QTabWidget(this)) {
    m_tabs->setObjectName(QStringLiteral("train_tabs"));
    m_tabs->setDocumentMode(true);
    for (QWidget* page :
         {static_cast<QWidget*>(m_charts), static_cast<QWidget*>(m_runs), static_cast<QWidget*>(m_check),
          static_cast<QWidget*>(m_evaluation), static_cast<QWidget*>(m_surface), static_cast<QWidget*>(m_augmentation)})
        page->setContentsMargins(0, kGrid / 2, 0, 0);
    m_tabs->addTab(m_charts, tr("Charts"));
    m_tabs->addTab(m_runs, tr("Runs"));
    m_tabs->addTab(m_check, tr("Data Check"));
    m_tabs->addTab(m_evaluation, tr("Evaluation"));
    m_tabs->addTab(m_surface, tr("Loss Surface"));
    m_tabs->addTab(m_augmentation, tr("Augmentation"));

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
    m_form->setMinimumWidth(40 * kGrid);
    splitter->setSizes({42 * kGrid, 100 * kGrid});
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(kGrid, kGrid, kGrid, kGrid);
    layout->addWidget(splitter);

    connect(m_form, &HyperparameterForm::edited, this, [this] {
        if (m_form->errors().empty() && m_form->values() != m_session->hyperparameters())
            m_session->setHyperparameters(m_form->values());
        m_check->setOutdated();
        updateControls();
    });
    connect(m_controls, &TrainControls::trainRequested, this, &TrainPanel::startTraining);
    connect(m_controls, &TrainControls::stopRequested, m_session, &Session::stopTraining);
    connect(m_resume, &ResumeBar::resumeRequested, this, &TrainPanel::resumeTraining);
    connect(m_resume, &ResumeBar::discardRequested, m_session, &Session::discardResumableRun);
    connect(m_check, &CheckPanel::checkRequested, this, [this] {
        m_check->setRunning(true);
        m_session->startCheck();
        m_checkJob = 0;
        for (const JobStatus& job : m_session->jobs())
            m_checkJob = std::max(m_checkJob, job.id);
    });
    connect(m_runs->model(), &RunsModel::checksChanged, this,
            [this] { m_charts->setOverlays(m_runs->model()->checkedRuns()); });
    connect(m_runs, &RunsTable::selectionChanged, this, [this] {
        const auto run = m_runs->selectedRun();
        if (!run || m_session->training() || run->id == m_charts->shown().run.id) return;
        m_charts->setRun(*run);
    });
    connect(m_runs, &RunsTable::useModelRequested, m_session, &Session::useRunModel);
    connect(m_runs, &RunsTable::useSettingsRequested, this, [this](const Hyperparameters& values) {
        m_form->setValues(values);
        Q_EMIT m_form->edited();
    });
    connect(m_runs, &RunsTable::removeRequested, m_session, &Session::removeRun);
    connect(m_check, &CheckPanel::evidenceActivated, this, &TrainPanel::showEvidence);
    connect(m_evaluation, &EvaluationPanel::playRequested, this, &TrainPanel::playRequested);
    connectSession();
    readProject();
}

void TrainPanel::connectSession() {
    connect(m_session, &Session::projectOpened, this, &TrainPanel::readProject);
    connect(m_session, &Session::hyperparametersChanged, this, [this] {
        // While a field has an error, the form is ahead of the session: what is typed stays.
        if (m_form->errors().empty() && m_form->values() != m_session->hyperparameters())
            m_form->setValues(m_session->hyperparameters());
        updateControls();
    });
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
        if (const TrainingRun* run = m_session->currentRun()) m_charts->setRun(*run);
        m_tabs->setCurrentWidget(m_charts);
        updateControls();
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
    connect(m_session, &Session::resumableRunChanged, this, [this] { m_resume->setRun(m_session->resumableRun()); });
    connect(m_session, &Session::jobChanged, this, [this](const JobStatus& status) {
        if (m_session->training()) m_controls->setStage(status.stage);
    });
}

void TrainPanel::readProject() {
    m_form->setValues(m_session->hyperparameters());
    m_check->setOutdated();
    m_charts->clear();
    m_resume->setRun(m_session->resumableRun());
    takeRuns();
    updateControls();
}

void TrainPanel::takeRuns() {
    const std::vector<TrainingRun>& runs = m_session->project().runs;
    m_runs->setRuns(runs);
    m_tabs->setTabText(1, runs.empty() ? tr("Runs") : tr("Runs (%1)").arg(runs.size()));
    const TrainingRun* current = m_session->currentRun();
    const int64_t shown = m_charts->shown().run.id;
    if (current && (m_session->training() || shown == current->id)) {
        m_charts->updateRun(*current);
        return;
    }
    const bool kept = std::any_of(runs.begin(), runs.end(), [&](const TrainingRun& run) { return run.id == shown; });
    if (!kept && !runs.empty()) m_charts->setRun(runs.back());
    if (runs.empty()) m_charts->clear();
}

void TrainPanel::dataChanged() {
    m_check->setOutdated();
    updateControls();
}

std::optional<QString> TrainPanel::blocked() const {
    const ProjectData& project = m_session->project();
    if (project.speeches.empty())
        return tr("Nothing to learn from yet: add recordings and mark where the audience claps.");
    const auto labelled = [&](const Speech& speech) {
        const auto segments = project.segments.find(speech.id);
        return speech.fullyLabelled || (segments != project.segments.end() && !segments->second.empty());
    };
    if (std::none_of(project.speeches.begin(), project.speeches.end(), labelled))
        return tr("No labels yet: mark applause and what is not applause in the Label workspace.");
    const auto errors = m_form->errors();
    if (!errors.empty()) return QString::fromStdString(errors.front().text);
    return m_check->fatalReason();
}

void TrainPanel::startTraining() {
    if (m_session->training() || blocked()) return;
    m_controls->setRunning(true);
    m_session->startTraining();
}

void TrainPanel::resumeTraining() {
    if (!m_session->resumableRun()) return;
    m_controls->setRunning(true);
    m_session->resumeTraining();
}

void TrainPanel::trainingEnded(const std::optional<Error>& error) {
    const TrainingRun* run = m_session->currentRun();
    if (error) {
        m_controls->setOutcome(QString::fromStdString(describe(*error)), true);
    } else if (run && run->epochs.empty()) {
        m_controls->setOutcome(m_session->resumableRun()
                                   ? tr("Stopped before the first epoch was done: there is no model yet.")
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
    if (error && (error->code == ErrorCode::FatalFinding || error->code == ErrorCode::OneClass)) showCheck();
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
    const auto needs = estimate(m_form->values());
    m_controls->setEstimate(
        needs ? tr("%1 weights · about %2").arg(parametersText(needs->parameters), bytesText(needs->bytes))
              : QString());
}

void TrainPanel::showCheck() {
    m_tabs->setCurrentWidget(m_check);
}

} // namespace ovation::ui
