// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/RunComparison.h"

#include <QTextBrowser>
#include <QTimer>

#include <optional>
#include <utility>
#include <vector>

namespace ovation::ui {

/// Two or more runs side by side: settings that differ, scores with intervals, the difference to the first run on the
/// same validation recordings, and mean and deviation over seeds.
class RunComparisonView : public QTextBrowser {
    Q_OBJECT
public:
    explicit RunComparisonView(QWidget* parent = nullptr);

    /// Fewer than two: says how to choose some. The first is the one that the others are compared with.
    /// `all`: of which groups that differ in their seed are told, whatever is compared. Shown a moment later, and only
    /// while in sight.
    void setRuns(std::vector<TrainingRun> runs, std::vector<TrainingRun> all = {});

protected:
    void changeEvent(QEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    void fill();
    QString comparison() const;
    QString seeds() const;

    std::vector<TrainingRun> m_runs;
    std::vector<TrainingRun> m_all;
    QTimer m_timer;
};

/// A run's interval as every table shows it: the same resamples wherever it is asked for.
std::optional<Interval> shownInterval(const TrainingRun& run, RunMetric metric);

/// "0.912 [0.88, 0.94]"; "n/a" for nothing, no bracket without an interval.
QString withInterval(std::optional<double> value, const std::optional<std::pair<double, double>>& interval);

} // namespace ovation::ui
