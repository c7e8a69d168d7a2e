// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/label/LabelPanel.h"

#include "ui/label/ClassDelegate.h"
#include "ui/label/DropBin.h"
#include "ui/label/HistoryView.h"
#include "ui/label/LabelFilter.h"
#include "ui/label/LabelTableModel.h"
#include "ui/session/Session.h"
#include "ui/theme/Theme.h"
#include "ui/timeline/TimelineView.h"

#include <QComboBox>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QScopedValueRollback>
#include <QTabWidget>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace ovation::ui {

LabelPanel::LabelPanel(Session* session, TimelineView* timeline, const ProposalBar::Actions& actions, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_timeline(timeline),
      m_model(new LabelTableModel(session, this)),
      m_filter(new LabelFilter(this)) {
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(kGrid, kGrid, kGrid, 0);
    layout->setSpacing(kGrid * 2);
    buildTable();
    auto* left = new QVBoxLayout;
    left->setSpacing(kGrid / 2);
    m_hint = new QLabel(this);
    m_hint->setObjectName(QStringLiteral("label_hint"));
    m_hint->setWordWrap(true);
    m_hint->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_tabs = new QTabWidget(this);
    m_tabs->setDocumentMode(true);
    m_history = new HistoryView(session);
    auto* labels = new QWidget;
    auto* inside = new QVBoxLayout(labels);
    inside->setContentsMargins(0, 0, 0, 0);
    inside->setSpacing(0);
    inside->addWidget(m_table, 1);
    inside->addStretch(0);
    m_tabs->addTab(labels, tr("Labels"));
    m_tabs->addTab(m_history, tr("History"));
    m_tabs->setCornerWidget(buildFilter());
    left->addWidget(new ProposalBar(session, actions, this));
    left->addWidget(m_hint);
    left->addWidget(m_tabs, 1);
    layout->addLayout(left, 1);
    layout->addWidget(buildBins());

    connect(m_model, &LabelTableModel::refused, session, &Session::messageRaised);
    connect(m_filter, &QAbstractItemModel::modelReset, this, [this] {
        followTimeline();
        updateHint();
    });
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &LabelPanel::followTable);
    connect(m_table, &QTableView::activated, this, [this] {
        if (const auto span = m_timeline->selectedTime()) Q_EMIT playRequested(*span);
    });
    connect(timeline, &TimelineView::selectionChanged, this, &LabelPanel::followTimeline);
    connect(session, &Session::speechesChanged, this, &LabelPanel::updateHint);
    connect(session, &Session::segmentsChanged, this, &LabelPanel::updateHint);
    connect(session, &Session::currentSpeechChanged, this, &LabelPanel::updateHint);
    updateHint();
}

void LabelPanel::buildTable() {
    m_table = new QTableView(this);
    m_filter->setSourceModel(m_model);
    m_table->setModel(m_filter);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(LabelTableModel::Start, Qt::AscendingOrder);
    m_table->setItemDelegateForColumn(LabelTableModel::Class, new ClassDelegate(m_table));
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setEditTriggers(QAbstractItemView::DoubleClicked | QAbstractItemView::EditKeyPressed);
    m_table->setShowGrid(false);
    m_table->setAlternatingRowColors(true);
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setAcceptDrops(false);
    m_table->setTabKeyNavigation(false);
    m_table->setAccessibleName(tr("Labels of this recording"));
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + kGrid);
    QHeaderView* header = m_table->horizontalHeader();
    header->setHighlightSections(false);
    const int widths[] = {12, 12, 11, 17, 24, 20};
    // Large letters need more: usual entries are never cut, and the text has the rest.
    const QString usual[] = {QStringLiteral("0:00:00.000"),
                             QStringLiteral("0:00:00.000"),
                             m_model->headerData(LabelTableModel::Length, Qt::Horizontal, Qt::DisplayRole).toString(),
                             QString::fromLatin1(nameOf(LabelClass::NotApplause)),
                             QString(),
                             QStringLiteral("accepted: Run 4, 0.74")};
    for (int column = 0; column < LabelTableModel::Columns; ++column) {
        const int beside = column == LabelTableModel::Class ? 4 * kGrid : 2 * kGrid;
        const int wide = fontMetrics().horizontalAdvance(usual[column]) + beside;
        m_table->setColumnWidth(column, std::max(widths[column] * kGrid, wide));
    }
    header->setSectionResizeMode(LabelTableModel::Text, QHeaderView::Stretch);
}

