// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/EvaluationPanel.h"

#include "core/base/NamesApart.h"
#include "core/detection/ScoreWindows.h"
#include "core/models/ModelBundle.h"
#include "ui/charts/ChartMath.h"
#include "ui/session/Session.h"
#include "ui/theme/NumberField.h"
#include "ui/theme/Theme.h"
#include "ui/train/ClipPicture.h"
#include "ui/train/EmptyState.h"
#include "ui/train/EvaluationPlot.h"
#include "ui/train/RuleLegend.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSlider>
#include <QSplitter>
#include <QStackedLayout>
#include <QTabWidget>
#include <QTableWidget>
#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace ovation::ui {

namespace {

constexpr int kThresholdSteps = 1000;

QTableWidget* makeTable(const QStringList& columns, const char* name, QWidget* parent) {
    auto* table = new QTableWidget(parent);
    table->setObjectName(QLatin1String(name));
    table->setColumnCount(static_cast<int>(columns.size()));
    table->setHorizontalHeaderLabels(columns);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setSelectionMode(QAbstractItemView::SingleSelection);
    table->setAlternatingRowColors(true);
    table->setShowGrid(false);
    table->verticalHeader()->hide();
    table->verticalHeader()->setDefaultSectionSize(table->fontMetrics().height() + kGrid);
    table->horizontalHeader()->setHighlightSections(false);
    table->setTabKeyNavigation(false);
    return table;
}

} // namespace

EvaluationPanel::EvaluationPanel(Session* session, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_start(new QPushButton(tr("Evaluate"), this)),
      m_summary(new QLabel(this)),
      m_counted(new QLabel(this)),
      m_slider(new QSlider(Qt::Horizontal, this)),
      m_spin(new NumberField(3, 3, this)),
      m_which(new QComboBox(this)),
      m_mistakes(makeTable({tr("Loss"), tr("Says"), tr("It is"), tr("From"), tr("Recording")}, "mistakes", this)),
      m_recordings(makeTable({tr("Recording"), tr("Windows"), tr("Applause"), tr("Accuracy"), tr("Precision"),
                              tr("Recall"), tr("F1"), tr("Loss")},
                             "evaluated_recordings", this)),
      m_figures(makeTable({tr("Figure")}, "evaluation_figures", this)),
      m_picture(new ClipPicture(this)),
      m_pages(new QTabWidget(this)),
      m_stack(new QStackedLayout),
      m_refill(new QTimer(this)) {
    m_refill->setSingleShot(true);
    m_refill->setInterval(120);
    connect(m_refill, &QTimer::timeout, this, &EvaluationPanel::refill);
    connect(m_pages, &QTabWidget::currentChanged, this, &EvaluationPanel::fillShown);
    m_pages->setObjectName(QStringLiteral("evaluation_pages"));

    auto* curves = new QWidget(this);
    auto* column = new QVBoxLayout(curves);
    column->setContentsMargins(0, kGrid, 0, 0);
    column->setSpacing(kGrid / 2);
    auto* row = new QHBoxLayout;
    row->setSpacing(kGrid);
    column->addLayout(row, 1);
    for (const auto kind :
         {EvaluationPlot::Kind::Roc, EvaluationPlot::Kind::PrecisionRecall, EvaluationPlot::Kind::Histogram,
          EvaluationPlot::Kind::Reliability, EvaluationPlot::Kind::Confusion}) {
        auto* plot = new EvaluationPlot(kind, curves);
        connect(plot, &EvaluationPlot::thresholdChosen, this, &EvaluationPanel::setThreshold);
        row->addWidget(plot, 1);
        m_plots.push_back(plot);
    }
    m_rules = new RuleLegend(m_plots.front(), curves);
    column->addWidget(m_rules);
    m_pages->setDocumentMode(true);
    m_pages->setTabPosition(QTabWidget::South);
    m_pages->addTab(curves, tr("Curves"));
    m_pages->addTab(buildMistakes(), tr("Worst mistakes"));
    m_pages->addTab(m_recordings, tr("Recordings"));
    m_pages->addTab(m_figures, tr("Figures"));
    for (QTableWidget* table : {m_recordings, m_mistakes})
        table->setTextElideMode(Qt::ElideMiddle); // names often differ at their ends
    m_mistakes->setAccessibleName(tr("Worst mistakes"));
    m_recordings->setAccessibleName(tr("Figures of each recording"));
    m_figures->setAccessibleName(tr("Figures of the model and of simple rules"));
    m_recordings->setSortingEnabled(true);
    m_recordings->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);

    m_stack->addWidget(new EmptyState(
        tr("Not evaluated yet"),
        tr("Evaluate asks the model about every validation window of its own training's split: curves, mistakes to "
           "hear, and what simple rules reach on the same windows."),
        this));
    m_stack->addWidget(m_pages);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(kGrid);
    m_counted->setObjectName(QStringLiteral("evaluation_counted"));
    m_counted->setWordWrap(true);
    m_counted->setForegroundRole(QPalette::PlaceholderText);
    m_counted->hide();
    layout->addWidget(buildBar());
    layout->addWidget(m_counted);
    layout->addLayout(m_stack, 1);

    connect(session, &Session::evaluationFinished, this,
            [this](const std::shared_ptr<const WindowEvaluation>& evaluation) {
                if (evaluation) take(evaluation);
                updateButton();
            });
    connect(session, &Session::clipSeen, this,
            [this](const QString& path, double startS, const std::shared_ptr<const ClipView>& view) {
                m_picture->setView(view, startS, QFileInfo(path).fileName());
            });
    connect(session, &Session::modelChanged, this, &EvaluationPanel::updateButton);
    connect(session, &Session::projectOpened, this, [this] {
        take(nullptr);
        updateButton();
    });
    updateButton();
}

