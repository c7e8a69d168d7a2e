// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/WindowScores.h"

#include <QPainterPath>
#include <QPen>
#include <QWidget>

#include <memory>

namespace ovation {
struct WindowEvaluation;
}

namespace ovation::ui {

/// One picture of a model's answers. All pictures of a board share one threshold, which is dragged or clicked in any of
/// them but the confusion matrix and the reliability diagram.
class EvaluationPlot : public QWidget {
    Q_OBJECT
public:
    enum class Kind { Roc, PrecisionRecall, Histogram, Reliability, Confusion };

    explicit EvaluationPlot(Kind kind, QWidget* parent = nullptr);

    void setEvaluation(std::shared_ptr<const WindowEvaluation> evaluation);
    void setThreshold(double threshold);

    /// The threshold that a click there would choose; nothing where a click means nothing.
    std::optional<double> thresholdAt(const QPointF& position) const;

    QRectF area() const;        ///< of the plot inside its titles and numbers
    QString said() const;       ///< what it shows, at the threshold, for those who do not see it
    QString figure() const;     ///< what the picture comes to in one number, with its name; "" for none
    QRectF figurePlace() const; ///< under the title, beside nothing that is drawn

    /// A line and what it stands for.
    struct Named {
        QPen pen;
        QString name;
    };
    std::vector<Named> namedBaselines() const; ///< the simple rules, of the pictures that have their curves
    QFont numberFont() const;

    QSize minimumSizeHint() const override;
    QSize sizeHint() const override;

Q_SIGNALS:
    void thresholdChosen(double threshold);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;

private:
    void paintNames(QPainter& painter, const QRectF& in, const std::vector<Named>& names) const;
    int64_t mostWindows() const;                             ///< in a bar
    static QPointF at(const QRectF& in, double x, double y); ///< of shares, from below
    void paintCurve(QPainter& painter, const QRectF& in) const;
    void paintHistogram(QPainter& painter, const QRectF& in) const;
    void paintReliability(QPainter& painter, const QRectF& in) const;
    void paintConfusion(QPainter& painter, const QRectF& in) const;
    void paintAxes(QPainter& painter, const QRectF& in) const;
    QPainterPath pathOf(const std::vector<CurvePoint>& curve, const QRectF& in) const;
    void layOut(const QRectF& in);
    void placeMark();
    void tell();
    QString title() const;
    QString xTitle() const;
    QString yTitle() const;

    Kind m_kind;
    std::shared_ptr<const WindowEvaluation> m_evaluation;
    double m_threshold = 0.5;
    std::vector<CurvePoint> m_curve;
    std::vector<std::vector<CurvePoint>> m_baselines; ///< of those that rank
    std::vector<QPainterPath> m_paths;                ///< of the baselines, then of the curve, in m_laidOut
    QRectF m_laidOut;                                 ///< empty: to be done
    std::optional<CurvePoint> m_mark;                 ///< where the threshold is on the curve
    std::vector<ProbabilityBin> m_bins;
    WindowFigures m_figures;
};

} // namespace ovation::ui
