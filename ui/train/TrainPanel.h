// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Error.h"
#include "core/dataset/Finding.h"
#include "core/project/ProjectData.h"

#include <QTimer>
#include <QWidget>

#include <memory>
#include <optional>

class QTabWidget;

namespace ovation::ui {

class ChartBoard;
class AugmentationPanel;
class CheckPanel;
class EvaluationPanel;
class HyperparameterForm;
class QueuePanel;
class ResumeBar;
class RunComparisonView;
class RunsTable;
class Session;
class SurfacePanel;
class Settings;
class TrainControls;
struct EpochEstimate;

/// The Train workspace: settings at the left; Train, Pause and Stop above charts, runs and their comparison, the queue
/// and the dataset check.
class TrainPanel : public QWidget {
    Q_OBJECT
public:
    /// `settings` keeps the person's presets; nullptr: they last as long as the panel.
    explicit TrainPanel(Session* session, Settings* settings = nullptr, QWidget* parent = nullptr);

    HyperparameterForm* form() const { return m_form; }
    ChartBoard* charts() const { return m_charts; }
    RunsTable* runs() const { return m_runs; }
    QueuePanel* queue() const { return m_queue; }
    RunComparisonView* comparison() const { return m_comparison; }
    CheckPanel* check() const { return m_check; }
    EvaluationPanel* evaluation() const { return m_evaluation; }
    SurfacePanel* surface() const { return m_surface; }
    AugmentationPanel* augmentation() const { return m_augmentation; }
    TrainControls* controls() const { return m_controls; }

    ~TrainPanel() override;

    /// Why training cannot be started now; nothing where it can.
    std::optional<QString> blocked() const;
    void startTraining(); ///< as the button does: nothing while blocked or training
    void pauseTraining();
    void resumeTraining(); ///< as the button does: nothing where there is no run to go on with
    void checkData();      ///< as the button does, and shows what comes of it

Q_SIGNALS:
    void playRequested(ovation::SpeechId speech, double startS, double endS);
    void lessonRequested(const QString& section);
    void chartExportRequested(const QString& format); ///< "png", "svg", "csv"

protected:
    void showEvent(QShowEvent* event) override;

private:
    void connectForm();
    void connectRuns();
    void connectSession();
    void showEvidence(const QString& line); ///< selects the recording that a finding's evidence names
    void readProject();
    void takeRuns();
    void dataChanged();
    void trainingEnded(const std::optional<Error>& error);
    void showRunFindings(const std::vector<Finding>& findings);
    void updateControls();
    void updateQueue();
    void compare();
    void estimateSoon();
    void showEstimate();
    void showCheck();

    Session* m_session;
    HyperparameterForm* m_form;
    TrainControls* m_controls;
    ResumeBar* m_resume;
    ChartBoard* m_charts;
    RunsTable* m_runs;
    RunComparisonView* m_comparison;
    QueuePanel* m_queue;
    CheckPanel* m_check;
    EvaluationPanel* m_evaluation;
    SurfacePanel* m_surface;
    AugmentationPanel* m_augmentation;
    QTabWidget* m_tabs;
    QTimer m_estimateTimer;
    std::unique_ptr<EpochEstimate> m_estimate; ///< the newest; may be for other settings
    int m_checkJob = 0;                        ///< the newest job when the check was started
    bool m_ofAnother = false; ///< the training under way is of the project before, which it outlasts by a batch
};

} // namespace ovation::ui
