// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QMenu;
class QSlider;
class QToolButton;

namespace ovation::ui {

/// How the charts are drawn: smoothing, logarithmic axes, back to everything, and what can be taken away as a file.
class ChartTools : public QWidget {
    Q_OBJECT
public:
    /// `charts`: the menu of charts to choose from.
    explicit ChartTools(QMenu* charts, QWidget* parent = nullptr);

    double smoothing() const;    ///< 0 to below 1
    void setFitted(bool fitted); ///< everything is shown: there is nothing to go back to

Q_SIGNALS:
    void smoothingChanged(double factor);
    void logarithmicChanged(bool on);
    void fitRequested();
    void exportRequested(const QString& format); ///< "png", "svg" or "csv"

private:
    QSlider* m_smoothing;
    QToolButton* m_fit;
};

} // namespace ovation::ui
