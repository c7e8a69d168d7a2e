// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/RunComparisonView.h"

#include "core/models/ModelRegistry.h"
#include "ui/charts/ChartMath.h"
#include "ui/theme/Theme.h"
#include "ui/train/FieldRow.h"
#include "ui/train/ModelEstimate.h"

#include <QEvent>
#include <QScrollBar>

#include <algorithm>
#include <cmath>

namespace ovation::ui {

namespace {

constexpr size_t kMostCompared = 8;
constexpr int kFillEveryMs = 250;
constexpr qsizetype kFingerprintDigits = 8;
constexpr double kMarkShare = 0.18; ///< of the accent in the background of what differs

QString escaped(const QString& text) {
    return text.toHtmlEscaped();
}

QString metricName(RunMetric metric) {
    switch (metric) {
    case RunMetric::Loss:
        return RunComparisonView::tr("Validation loss");
    case RunMetric::Accuracy:
        return RunComparisonView::tr("Accuracy");
    case RunMetric::F1:
        return RunComparisonView::tr("F1");
    case RunMetric::RocAuc:
        return RunComparisonView::tr("ROC-AUC");
    case RunMetric::AveragePrecision:
        return RunComparisonView::tr("Average precision");
    }
    return {};
}

std::optional<std::pair<double, double>> limits(const std::optional<Interval>& interval) {
    return interval ? std::optional(std::pair(interval->low, interval->high)) : std::nullopt;
}

/// `background`: of the cells, "" for none; an opaque colour, since it is drawn behind the cell and its text.
QString row(const QString& name, const QStringList& cells, bool bold = false, const QString& background = {}) {
    const QString style = bold ? QStringLiteral(" style='font-weight:bold'") : QString();
    const QString colour = background.isEmpty() ? QString() : QStringLiteral(" bgcolor='%1'").arg(background);
    const QString attributes = style + colour;
    QString html = QStringLiteral("<tr><td%2>%1&nbsp;&nbsp;</td>").arg(escaped(name), attributes);
    for (const QString& cell : cells)
        html += QStringLiteral("<td align='right'%2>&nbsp;&nbsp;%1</td>").arg(escaped(cell), attributes);
    return html + QStringLiteral("</tr>");
}

QColor mixedColour(const QColor& over, const QColor& base, double share) {
    const auto mixed = [&](int a, int b) { return static_cast<int>(std::lround(share * a + (1 - share) * b)); };
    return {mixed(over.red(), base.red()), mixed(over.green(), base.green()), mixed(over.blue(), base.blue())};
}

QString signedText(double value) {
    return (value > 0 ? QStringLiteral("+") : value < 0 ? QStringLiteral("−") : QString()) + valueText(std::abs(value));
}

QString unlikeUnitsText(const QString& first, const QString& second, bool firstByAnswers) {
    return RunComparisonView::tr("%1 and %2 cannot be compared recording by recording: the scores of %3 are of single "
                                 "answers, those of %4 of windows of several seconds.")
        .arg(first, second, firstByAnswers ? first : second, firstByAnswers ? second : first);
}

QString verdictOf(const QString& first, const QString& second, const PairedComparison::Difference& f1) {
    if (!f1.value || !f1.interval)
        return RunComparisonView::tr("%1 and %2 cannot be compared in F1: that takes two validation recordings with "
                                     "applause that both share, with the same labels.")
            .arg(first, second);
    const QString interval =
        QStringLiteral("[%1, %2]").arg(signedText(f1.interval->low), signedText(f1.interval->high));
    if (f1.interval->low <= 0 && f1.interval->high >= 0)
        return RunComparisonView::tr("No clear difference in F1 between %1 and %2: the interval of the difference, %3, "
                                     "includes 0.")
            .arg(first, second, interval);
    const bool better = f1.interval->low > 0;
    return RunComparisonView::tr(
               "%1 is better in F1 than %2: the interval of the difference to %3, %4, does not include 0.")
        .arg(better ? second : first, better ? first : second, first, interval);
}

QString namesOf(const std::vector<std::string>& models) {
    QStringList names;
    for (const std::string& model : models)
        if (!model.empty()) names << QString::fromStdString(model);
    return names.isEmpty() ? RunComparisonView::tr("none") : names.join(QStringLiteral(", "));
}

QString comparisonLegend() {
    return RunComparisonView::tr(
        "In brackets: the range that holds the value in 95 of 100 draws of the validation recordings, with repeats. "
        "“Better in 37 %”: the share of the draws in which the run is better than the first; near 50 % neither is. "
        "Loss: the lower, the better; all others: the higher. Settings that differ are marked. Two runs on the same "
        "data have the same Data.");
}

QString differenceText(const PairedComparison::Difference& difference) {
    if (!difference.value) return valueText(std::nullopt);
    QString text = signedText(*difference.value);
    if (difference.interval)
        text += QStringLiteral(" [%1, %2]")
                    .arg(signedText(difference.interval->low), signedText(difference.interval->high));
    if (difference.better) text += RunComparisonView::tr(", better in %1 %").arg(std::lround(100 * *difference.better));
    return text;
}

} // namespace

std::optional<Interval> shownInterval(const TrainingRun& run, RunMetric metric) {
    return bestInterval(run, metric, intervalResamples(run));
}

QString withInterval(std::optional<double> value, const std::optional<std::pair<double, double>>& interval) {
    QString text = valueText(value);
    if (value && interval)
        text += QStringLiteral(" [%1, %2]").arg(valueText(interval->first), valueText(interval->second));
    return text;
}

RunComparisonView::RunComparisonView(QWidget* parent) : QTextBrowser(parent) {
    setObjectName(QStringLiteral("comparison"));
    setOpenLinks(false);
    setFrameShape(QFrame::NoFrame);
    document()->setDocumentMargin(kGrid);
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &RunComparisonView::fill);
}

