// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/TrainingRun.h"

#include <QPen>
#include <QWidget>

#include <vector>

namespace ovation::ui {

/// What the lines of the charts mean, in one line: training, validation, marks, and the overlaid runs by name.
class ChartLegend : public QWidget {
    Q_OBJECT
public:
    explicit ChartLegend(QWidget* parent = nullptr);

    void setOverlays(const std::vector<TrainingRun>& overlays);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    struct Entry {
        QPen pen;
        QString text;
        bool upright = false;
    };
    std::vector<Entry> entries() const;

    std::vector<TrainingRun> m_overlays;
};

} // namespace ovation::ui
