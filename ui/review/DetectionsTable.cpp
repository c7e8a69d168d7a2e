// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/review/DetectionsTable.h"

#include "ui/review/DetectionsFilter.h"
#include "ui/session/Verdicts.h"
#include "ui/theme/ElidedLabel.h"
#include "ui/theme/FlowRow.h"
#include "ui/theme/NumberField.h"
#include "ui/theme/Theme.h"
#include "ui/train/NumberDelegate.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <functional>
#include <utility>

namespace ovation::ui {

namespace {

/// Tells where a key of its own has gone to another row.
class SegmentsView : public QTableView {
public:
    SegmentsView(QWidget* parent, std::function<void()> moved) : QTableView(parent), m_moved(std::move(moved)) {}

protected:
    void keyPressEvent(QKeyEvent* event) override {
        const auto chosen = [&] { return selectionModel()->isSelected(currentIndex()) ? currentIndex().row() : -1; };
        const int before = chosen();
        QTableView::keyPressEvent(event);
        if (chosen() >= 0 && chosen() != before) m_moved();
    }

private:
    std::function<void()> m_moved;
};

} // namespace

DetectionsTable::DetectionsTable(QWidget* parent)
    : QWidget(parent),
      m_model(new DetectionsModel(this)),
      m_filter(new DetectionsFilter(this)),
      m_view(new SegmentsView(this,
                              [this] {
                                  if (const auto row = current()) Q_EMIT showRequested(*row);
                              })),
      m_verdicts(new QComboBox(this)),
      m_currentOnly(new QCheckBox(tr("This recording only"), this)),
      m_uncertain(new QPushButton(tr("Uncertain First"), this)),
      m_count(new ElidedLabel(this)),
      m_onward(new QCheckBox(tr("Go on by itself"), this)),
      m_padding(new NumberField(1, 1, this)),
      m_play(new QPushButton(tr("Play"), this)),
      m_accept(new QPushButton(tr("Accept"), this)),
      m_reject(new QPushButton(tr("Reject"), this)),
      m_previous(new QPushButton(tr("Previous"), this)),
      m_next(new QPushButton(tr("Next"), this)) {
    m_filter->setSourceModel(m_model);
    m_view->setObjectName(QStringLiteral("detections"));
    m_view->setModel(m_filter);
    m_view->setSortingEnabled(true);
    m_view->sortByColumn(-1, Qt::AscendingOrder);
    m_view->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_view->setSelectionMode(QAbstractItemView::SingleSelection);
    m_view->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_view->setAlternatingRowColors(true);
    m_view->setShowGrid(false);
    m_view->setWordWrap(false);
    m_view->setItemDelegate(new NumberDelegate(m_view));
    m_view->setTabKeyNavigation(false);
    m_view->setAccessibleName(tr("Detected segments"));
    m_view->verticalHeader()->hide();
    m_view->verticalHeader()->setDefaultSectionSize(3 * kGrid);
    m_view->horizontalHeader()->setHighlightSections(false);
    m_view->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_view->horizontalHeader()->setSectionResizeMode(DetectionsModel::Recording, QHeaderView::Stretch);
    m_view->installEventFilter(this);
    buildBar();

    connect(m_view, &QTableView::clicked, this, &DetectionsTable::play);
    connect(m_view->selectionModel(), &QItemSelectionModel::selectionChanged, this, &DetectionsTable::updateButtons);
    connect(m_filter, &DetectionsFilter::uncertainFirstChanged, m_uncertain, &QPushButton::setChecked);
    applyFilter();
}

void DetectionsTable::buildBar() {
    m_verdicts->setObjectName(QStringLiteral("verdict_filter"));
    m_verdicts->setAccessibleName(tr("Which segments are listed"));
    m_verdicts->setToolTip(m_verdicts->accessibleName());
    m_verdicts->addItems(
        {tr("All verdicts"), tr("Open"), tr("Accepted"), tr("Rejected"), tr("Match a label"), tr("False alarms")});
    m_verdicts->setItemData(5, tr("On what is labelled not applause, or on nothing where all is labelled"),
                            Qt::ToolTipRole);
    m_uncertain->setObjectName(QStringLiteral("uncertain_first"));
    m_uncertain->setCheckable(true);
    m_uncertain->setToolTip(tr("Sort by how close the score is to the threshold: most is learnt from these. "
                               "Next goes to those that are open"));
    m_currentOnly->setObjectName(QStringLiteral("current_only"));
    m_count->setObjectName(QStringLiteral("detections_count"));
    m_count->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_count->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred); // its text may be cut
    m_onward->setObjectName(QStringLiteral("go_on"));
    m_onward->setChecked(true);
    m_onward->setToolTip(tr("After a verdict, play the next segment that is still open"));
    m_padding->setObjectName(QStringLiteral("padding"));
    m_padding->setRange(0, 30);
    m_padding->setValue(1);
    m_padding->setSingleStep(0.5);
    m_padding->setSuffix(tr(" s"));
    m_padding->setAlignment(Qt::AlignRight);
    m_padding->setToolTip(tr("How much is played before and after a segment"));
    m_play->setToolTip(tr("Play the segment with padding (Enter)"));
    m_accept->setToolTip(tr("It is applause: the segment becomes a label (A)"));
    m_reject->setToolTip(tr("It is not applause: the next training learns from it (R)"));
    m_next->setToolTip(tr("Next segment, and play it (N)"));
    m_previous->setToolTip(tr("Previous segment, and play it (P)"));
    m_accept->setObjectName(QStringLiteral("accept"));
    m_reject->setObjectName(QStringLiteral("reject"));

