// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/ChartLegend.h"

#include "ui/charts/PlotView.h"
#include "ui/charts/RunChart.h"
#include "ui/theme/Theme.h"

#include <QPainter>

namespace ovation::ui {

namespace {

constexpr int kSample = 24;

} // namespace

ChartLegend::ChartLegend(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void ChartLegend::setOverlays(const std::vector<TrainingRun>& overlays) {
    m_overlays = overlays;
    QStringList names;
    for (const Entry& entry : entries())
        names << entry.text;
    setAccessibleName(names.join(QStringLiteral(", ")));
    setToolTip(accessibleName());
    update();
}

QSize ChartLegend::sizeHint() const {
    return {320, fontMetrics().height() + kGrid / 2};
}

QSize ChartLegend::minimumSizeHint() const {
    return {80, sizeHint().height()};
}

std::vector<ChartLegend::Entry> ChartLegend::entries() const {
    const Theme theme = Theme::of(palette());
    QPen validation(theme.validation, 2);
    validation.setDashPattern({4, 2});
    validation.setCapStyle(Qt::FlatCap);
    std::vector<Entry> all = {{QPen(theme.training, 2), tr("training")}, {validation, tr("validation")}};
    for (size_t i = 0; i < m_overlays.size(); ++i)
        all.push_back({QPen(RunChart::overlayColour(i), 2), QString::fromStdString(m_overlays[i].name)});
    for (const auto kind : {RunMark::Kind::Best, RunMark::Kind::LoweredLearningRate, RunMark::Kind::StoppedEarly})
        all.push_back({markPen(kind, palette()), markText(kind), true});
    return all;
}

void ChartLegend::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const int middle = height() / 2;
    int x = kGrid;
    for (const Entry& entry : entries()) {
        const int sample = entry.upright ? kGrid : kSample;
        const int width = sample + kGrid / 2 + fontMetrics().horizontalAdvance(entry.text);
        if (x + width > this->width() - kGrid) {
            painter.setPen(palette().color(QPalette::WindowText));
            painter.drawText(QRect(x, 0, 3 * kGrid, height()), Qt::AlignVCenter, QStringLiteral("…"));
            break;
        }
        painter.setPen(entry.pen);
        if (entry.upright)
            painter.drawLine(x + sample / 2, 2, x + sample / 2, height() - 2);
        else
            painter.drawLine(x, middle, x + sample, middle);
        painter.setPen(palette().color(QPalette::WindowText));
        painter.drawText(QRect(x + sample + kGrid / 2, 0, width, height()), Qt::AlignVCenter, entry.text);
        x += width + 2 * kGrid;
    }
}

} // namespace ovation::ui