void RunComparisonView::setRuns(std::vector<TrainingRun> runs, std::vector<TrainingRun> all) {
    m_runs = std::move(runs);
    m_all = std::move(all);
    if (isVisible() && !m_timer.isActive()) m_timer.start(kFillEveryMs);
}

void RunComparisonView::showEvent(QShowEvent* event) {
    QTextBrowser::showEvent(event);
    fill();
}

void RunComparisonView::changeEvent(QEvent* event) {
    QTextBrowser::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && isVisible()) fill();
}

QString RunComparisonView::seeds() const {
    QString html;
    for (const SeedGroup& group : seedGroups(m_all)) {
        QStringList names, scores;
        for (const TrainingRun& run : m_all)
            if (std::find(group.ids.begin(), group.ids.end(), run.id) != group.ids.end())
                names << QString::fromStdString(run.name);
        for (size_t i = 0; i < kRunMetrics.size(); ++i)
            if (const auto& spread = group.metrics[i]; spread && spread->deviation)
                scores << QStringLiteral("%1 %2 ± %3")
                              .arg(metricName(kRunMetrics[i]), valueText(spread->mean), valueText(*spread->deviation));
        html += QStringLiteral("<p><b>%1</b> %2<br>%3</p>")
                    .arg(escaped(tr("%1 seeds:").arg(group.ids.size())), escaped(names.join(QStringLiteral(", "))),
                         escaped(scores.join(QStringLiteral(" · "))));
    }
    return html.isEmpty() ? html
                          : QStringLiteral("<p>%1</p>")
                                    .arg(escaped(tr("Mean and standard deviation over seeds, all "
                                                    "other settings equal"))) +
                                html;
}

