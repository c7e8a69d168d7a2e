// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/ChartBoard.h"

#include "ui/charts/ChartExport.h"
#include "ui/charts/ChartLegend.h"
#include "ui/charts/ChartRegistry.h"
#include "ui/charts/ChartTools.h"
#include "ui/charts/RunChart.h"
#include "ui/theme/Theme.h"
#include "ui/train/EmptyState.h"

#include <QAction>
#include <QEvent>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QMenu>
#include <QScrollArea>
#include <QStackedLayout>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

namespace ovation::ui {

namespace {

constexpr int kRedrawEveryMs = 100;
constexpr size_t kMostBatches = 400'000;
constexpr int kNarrowestChart = 212;
constexpr int kLowestChart = 19 * kGrid; ///< with half of it left for the curves; what has no room is scrolled to
constexpr double kPleasingShape = 1.7;   ///< width to height

/// Columns that give `charts` charts the most pleasing shape in `area`, none narrower than can be read. Rows of equal
/// length look better than a full row and a rest.
int columnsFor(int charts, const QSize& area) {
    int best = 1;
    double bestFault = std::numeric_limits<double>::infinity();
    for (int columns = 1; columns <= charts; ++columns) {
        const int rows = (charts + columns - 1) / columns;
        const double width = area.width() / double(columns);
        const double height = std::max(area.height() / double(rows), double(kLowestChart));
        if (columns > 1 && width < kNarrowestChart) break;
        const double fault = std::abs(std::log(width / height / kPleasingShape)) + 0.2 * (rows * columns - charts) +
                             (area.height() < rows * kLowestChart ? 1 : 0);
        if (fault >= bestFault) continue;
        best = columns;
        bestFault = fault;
    }
    return best;
}

} // namespace

ChartBoard::ChartBoard(QWidget* parent)
    : QWidget(parent), m_legend(new ChartLegend(this)), m_stack(new QStackedLayout), m_scroll(new QScrollArea(this)) {
    auto* inside = new QWidget;
    m_grid = new QGridLayout(inside);
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setSpacing(kGrid);
    m_scroll->setWidget(inside);
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->viewport()->installEventFilter(this);

    auto* menu = new QMenu(this);
    for (ChartDescription& description : chartRegistry()) {
        QAction* toggle = menu->addAction(description.title);
        toggle->setCheckable(true);
        toggle->setChecked(true);
        toggle->setObjectName(QStringLiteral("toggle_") + description.id);
        connect(toggle, &QAction::toggled, this, [this] { arrange(); });
        m_toggles.push_back(toggle);
        auto* chart = new RunChart(std::move(description), inside);
        connect(chart, &RunChart::epochsDragged, this, [this](double low, double high) { zoom(std::pair(low, high)); });
        connect(chart, &RunChart::fitRequested, this, [this] { zoom(std::nullopt); });
        m_charts.push_back(chart);
    }
    m_tools = new ChartTools(menu, this);
    connect(m_tools, &ChartTools::fitRequested, this, [this] { zoom(std::nullopt); });
    connect(m_tools, &ChartTools::logarithmicChanged, this, [this](bool on) {
        for (RunChart* chart : m_charts)
            chart->setLogarithmic(on);
    });
    connect(m_tools, &ChartTools::smoothingChanged, this, [this](double factor) {
        for (RunChart* chart : m_charts)
            chart->setSmoothing(factor);
        schedule();
    });
    connect(m_tools, &ChartTools::exportRequested, this, &ChartBoard::exportRequested);
    m_empty = new EmptyState({}, {}, this);
    m_empty->setObjectName(QStringLiteral("no_charts"));
    setPreparing(false);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(m_scroll);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(kGrid / 2);
    auto* footer = new QHBoxLayout;
    footer->setSpacing(kGrid);
    footer->addWidget(m_legend, 1);
    footer->addWidget(m_tools);
    layout->addLayout(m_stack, 1);
    layout->addLayout(footer);

    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &ChartBoard::redraw);
    arrange();
    redraw();
}

void ChartBoard::setRun(const TrainingRun& run, std::vector<BatchMetrics> batches) {
    if (batches.empty() && run.id == m_run.run.id) batches = std::move(m_run.batches);
    if (run.id != m_run.run.id) zoom(std::nullopt);
    m_run = {run, std::move(batches)};
    schedule();
}

