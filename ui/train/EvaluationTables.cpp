// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detection/ScoreWindows.h"
#include "ui/session/TimeText.h"
#include "ui/train/EvaluationPanel.h"

#include <QComboBox>
#include <QSignalBlocker>
#include <QTabWidget>
#include <QTableWidget>

#include <algorithm>

namespace ovation::ui {

// The tables of the evaluation. Each is filled when it is in sight.

namespace {

constexpr size_t kMostMistakes = 300;

/// Sorts by its number, and shows n/a last.
class NumberItem : public QTableWidgetItem {
public:
    NumberItem(const QString& text, std::optional<double> value) : QTableWidgetItem(text), m_value(value) {
        setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    }
    bool operator<(const QTableWidgetItem& other) const override {
        const auto* number = dynamic_cast<const NumberItem*>(&other);
        if (!number) return QTableWidgetItem::operator<(other);
        return m_value.value_or(-1) < number->m_value.value_or(-1);
    }

private:
    std::optional<double> m_value;
};

NumberItem* numberItem(std::optional<double> value, int decimals = 3) {
    return new NumberItem(value ? QString::number(*value, 'f', decimals) : EvaluationPanel::tr("n/a"), value);
}

QString nameOfFigure(const char* figure) {
    static const std::vector<std::pair<QString, QString>> names{
        {QStringLiteral("accuracy"), EvaluationPanel::tr("Accuracy")},
        {QStringLiteral("precision"), EvaluationPanel::tr("Precision")},
        {QStringLiteral("recall"), EvaluationPanel::tr("Recall")},
        {QStringLiteral("f1"), EvaluationPanel::tr("F1")},
        {QStringLiteral("roc_auc"), EvaluationPanel::tr("ROC-AUC")},
        {QStringLiteral("average_precision"), EvaluationPanel::tr("Average precision")},
        {QStringLiteral("loss"), EvaluationPanel::tr("Loss (cross-entropy)")},
        {QStringLiteral("brier"), EvaluationPanel::tr("Brier score")}};
    for (const auto& [id, name] : names)
        if (id == QLatin1String(figure)) return name;
    return QString::fromLatin1(figure);
}

} // namespace

void EvaluationPanel::refill() {
    m_unfilled = {m_mistakes, m_recordings, m_figures};
    if (m_evaluation)
        m_pages->setTabText(
            1,
            tr("Worst mistakes (%1)").arg(std::ranges::count_if(m_evaluation->windows, [&](const ScoredWindow& window) {
                return !window.rightAt(m_threshold);
            })));
    fillShown();
}

void EvaluationPanel::fillShown() {
    const auto due = [this](const QTableWidget* table) { return table->isVisible() && m_unfilled.erase(table) > 0; };
    if (due(m_mistakes)) fillMistakes();
    if (due(m_recordings)) fillRecordings();
    if (due(m_figures)) fillFigures();
}

void EvaluationPanel::fillMistakes() {
    const QSignalBlocker blocker(m_mistakes);
    m_mistakes->setRowCount(0);
    if (!m_evaluation) return;
    const std::vector<ScoredWindow>& windows = m_evaluation->windows;
    const int which = m_which->currentIndex();
    std::vector<size_t> listed;
    for (const size_t index : byLoss(windows)) {
        const ScoredWindow& window = windows[index];
        const bool wrong = !window.rightAt(m_threshold);
        if (which > 0 && !wrong) continue;
        if ((which == 2 && !window.applause) || (which == 3 && window.applause)) continue;
        listed.push_back(index);
        if (listed.size() == kMostMistakes) break;
    }
    m_mistakes->setRowCount(static_cast<int>(listed.size()));
    for (int row = 0; row < m_mistakes->rowCount(); ++row) {
        const size_t index = listed[static_cast<size_t>(row)];
        const ScoredWindow& window = windows[index];
        auto* loss = numberItem(window.loss());
        loss->setData(Qt::UserRole, static_cast<qulonglong>(index));
        m_mistakes->setItem(row, 0, loss);
        m_mistakes->setItem(row, 1, numberItem(static_cast<double>(window.probability)));
        m_mistakes->setItem(row, 2, new QTableWidgetItem(window.applause ? tr("applause") : tr("other")));
        m_mistakes->setItem(row, 3, new NumberItem(timeText(window.startS, 1), window.startS));
        m_mistakes->setItem(row, 4, new QTableWidgetItem(nameOf(window.recording)));
    }
    m_mistakes->resizeColumnsToContents();
}

void EvaluationPanel::fillRecordings() {
    m_recordings->setSortingEnabled(false);
    m_recordings->setRowCount(0);
    if (m_evaluation) {
        const auto rows = figuresByRecording(m_evaluation->windows, m_threshold);
        m_recordings->setRowCount(static_cast<int>(rows.size()));
        for (int row = 0; row < m_recordings->rowCount(); ++row) {
            const RecordingFigures& one = rows[static_cast<size_t>(row)];
            const Confusion& confusion = one.figures.confusion;
            m_recordings->setItem(row, 0, new QTableWidgetItem(nameOf(one.recording)));
            m_recordings->item(row, 0)->setToolTip(
                QString::fromStdString(m_evaluation->recordings[static_cast<size_t>(one.recording)]));
            m_recordings->setItem(row, 1, numberItem(static_cast<double>(one.windows), 0));
            m_recordings->setItem(row, 2, numberItem(static_cast<double>(confusion.tp + confusion.fn), 0));
            m_recordings->setItem(row, 3, numberItem(confusion.accuracy()));
            m_recordings->setItem(row, 4, numberItem(confusion.precision()));
            m_recordings->setItem(row, 5, numberItem(confusion.recall()));
            m_recordings->setItem(row, 6, numberItem(confusion.f1()));
            m_recordings->setItem(row, 7, numberItem(one.figures.loss));
        }
    }
    m_recordings->setSortingEnabled(true);
}

void EvaluationPanel::fillFigures() {
    m_figures->setRowCount(0);
    if (!m_evaluation) return;
    struct Column {
        QString name;
        WindowFigures figures;
        std::map<std::string, std::pair<double, double>> intervals;
        bool probabilities = true;
    };
    const std::vector<ScoredWindow>& windows = m_evaluation->windows;
    // Here nothing may take long: the model's own threshold has its intervals, others get as many resamples as fit.
    constexpr int64_t kSteps = 4'000'000;
    const auto resamples =
        static_cast<int>(std::clamp<int64_t>(kSteps / std::max<int64_t>(1, std::ssize(windows)), 40, 1000));
    std::vector<Column> columns{{tr("This model"), figuresOf(windows, m_threshold),
                                 m_threshold == m_evaluation->threshold
                                     ? m_evaluation->intervals
                                     : figureIntervals(windows, m_threshold, resamples),
                                 true}};
    for (const Baseline& baseline : m_evaluation->baselines)
        columns.push_back({QString::fromStdString(baseline.name), figuresOf(baseline.windows, baseline.threshold),
                           baseline.intervals, baseline.probabilities});
    QStringList titles{tr("Figure (95 % interval over recordings)")};
    for (const Column& column : columns)
        titles << column.name;
    m_figures->setColumnCount(static_cast<int>(titles.size()));
    m_figures->setHorizontalHeaderLabels(titles);
    const auto named = namedFigures(columns.front().figures);
    m_figures->setRowCount(static_cast<int>(named.size()));
    for (int row = 0; row < m_figures->rowCount(); ++row) {
        const char* figure = named[static_cast<size_t>(row)].first;
        m_figures->setItem(row, 0, new QTableWidgetItem(nameOfFigure(figure)));
        for (size_t c = 0; c < columns.size(); ++c) {
            const Column& column = columns[c];
            const bool ofProbabilities =
                QLatin1String(figure) == QLatin1String("loss") || QLatin1String(figure) == QLatin1String("brier");
            auto value = namedFigures(column.figures)[static_cast<size_t>(row)].second;
            if (ofProbabilities && !column.probabilities) value.reset();
            QString text = value ? QString::number(*value, 'f', 3) : tr("n/a");
            if (const auto interval = column.intervals.find(figure); value && interval != column.intervals.end())
                text += tr("  (%1 to %2)")
                            .arg(QString::number(interval->second.first, 'f', 3),
                                 QString::number(interval->second.second, 'f', 3));
            auto* item = new QTableWidgetItem(text);
            item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
            if (c == 0) {
                QFont bold = m_figures->font();
                bold.setBold(true);
                item->setFont(bold);
            }
            m_figures->setItem(row, static_cast<int>(c) + 1, item);
        }
    }
    m_figures->resizeColumnsToContents();
}

} // namespace ovation::ui