    auto* top = new QHBoxLayout;
    top->setSpacing(kGrid);
    top->addWidget(m_verdicts);
    top->addWidget(m_currentOnly);
    top->addWidget(m_uncertain);
    top->addWidget(m_count, 1);
    auto* bottom = new FlowRow;
    for (QPushButton* button : {m_play, m_accept, m_reject, m_previous, m_next}) {
        button->setFocusPolicy(Qt::TabFocus); // clicking leaves the keys with the table
        bottom->addWidget(button);
    }
    bottom->addWidget(m_onward);
    bottom->addStretch(1);
    auto* label = new QLabel(tr("Padding"), this);
    label->setBuddy(m_padding);
    bottom->addTogether({label, m_padding});
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(kGrid);
    layout->addLayout(top);
    layout->addWidget(m_view, 1);
    layout->addLayout(bottom);

    QWidget* before = m_verdicts;
    for (QWidget* next : std::initializer_list<QWidget*>{m_currentOnly, m_uncertain, m_view, m_play, m_accept, m_reject,
                                                         m_previous, m_next, m_onward, m_padding}) {
        setTabOrder(before, next);
        before = next;
    }

    connect(m_verdicts, &QComboBox::activated, this, &DetectionsTable::applyFilter);
    connect(m_currentOnly, &QCheckBox::toggled, this, &DetectionsTable::applyFilter);
    connect(m_uncertain, &QPushButton::clicked, this, [this](bool on) {
        m_view->horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder);
        m_filter->setUncertainFirst(on);
        m_view->scrollToTop();
    });
    connect(m_play, &QPushButton::clicked, this, &DetectionsTable::play);
    connect(m_accept, &QPushButton::clicked, this, [this] { judge(Verdict::Accepted); });
    connect(m_reject, &QPushButton::clicked, this, [this] { judge(Verdict::Rejected); });
    connect(m_next, &QPushButton::clicked, this, [this] { step(1); });
    connect(m_previous, &QPushButton::clicked, this, [this] { step(-1); });
}

double DetectionsTable::paddingS() const {
    return m_padding->value();
}