void ChartBoard::addBatch(const BatchMetrics& batch) {
    std::vector<BatchMetrics>& batches = m_run.batches;
    while (!batches.empty() && epochPosition(batches.back()) >= epochPosition(batch))
        batches.pop_back();
    if (batches.size() >= kMostBatches) {
        // The faint line keeps its shape with half the points.
        for (size_t i = 0; 2 * i + 1 < batches.size(); ++i)
            batches[i] = batches[2 * i + 1];
        batches.resize(batches.size() / 2);
    }
    batches.push_back(batch);
    schedule();
}

void ChartBoard::updateRun(const TrainingRun& run) {
    m_run.run = run;
    schedule();
}

void ChartBoard::setOverlays(std::vector<TrainingRun> overlays) {
    m_overlays = std::move(overlays);
    schedule();
}

void ChartBoard::zoom(const std::optional<std::pair<double, double>>& epochs) {
    m_zoom = epochs;
    m_tools->setFitted(!epochs);
    for (RunChart* chart : m_charts)
        chart->setEpochs(epochs);
}

FileContent ChartBoard::exported(const QString& format) const {
    if (format == QLatin1String("csv"))
        return [run = m_run, overlays = m_overlays] { return chartsAsCsv(run, overlays).toStdString(); };
    const std::vector<QWidget*> shown = {m_scroll->widget(), m_legend};
    if (format == QLatin1String("svg")) return [svg = widgetsAsSvg(shown)] { return svg.toStdString(); };
    return [image = widgetsAsImage(shown)] { return pngOf(image); };
}

void ChartBoard::clear() {
    m_run = {};
    zoom(std::nullopt);
    schedule();
}

void ChartBoard::setPreparing(bool preparing) {
    if (preparing)
        m_empty->setTexts(tr("Preparing the training"),
                          tr("Recordings are read first: loss, accuracy and F1 are drawn here as soon as the network "
                             "learns."));
    else
        m_empty->setTexts(tr("No training yet"),
                          tr("Press Train: loss, accuracy and F1 are drawn here while the network learns."));
}

std::vector<TrainingRun> ChartBoard::others() const {
    std::vector<TrainingRun> found;
    std::copy_if(m_overlays.begin(), m_overlays.end(), std::back_inserter(found),
                 [this](const TrainingRun& run) { return m_run.run.id == 0 || run.id != m_run.run.id; });
    return found;
}

void ChartBoard::schedule() {
    if (!m_timer.isActive()) m_timer.start(kRedrawEveryMs);
}

void ChartBoard::redraw() {
    ++m_redraws;
    const std::vector<TrainingRun> overlaid = others();
    const bool empty = m_run.run.epochs.empty() && m_run.batches.empty() && overlaid.empty();
    m_stack->setCurrentIndex(empty ? 0 : 1);
    m_legend->setVisible(!empty);
    m_tools->setVisible(!empty);
    m_legend->setRuns(m_run.run, overlaid);
    for (RunChart* chart : m_charts)
        if (!chart->isHidden()) chart->show(m_run, overlaid);
}

void ChartBoard::arrange() {
    for (RunChart* chart : m_charts)
        m_grid->removeWidget(chart);
    int shown = 0;
    for (const QAction* toggle : m_toggles)
        shown += toggle->isChecked();
    const int even = columnsFor(shown, m_scroll->viewport()->size());
    int place = 0;
    for (size_t i = 0; i < m_charts.size(); ++i) {
        m_charts[i]->setVisible(m_toggles[i]->isChecked());
        if (!m_toggles[i]->isChecked()) continue;
        m_charts[i]->setMinimumHeight(kLowestChart);
        m_grid->addWidget(m_charts[i], place / even, place % even);
        ++place;
    }
    for (int c = 0; c < std::max(m_columns, even); ++c)
        m_grid->setColumnStretch(c, c < even ? 1 : 0);
    m_columns = even;
    schedule();
}

void ChartBoard::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    arrange();
}

bool ChartBoard::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_scroll->viewport() && event->type() == QEvent::Resize) arrange();
    return QWidget::eventFilter(watched, event);
}

} // namespace ovation::ui