QWidget* EvaluationPanel::buildBar() {
    auto* bar = new QWidget(this);
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(kGrid);
    m_start->setObjectName(QStringLiteral("evaluate"));
    connect(m_start, &QPushButton::clicked, this, &EvaluationPanel::evaluate);
    m_summary->setWordWrap(true);
    m_summary->setTextFormat(Qt::PlainText);
    m_summary->setObjectName(QStringLiteral("evaluation_summary"));
    m_slider->setRange(1, kThresholdSteps - 1);
    m_slider->setMinimumWidth(12 * kGrid);
    m_slider->setMaximumWidth(24 * kGrid);
    m_slider->setAccessibleName(tr("Threshold of all curves"));
    m_spin->setRange(0.001, 0.999);
    m_spin->setSingleStep(0.01);
    m_spin->setValue(m_threshold);
    m_slider->setValue(static_cast<int>(std::lround(m_threshold * kThresholdSteps)));
    m_spin->setAccessibleName(tr("Threshold of all curves"));
    connect(m_slider, &QSlider::valueChanged, this,
            [this](int value) { setThreshold(static_cast<double>(value) / kThresholdSteps); });
    connect(m_spin, &QDoubleSpinBox::valueChanged, this, &EvaluationPanel::setThreshold);
    row->addWidget(m_start);
    row->addWidget(m_summary, 1);
    auto* label = new QLabel(tr("&Threshold"), bar);
    label->setBuddy(m_spin);
    row->addWidget(label);
    row->addWidget(m_slider);
    row->addWidget(m_spin);
    return bar;
}

QWidget* EvaluationPanel::buildMistakes() {
    auto* page = new QWidget(this);
    m_which->addItems({tr("All windows"), tr("Mistakes only"), tr("Missed applause"), tr("False alarms")});
    m_which->setCurrentIndex(1);
    m_which->setAccessibleName(tr("Which windows are listed"));
    m_which->setToolTip(m_which->accessibleName());
    connect(m_which, &QComboBox::currentIndexChanged, this, &EvaluationPanel::fillMistakes);
    auto* hint = new QLabel(tr("A click or Enter plays; the worst come first."), page);
    auto* top = new QHBoxLayout;
    top->setContentsMargins(0, kGrid / 2, 0, 0);
    top->addWidget(m_which);
    top->addWidget(hint, 1);
    m_mistakes->horizontalHeader()->setStretchLastSection(true);
    connect(m_mistakes, &QTableWidget::itemSelectionChanged, this, &EvaluationPanel::showChosen);
    connect(m_mistakes, &QTableWidget::cellClicked, this, &EvaluationPanel::hearChosen);
    connect(m_mistakes, &QTableWidget::activated, this, &EvaluationPanel::hearChosen);
    auto* splitter = new QSplitter(Qt::Horizontal, page);
    splitter->addWidget(m_mistakes);
    splitter->addWidget(m_picture);
    splitter->setStretchFactor(0, 3);
    splitter->setStretchFactor(1, 2);
    splitter->setChildrenCollapsible(false);
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(kGrid / 2);
    layout->addLayout(top);
    layout->addWidget(splitter, 1);
    return page;
}

void EvaluationPanel::evaluate() {
    if (m_session->evaluating()) return;
    m_session->startEvaluation();
    updateButton();
}

