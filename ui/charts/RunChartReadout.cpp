// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/PlotView.h"
#include "ui/charts/RunChart.h"
#include "ui/theme/Theme.h"

#include <QLabel>

#include <algorithm>
#include <cmath>

namespace ovation::ui {

// What a chart says of the epoch at the pointer.

namespace {

std::optional<double> atEpoch(const TrainingRun& run, const CurveDescription& curve, int64_t epoch) {
    for (const EpochMetrics& metrics : run.epochs)
        if (metrics.epoch == epoch) return curve.epoch(metrics);
    return std::nullopt;
}

} // namespace

void RunChart::setHovered(std::optional<double> epoch) {
    m_hovered = epoch;
    const TrainingRun& run = m_run.run;
    int64_t shown = run.epochs.empty() ? 0 : run.epochs.back().epoch;
    if (epoch && shown > 0) shown = std::clamp<int64_t>(std::llround(*epoch), run.epochs.front().epoch, shown);
    point(epoch, shown);
    if (shown == 0) {
        m_readout->clear();
        m_readout->setToolTip({});
        m_readout->setAccessibleName({});
        m_view->setAccessibleName(tr("%1: no epoch yet").arg(m_description.title));
        return;
    }
    const Theme theme = Theme::of(palette());
    QStringList parts;
    if (epoch) parts << tr("epoch %1").arg(shown);
    for (const CurveDescription& curve : m_description.curves)
        parts << QStringLiteral("<span style=\"color:%1\">%2</span>")
                     .arg(colourOf(curve.part, theme).name(), valueText(atEpoch(run, curve, shown)));
    m_readout->setText(parts.join(QStringLiteral("&nbsp;&nbsp;")));
    QStringList tip;
    for (const CurveDescription& curve : m_description.curves)
        tip << QStringLiteral("%1: %2").arg(curve.name, valueText(atEpoch(run, curve, shown)));
    m_readout->setToolTip(tr("Epoch %1").arg(shown) + QLatin1Char('\n') + tip.join(QLatin1Char('\n')));
    // For screen readers, who meet the plot by itself.
    m_readout->setAccessibleName(m_readout->toolTip());
    m_view->setAccessibleName(
        tr("%1: epoch %2, %3").arg(m_description.title).arg(shown).arg(tip.join(QStringLiteral(", "))));
}

void RunChart::step(int epochs) {
    if (m_run.run.epochs.empty()) return;
    const int64_t first = m_run.run.epochs.front().epoch, last = m_run.run.epochs.back().epoch;
    const int64_t shown = m_hovered ? std::llround(*m_hovered) : last;
    setHovered(static_cast<double>(std::clamp<int64_t>(shown + epochs, first, last)));
}

/// The box at the pointer: the batch there, the epoch, and the overlaid runs at the same epoch.
void RunChart::point(std::optional<double> epoch, int64_t shown) {
    if (!epoch || (shown == 0 && m_batches == 0 && m_overlays.empty())) {
        m_view->setPointer(std::nullopt);
        return;
    }
    const Theme theme = Theme::of(palette());
    std::vector<PlotView::Reading> readings;
    double place = static_cast<double>(shown);
    for (size_t i = 0; i < m_batchCurves.size(); ++i) {
        const QPointF* batch = m_batchCurves[i].nearest(*epoch);
        if (!batch) continue;
        // Between epochs there are only batches: the line stands at the one that is read.
        if (shown == 0 || std::abs(batch->x() - *epoch) < std::abs(place - *epoch)) place = batch->x();
        QString where = QString::number(batch->x(), 'f', 2);
        readings.push_back({colourOf(m_description.curves[i].part, theme),
                            tr("%1, batch at %2: %3").arg(m_description.curves[i].name, where, valueText(batch->y()))});
    }
    if (shown > 0) {
        readings.push_back({{}, tr("Epoch %1").arg(shown)});
        for (const CurveDescription& curve : m_description.curves)
            readings.push_back({colourOf(curve.part, theme),
                                QStringLiteral("%1: %2").arg(curve.name, valueText(atEpoch(m_run.run, curve, shown)))});
    }
    const int64_t there = shown > 0 ? shown : std::max<int64_t>(1, std::llround(*epoch));
    if (shown == 0 && m_batches == 0) place = static_cast<double>(there);
    for (size_t i = 0; i < m_overlays.size(); ++i) {
        QStringList values;
        for (const CurveDescription& curve : m_description.curves)
            values << valueText(atEpoch(m_overlays[i], curve, there));
        readings.push_back({theme.otherRun(i), QStringLiteral("%1: %2").arg(QString::fromStdString(m_overlays[i].name),
                                                                            values.join(QStringLiteral(" / ")))});
    }
    m_view->setPointer(place, std::move(readings));
}

QString RunChart::readout() const {
    return m_readout->toolTip();
}

} // namespace ovation::ui
