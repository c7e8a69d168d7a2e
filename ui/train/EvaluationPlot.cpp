// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/EvaluationPlot.h"

#include "core/detection/ScoreWindows.h"
#include "ui/charts/ChartMath.h"
#include "ui/theme/Theme.h"

#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace ovation::ui {

namespace {

constexpr int kHistogramBins = 20;
constexpr int kReliabilityBins = 10;
constexpr double kFinest = 0.5; ///< px; points of a curve that are closer are one

std::vector<CurvePoint> curveOf(EvaluationPlot::Kind kind, const std::vector<ScoredWindow>& windows) {
    std::vector<RankedExample> ranked;
    for (const ScoredWindow& window : windows)
        ranked.push_back({window.probability, window.applause});
    return kind == EvaluationPlot::Kind::Roc ? rocCurve(ranked) : precisionRecallCurve(ranked);
}

} // namespace

QPointF EvaluationPlot::at(const QRectF& in, double x, double y) {
    return {in.left() + x * in.width(), in.bottom() - y * in.height()};
}

EvaluationPlot::EvaluationPlot(Kind kind, QWidget* parent) : QWidget(parent), m_kind(kind) {
    setAccessibleName(title());
    if (kind == Kind::Histogram) setCursor(Qt::SplitHCursor);
    if (kind == Kind::Roc || kind == Kind::PrecisionRecall) setCursor(Qt::CrossCursor);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

void EvaluationPlot::setEvaluation(std::shared_ptr<const WindowEvaluation> evaluation) {
    m_evaluation = std::move(evaluation);
    m_curve.clear();
    m_baselines.clear();
    m_bins.clear();
    if (m_evaluation) {
        const std::vector<ScoredWindow>& windows = m_evaluation->windows;
        if (m_kind == Kind::Roc || m_kind == Kind::PrecisionRecall) {
            m_curve = curveOf(m_kind, windows);
            for (const Baseline& baseline : m_evaluation->baselines)
                m_baselines.push_back(curveOf(m_kind, baseline.windows));
        }
        m_bins = probabilityBins(windows, m_kind == Kind::Histogram ? kHistogramBins : kReliabilityBins);
        m_figures = figuresOf(windows, m_threshold);
    }
    QStringList names;
    for (const Named& named : namedBaselines())
        names << named.name;
    setToolTip(m_kind == Kind::Reliability ? tr("Dashed: probabilities as they should be")
               : m_kind == Kind::Confusion ? tr("Lines: what the windows are. Columns: what the model says.")
               : names.isEmpty()
                   ? QString()
                   : tr("Thin lines, simple rules on the same windows: %1").arg(names.join(QStringLiteral(", "))));
    placeMark();
    m_laidOut = {};
    tell();
    update();
}

/// On the last point whose threshold is not below.
void EvaluationPlot::placeMark() {
    m_mark.reset();
    if (m_curve.empty()) return;
    m_mark = m_curve.front();
    for (const CurvePoint& point : m_curve)
        if (point.threshold >= static_cast<double>(static_cast<float>(m_threshold))) m_mark = point;
}

void EvaluationPlot::layOut(const QRectF& in) {
    if (in == m_laidOut) return;
    m_laidOut = in;
    m_paths.clear();
    for (const std::vector<CurvePoint>& baseline : m_baselines)
        m_paths.push_back(pathOf(baseline, in));
    if (!m_curve.empty()) m_paths.push_back(pathOf(m_curve, in));
}

QPainterPath EvaluationPlot::pathOf(const std::vector<CurvePoint>& curve, const QRectF& in) const {
    QPainterPath path;
    QPointF last;
    for (size_t i = 0; i < curve.size(); ++i) {
        const QPointF point = at(in, curve[i].x, curve[i].y);
        if (i == 0)
            path.moveTo(point);
        else if (i + 1 < curve.size() && (point - last).manhattanLength() < kFinest)
            continue;
        else if (m_kind == Kind::PrecisionRecall) // precision does not change evenly between two points
            path.lineTo(point.x(), last.y());
        if (i > 0) path.lineTo(point);
        last = point;
    }
    return path;
}

void EvaluationPlot::setThreshold(double threshold) {
    m_threshold = threshold;
    placeMark();
    if (m_evaluation && m_kind == Kind::Confusion) m_figures = figuresOf(m_evaluation->windows, threshold);
    tell();
    update();
}

QSize EvaluationPlot::minimumSizeHint() const {
    return {10 * kGrid, 15 * kGrid};
}

QSize EvaluationPlot::sizeHint() const {
    return {26 * kGrid, 26 * kGrid};
}

QString EvaluationPlot::title() const {
    switch (m_kind) {
    case Kind::Roc:
        return tr("ROC curve");
    case Kind::PrecisionRecall:
        return tr("PR curve");
    case Kind::Histogram:
        return tr("Scores");
    case Kind::Reliability:
        return tr("Reliability");
    case Kind::Confusion:
        return tr("Confusion");
    }
    return {};
}

QString EvaluationPlot::xTitle() const {
    switch (m_kind) {
    case Kind::Roc:
        return tr("false alarms");
    case Kind::PrecisionRecall:
        return tr("recall");
    case Kind::Confusion:
        return tr("the model says");
    default:
        return tr("probability");
    }
}

QString EvaluationPlot::yTitle() const {
    switch (m_kind) {
    case Kind::Roc:
        return tr("recall");
    case Kind::PrecisionRecall:
        return tr("precision");
    case Kind::Histogram:
        return tr("windows");
    case Kind::Reliability:
        return tr("share of applause");
    case Kind::Confusion:
        return tr("it is");
    }
    return {};
}

QRectF EvaluationPlot::area() const {
    const int line = fontMetrics().height();
    const QFontMetrics numbers(numberFont());
    const int head = line + numbers.height() + kGrid / 2;
    if (m_kind == Kind::Confusion) return QRectF(rect()).adjusted(line + kGrid, head, -kGrid, -line - kGrid);
    const QString widest = m_kind == Kind::Histogram ? QString::number(mostWindows()) : QStringLiteral("0.5");
    return QRectF(rect()).adjusted(line + numbers.horizontalAdvance(widest) + kGrid, head, -kGrid,
                                   -line - numbers.height() - kGrid);
}

QString EvaluationPlot::figure() const {
    if (!m_evaluation || m_evaluation->windows.empty()) return {};
    switch (m_kind) {
    case Kind::Roc:
        return tr("area %1").arg(valueText(m_figures.rocAuc));
    case Kind::PrecisionRecall:
        return tr("AP %1").arg(valueText(m_figures.averagePrecision));
    case Kind::Reliability:
        return tr("off by %1").arg(valueText(calibrationError(m_bins)));
    default:
        return {};
    }
}

QRectF EvaluationPlot::figurePlace() const {
    const double left = area().left(), top = fontMetrics().height() + kGrid / 4.0;
    return {left, top, width() - left, static_cast<double>(QFontMetrics(numberFont()).height())};
}

std::optional<double> EvaluationPlot::thresholdAt(const QPointF& position) const {
    const QRectF in = area();
    if (m_kind == Kind::Histogram)
        return std::clamp((position.x() - in.left()) / std::max(1.0, in.width()), 0.001, 0.999);
    if (m_kind != Kind::Roc && m_kind != Kind::PrecisionRecall) return {};
    std::optional<double> nearest;
    double distance = std::numeric_limits<double>::infinity();
    for (const CurvePoint& point : m_curve) {
        if (!std::isfinite(point.threshold)) continue;
        const QPointF off = at(in, point.x, point.y) - position;
        const double squared = off.x() * off.x() + off.y() * off.y();
        if (squared >= distance) continue;
        distance = squared;
        nearest = std::clamp(point.threshold, 0.001, 0.999);
    }
    return nearest;
}

void EvaluationPlot::mousePressEvent(QMouseEvent* event) {
    if (!m_evaluation || event->button() != Qt::LeftButton) return;
    if (const auto threshold = thresholdAt(event->position())) Q_EMIT thresholdChosen(*threshold);
}

void EvaluationPlot::mouseMoveEvent(QMouseEvent* event) {
    if (!m_evaluation || !event->buttons().testFlag(Qt::LeftButton)) return;
    if (const auto threshold = thresholdAt(event->position())) Q_EMIT thresholdChosen(*threshold);
}

void EvaluationPlot::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Theme theme = Theme::of(palette());
    const QRectF in = area();
    const int line = fontMetrics().height();
    QFont bold = font();
    bold.setBold(true);
    painter.setFont(bold);
    painter.setPen(theme.text);
    painter.drawText(QRectF(in.left(), 0, width() - in.left(), line), Qt::AlignLeft | Qt::AlignVCenter, title());
    painter.setFont(numberFont());
    painter.drawText(figurePlace(), Qt::AlignLeft | Qt::AlignVCenter, figure());
    painter.setFont(font());
    painter.setPen(theme.faintText);
    // Beyond both ends of a narrow picture, before it is cut.
    const double beyond = std::max(0.0, (fontMetrics().horizontalAdvance(xTitle()) - in.width()) / 2);
    const double left = std::clamp(in.left() - beyond, 0.0, std::max(0.0, width() - in.width() - 2 * beyond));
    painter.drawText(QRectF(left, height() - line - kGrid / 2, in.width() + 2 * beyond, line), Qt::AlignCenter,
                     xTitle());
    painter.save();
    painter.translate(0, in.bottom());
    painter.rotate(-90);
    painter.drawText(QRectF(0, 0, in.height(), line), Qt::AlignCenter, yTitle());
    painter.restore();
    if (!m_evaluation || m_evaluation->windows.empty()) return;
    if (m_kind == Kind::Confusion) {
        paintConfusion(painter, in);
        return;
    }
    paintAxes(painter, in);
    if (m_kind == Kind::Histogram)
        paintHistogram(painter, in);
    else if (m_kind == Kind::Reliability)
        paintReliability(painter, in);
    else {
        layOut(in);
        paintCurve(painter, in);
    }
}