void EvaluationPanel::updateButton() {
    const bool busy = m_session->evaluating();
    m_start->setEnabled(!busy && m_session->model());
    m_start->setText(busy ? tr("Evaluating …") : tr("Evaluate"));
    const auto model = m_session->model();
    m_start->setToolTip(model ? tr("Asks the model that detection uses, %1, about its validation recordings")
                                    .arg(QString::fromStdString(model->name))
                              : tr("There is no model yet: train one, or open one"));
    if (!m_evaluation) m_summary->setText(model ? tr("Model: %1").arg(QString::fromStdString(model->name)) : QString());
    if (!m_evaluation) setThreshold(model ? model->decoder.threshold : 0.5);
    m_slider->setEnabled(m_evaluation != nullptr);
    m_spin->setEnabled(m_evaluation != nullptr);
}

void EvaluationPanel::take(std::shared_ptr<const WindowEvaluation> evaluation) {
    m_evaluation = std::move(evaluation);
    m_names = m_evaluation ? namesApart(m_evaluation->recordings) : std::vector<std::string>();
    m_picture->setView(nullptr, 0);
    for (EvaluationPlot* plot : m_plots)
        plot->setEvaluation(m_evaluation);
    m_rules->update();
    m_stack->setCurrentIndex(m_evaluation ? 1 : 0);
    m_counted->setVisible(m_evaluation != nullptr);
    updateButton();
    if (!m_evaluation) return;
    const auto applause = std::ranges::count_if(m_evaluation->windows, &ScoredWindow::applause);
    const size_t windows = m_evaluation->windows.size();
    QString text = tr("Model: %1. %2, %3 with applause.")
                       .arg(QString::fromStdString(m_evaluation->model),
                            windows == 1 ? tr("1 validation window") : tr("%1 validation windows").arg(windows),
                            QString::number(applause));
    for (const std::string& note : m_evaluation->notes)
        text += QLatin1Char(' ') + QString::fromStdString(note);
    m_summary->setText(text);
    m_threshold = 0; // whatever it was, everything is filled anew
    setThreshold(m_evaluation->threshold);
    m_refill->stop();
    refill();
}

void EvaluationPanel::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    fillShown();
}

void EvaluationPanel::setThreshold(double threshold) {
    threshold = std::clamp(threshold, 0.001, 0.999);
    if (threshold == m_threshold) return;
    m_threshold = threshold;
    {
        const QSignalBlocker slider(m_slider), spin(m_spin);
        m_slider->setValue(static_cast<int>(std::lround(threshold * kThresholdSteps)));
        m_spin->setValue(threshold);
    }
    showCounted();
    for (EvaluationPlot* plot : m_plots)
        plot->setThreshold(threshold);
    if (m_evaluation) m_refill->start();
}

void EvaluationPanel::showCounted() {
    if (!m_evaluation) return;
    const QString inRuns = m_evaluation->framesAnswered
                               ? tr("Runs counts the single answers of this frame network, at 0.5: other numbers.")
                               : tr("Runs counts the same windows, at 0.5.");
    const QString own = QString::number(m_evaluation->threshold, 'f', 3);
    const QString chosen = QString::number(m_threshold, 'f', 3);
    // What training does, see the learners' complete(): too little applause there leaves a usual threshold.
    const QString from = tr("chosen in its training on its own validation part, where that had enough applause");
    const QString counted =
        chosen == own ? tr("Counted are windows, at the model's threshold %1, %2.").arg(own, from)
                      : tr("Counted are windows, at the threshold %1; the model's is %2, %3.").arg(chosen, own, from);
    m_counted->setText(counted + QLatin1Char(' ') + inRuns);
}

SpeechId EvaluationPanel::speechOf(const ScoredWindow& window) const {
    const std::string& path = m_evaluation->recordings[static_cast<size_t>(window.recording)];
    for (const Speech& speech : m_session->project().speeches)
        if (speech.path == path) return speech.id;
    return 0;
}

QString EvaluationPanel::nameOf(int32_t recording) const {
    return QString::fromStdString(m_names[static_cast<size_t>(recording)]);
}

std::optional<size_t> EvaluationPanel::chosenWindow() const {
    const int row = m_mistakes->currentRow();
    if (!m_evaluation || row < 0 || !m_mistakes->item(row, 0)) return {};
    return static_cast<size_t>(m_mistakes->item(row, 0)->data(Qt::UserRole).toULongLong());
}

void EvaluationPanel::showChosen() {
    const auto index = chosenWindow();
    if (!index) return;
    const ScoredWindow& window = m_evaluation->windows[*index];
    const std::string& path = m_evaluation->recordings[static_cast<size_t>(window.recording)];
    m_session->lookAtClip(QString::fromStdString(path), window.startS, window.endS);
}

void EvaluationPanel::hearChosen() {
    const auto index = chosenWindow();
    if (!index) return;
    const ScoredWindow& window = m_evaluation->windows[*index];
    if (const SpeechId speech = speechOf(window); speech != 0) Q_EMIT playRequested(speech, window.startS, window.endS);
}

} // namespace ovation::ui