void DetectionsTable::setRows(std::vector<DetectionRow> rows, double threshold) {
    const auto before = current();
    const bool inSight = m_view->viewport()->rect().intersects(m_view->visualRect(m_view->currentIndex()));
    m_model->setRows(std::move(rows), threshold);
    if (before && !current()) {
        // The threshold moves edges and numbers.
        std::vector<DetectedSegment> segments;
        for (const DetectionRow& row : m_model->rows())
            if (row.speech == before->speech) segments.push_back(row.segment);
        m_view->setAutoScroll(inSight); // who looks at others stays there
        if (const auto same = mostOverlapping(segments, before->segment.range)) select(before->speech, *same);
        m_view->setAutoScroll(true);
    }
    updateButtons();
}

void DetectionsTable::setMissed(int64_t labels) {
    m_missed = labels;
    updateButtons();
}

void DetectionsTable::setCurrentSpeech(SpeechId id) {
    if (std::exchange(m_speech, id) == id) return;
    const auto chosen = current();
    if (m_currentOnly->isChecked()) applyFilter();
    if (!chosen || chosen->speech != id) selectFirstOf(id);
}

void DetectionsTable::selectFirstOf(SpeechId speech) {
    for (int row = 0; row < m_filter->rowCount(); ++row)
        if (listed(row).speech == speech) return m_view->setCurrentIndex(m_filter->index(row, 0));
    m_view->selectionModel()->clear();
}

void DetectionsTable::applyFilter() {
    const int choice = m_verdicts->currentIndex();
    constexpr int kMatching = 4, kFalseAlarms = 5; // behind the three verdicts
    m_filter->setVerdict(choice <= 0 || choice >= kMatching ? std::nullopt
                                                            : std::optional(static_cast<Verdict>(choice - 1)));
    m_filter->setAgreement(choice == kMatching      ? DetectionsFilter::Agreement::Matching
                           : choice == kFalseAlarms ? DetectionsFilter::Agreement::FalseAlarm
                                                    : DetectionsFilter::Agreement::Any);
    m_filter->setSpeech(m_currentOnly->isChecked() ? std::optional(m_speech) : std::nullopt);
    updateButtons();
}

bool DetectionsTable::select(SpeechId speech, size_t index, bool elseNothing) {
    for (int row = 0; row < m_model->rowCount(); ++row) {
        if (m_model->row(row).speech != speech || m_model->row(row).index != index) continue;
        const QModelIndex shown = m_filter->mapFromSource(m_model->index(row, 0));
        if (shown.isValid())
            m_view->setCurrentIndex(shown);
        else if (elseNothing)
            m_view->selectionModel()->clear();
        return shown.isValid();
    }
    return false;
}

std::optional<DetectionRow> DetectionsTable::current() const {
    const QModelIndex index = m_view->currentIndex();
    if (!m_view->selectionModel()->isSelected(index)) return std::nullopt;
    return listed(index.row());
}

const DetectionRow& DetectionsTable::listed(int row) const {
    return m_model->row(m_filter->mapToSource(m_filter->index(row, 0)).row());
}

void DetectionsTable::play() {
    if (const auto row = current()) Q_EMIT playRequested(*row);
}

void DetectionsTable::judge(Verdict verdict) {
    const auto row = current();
    if (!row) {
        Q_EMIT hinted(tr("No segment is chosen: click one in the list."));
        return;
    }
    if (row->speech != m_speech) { // nothing is judged that is not on screen
        play();
        return;
    }
    const int place = m_view->currentIndex().row();
    Q_EMIT judged(*row, verdict);
    const auto done = [&](const DetectionRow& its) {
        return its.speech == row->speech && its.index == row->index && its.segment.range == row->segment.range &&
               its.segment.verdict == verdict;
    };
    const int rows = m_filter->rowCount();
    if (std::ranges::none_of(m_model->rows(), done)) return; // refused, or it is not what is detected any more
    // Where the filter hides what was judged, its place is taken by the next one.
    const auto now = current();
    const bool stays = now && now->speech == row->speech && now->index == row->index;
    if (!now && rows > 0) m_view->setCurrentIndex(m_filter->index(std::min(place, rows - 1), 0));
    if (m_onward->isChecked() && verdict != Verdict::Open) goOnFrom(stays ? place + 1 : place);
}

