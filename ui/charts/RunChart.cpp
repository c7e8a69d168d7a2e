// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/RunChart.h"

#include "ui/charts/PlotView.h"
#include "ui/theme/Theme.h"

#include <QChart>
#include <QEvent>
#include <QGraphicsLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineSeries>
#include <QVBoxLayout>
#include <QValueAxis>

#include <array>
#include <cmath>

namespace ovation::ui {

namespace {

constexpr int kPixelsPerPoint = 12; ///< where epochs are closer, their points are left out
constexpr int kHeightForTitles = 168;
constexpr int kWidthForAxisName = 360;

std::optional<double> atEpoch(const TrainingRun& run, const CurveDescription& curve, int64_t epoch) {
    for (const EpochMetrics& metrics : run.epochs)
        if (metrics.epoch == epoch) return curve.epoch(metrics);
    return std::nullopt;
}

} // namespace

RunChart::RunChart(ChartDescription description, QWidget* parent)
    : QWidget(parent),
      m_description(std::move(description)),
      m_chart(new QChart),
      m_view(new PlotView(m_chart, this)),
      m_x(new QValueAxis),
      m_y(new QValueAxis),
      m_title(new QLabel(m_description.title, this)),
      m_axis(new QLabel(m_description.axis, this)),
      m_readout(new QLabel(this)) {
    setObjectName(QStringLiteral("chart_") + m_description.id);
    QFont bold = font();
    bold.setBold(true);
    m_title->setFont(bold);
    m_title->setToolTip(m_description.axis);
    m_axis->setForegroundRole(QPalette::PlaceholderText);
    m_axis->hide();
    m_readout->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_readout->setTextFormat(Qt::RichText);
    m_readout->setObjectName(QStringLiteral("readout"));

    m_chart->legend()->hide();
    m_chart->setBackgroundVisible(false);
    m_chart->setMargins({});
    m_chart->layout()->setContentsMargins(0, 0, 0, 0);
    m_chart->addAxis(m_x, Qt::AlignBottom);
    m_chart->addAxis(m_y, Qt::AlignLeft);
    QFont small = font();
    small.setPointSizeF(std::max(7.0, small.pointSizeF() - 1.5));
    for (QValueAxis* axis : {m_x, m_y}) {
        axis->setLabelsFont(small);
        axis->setTitleFont(small);
        axis->setTickType(QValueAxis::TicksDynamic);
        axis->setTruncateLabels(false);
    }
    m_x->setTitleText(tr("epoch"));
    m_y->setTitleText(m_description.axis);

    auto* header = new QHBoxLayout;
    header->setContentsMargins(kGrid, 0, kGrid, 0);
    header->setSpacing(kGrid);
    header->addWidget(m_title);
    header->addWidget(m_axis);
    header->addWidget(m_readout, 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(header);
    layout->addWidget(m_view, 1);

    connect(m_view, &PlotView::pointed, this, &RunChart::setHovered);
    applyTheme();
    show({});
}

RunChart::~RunChart() = default;

QSize RunChart::minimumSizeHint() const {
    return {208, 104};
}

QColor RunChart::overlayColour(size_t index) {
    // Okabe and Ito's, without those that the current run's curves have.
    static const std::array<QColor, 5> colours = {QColor(0xcc, 0x79, 0xa7), QColor(0x00, 0x9e, 0x73),
                                                  QColor(0x56, 0xb4, 0xe9), QColor(0xd5, 0x5e, 0x00),
                                                  QColor(0x99, 0x88, 0x00)};
    return colours[index % colours.size()];
}

QColor RunChart::colourOf(CurveDescription::Part part, const Theme& theme) const {
    switch (part) {
    case CurveDescription::Part::Training:
        return theme.training;
    case CurveDescription::Part::Validation:
        return theme.validation;
    case CurveDescription::Part::LearningRate:
        return theme.learningRate;
    case CurveDescription::Part::GradientNorm:
        return theme.gradientNorm;
    }
    return theme.text;
}

void RunChart::show(const RunCurves& run, std::span<const TrainingRun> overlays) {
    m_run.run = run.run;
    m_overlays.assign(overlays.begin(), overlays.end());
    m_batchCurves.clear();
    for (const CurveDescription& curve : m_description.curves)
        m_batchCurves.push_back(batchCurve(run.batches, curve));
    draw();
}

void RunChart::draw() {
    const Theme theme = Theme::of(palette());
    m_lines.clear();
    for (size_t i = 0; i < m_overlays.size(); ++i)
        for (const CurveDescription& curve : m_description.curves)
            m_lines.push_back({QStringLiteral("%1/run %2").arg(curve.name).arg(i), epochCurve(m_overlays[i], curve),
                               overlayColour(i), 1.5, curve.part == CurveDescription::Part::Validation,
                               m_overlays[i].epochs.size() < 2});
    for (size_t i = 0; i < m_description.curves.size(); ++i) {
        QColor faint = colourOf(m_description.curves[i].part, theme);
        faint.setAlpha(theme.dark ? 110 : 90);
        m_lines.push_back(
            {m_description.curves[i].name + QStringLiteral("/batch"), m_batchCurves[i], faint, 1, false, false});
    }
    for (const CurveDescription& curve : m_description.curves)
        m_lines.push_back({curve.name + QStringLiteral("/epoch"), epochCurve(m_run.run, curve),
                           colourOf(curve.part, theme), 2, curve.part == CurveDescription::Part::Validation,
                           m_run.run.epochs.size() * kPixelsPerPoint <= static_cast<size_t>(std::max(0, width()))});
    scaleAxes();
    for (auto& [key, stretches] : m_series) {
        const bool used =
            std::any_of(m_lines.begin(), m_lines.end(), [&k = key](const Line& line) { return line.key == k; });
        if (!used)
            for (QLineSeries* series : stretches)
                if (series->count() > 0) series->clear();
    }
    for (const Line& line : m_lines)
        drawLine(line);
    m_view->setMarks(marksOf(m_run.run));
    setHovered(m_hovered);
}

void RunChart::drawLine(const Line& line) {
    const int columns = std::max(16, static_cast<int>(m_chart->plotArea().width()));
    const auto stretches = thinned(line.curve, m_x->min(), m_x->max(), columns);
    std::vector<QLineSeries*>& pool = m_series[line.key];
    while (pool.size() < stretches.size()) {
        auto* series = new QLineSeries;
        series->setName(line.key);
        m_chart->addSeries(series);
        series->attachAxis(m_x);
        series->attachAxis(m_y);
        pool.push_back(series);
    }
    QPen pen(line.colour, line.width);
    pen.setCapStyle(Qt::FlatCap);
    pen.setJoinStyle(Qt::RoundJoin);
    if (line.dashed) pen.setDashPattern({4, 2});
    for (size_t i = 0; i < pool.size(); ++i) {
        if (i >= stretches.size()) {
            if (pool[i]->count() > 0) pool[i]->clear();
            continue;
        }
        if (pool[i]->pen() != pen) pool[i]->setPen(pen);
        // A point between two gaps would not be seen as a line.
        pool[i]->setPointsVisible(line.points || stretches[i].size() == 1);
        pool[i]->setMarkerSize(line.width * 1.5);
        pool[i]->replace(stretches[i]);
    }
}

void RunChart::scaleAxes() {
    double last = 0, low = std::numeric_limits<double>::infinity(), high = -low;
    const auto include = [&](double y) {
        low = std::min(low, y);
        high = std::max(high, y);
    };
    for (const Line& line : m_lines) {
        if (line.curve.empty()) continue;
        last = std::max(last, line.curve.back().x());
        if (line.key.endsWith(QStringLiteral("/batch"))) {
            // A few outliers, such as the first batches, shall not flatten the rest.
            if (const auto y = quantile(line.curve, 0.01)) include(*y);
            if (const auto y = quantile(line.curve, 0.99)) include(*y);
            continue;
        }
        for (const QPointF& point : line.curve)
            if (std::isfinite(point.y())) include(point.y());
    }
    const double epochs = std::max(1.0, std::ceil(last));
    NiceScale x = niceScale(0, epochs, std::max(2, width() / 64));
    x.step = std::max(1.0, x.step);
    m_x->setRange(0, epochs * 1.02);
    m_x->setTickInterval(x.step);
    m_x->setLabelFormat(QStringLiteral("%d"));

    const int ticks = std::clamp(height() / 40, 2, 6);
    if (!(low <= high)) {
        low = 0;
        high = 1;
    } else {
        if (!m_description.share && low > 0 && (low < 0.6 * high || low == high)) low = 0;
        high += 0.03 * (high - low); // a line on the frame would not be seen
    }
    NiceScale y = niceScale(low, high, ticks);
    if (m_description.share) {
        y.low = std::max(0.0, y.low);
        y.high = std::min(1.0, y.high);
    }
    if (y.high - y.low < y.step / 2) y = {0, 1, 0.5};
    // Curves that run along a limit are drawn whole.
    const double rim = 0.025 * (y.high - y.low);
    m_y->setRange(y.low - rim, y.high + rim);
    m_y->setTickAnchor(y.low);
    m_y->setTickInterval(y.step);
    m_y->setLabelFormat(tickFormat(y));
}

void RunChart::setHovered(std::optional<double> epoch) {
    m_hovered = epoch;
    const TrainingRun& run = m_run.run;
    int64_t shown = run.epochs.empty() ? 0 : run.epochs.back().epoch;
    if (epoch && shown > 0) shown = std::clamp<int64_t>(std::llround(*epoch), run.epochs.front().epoch, shown);
    m_view->setPointer(epoch && shown > 0 ? std::optional(static_cast<double>(shown)) : std::nullopt);
    if (shown == 0) {
        m_readout->clear();
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
    m_readout->setAccessibleName(m_readout->toolTip());
}

QString RunChart::readout() const {
    return m_readout->toolTip();
}

void RunChart::applyTheme() {
    const Theme theme = Theme::of(palette());
    for (QValueAxis* axis : {m_x, m_y}) {
        axis->setLabelsColor(theme.text);
        axis->setTitleBrush(theme.faintText);
        axis->setGridLineColor(theme.grid);
        axis->setLinePenColor(theme.grid);
    }
}

void RunChart::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) {
        applyTheme();
        draw();
    }
}

void RunChart::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    // A low chart has its axis named in the header instead.
    const bool tall = height() >= kHeightForTitles;
    m_x->setTitleVisible(tall);
    m_y->setTitleVisible(tall);
    m_axis->setVisible(!tall && width() >= kWidthForAxisName);
    draw();
}

} // namespace ovation::ui
