// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QImage>
#include <QLineF>
#include <QList>
#include <QStringList>
#include <QWidget>

#include <memory>

namespace ovation {
struct LossSurface;
}

namespace ovation::ui {

/// A loss surface as a contour map, low is dark, with a scale of its colours, the path of training across it and the
/// loss under the pointer.
class SurfacePicture : public QWidget {
    Q_OBJECT
public:
    explicit SurfacePicture(QWidget* parent = nullptr);

    void setSurface(std::shared_ptr<const LossSurface> surface);
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void pointed(const QString& text); ///< what is under the pointer; "" for nothing

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    QRectF area() const;
    double scaleWidth() const; ///< to the right of the area
    void paintScale(QPainter& painter) const;
    QPointF toPixel(double x, double y) const;

    std::shared_ptr<const LossSurface> m_surface;
    QImage m_colours;         ///< one pixel a value
    QList<QLineF> m_contours; ///< in steps from the lower left
    QStringList m_scale;      ///< losses that the colours stand for, from low to high, in equal steps of the logarithm
};

} // namespace ovation::ui
