// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/TrainingRun.h"
#include "ui/charts/RunCurves.h"

#include <QPen>
#include <QStringList>
#include <QWidget>

#include <vector>

namespace ovation::ui {

/// What the lines of the charts mean: training and validation of the shown run, the overlaid runs by name, and the
/// marks that the shown run has; in as many rows as it takes, up to three.
class ChartLegend : public QWidget {
    Q_OBJECT
public:
    explicit ChartLegend(QWidget* parent = nullptr);

    void setRuns(const TrainingRun& shown, const std::vector<TrainingRun>& overlays);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
    int heightForWidth(int width) const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    struct Entry {
        QPen pen;
        QString text;
        bool upright = false;
    };
    std::vector<Entry> entries() const;
    /// Of as many entries as fit into `width`: where each begins, x in pixels and y in rows.
    std::vector<QPoint> places(const std::vector<Entry>& entries, int width) const;
    int widthOf(const Entry& entry) const;
    int rowHeight() const;

    QString m_shown; ///< the shown run's name
    QStringList m_overlays;
    std::vector<RunMark::Kind> m_marks; ///< that the shown run has
};

} // namespace ovation::ui
