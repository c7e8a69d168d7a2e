// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/review/SpeechReport.h"

#include "core/base/NamesApart.h"
#include "core/report/ApplauseReport.h"

#include <algorithm>
#include <array>

namespace ovation::ui {

std::vector<SpeechReport> speechReports(const ProjectData& project) {
    std::vector<SpeechReport> reports;
    std::vector<std::string> paths;
    for (const Speech& speech : project.speeches) {
        const auto report = reportOf(project, speech);
        if (!report) continue;
        reports.push_back({speech.id,
                           {},
                           report->durationS,
                           report->count(),
                           report->totalS(),
                           report->longestS(),
                           report->model.has_value(),
                           report->leftOut});
        paths.push_back(speech.path);
    }
    const std::vector<std::string> names = namesApart(paths);
    for (size_t i = 0; i < reports.size(); ++i)
        reports[i].recording = QString::fromStdString(names[i]);
    return reports;
}

QString totalText(const std::vector<SpeechReport>& reports) {
    SpeechReport all;
    for (const SpeechReport& report : reports) {
        all.durationS += report.durationS;
        all.count += report.count;
        all.totalS += report.totalS;
        all.longestS = std::max(all.longestS, report.longestS);
        all.leftOut += report.leftOut;
    }
    if (reports.empty()) return {};
    const QString recordings = reports.size() == 1 ? SpeechReportModel::tr("1 recording")
                                                   : SpeechReportModel::tr("%1 recordings").arg(reports.size());
    const QString applauses =
        all.count == 1 ? SpeechReportModel::tr("1 applause") : SpeechReportModel::tr("%1 applauses").arg(all.count);
    const QString figures = SpeechReportModel::tr("%1: %2, %3 s (%4 %), the longest %5 s, %6 a minute")
                                .arg(recordings, applauses)
                                .arg(all.totalS, 0, 'f', 1)
                                .arg(all.share() * 100, 0, 'f', 1)
                                .arg(all.longestS, 0, 'f', 1)
                                .arg(all.perMinute(), 0, 'f', 2);
    if (all.leftOut == 0) return figures;
    return figures +
           (all.leftOut == 1
                ? SpeechReportModel::tr(" · not counted: 1 detected segment that is not labelled where all is labelled")
                : SpeechReportModel::tr(
                      " · not counted: %1 detected segments that are not labelled where all is labelled")
                      .arg(all.leftOut));
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
    if (role == Qt::ToolTipRole && column == Recording)
        return its.detected ? its.recording : tr("%1: not detected, its labels are counted").arg(its.recording);
    if (role != Qt::DisplayRole) return {};
    const auto seconds = [](double s) { return tr("%1 s").arg(s, 0, 'f', 1); };
    const std::array<QString, ColumnCount> texts = {its.recording,         QString::number(its.count),
                                                    seconds(its.totalS),   tr("%1 %").arg(its.share() * 100, 0, 'f', 1),
                                                    seconds(its.longestS), QString::number(its.perMinute(), 'f', 2)};
    return texts[static_cast<size_t>(column)];
}

QVariant SpeechReportModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant((section == Recording ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole && section == ColumnCount - 1) return tr("Applauses a minute");
    if (role != Qt::DisplayRole) return {};
    const std::array<QString, ColumnCount> names = {tr("Speech"), tr("Count"),   tr("Total"),
                                                    tr("Share"),  tr("Longest"), tr("Rate")};
    return section >= 0 && section < ColumnCount ? names[static_cast<size_t>(section)] : QVariant();
}

} // namespace ovation::ui
