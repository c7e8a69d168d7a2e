// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Error.h"

#include <QWidget>

#include <optional>

class QTabWidget;

namespace ovation::ui {

class ChartBoard;
class CheckPanel;
class HyperparameterForm;
class ResumeBar;
class RunsTable;
class Session;
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
    TrainControls* controls() const { return m_controls; }

    /// Why training cannot be started now; nothing where it can.
    std::optional<QString> blocked() const;
    void startTraining();  ///< as the button does: nothing while blocked or training
    void resumeTraining(); ///< as the button does: nothing where there is no run to go on with

private:
    void connectSession();
    void readProject();
    void takeRuns();
    void dataChanged();
    void trainingEnded(const std::optional<Error>& error);
    void updateControls();
    void showCheck();

    Session* m_session;
    HyperparameterForm* m_form;
    TrainControls* m_controls;
    ResumeBar* m_resume;
    ChartBoard* m_charts;
    RunsTable* m_runs;
    CheckPanel* m_check;
    QTabWidget* m_tabs;
    int m_checkJob = 0; ///< the newest job when the check was started
};

} // namespace ovation::ui
