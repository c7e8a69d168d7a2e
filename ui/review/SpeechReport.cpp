// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/review/SpeechReport.h"

#include "core/base/Files.h"

#include <algorithm>
#include <array>

namespace ovation::ui {

std::vector<SpeechReport> speechReports(const ProjectData& project) {
    std::vector<SpeechReport> reports;
    for (const Speech& speech : project.speeches) {
        const auto found = project.detections.find(speech.id);
        if (found == project.detections.end() || speech.sampleRate <= 0) continue;
        SpeechReport report{speech.id, QString::fromStdString(stemOf(speech.path)), speech.durationS()};
        for (const DetectedSegment& segment : found->second.segments) {
            if (segment.verdict == Verdict::Rejected) continue;
            const double length = toSeconds(segment.range.length(), speech.sampleRate);
            ++report.count;
            report.totalS += length;
            report.longestS = std::max(report.longestS, length);
        }
        reports.push_back(std::move(report));
    }
    return reports;
}

std::string toCsv(const std::vector<SpeechReport>& reports) {
    QString text = QStringLiteral("recording,duration_s,segments,total_s,share,longest_s,per_minute\n");
    for (const SpeechReport& report : reports) {
        QString name = report.recording;
        name.replace(QLatin1Char('"'), QStringLiteral("\"\""));
        text += QStringLiteral("\"%1\",%2,%3,%4,%5,%6,%7\n")
                    .arg(name)
                    .arg(report.durationS, 0, 'f', 3)
                    .arg(report.count)
                    .arg(report.totalS, 0, 'f', 3)
                    .arg(report.share(), 0, 'f', 5)
                    .arg(report.longestS, 0, 'f', 3)
                    .arg(report.perMinute(), 0, 'f', 3);
    }
    return text.toStdString();
}

void SpeechReportModel::setReports(std::vector<SpeechReport> reports) {
    beginResetModel();
    m_reports = std::move(reports);
    endResetModel();
}

int SpeechReportModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_reports.size());
}

int SpeechReportModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant SpeechReportModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount()) return {};
    const SpeechReport& its = m_reports[static_cast<size_t>(index.row())];
    const int column = index.column();
    if (role == Qt::TextAlignmentRole)
        return QVariant((column == Recording ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    if (role == Qt::UserRole) {
        const std::array<QVariant, ColumnCount> keys = {its.recording, QVariant(static_cast<qlonglong>(its.count)),
                                                        its.totalS,    its.share(),
                                                        its.longestS,  its.perMinute()};
        return keys[static_cast<size_t>(column)];
    }
    if (role == Qt::ToolTipRole && column == Recording) return its.recording;
    if (role != Qt::DisplayRole) return {};
    const auto seconds = [](double s) { return tr("%1 s").arg(s, 0, 'f', 1); };
    const std::array<QString, ColumnCount> texts = {
        its.recording,         QString::number(its.count),
        seconds(its.totalS),   tr("%1 %").arg(its.share() * 100, 0, 'f', 1),
        seconds(its.longestS), tr("%1 / min").arg(its.perMinute(), 0, 'f', 2)};
    return texts[static_cast<size_t>(column)];
}

QVariant SpeechReportModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant((section == Recording ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole) return {};
    const std::array<QString, ColumnCount> names = {tr("Speech"), tr("Count"),   tr("Total"),
                                                    tr("Share"),  tr("Longest"), tr("Rate")};
    return section >= 0 && section < ColumnCount ? names[static_cast<size_t>(section)] : QVariant();
}

} // namespace ovation::ui
