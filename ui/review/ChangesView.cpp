// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/review/ChangesView.h"

#include "core/base/NamesApart.h"
#include "core/labels/Segment.h"
#include "ui/session/TimeText.h"
#include "ui/theme/Theme.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSet>
#include <QShowEvent>
#include <QTableWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace ovation::ui {

namespace {

constexpr double kSameS = 0.1; ///< edges that are closer are the same
enum ChangeColumn { ChangeRecording, ChangeKind, ChangeBefore, ChangeAfter, ChangeColumns };

QString changeText(Change change) {
    switch (change) {
    case Change::New:
        return ChangesView::tr("+ new");
    case Change::Gone:
        return ChangesView::tr("\u2212 gone");
    case Change::Moved:
        return ChangesView::tr("\u2194 moved");
    case Change::Same:
        break;
    }
    return ChangesView::tr("same");
}

QString spanText(const SampleRange& range, int rate) {
    if (range.empty()) return {};
    return QStringLiteral("%1 \u2013 %2")
        .arg(timeText(toSeconds(range.begin, rate), 1), timeText(toSeconds(range.end, rate), 1));
}

QString f1Text(std::optional<double> f1) {
    return f1 ? QString::number(*f1, 'f', 3) : ChangesView::tr("n/a");
}

/// What was judged of another model's detection, and how much of it is decided so now.
struct JudgedSegments {
    int all = 0, asJudged = 0;
};

void addJudged(JudgedSegments& judged, const std::vector<Segment>& labels, const Detection& now) {
    for (const Segment& label : labels) {
        if (!isVerdict(label) || label.source == now.model) continue;
        int64_t found = 0;
        for (const DetectedSegment& segment : now.segments)
            found += std::max<int64_t>(0, std::min(segment.range.end, label.range.end) -
                                              std::max(segment.range.begin, label.range.begin));
        ++judged.all;
        judged.asJudged += (2 * found >= label.range.length()) == (label.origin == Origin::Accepted);
    }
}

QString judgedText(const JudgedSegments& judged) {
    if (judged.all == 0) return {};
    if (judged.all == 1)
        return judged.asJudged == 1 ? ChangesView::tr("The judged segment is now decided as you judged.")
                                    : ChangesView::tr("The judged segment is not decided as you judged.");
    return ChangesView::tr("Now decided as you judged: %2 of %1 judged segments.").arg(judged.all).arg(judged.asJudged);
}

} // namespace

ChangesView::ChangesView(Session* session, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_summary(new QLabel(this)),
      m_former(new QPushButton(this)),
      m_table(new QTableWidget(0, ChangeColumns, this)) {
    m_summary->setObjectName(QStringLiteral("changes_summary"));
    m_summary->setWordWrap(true);
    m_summary->setAlignment(Qt::AlignTop | Qt::AlignLeft); // it has all the room where there is no table
    m_former->setObjectName(QStringLiteral("former_model"));
    m_former->setText(tr("Go Back"));
    m_table->setObjectName(QStringLiteral("changes"));
    m_table->setHorizontalHeaderLabels({tr("Recording"), tr("Change"), tr("Before"), tr("Now")});
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setAlternatingRowColors(true);
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->setTabKeyNavigation(false);
    m_table->setAccessibleName(tr("What has changed"));
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(3 * kGrid);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_table->horizontalHeader()->setSectionResizeMode(ChangeRecording, QHeaderView::Stretch);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, kGrid / 2, 0, 0);
    layout->setSpacing(kGrid);
    auto* top = new QHBoxLayout;
    top->addWidget(m_summary, 1);
    top->addWidget(m_former, 0, Qt::AlignTop);
    layout->addLayout(top);
    layout->addWidget(m_table, 1);
    connect(m_table, &QTableWidget::cellClicked, this, &ChangesView::play);
    connect(m_table, &QTableWidget::cellActivated, this, &ChangesView::play);
    connect(m_former, &QPushButton::clicked, m_session, &Session::goBackToFormerModel);
    for (const auto signal : {&Session::modelChanged, &Session::trainingStarted, &Session::runsChanged,
                              &Session::detectionEnded, &Session::detectionQueueChanged, &Session::projectPathChanged})
        connect(m_session, signal, this, &ChangesView::offerFormer);
    connect(m_session, &Session::trainingEnded, this, &ChangesView::offerFormer);
    connect(m_session, &Session::changesScored, this, [this](const ChangeScores& scores) {
        m_scores = scores;
        say();
    });
    fill();
    offerFormer();
}

