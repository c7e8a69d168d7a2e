// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Error.h"
#include "core/dataset/Finding.h"
#include "core/project/ProjectData.h"

#include <QWidget>

#include <optional>

class QTabWidget;

namespace ovation::ui {

class ChartBoard;
class AugmentationPanel;
class CheckPanel;
class EvaluationPanel;
class HyperparameterForm;
class ResumeBar;
class RunsTable;
class Session;
class SurfacePanel;
class TrainControls;

/// The Train workspace: settings at the left; Train and Stop above charts, runs and the dataset check.
class TrainPanel : public QWidget {
    Q_OBJECT
public:
    explicit TrainPanel(Session* session, QWidget* parent = nullptr);

    HyperparameterForm* form() const { return m_form; }
    ChartBoard* charts() const { return m_charts; }
    RunsTable* runs() const { return m_runs; }
    CheckPanel* check() const { return m_check; }
    EvaluationPanel* evaluation() const { return m_evaluation; }
    SurfacePanel* surface() const { return m_surface; }
    AugmentationPanel* augmentation() const { return m_augmentation; }
    TrainControls* controls() const { return m_controls; }

    /// Why training cannot be started now; nothing where it can.
    std::optional<QString> blocked() const;
    void startTraining();  ///< as the button does: nothing while blocked or training
    void resumeTraining(); ///< as the button does: nothing where there is no run to go on with

Q_SIGNALS:
    void playRequested(ovation::SpeechId speech, double startS, double endS);

private:
    void connectSession();
    void showEvidence(const QString& line); ///< selects the recording that a finding's evidence names
    void readProject();
    void takeRuns();
    void dataChanged();
    void trainingEnded(const std::optional<Error>& error);
    void showRunFindings(const std::vector<Finding>& findings);
    void updateControls();
    void showCheck();

    Session* m_session;
    HyperparameterForm* m_form;
    TrainControls* m_controls;
    ResumeBar* m_resume;
    ChartBoard* m_charts;
    RunsTable* m_runs;
    CheckPanel* m_check;
    EvaluationPanel* m_evaluation;
    SurfacePanel* m_surface;
    AugmentationPanel* m_augmentation;
    QTabWidget* m_tabs;
    int m_checkJob = 0; ///< the newest job when the check was started
};

} // namespace ovation::ui
