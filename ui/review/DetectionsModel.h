// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/ProjectData.h"

#include <QAbstractTableModel>
#include <QString>

#include <optional>
#include <vector>

namespace ovation::ui {

/// One detected segment of one recording, as the review table lists it.
struct DetectionRow {
    SpeechId speech = 0;
    QString recording; ///< as namesApart() calls it among those that were searched
    size_t index = 0;  ///< in Detection::segments
    TimeSpan span;     ///< seconds, as `range`
    SampleRange range; ///< what it counts as: its label's where it was accepted and adjusted
    DetectedSegment segment;
    bool byLabel = false;    ///< the verdict follows from a label that is none
    bool falseAlarm = false; ///< by the labels: on what is labelled not applause, or on nothing where all is labelled

    bool matchesLabel() const { return byLabel && segment.verdict == Verdict::Accepted; }
    /// How sure the model is, 0 (at the threshold) upwards: |score - threshold|.
    double certainty(double threshold) const;
};

/// Every detected segment of the project's speeches, in the order of the speech list.
std::vector<DetectionRow> detectionRows(const ProjectData& project);

/// How many labels of applause, in fully labelled speeches in which detection was run, less than half of which was
/// detected.
int64_t missedLabels(const ProjectData& project);

/// The rows as a table. Qt::UserRole gives what a column is sorted by.
class DetectionsModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Recording, Start, End, Length, Score, Peak, Verdict, ColumnCount };
    static constexpr int kCertaintyRole = Qt::UserRole + 1;

    explicit DetectionsModel(QObject* parent = nullptr);

    void setRows(std::vector<DetectionRow> rows, double threshold);
    const std::vector<DetectionRow>& rows() const { return m_rows; }
    const DetectionRow& row(int row) const { return m_rows[static_cast<size_t>(row)]; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<DetectionRow> m_rows;
    double m_threshold = 0.5;
};

QString verdictText(const DetectionRow& row);

} // namespace ovation::ui