void ChangesView::offerFormer() {
    const QString name = m_session->formerModel();
    m_former->setVisible(!name.isEmpty());
    m_former->setEnabled(!m_session->training() && !m_session->detecting() && !m_session->readOnly());
    m_former->setToolTip(
        tr("Uses %1 again, which training with corrections went on from, and detects with it again").arg(name));
}

void ChangesView::reload() {
    if (isVisible()) fill();
}

void ChangesView::showEvent(QShowEvent* event) {
    fill();
    QWidget::showEvent(event);
}

QString ChangesView::summary() const {
    return m_summary->text();
}

void ChangesView::play(int row) {
    if (row < 0 || static_cast<size_t>(row) >= m_rows.size()) return;
    const Row& its = m_rows[static_cast<size_t>(row)];
    Q_EMIT playRequested(its.speech, its.change.after.empty() ? its.change.before : its.change.after);
}

/// The scores take their places in the sentence when they are known.
void ChangesView::say() {
    QString text = m_counted;
    if (m_scoring)
        text += QLatin1Char(' ') + tr("F1 against the labels of the fully labelled: %1 before, %2 now.")
                                       .arg(m_scores ? f1Text(m_scores->before) : QStringLiteral("…"),
                                            m_scores ? f1Text(m_scores->now) : QStringLiteral("…"));
    m_summary->setText(text);
}

void ChangesView::fill() {
    m_rows.clear();
    int same = 0, moved = 0, fresh = 0, gone = 0, compared = 0;
    JudgedSegments judged;
    QSet<QString> modelsBefore;
    m_scoring = false;
    m_scores.reset();
    const auto isCompared = [this](const Speech& speech) {
        return m_session->earlierDetection(speech.id) && m_session->detection(speech.id) && speech.sampleRate > 0;
    };
    std::vector<std::string> paths;
    for (const Speech& speech : m_session->project().speeches)
        if (isCompared(speech)) paths.push_back(speech.path);
    const std::vector<std::string> names = namesApart(paths);
    for (const Speech& speech : m_session->project().speeches) {
        if (!isCompared(speech)) continue;
        const EarlierDetection* was = m_session->earlierDetection(speech.id);
        const Detection* is = m_session->detection(speech.id);
        const QString name = QString::fromStdString(names[static_cast<size_t>(compared++)]);
        modelsBefore.insert(was->model);
        std::vector<SampleRange> segments;
        for (const DetectedSegment& segment : is->segments)
            segments.push_back(segment.range);
        for (const DetectionChange& change :
             detectionChanges(was->segments, segments, toFrame(kSameS, speech.sampleRate))) {
            same += change.change == Change::Same;
            moved += change.change == Change::Moved;
            fresh += change.change == Change::New;
            gone += change.change == Change::Gone;
            if (change.change != Change::Same) m_rows.push_back({speech.id, name, speech.sampleRate, change});
        }
        addJudged(judged, m_session->segments(speech.id), *is);
        m_scoring = m_scoring || speech.fullyLabelled;
    }
    m_counted = compared == 0
                    ? tr("Detect again with another model, or train again with corrections: what it finds "
                         "otherwise than the model before is listed here.")
                    : tr("Against %1: %2 new, %3 gone, %4 moved, %5 as before.")
                          .arg(QStringList(modelsBefore.values()).join(QStringLiteral(", ")), QString::number(fresh),
                               QString::number(gone), QString::number(moved), QString::number(same));
    if (const QString text = judgedText(judged); !text.isEmpty()) m_counted += QLatin1Char(' ') + text;
    if (m_scoring) m_session->scoreChanges();
    say();
    m_table->setVisible(!m_rows.empty());
    m_table->setRowCount(static_cast<int>(m_rows.size()));
    for (int row = 0; row < m_table->rowCount(); ++row) {
        const Row& its = m_rows[static_cast<size_t>(row)];
        const QString texts[] = {its.recording, changeText(its.change.change),
                                 spanText(its.change.before, its.sampleRate),
                                 spanText(its.change.after, its.sampleRate)};
        for (int column = 0; column < ChangeColumns; ++column) {
            auto* item = new QTableWidgetItem(texts[column]);
            if (column >= ChangeBefore) item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
            m_table->setItem(row, column, item);
        }
    }
}

} // namespace ovation::ui
