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
#include <QLogValueAxis>
#include <QVBoxLayout>
#include <QValueAxis>

#include <algorithm>
#include <cmath>
#include <limits>

namespace ovation::ui {

namespace {

constexpr int kPixelsPerPoint = 12; ///< where epochs are closer, their points are left out
constexpr int kHeightForTitles = 168;
constexpr double kSmallestShown = 1e-4; ///< on a logarithmic axis, of the largest value
constexpr int kWidthForAxisName = 360;

/// Whether a chart of both would look the same: epochs are only ever added to a run.
bool sameState(const TrainingRun& a, const TrainingRun& b) {
    return a.id == b.id && a.name == b.name && a.startedMs == b.startedMs && a.bestEpoch == b.bestEpoch &&
           a.stopped == b.stopped && a.epochs.size() == b.epochs.size() &&
           (a.epochs.empty() || (a.epochs.back().seconds == b.epochs.back().seconds &&
                                 a.epochs.back().train.loss == b.epochs.back().train.loss));
}

/// Range and step of ticks, in the order in which they never are many: Qt Charts makes an item for each of them at
/// every change, which takes minutes and gigabytes where a range is a million times the step of the one before.
void setScale(QValueAxis& axis, double low, double high, double step) {
    if (step > axis.tickInterval()) axis.setTickInterval(step);
    axis.setRange(low, high);
    axis.setTickInterval(step);
}

} // namespace

RunChart::RunChart(ChartDescription description, QWidget* parent)
    : QWidget(parent),
      m_description(std::move(description)),
      m_chart(new QChart),
      m_view(new PlotView(m_chart, this)),
      m_x(new QValueAxis),
      m_y(new QValueAxis),
      m_logY(new QLogValueAxis),
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
    m_logY->setParent(this); // the chart takes it only while it is used
    m_logY->setLabelsFont(small);
    m_logY->setTitleFont(small);
    m_logY->setTitleText(m_description.axis);
    m_logY->setLabelFormat(QStringLiteral("%g"));
    m_logY->setMinorGridLineVisible(false);
    m_logY->setTruncateLabels(false);
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
    connect(m_view, &PlotView::dragged, this, &RunChart::zoom);
    connect(m_view, &PlotView::doubleClicked, this, &RunChart::fitRequested);
    connect(m_view, &PlotView::stepped, this, &RunChart::step);
    connect(m_view, &PlotView::jumped, this, [this](bool forward) {
        const std::vector<EpochMetrics>& epochs = m_run.run.epochs;
        if (!epochs.empty()) setHovered(static_cast<double>((forward ? epochs.back() : epochs.front()).epoch));
    });
    applyTheme();
    show({});
}

RunChart::~RunChart() {
    m_view->disconnect(this); // it loses the focus while the rest of the chart is gone already
}

QSize RunChart::minimumSizeHint() const {
    return {208, 104};
}

QColor RunChart::colourOf(CurveDescription::Part part, const Theme& theme) const {
    switch (part) {
    case CurveDescription::Part::Training:
    case CurveDescription::Part::LearningRate:
    case CurveDescription::Part::GradientNorm:
        return theme.training;
    case CurveDescription::Part::Validation:
        return theme.validation;
    }
    return theme.text;
}

void RunChart::show(const RunCurves& run, std::span<const TrainingRun> overlays) {
    if (!sameState(m_run.run, run.run)) m_run.run = run.run;
    const bool sameOverlays =
        std::equal(overlays.begin(), overlays.end(), m_overlays.begin(), m_overlays.end(), sameState);
    if (!sameOverlays) m_overlays.assign(overlays.begin(), overlays.end());
    m_batchCurves.resize(m_description.curves.size());
    for (size_t i = 0; i < m_batchCurves.size(); ++i)
        m_batchCurves[i].update(run.batches, m_description.curves[i], m_smoothing);
    m_batches = run.batches.size();
    draw();
}

void RunChart::setSmoothing(double factor) {
    m_smoothing = factor; // of batches with the next show()
    draw();
}

QAbstractAxis* RunChart::valueAxis() const {
    if (m_logarithmic) return m_logY;
    return m_y;
}

void RunChart::setLogarithmic(bool on) {
    if (on == m_logarithmic || m_description.share) return;
    QAbstractAxis* before = valueAxis();
    m_logarithmic = on;
    m_values.reset();
    QAbstractAxis* after = valueAxis();
    m_chart->removeAxis(before); // which gives it back
    before->setParent(this);
    m_chart->addAxis(after, Qt::AlignLeft);
    for (auto& [key, stretches] : m_series)
        for (QLineSeries* series : stretches) {
            series->clear(); // what it shows may have no place on the other axis
            series->attachAxis(after);
        }
    draw();
}

void RunChart::setEpochs(const std::optional<std::pair<double, double>>& range) {
    m_epochs = range;
    if (!range) m_values.reset();
    draw();
}

void RunChart::zoom(double low, double high, std::optional<std::pair<double, double>> heights) {
    if (heights) {
        const double bottom = m_logarithmic ? std::log10(m_logY->min()) : m_y->min();
        const double top = m_logarithmic ? std::log10(m_logY->max()) : m_y->max();
        const auto value = [&](double share) {
            const double y = bottom + share * (top - bottom);
            return m_logarithmic ? std::pow(10.0, y) : y;
        };
        m_values = {value(heights->first), value(heights->second)};
    }
    Q_EMIT epochsDragged(low, high);
}

void RunChart::makeCurves() {
    m_epochCurves.clear();
    const auto add = [&](const TrainingRun& run) {
        for (const CurveDescription& curve : m_description.curves) {
            m_epochCurves.push_back(epochCurve(run, curve));
            if (m_smoothing <= 0) continue;
            Curve smooth = curve.stepped ? m_epochCurves.back() : smoothed(m_epochCurves.back(), m_smoothing);
            m_epochCurves.push_back(std::move(smooth));
        }
    };
    for (const TrainingRun& overlay : m_overlays)
        add(overlay);
    add(m_run.run);
}