QWidget* LabelPanel::buildFilter() {
    auto* row = new QWidget(this);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, kGrid / 2);
    layout->setSpacing(kGrid / 2);
    auto* text = new QLineEdit;
    text->setPlaceholderText(tr("Filter"));
    text->setAccessibleName(tr("Filter labels by text"));
    text->setClearButtonEnabled(true);
    text->setFixedWidth(18 * kGrid);
    auto* classes = new QComboBox;
    classes->setAccessibleName(tr("Filter labels by class"));
    classes->setToolTip(classes->accessibleName());
    classes->addItem(tr("all classes"));
    for (const LabelClass labelClass : {LabelClass::Applause, LabelClass::NotApplause, LabelClass::Unsure})
        classes->addItem(QString::fromLatin1(nameOf(labelClass)), static_cast<int>(labelClass));
    auto* origins = new QComboBox;
    origins->setAccessibleName(tr("Filter labels by where they came from"));
    origins->setToolTip(origins->accessibleName());
    origins->addItem(tr("from anywhere"));
    for (const auto& [origin, name] :
         {std::pair{Origin::Drawn, tr("drawn")}, std::pair{Origin::Imported, tr("imported")},
          std::pair{Origin::Accepted, tr("accepted")}, std::pair{Origin::Rejected, tr("rejected")},
          std::pair{Origin::Proposed, tr("proposed")}})
        origins->addItem(name, static_cast<int>(origin));
    for (QWidget* widget :
         {static_cast<QWidget*>(text), static_cast<QWidget*>(classes), static_cast<QWidget*>(origins)})
        layout->addWidget(widget);
    connect(text, &QLineEdit::textChanged, m_filter, &LabelFilter::setText);
    connect(classes, &QComboBox::currentIndexChanged, m_filter, [this, classes](int index) {
        m_filter->setClass(index > 0 ? std::optional(static_cast<LabelClass>(classes->itemData(index).toInt()))
                                     : std::nullopt);
    });
    connect(origins, &QComboBox::currentIndexChanged, m_filter, [this, origins](int index) {
        m_filter->setOrigin(index > 0 ? std::optional(static_cast<Origin>(origins->itemData(index).toInt()))
                                      : std::nullopt);
    });
    for (const auto signal : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved})
        connect(m_filter, signal, this, &LabelPanel::updateHint);
    connect(m_filter, &QAbstractItemModel::rowsInserted, this, &LabelPanel::followTimeline);
    connect(m_tabs, &QTabWidget::currentChanged, row, [row](int tab) { row->setVisible(tab == 0); });
    return row;
}

QWidget* LabelPanel::buildBins() {
    auto* bins = new QWidget(this);
    auto* layout = new QVBoxLayout(bins);
    layout->setContentsMargins(0, 0, 0, kGrid);
    layout->setSpacing(kGrid);
    auto* title = new QLabel(tr("Label whole clips"), bins);
    layout->addWidget(title);
    for (const LabelClass labelClass : {LabelClass::Applause, LabelClass::NotApplause}) {
        auto* bin = new DropBin(labelClass, bins);
        layout->addWidget(bin, 1);
        connect(bin, &DropBin::dropped, m_session, &Session::addClips);
        connect(bin, &DropBin::clicked, this, &LabelPanel::askForClips);
    }
    return bins;
}

