// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/charts/RunCurves.h"
#include "ui/session/FileContent.h"

#include <QTimer>
#include <QWidget>

class QAction;
class QGridLayout;
class QScrollArea;
class QStackedLayout;

namespace ovation::ui {

class RunChart;
class ChartLegend;
class ChartTools;
class EmptyState;

/// Every chart of the registry over one run and the overlaid ones, in as many columns as fit. Redraws at most ten times
/// a second.
class ChartBoard : public QWidget {
    Q_OBJECT
public:
    explicit ChartBoard(QWidget* parent = nullptr);

    /// Shows another run; without `batches`, those of the run that is shown already are kept when the ids are equal.
    void setRun(const TrainingRun& run, std::vector<BatchMetrics> batches = {});
    /// Batches come in order; one that was there already, as after a resume from a checkpoint, takes the place of it
    /// and of all behind it.
    void addBatch(const BatchMetrics& batch);
    void updateRun(const TrainingRun& run); ///< the same run, further on
    void setOverlays(std::vector<TrainingRun> overlays);
    void clear();
    void setPreparing(bool preparing); ///< a training is about to draw here

    const RunCurves& shown() const { return m_run; }
    std::vector<RunChart*> charts() const { return m_charts; }
    ChartTools* tools() const { return m_tools; }
    std::optional<std::pair<double, double>> zoomedTo() const { return m_zoom; } ///< epochs; nothing: all
    /// The charts as a picture ("png", "svg") or their numbers ("csv"), as they are now; encoded when it is called.
    FileContent exported(const QString& format) const;
    int redraws() const { return m_redraws; } ///< how often the charts were drawn since construction

Q_SIGNALS:
    void exportRequested(const QString& format);

protected:
    void resizeEvent(QResizeEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void schedule();
    void redraw();
    void arrange();
    std::vector<TrainingRun> others() const; ///< the overlaid ones but the shown run: it is drawn once
    void zoom(const std::optional<std::pair<double, double>>& epochs);

    RunCurves m_run;
    std::vector<TrainingRun> m_overlays; ///< as chosen; the shown run may be among them
    std::vector<RunChart*> m_charts;
    std::vector<QAction*> m_toggles;
    ChartLegend* m_legend;
    EmptyState* m_empty;
    QStackedLayout* m_stack;
    ChartTools* m_tools;
    QScrollArea* m_scroll;
    QGridLayout* m_grid;
    QTimer m_timer;
    std::optional<std::pair<double, double>> m_zoom;
    int m_redraws = 0;
    int m_columns = 0;
};

} // namespace ovation::ui