QString RunComparisonView::comparison() const {
    const std::vector<TrainingRun> runs(
        m_runs.begin(), m_runs.begin() + static_cast<std::ptrdiff_t>(std::min(m_runs.size(), kMostCompared)));
    const QString highlight =
        mixedColour(Theme::of(palette()).accent, palette().color(QPalette::Base), kMarkShare).name();
    QStringList names;
    for (const TrainingRun& run : runs)
        names << QString::fromStdString(run.name);
    std::vector<PairedComparison> pairs;
    for (size_t i = 1; i < runs.size(); ++i)
        pairs.push_back(compareRuns(runs[0], runs[i]));
    QString html;
    for (size_t i = 0; i < pairs.size(); ++i) {
        const QString& second = names[static_cast<qsizetype>(i) + 1];
        const QString verdict = pairs[i].sameUnit ? verdictOf(names.front(), second, pairs[i].f1)
                                                  : unlikeUnitsText(names.front(), second,
                                                                    isFrameModel(runs.front().hyperparameters.model));
        html += QStringLiteral("<p><b>%1</b></p>").arg(escaped(verdict));
    }
    html += QStringLiteral("<table cellspacing='0' cellpadding='2'>") + row({}, names, true);
    const auto each = [&](const QString& name, const auto& text, const QString& background = {}) {
        QStringList cells;
        for (const TrainingRun& run : runs)
            cells << text(run);
        html += row(name, cells, !background.isEmpty(), background);
    };
    for (const HyperparameterField* field : differingFields(runs))
        each(
            QString::fromUtf8(field->label),
            [&](const TrainingRun& run) { return valueText(*field, run.hyperparameters); }, highlight);
    const OriginsThatDiffer origins = differingOrigins(runs);
    if (origins.begunFrom)
        each(
            tr("Began from"), [](const TrainingRun& run) { return namesOf({run.begunFrom}); }, highlight);
    if (origins.taughtBy)
        each(
            tr("Taught by"), [](const TrainingRun& run) { return namesOf(run.taughtBy); }, highlight);
    const bool sameData = std::all_of(runs.begin(), runs.end(), [&](const TrainingRun& run) {
        return run.dataset.fingerprint == runs.front().dataset.fingerprint;
    });
    each(
        tr("Data"),
        [](const TrainingRun& run) { return QString::fromStdString(run.dataset.fingerprint).left(kFingerprintDigits); },
        sameData ? QString() : highlight);
    for (const RunMetric metric : kRunMetrics)
        each(metricName(metric), [&](const TrainingRun& run) {
            return withInterval(bestValue(run, metric), limits(shownInterval(run, metric)));
        });
    each(tr("Best epoch"), [](const TrainingRun& run) {
        return run.bestEpoch > 0 ? tr("%1 of %2").arg(run.bestEpoch).arg(run.epochs.size()) : valueText(std::nullopt);
    });
    each(tr("Duration"), [](const TrainingRun& run) { return durationText(run.seconds); });

    const auto paired = [&](const QString& name, const auto& text) {
        QStringList cells = {QStringLiteral("–")};
        for (const PairedComparison& pair : pairs)
            cells << text(pair);
        html += row(name, cells);
    };
    html += row({}, {});
    html += QStringLiteral("<tr><td colspan='%1'><i>%2</i></td></tr>")
                .arg(runs.size() + 1)
                .arg(escaped(tr("Difference to %1 on the validation recordings that both share, with 95 % interval "
                                "(paired bootstrap over recordings)")
                                 .arg(names.front())));
    paired(tr("Shared recordings"), [](const PairedComparison& pair) {
        if (!pair.sameUnit) return valueText(std::nullopt);
        return pair.others > 0 ? tr("%1, %2 not shared").arg(pair.recordings).arg(pair.others)
                               : QString::number(pair.recordings);
    });
    paired(tr("Loss"), [](const PairedComparison& pair) { return differenceText(pair.loss); });
    paired(tr("Accuracy"), [](const PairedComparison& pair) { return differenceText(pair.accuracy); });
    paired(tr("F1"), [](const PairedComparison& pair) { return differenceText(pair.f1); });
    html += QStringLiteral("</table><p>%1</p>").arg(escaped(comparisonLegend()));
    if (m_runs.size() > runs.size())
        html +=
            QStringLiteral("<p>%1</p>").arg(escaped(tr("The first %1 of the ticked runs are shown.").arg(runs.size())));
    return html;
}

void RunComparisonView::fill() {
    const int scrolled = verticalScrollBar()->value();
    QString html = m_runs.size() >= 2 ? comparison()
                                      : QStringLiteral("<p>%1</p>")
                                            .arg(escaped(tr("Tick two or more runs in the Runs tab to compare them "
                                                            "here; their curves are drawn over the charts.")));
    html += seeds();
    setHtml(html);
    verticalScrollBar()->setValue(scrolled);
}

} // namespace ovation::ui
