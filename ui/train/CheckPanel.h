// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/DatasetCheck.h"

#include <QWidget>

#include <optional>

class QLabel;
class QPushButton;
class QStackedLayout;
class QTreeWidget;

namespace ovation::ui {

/// What the dataset check found: worst first, each finding with its evidence below it.
class CheckPanel : public QWidget {
    Q_OBJECT
public:
    explicit CheckPanel(QWidget* parent = nullptr);

    void setReport(const CheckReport& report);
    void addRunFindings(const std::vector<Finding>& findings); ///< of a run that has ended, below the report
    void setOutdated(); ///< labels or settings have changed since: findings are shown, but no longer count
    void setRunning(bool running);
    bool running() const;
    void clear(); ///< nothing has been checked yet, nor is

    /// The first fatal finding's sentence, if the report is up to date and has one.
    std::optional<QString> fatalReason() const;
    int64_t warnings() const; ///< of the report, if it is up to date
    QTreeWidget* findings() const { return m_findings; }

Q_SIGNALS:
    void checkRequested();
    void evidenceActivated(const QString& line); ///< double-clicked, or Enter

private:
    void addFinding(const Finding& finding);

    std::optional<CheckReport> m_report;
    bool m_outdated = false;
    bool m_changed = false; ///< while the running or newest check ran
    QString m_before;       ///< the summary while a check runs
    QPushButton* m_check;
    QLabel* m_summary;
    QTreeWidget* m_findings;
    QStackedLayout* m_stack;
};

} // namespace ovation::ui