bool DetectionsTable::isOpen(int row) const {
    return listed(row).segment.verdict == Verdict::Open;
}

bool DetectionsTable::anyOpen() const {
    for (int row = 0; row < m_filter->rowCount(); ++row)
        if (isOpen(row)) return true;
    return false;
}

void DetectionsTable::goOnFrom(int row) {
    const int rows = m_filter->rowCount();
    for (int i = 0; i < rows; ++i) {
        const int next = (row + i) % rows;
        if (!isOpen(next)) continue;
        m_view->setCurrentIndex(m_filter->index(next, 0));
        play();
        return;
    }
    hintNoneOpen();
}

void DetectionsTable::hintNoneOpen() {
    const bool elsewhere = std::ranges::any_of(
        m_model->rows(), [](const DetectionRow& its) { return its.segment.verdict == Verdict::Open; });
    Q_EMIT hinted(elsewhere ? tr("No open segment is left in this list.") : tr("No open segment is left."));
}

void DetectionsTable::step(int direction) {
    const int rows = m_filter->rowCount();
    if (rows == 0) return;
    int next = current() ? m_view->currentIndex().row() + direction : direction > 0 ? 0 : rows - 1;
    if (direction > 0 && m_filter->uncertainFirst() && m_verdicts->currentIndex() <= 0) { // all verdicts are listed
        while (next < rows && !isOpen(next))
            ++next;
        if (next == rows && !anyOpen()) return hintNoneOpen();
        if (next == rows) {
            Q_EMIT hinted(tr("No open segment follows in this list."));
            return;
        }
    }
    if (next < 0 || next >= rows) {
        Q_EMIT hinted(next < 0 ? tr("This is the first segment of the list.")
                               : tr("This is the last segment of the list."));
        return;
    }
    m_view->setCurrentIndex(m_filter->index(next, 0));
    play();
}

bool DetectionsTable::handleKey(int key) {
    switch (key) {
    case Qt::Key_A:
        judge(Verdict::Accepted);
        return true;
    case Qt::Key_R:
        judge(Verdict::Rejected);
        return true;
    case Qt::Key_N:
        step(1);
        return true;
    case Qt::Key_P:
        step(-1);
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        play();
        return true;
    default:
        return false;
    }
}

bool DetectionsTable::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::ShortcutOverride || event->type() == QEvent::KeyPress) {
        const auto* key = static_cast<QKeyEvent*>(event);
        const bool plain = (key->modifiers() & ~Qt::KeypadModifier) == Qt::NoModifier;
        const bool ours =
            plain && (key->key() == Qt::Key_A || key->key() == Qt::Key_R || key->key() == Qt::Key_N ||
                      key->key() == Qt::Key_P || key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter);
        if (ours) {
            // Taken from the window's shortcuts first, then acted on.
            event->accept();
            return event->type() == QEvent::ShortcutOverride || handleKey(key->key());
        }
    }
    return QWidget::eventFilter(watched, event);
}

void DetectionsTable::updateButtons() {
    const bool any = current().has_value();
    for (QPushButton* button : {m_play, m_accept, m_reject})
        button->setEnabled(any);
    m_next->setEnabled(m_filter->rowCount() > 0);
    m_previous->setEnabled(m_filter->rowCount() > 0);
    const int open =
        static_cast<int>(std::count_if(m_model->rows().begin(), m_model->rows().end(),
                                       [](const DetectionRow& row) { return row.segment.verdict == Verdict::Open; }));
    const auto matching = std::ranges::count_if(m_model->rows(), &DetectionRow::matchesLabel);
    const auto alarms = std::ranges::count_if(m_model->rows(), &DetectionRow::falseAlarm);
    QString text = tr("%1 of %2 shown · %3 open").arg(m_filter->rowCount()).arg(m_model->rowCount()).arg(open);
    if (matching > 0 || alarms > 0 || m_missed > 0)
        text += tr(" · by the labels %1 right, %2 false, %3 missed").arg(matching).arg(alarms).arg(m_missed);
    m_count->setText(text);
}

} // namespace ovation::ui
