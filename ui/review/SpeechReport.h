// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/ProjectData.h"

#include <QAbstractTableModel>
#include <QString>

#include <vector>

namespace ovation::ui {

/// The applause of one speech in figures, as reportOf() counts it.
struct SpeechReport {
    SpeechId speech = 0;
    QString recording; ///< as namesApart() calls it
    double durationS = 0;
    int64_t count = 0;
    double totalS = 0;
    double longestS = 0;
    bool detected = true; ///< or labelled only
    int64_t leftOut = 0;  ///< RecordingReport::leftOut

    double share() const { return durationS > 0 ? totalS / durationS : 0; }
    double perMinute() const { return durationS > 0 ? 60.0 * static_cast<double>(count) / durationS : 0; }
};

/// One for each speech that a report of the project has.
std::vector<SpeechReport> speechReports(const ProjectData& project);

/// "3 recordings: 12 applauses, 95.2 s (4.1 %), the longest 17.0 s, 0.92 a minute", and how many detected
/// segments are not counted because all is labelled; "" for none.
QString totalText(const std::vector<SpeechReport>& reports);

/// The reports as a table. Qt::UserRole gives what a column is sorted by.
class SpeechReportModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Recording, Count, Total, Share, Longest, Rate, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;
    void setReports(std::vector<SpeechReport> reports);
    const std::vector<SpeechReport>& reports() const { return m_reports; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<SpeechReport> m_reports;
};

} // namespace ovation::ui