void RunChart::draw() {
    const Theme theme = Theme::of(palette());
    makeCurves();
    m_lines.clear();
    const bool smooth = m_smoothing > 0;
    const size_t step = smooth ? 2 : 1;
    const auto faint = [&](QColor colour) {
        colour.setAlpha(theme.dark ? 110 : 90);
        return colour;
    };
    size_t at = 0;
    for (size_t i = 0; i < m_overlays.size(); ++i)
        for (const CurveDescription& curve : m_description.curves) {
            m_lines.push_back({QStringLiteral("%1/run %2").arg(curve.name).arg(i), &m_epochCurves[at + step - 1],
                               theme.otherRun(i), 1.5, curve.part == CurveDescription::Part::Validation,
                               m_overlays[i].epochs.size() < 2});
            at += step;
        }
    for (size_t i = 0; i < m_batchCurves.size(); ++i) {
        const CurveDescription& curve = m_description.curves[i];
        const QColor colour = faint(colourOf(curve.part, theme));
        m_lines.push_back({curve.name + QStringLiteral("/batch"), &m_batchCurves[i].raw(), colour, 1, false, false});
        if (smooth)
            m_lines.push_back({curve.name + QStringLiteral("/smooth"), &m_batchCurves[i].smooth(),
                               colourOf(curve.part, theme), 1, false, false});
    }
    const bool points = m_run.run.epochs.size() * kPixelsPerPoint <= static_cast<size_t>(std::max(0, width())) &&
                        !m_run.run.epochs.empty();
    for (const CurveDescription& curve : m_description.curves) {
        const bool dashed = curve.part == CurveDescription::Part::Validation;
        const QColor colour = colourOf(curve.part, theme);
        if (smooth)
            m_lines.push_back(
                {curve.name + QStringLiteral("/raw epoch"), &m_epochCurves[at], faint(colour), 1, dashed, points});
        m_lines.push_back(
            {curve.name + QStringLiteral("/epoch"), &m_epochCurves[at + step - 1], colour, 2, dashed, points});
        at += step;
    }
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
    const auto stretches = thinned(*line.curve, m_x->min(), m_x->max(), columns, m_logarithmic);
    std::vector<QLineSeries*>& pool = m_series[line.key];
    while (pool.size() < stretches.size()) {
        auto* series = new QLineSeries;
        series->setName(line.key);
        m_chart->addSeries(series);
        series->attachAxis(m_x);
        series->attachAxis(valueAxis());
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
        // A point between two gaps would not be seen as a line, nor a small one's colour.
        const bool alone = stretches[i].size() == 1;
        pool[i]->setPointsVisible(line.points || alone);
        pool[i]->setMarkerSize(line.width * (alone ? 3.5 : 1.5));
        pool[i]->replace(stretches[i]);
    }
}

void RunChart::scaleAxes() {
    double last = 0;
    for (const Line& line : m_lines)
        if (!line.curve->empty()) last = std::max(last, line.curve->back().x());
    const double epochs = std::max(1.0, std::ceil(last));
    const double low = m_epochs ? m_epochs->first : 0, high = m_epochs ? m_epochs->second : epochs * 1.02;
    NiceScale x = niceScale(low, m_epochs ? high : epochs, std::max(2, width() / 64));
    if (!m_epochs) x.step = std::max(1.0, x.step);
    setScale(*m_x, low, high, x.step);
    m_x->setLabelFormat(x.step >= 1 ? QStringLiteral("%d") : tickFormat(x));
    m_view->setRange(low, high);
    scaleValues(low, high);
}

void RunChart::scaleValues(double xLow, double xHigh) {
    double low = std::numeric_limits<double>::infinity(), high = -low;
    const auto include = [&](double y) {
        low = std::min(low, y);
        high = std::max(high, y);
    };
    // A few outliers among batches, such as the first ones, shall not flatten the rest.
    for (const BatchCurve& curve : m_batchCurves)
        if (const auto range = curve.usualRange(xLow, xHigh, m_logarithmic)) {
            include(range->first);
            include(range->second);
        }
    for (const Curve& curve : m_epochCurves)
        for (const QPointF& point : curve)
            if (std::isfinite(point.y()) && point.x() >= xLow && point.x() <= xHigh &&
                (!m_logarithmic || point.y() > 0))
                include(point.y());

    if (m_logarithmic) {
        // Some decades say more than a curve squeezed by a single value near zero.
        const NiceScale y = m_values ? NiceScale{m_values->first, m_values->second, 1}
                                     : decades(std::max(low, high * kSmallestShown), high);
        m_logY->setRange(y.low, y.high);
        return;
    }
    const int ticks = std::clamp(height() / 40, 2, 6);
    if (m_values) {
        const NiceScale y = niceScale(m_values->first, m_values->second, ticks);
        setScale(*m_y, m_values->first, m_values->second, y.step);
        m_y->setTickAnchor(y.low);
        m_y->setLabelFormat(tickFormat(y));
        return;
    }
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
    setScale(*m_y, y.low - rim, y.high + rim, y.step);
    m_y->setTickAnchor(y.low);
    m_y->setLabelFormat(tickFormat(y));
}

void RunChart::applyTheme() {
    const Theme theme = Theme::of(palette());
    for (QAbstractAxis* axis : std::initializer_list<QAbstractAxis*>{m_x, m_y, m_logY}) {
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
    m_logY->setTitleVisible(tall);
    m_axis->setVisible(!tall && width() >= kWidthForAxisName);
    draw();
}

} // namespace ovation::ui