void LabelPanel::askForClips(LabelClass labelClass) {
    auto* dialog = new QFileDialog(this, labelClass == LabelClass::Applause ? tr("Add clips of applause")
                                                                            : tr("Add clips without applause"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFiles);
    connect(dialog, &QFileDialog::filesSelected, m_session,
            [this, labelClass](const QStringList& paths) { m_session->addClips(paths, labelClass); });
    dialog->open();
}

void LabelPanel::followTimeline() {
    if (m_following) return;
    const QScopedValueRollback guard(m_following, true);
    QItemSelection selection;
    QModelIndex first;
    for (const int64_t id : m_timeline->selectedSegments()) {
        const QModelIndex index = m_filter->mapFromSource(m_model->index(m_model->rowOf(id), 0));
        if (!index.isValid()) continue;
        selection.select(index, index.siblingAtColumn(LabelTableModel::Columns - 1));
        if (!first.isValid()) first = index;
    }
    m_table->selectionModel()->select(selection, QItemSelectionModel::ClearAndSelect);
    if (!first.isValid()) return;
    m_table->selectionModel()->setCurrentIndex(first, QItemSelectionModel::NoUpdate);
    m_table->scrollTo(first);
}

void LabelPanel::followTable() {
    if (m_following) return;
    const QScopedValueRollback guard(m_following, true);
    std::vector<int64_t> ids;
    for (const QModelIndex& row : m_table->selectionModel()->selectedRows())
        ids.push_back(m_model->segmentAt(m_filter->mapToSource(row).row()));
    m_timeline->selectSegments(ids);
    const auto span = m_timeline->selectedTime();
    if (!span) return;
    m_timeline->reveal(*span);
    const Speech* speech = m_session->project().speech(m_session->currentSpeech());
    if (ids.size() == 1 && speech) m_timeline->setCursor(toFrame(span->start, speech->sampleRate));
}

void LabelPanel::focusTable() {
    m_tabs->setCurrentIndex(0);
    m_table->setFocus();
    if (m_filter->rowCount() > 0 && m_table->selectionModel()->selectedRows().isEmpty()) m_table->selectRow(0);
}

void LabelPanel::focusHistory() {
    m_tabs->setCurrentWidget(m_history);
    m_history->setFocus();
}

void LabelPanel::updateHint() {
    const Speech* speech = m_session->project().speech(m_session->currentSpeech());
    const int rows = m_model->rowCount();
    const auto& segments = m_session->segments(m_session->currentSpeech());
    const bool whole = speech && segments.size() == 1 && segments[0].range == SampleRange{0, speech->frames};
    const int hidden = rows - m_filter->rowCount();
    QString text;
    if (!speech)
        text = tr("Add a recording first: drop files or folders anywhere on the window.");
    else if (rows == 0 && speech->fullyLabelled)
        text = tr("This recording counts as being without applause from beginning to end. Press F if that is not so.");
    else if (rows == 0)
        text = tr("Drag across the waveform to mark applause, or press I and O while it plays. Time without a label is "
                  "unknown until "
                  "the recording is marked as fully labelled (F).");
    else if (whole)
        text = tr("One segment from beginning to end: this clip is labelled as a whole.");
    else if (speech->fullyLabelled)
        text = tr("%1. Fully labelled: the rest of this recording is not applause.")
                   .arg(rows == 1 ? tr("1 segment") : tr("%1 segments").arg(rows));
    else
        text = tr("%1. The rest of this recording is unknown; press F when all applause is marked.")
                   .arg(rows == 1 ? tr("1 segment") : tr("%1 segments").arg(rows));
    if (hidden > 0 && rows == 1)
        text += QLatin1Char(' ') + tr("The filter hides it.");
    else if (hidden > 0)
        text += QLatin1Char(' ') + tr("The filter hides %1 of them.").arg(hidden);
    m_hint->setText(text);
    m_table->setVisible(rows > 0);
}

} // namespace ovation::ui