void EvaluationPlot::paintCurve(QPainter& painter, const QRectF& in) const {
    const Theme theme = Theme::of(palette());
    if (!m_mark) {
        painter.setPen(theme.faintText);
        painter.drawText(in, Qt::AlignCenter | Qt::TextWordWrap, tr("n/a: one class only"));
        return;
    }
    const std::vector<Named> named = namedBaselines();
    for (size_t i = 0; i < m_paths.size(); ++i) {
        painter.setPen(i < named.size() ? named[i].pen : QPen(theme.validation, 2));
        painter.drawPath(m_paths[i]);
    }
    painter.setPen(QPen(theme.threshold, 2));
    painter.setBrush(palette().base());
    painter.drawEllipse(at(in, m_mark->x, m_mark->y), 4.5, 4.5);
}

void EvaluationPlot::paintHistogram(QPainter& painter, const QRectF& in) const {
    const Theme theme = Theme::of(palette());
    const int64_t most = mostWindows();
    // Roots, so that a few windows at the wrong end are seen beside thousands at the right one.
    const auto height = [&](int64_t count) {
        return std::sqrt(static_cast<double>(count) / static_cast<double>(most));
    };
    for (const ProbabilityBin& bin : m_bins) {
        const double half = (bin.high - bin.low) / 2;
        const auto bar = [&](double low, int64_t count, const QColor& colour) {
            painter.fillRect(QRectF(at(in, low + 0.1 * half, height(count)), at(in, low + 0.9 * half, 0)), colour);
        };
        bar(bin.low, bin.other, theme.notApplause);
        bar(bin.low + half, bin.applause, theme.applause);
    }
    painter.setPen(QPen(theme.threshold, 2));
    painter.drawLine(at(in, m_threshold, 0), at(in, m_threshold, 1));
}

