// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/ChartLegend.h"

#include "ui/charts/PlotView.h"
#include "ui/charts/RunCurves.h"
#include "ui/theme/Theme.h"

#include <QEvent>
#include <QPainter>

#include <algorithm>

namespace ovation::ui {

namespace {

constexpr int kSample = 24;
constexpr int kMostRows = 3;
constexpr int kMostNameWidth = 20 * kGrid;
constexpr int kBetween = 2 * kGrid;

} // namespace

ChartLegend::ChartLegend(QWidget* parent) : QWidget(parent) {
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

void ChartLegend::setRuns(const TrainingRun& shown, const std::vector<TrainingRun>& overlays) {
    m_shown = QString::fromStdString(shown.name);
    m_overlays.clear();
    for (const TrainingRun& overlay : overlays)
        m_overlays << QString::fromStdString(overlay.name);
    const std::vector<RunMark> marks = marksOf(shown);
    m_marks.clear();
    for (const auto kind : {RunMark::Kind::Best, RunMark::Kind::LoweredLearningRate, RunMark::Kind::StoppedEarly})
        if (std::ranges::find(marks, kind, &RunMark::kind) != marks.end()) m_marks.push_back(kind);
    QStringList names;
    for (const Entry& entry : entries())
        names << entry.text;
    const QString all = names.join(QStringLiteral(", "));
    if (all == accessibleName()) return;
    setAccessibleName(all);
    setToolTip(all);
    updateGeometry();
    update();
}

int ChartLegend::rowHeight() const {
    return fontMetrics().height() + kGrid / 2;
}

QSize ChartLegend::sizeHint() const {
    return {320, rowHeight()};
}

QSize ChartLegend::minimumSizeHint() const {
    return {80, rowHeight()};
}

int ChartLegend::heightForWidth(int width) const {
    const std::vector<QPoint> taken = places(entries(), width);
    return rowHeight() * (taken.empty() ? 1 : taken.back().y() + 1);
}

void ChartLegend::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange) updateGeometry();
}

std::vector<ChartLegend::Entry> ChartLegend::entries() const {
    const Theme theme = Theme::of(palette());
    QPen validation(theme.validation, 2);
    validation.setDashPattern({4, 2});
    validation.setCapStyle(Qt::FlatCap);
    const auto name = [this](const QString& text) {
        return fontMetrics().elidedText(text, Qt::ElideMiddle, kMostNameWidth);
    };
    std::vector<Entry> all = {
        {QPen(theme.training, 2), m_shown.isEmpty() ? tr("training") : tr("%1: training").arg(name(m_shown))},
        {validation, m_shown.isEmpty() ? tr("validation") : tr("%1: validation").arg(name(m_shown))}};
    for (qsizetype i = 0; i < m_overlays.size(); ++i)
        all.push_back({QPen(theme.otherRun(static_cast<size_t>(i)), 2), name(m_overlays[i])});
    for (const auto kind : m_marks)
        all.push_back({markPen(kind, palette()), markText(kind), true});
    return all;
}

int ChartLegend::widthOf(const Entry& entry) const {
    return (entry.upright ? kGrid : kSample) + kGrid / 2 + fontMetrics().horizontalAdvance(entry.text);
}

std::vector<QPoint> ChartLegend::places(const std::vector<Entry>& entries, int width) const {
    std::vector<QPoint> result;
    QPoint next(kGrid, 0);
    for (const Entry& entry : entries) {
        const int wide = widthOf(entry);
        if (next.x() > kGrid && next.x() + wide > width - kGrid) next = {kGrid, next.y() + 1};
        if (next.y() == kMostRows) break;
        result.push_back(next);
        next.rx() += wide + kBetween;
    }
    return result;
}

void ChartLegend::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const std::vector<Entry> all = entries();
    const std::vector<QPoint> taken = places(all, width());
    const int rows = taken.empty() ? 1 : taken.back().y() + 1;
    const int top = std::max(0, (height() - rows * rowHeight()) / 2);
    const QColor text = palette().color(QPalette::WindowText);
    for (size_t i = 0; i < taken.size(); ++i) {
        const int sample = all[i].upright ? kGrid : kSample;
        const QRect place(taken[i].x(), top + taken[i].y() * rowHeight(), widthOf(all[i]), rowHeight());
        const int middle = place.center().y();
        painter.setPen(all[i].pen);
        if (all[i].upright)
            painter.drawLine(place.x() + sample / 2, place.top() + 2, place.x() + sample / 2, place.bottom() - 2);
        else
            painter.drawLine(place.x(), middle, place.x() + sample, middle);
        painter.setPen(text);
        const QRect words = place.adjusted(sample + kGrid / 2, 0, kBetween, 0);
        painter.drawText(words, Qt::AlignVCenter,
                         fontMetrics().elidedText(all[i].text, Qt::ElideMiddle, width() - kGrid / 2 - words.x()));
    }
    if (taken.empty() || taken.size() == all.size()) return;
    const QPoint& last = taken.back();
    const int after = last.x() + widthOf(all[taken.size() - 1]) + kGrid / 2;
    painter.drawText(QRect(after, top + last.y() * rowHeight(), kBetween, rowHeight()), Qt::AlignVCenter,
                     QStringLiteral("…"));
}

} // namespace ovation::ui
