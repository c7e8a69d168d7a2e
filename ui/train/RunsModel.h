// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/RunComparison.h"

#include <QAbstractTableModel>

#include <map>
#include <set>
#include <vector>

namespace ovation::ui {

/// Training runs as a table. The name's check box says whether the run's curves are overlaid. Qt::UserRole gives what a
/// column is sorted by: numbers as numbers, undefined ones invalid.
class RunsModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column {
        Name,
        Loss,
        Accuracy,
        F1,
        RocAuc,
        AveragePrecision,
        BestEpoch,
        Epochs,
        Duration,
        Model,
        Settings,
        Parameters,
        Seed,
        Data,
        Stopped,
        Notes,
        ColumnCount
    };

    explicit RunsModel(std::vector<TrainingRun> runs = {}, QObject* parent = nullptr);

    /// Keeps the checks of runs that are still there, and whatever a view has in their rows.
    void setRuns(std::vector<TrainingRun> runs);
    const TrainingRun& run(int row) const { return m_runs[static_cast<size_t>(row)]; }
    std::vector<TrainingRun> checkedRuns() const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    /// The tick; name and notes, which are only asked for by a signal.
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

Q_SIGNALS:
    void checksChanged();
    void renamed(qint64 runId, const QString& name);
    void notesEdited(qint64 runId, const QString& notes);

private:
    void update(int row, TrainingRun now);
    QString text(const TrainingRun& run, int column) const;
    QVariant key(const TrainingRun& run, int column) const;

    std::vector<TrainingRun> m_runs;
    std::set<int64_t> m_checked;
    /// By run and metric, with what they were made of: making them takes a while.
    struct Made {
        std::vector<RecordingResult> from;
        std::optional<Interval> interval;
    };
    mutable std::map<std::pair<int64_t, RunMetric>, Made> m_intervals;
    std::optional<Interval> intervalOf(const TrainingRun& run, RunMetric metric) const;
};

QString stopText(const TrainingRun& run);
QString scoresText(); ///< what the scores of runs count, and at which threshold

} // namespace ovation::ui
