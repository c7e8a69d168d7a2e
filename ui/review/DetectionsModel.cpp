// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/review/DetectionsModel.h"

#include "ui/session/TimeText.h"
#include "ui/session/Verdicts.h"

#include "core/base/NamesApart.h"
#include "core/labels/SegmentSweep.h"
#include "core/report/ApplauseReport.h"
#include "ui/theme/Theme.h"

#include <QGuiApplication>

#include <algorithm>
#include <array>
#include <cmath>

namespace ovation::ui {

double DetectionRow::certainty(double threshold) const {
    return std::abs(segment.score - threshold);
}

std::vector<DetectionRow> detectionRows(const ProjectData& project) {
    std::vector<DetectionRow> rows;
    std::vector<std::string> paths; // of what was searched
    for (const Speech& speech : project.speeches)
        if (project.detections.contains(speech.id) && speech.sampleRate > 0) paths.push_back(speech.path);
    const std::vector<std::string> names = namesApart(paths);
    auto nextName = names.begin();
    LabelMakers makers(project);
    for (const Speech& speech : project.speeches) {
        const auto found = project.detections.find(speech.id);
        if (found == project.detections.end() || speech.sampleRate <= 0) continue;
        const QString name = QString::fromStdString(*nextName++);
        const auto& segments = found->second.segments;
        static const std::vector<Segment> none;
        const auto labelled = project.segments.find(speech.id);
        const std::vector<Segment>& labels = labelled == project.segments.end() ? none : labelled->second;
        const std::vector<const Segment*> accepted = acceptedLabels(segments, labels);
        const std::vector<SampleRange> ranges = settledRanges(segments, labels);
        SegmentSweep sweep(labels);
        for (size_t i = 0; i < segments.size(); ++i) {
            const DetectedSegment& segment = segments[i];
            const SampleRange range = longerByJoining(makers, segment, accepted[i]) ? segment.range : ranges[i];
            const bool judged = segment.verdict != ovation::Verdict::Open;
            const std::vector<const Segment*>& over = sweep.over(segment.range);
            const bool byLabel = judged && !hasVerdict(over);
            const bool falseAlarm = judged ? byLabel && segment.verdict == ovation::Verdict::Rejected
                                           : speech.fullyLabelled && !isMostlyUnsure(over, segment.range);
            rows.push_back(
                {speech.id, name, i, toSeconds(range, speech.sampleRate), range, segment, byLabel, falseAlarm});
        }
    }
    return rows;
}

int64_t missedLabels(const ProjectData& project) {
    int64_t missed = 0;
    for (const Speech& speech : project.speeches) {
        const auto found = project.detections.find(speech.id);
        const auto labels = project.segments.find(speech.id);
        if (!speech.fullyLabelled || found == project.detections.end() || labels == project.segments.end()) continue;
        const std::vector<DetectedSegment>& segments = found->second.segments; // in order, and none overlaps another
        for (const Segment& label : labels->second) {
            if (label.labelClass != LabelClass::Applause) continue;
            int64_t frames = 0;
            auto one = std::ranges::lower_bound(segments, label.range.begin, {},
                                                [](const DetectedSegment& its) { return its.range.end; });
            for (; one != segments.end() && one->range.begin < label.range.end; ++one)
                frames += std::max<int64_t>(0, std::min(one->range.end, label.range.end) -
                                                   std::max(one->range.begin, label.range.begin));
            missed += 2 * frames < label.range.length();
        }
    }
    return missed;
}

QString verdictText(const DetectionRow& row) {
    switch (row.segment.verdict) {
    case ovation::Verdict::Accepted:
        return row.byLabel ? DetectionsModel::tr("matches label") : DetectionsModel::tr("accepted");
    case ovation::Verdict::Rejected:
        return row.byLabel ? DetectionsModel::tr("against label") : DetectionsModel::tr("rejected");
    case ovation::Verdict::Open:
        break;
    }
    return DetectionsModel::tr("open");
}

DetectionsModel::DetectionsModel(QObject* parent) : QAbstractTableModel(parent) {}

void DetectionsModel::setRows(std::vector<DetectionRow> rows, double threshold) {
    m_threshold = threshold;
    const bool sameRows =
        rows.size() == m_rows.size() &&
        std::equal(rows.begin(), rows.end(), m_rows.begin(), [](const DetectionRow& a, const DetectionRow& b) {
            return a.speech == b.speech && a.index == b.index && a.segment.range == b.segment.range;
        });
    if (sameRows) { // only verdicts or scores: selection and order stay
        m_rows = std::move(rows);
        if (!m_rows.empty()) Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
        return;
    }
    beginResetModel();
    m_rows = std::move(rows);
    endResetModel();
}

int DetectionsModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int DetectionsModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant DetectionsModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount()) return {};
    const DetectionRow& its = row(index.row());
    const int column = index.column();
    const auto percent = [](double share) { return tr("%1 %").arg(share * 100, 0, 'f', 1); };
    switch (role) {
    case Qt::DisplayRole:
        switch (column) {
        case Recording:
            return its.recording;
        case Start:
            return timeText(its.span.start);
        case End:
            return timeText(its.span.end);
        case Length:
            return tr("%1 s").arg(its.span.length(), 0, 'f', 2);
        case Score:
            return percent(its.segment.score);
        case Peak:
            return percent(its.segment.peak);
        case Verdict:
            return verdictText(its);
        default:
            return {};
        }
    case Qt::UserRole:
        switch (column) {
        case Recording:
            return its.recording;
        case Start:
            return its.span.start;
        case End:
            return its.span.end;
        case Length:
            return its.span.length();
        case Score:
            return its.segment.score;
        case Peak:
            return its.segment.peak;
        case Verdict:
            return static_cast<int>(its.segment.verdict);
        default:
            return {};
        }
    case kCertaintyRole:
        return its.certainty(m_threshold);
    case Qt::TextAlignmentRole:
        return QVariant((column >= Start && column <= Peak ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case Qt::ForegroundRole: {
        if (column != Verdict || its.segment.verdict == ovation::Verdict::Open) return {};
        const Theme theme = Theme::of(QGuiApplication::palette());
        return QBrush(its.segment.verdict == ovation::Verdict::Accepted ? theme.accent : theme.rejected);
    }
    case Qt::ToolTipRole:
        return column == Recording ? its.recording : QVariant();
    default:
        return {};
    }
}

QVariant DetectionsModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant((section >= Start && section <= Peak ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole && section == Score) return tr("Mean probability of applause inside the segment");
    if (role == Qt::ToolTipRole && section == Peak) return tr("Largest probability inside the segment");
    if (role != Qt::DisplayRole) return {};
    const std::array<QString, ColumnCount> names = {tr("Recording"), tr("Start"), tr("End"),    tr("Length"),
                                                    tr("Score"),     tr("Peak"),  tr("Verdict")};
    return section >= 0 && section < ColumnCount ? names[static_cast<size_t>(section)] : QVariant();
}

} // namespace ovation::ui