void EvaluationPlot::paintReliability(QPainter& painter, const QRectF& in) const {
    const Theme theme = Theme::of(palette());
    const QPen diagonal(theme.faintText, 1, Qt::DashLine);
    painter.setPen(diagonal);
    painter.drawLine(at(in, 0, 0), at(in, 1, 1));
    paintNames(painter, in, {{diagonal, tr("as it should be")}});
    int64_t most = 1;
    for (const ProbabilityBin& bin : m_bins)
        most = std::max(most, bin.count());
    QPolygonF line;
    for (const ProbabilityBin& bin : m_bins)
        if (bin.count() > 0) line << at(in, bin.meanProbability(), bin.shareOfApplause());
    painter.setPen(QPen(theme.validation, 2));
    painter.drawPolyline(line);
    painter.setBrush(theme.validation);
    for (const ProbabilityBin& bin : m_bins) {
        if (bin.count() == 0) continue;
        const double radius = 2 + 4 * std::sqrt(static_cast<double>(bin.count()) / static_cast<double>(most));
        painter.drawEllipse(at(in, bin.meanProbability(), bin.shareOfApplause()), radius, radius);
    }
}

void EvaluationPlot::paintConfusion(QPainter& painter, const QRectF& in) const {
    const Theme theme = Theme::of(palette());
    const Confusion& confusion = m_figures.confusion;
    const int line = fontMetrics().height();
    const QRectF cells = in.adjusted(line, line, 0, 0);
    const std::array<std::array<int64_t, 2>, 2> counts{{{confusion.tn, confusion.fp}, {confusion.fn, confusion.tp}}};
    const std::array<QString, 2> names{tr("other"), tr("applause")};
    const QFontMetrics numbers(numberFont());
    for (size_t truth = 0; truth < 2; ++truth) {
        const int64_t all = counts[truth][0] + counts[truth][1];
        const double top = cells.top() + static_cast<double>(truth) * cells.height() / 2;
        painter.setPen(theme.faintText);
        painter.save();
        painter.translate(in.left(), top + cells.height() / 2);
        painter.rotate(-90);
        painter.setFont(numberFont());
        painter.drawText(QRectF(0, 0, cells.height() / 2, line), Qt::AlignCenter,
                         numbers.elidedText(names[truth], Qt::ElideRight, static_cast<int>(cells.height() / 2)));
        painter.restore();
        // A wide name takes of the other's room what that can do without.
        const double room = cells.width() - numbers.horizontalAdvance(names[1 - truth]) - kGrid / 2.0;
        const double half = cells.width() / 2;
        const double width = std::max(half, std::min(room, numbers.horizontalAdvance(names[truth]) + 1.0));
        painter.save();
        painter.setFont(numberFont());
        painter.drawText(QRectF(truth == 0 ? cells.left() : cells.right() - width, in.top(), width, line),
                         Qt::AlignCenter, numbers.elidedText(names[truth], Qt::ElideRight, static_cast<int>(width)));
        painter.restore();
        for (size_t said = 0; said < 2; ++said) {
            const QRectF cell(cells.left() + static_cast<double>(said) * cells.width() / 2, top, cells.width() / 2,
                              cells.height() / 2);
            const double share = all > 0 ? static_cast<double>(counts[truth][said]) / static_cast<double>(all) : 0;
            QColor fill = truth == said ? theme.training : theme.rejected;
            fill.setAlphaF(static_cast<float>(0.08 + 0.5 * share));
            painter.fillRect(cell.adjusted(1, 1, -1, -1), fill);
            painter.setPen(theme.text);
            painter.drawText(cell, Qt::AlignCenter,
                             tr("%1\n%2 %")
                                 .arg(counts[truth][said])
                                 .arg(all > 0 ? QString::number(100 * share, 'f', 0) : tr("n/a")));
        }
    }
}

} // namespace ovation::ui
