// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detection/ScoreWindows.h"
#include "ui/theme/Theme.h"
#include "ui/train/EvaluationPlot.h"

#include <QPainter>

#include <algorithm>
#include <array>
#include <cmath>

namespace ovation::ui {

// The numbers beside a picture of a model's answers, the names of its lines, and the picture in words.

void EvaluationPlot::tell() {
    const QString words = said();
    setAccessibleDescription(words.isEmpty() ? toolTip() : words);
}

QString EvaluationPlot::said() const {
    if (!m_evaluation || m_evaluation->windows.empty()) return {};
    const auto text = [](double value) { return QString::number(value, 'f', 3); };
    switch (m_kind) {
    case Kind::Roc:
    case Kind::PrecisionRecall:
        if (!m_mark) return tr("n/a: one class only");
        return tr("%1. At the threshold %2: %3 %4, %5 %6")
            .arg(figure(), text(m_threshold), xTitle(), text(m_mark->x), yTitle(), text(m_mark->y));
    case Kind::Reliability:
        return figure();
    case Kind::Confusion:
        return tr("At the threshold %1. Of the windows with applause, %2 are found and %3 missed. "
                  "Of the others, %4 are taken for applause and %5 are not.")
            .arg(text(m_threshold))
            .arg(m_figures.confusion.tp)
            .arg(m_figures.confusion.fn)
            .arg(m_figures.confusion.fp)
            .arg(m_figures.confusion.tn);
    case Kind::Histogram: {
        int64_t applause = 0, others = 0;
        for (const ScoredWindow& window : m_evaluation->windows)
            if (static_cast<double>(window.probability) >= 0.5) ++(window.applause ? applause : others);
        return tr("At 0.5 or above are %1 windows with applause and %2 others, of %3 in all.")
            .arg(applause)
            .arg(others)
            .arg(m_evaluation->windows.size());
    }
    }
    return {};
}

void EvaluationPlot::paintAxes(QPainter& painter, const QRectF& in) const {
    const Theme theme = Theme::of(palette());
    painter.setPen(QPen(theme.grid, 1));
    for (const double share : {0.0, 0.25, 0.5, 0.75, 1.0}) {
        painter.drawLine(at(in, share, 0), at(in, share, 1));
        painter.drawLine(at(in, 0, share), at(in, 1, share));
    }
    painter.save();
    painter.setFont(numberFont());
    painter.setPen(theme.faintText);
    const double line = painter.fontMetrics().height();
    for (const double share : {0.0, 0.5, 1.0}) {
        // The bars are as high as the root of their counts.
        const QString y = m_kind == Kind::Histogram
                              ? QString::number(std::lround(static_cast<double>(mostWindows()) * share * share))
                              : QString::number(share);
        painter.drawText(QRectF(0, at(in, 0, share).y() - line / 2, in.left() - kGrid / 4.0, line),
                         Qt::AlignRight | Qt::AlignVCenter, y);
        painter.drawText(QRectF(at(in, share, 0).x() - 2 * line, in.bottom(), 4 * line, line), Qt::AlignCenter,
                         QString::number(share));
    }
    painter.restore();
}

QFont EvaluationPlot::numberFont() const {
    QFont small = font();
    small.setPointSizeF(std::max(7.0, small.pointSizeF() - 1.5));
    return small;
}

int64_t EvaluationPlot::mostWindows() const {
    int64_t most = 1;
    for (const ProbabilityBin& bin : m_bins)
        most = std::max({most, bin.applause, bin.other});
    return most;
}

std::vector<EvaluationPlot::Named> EvaluationPlot::namedBaselines() const {
    static constexpr std::array styles{Qt::DotLine, Qt::DashDotLine, Qt::DashLine};
    const QColor colour = Theme::of(palette()).faintText;
    std::vector<Named> named;
    for (size_t i = 0; i < m_baselines.size(); ++i)
        named.push_back(
            {QPen(colour, 1, styles[i % styles.size()]), QString::fromStdString(m_evaluation->baselines[i].name)});
    return named;
}

/// At the lower right; where there is no room for them, the tool tip tells them.
void EvaluationPlot::paintNames(QPainter& painter, const QRectF& in, const std::vector<Named>& names) const {
    constexpr double kMostOfHeight = 0.5, kMostOfWidth = 0.7;
    painter.save();
    painter.setFont(numberFont());
    const double line = painter.fontMetrics().height();
    int longest = 0;
    for (const Named& named : names)
        longest = std::max(longest, painter.fontMetrics().horizontalAdvance(named.name));
    if (line * static_cast<double>(names.size()) <= kMostOfHeight * in.height() &&
        longest <= kMostOfWidth * in.width()) {
        double bottom = in.bottom() - kGrid;
        for (auto named = names.rbegin(); named != names.rend(); ++named, bottom -= line) {
            const QRectF place(in.left(), bottom - line, in.width() - kGrid, line);
            painter.setPen(named->pen.color());
            painter.drawText(place, Qt::AlignRight | Qt::AlignVCenter, named->name);
            const double end = place.right() - painter.fontMetrics().horizontalAdvance(named->name) - kGrid / 2.0;
            painter.setPen(named->pen);
            painter.drawLine(QPointF(end - 2 * kGrid, place.center().y()), QPointF(end, place.center().y()));
        }
    }
    painter.restore();
}

} // namespace ovation::ui
