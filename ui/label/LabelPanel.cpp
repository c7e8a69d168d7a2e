// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/label/LabelPanel.h"

#include "ui/label/ClassDelegate.h"
#include "ui/label/DropBin.h"
#include "ui/label/LabelTableModel.h"
#include "ui/session/Session.h"
#include "ui/theme/Theme.h"
#include "ui/timeline/TimelineView.h"

#include <QFileDialog>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QScopedValueRollback>
#include <QTableView>
#include <QVBoxLayout>

namespace ovation::ui {

LabelPanel::LabelPanel(Session* session, TimelineView* timeline, QWidget* parent)
    : QWidget(parent), m_session(session), m_timeline(timeline), m_model(new LabelTableModel(session, this)) {
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(kGrid, kGrid, kGrid, 0);
    layout->setSpacing(kGrid * 2);
    buildTable();
    auto* left = new QVBoxLayout;
    left->setSpacing(kGrid / 2);
    m_hint = new QLabel(this);
    m_hint->setWordWrap(true);
    m_hint->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    left->addWidget(m_hint);
    left->addWidget(m_table, 1);
    left->addStretch(0);
    layout->addLayout(left, 1);
    layout->addWidget(buildBins());

    connect(m_model, &LabelTableModel::refused, session, &Session::messageRaised);
    connect(m_model, &QAbstractItemModel::modelReset, this, [this] {
        followTimeline();
        updateHint();
    });
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &LabelPanel::followTable);
    connect(timeline, &TimelineView::selectionChanged, this, &LabelPanel::followTimeline);
    connect(session, &Session::speechesChanged, this, &LabelPanel::updateHint);
    connect(session, &Session::segmentsChanged, this, &LabelPanel::updateHint);
    connect(session, &Session::currentSpeechChanged, this, &LabelPanel::updateHint);
    updateHint();
}

void LabelPanel::buildTable() {
    m_table = new QTableView(this);
    m_table->setModel(m_model);
    m_table->setItemDelegateForColumn(LabelTableModel::Class, new ClassDelegate(m_table));
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setEditTriggers(QAbstractItemView::DoubleClicked | QAbstractItemView::EditKeyPressed);
    m_table->setShowGrid(false);
    m_table->setAlternatingRowColors(true);
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setAcceptDrops(false);
    m_table->setAccessibleName(tr("Labels of this recording"));
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + kGrid);
    QHeaderView* header = m_table->horizontalHeader();
    header->setHighlightSections(false);
    const int widths[] = {12, 12, 11, 17, 24, 20};
    for (int column = 0; column < LabelTableModel::Columns; ++column)
        m_table->setColumnWidth(column, widths[column] * kGrid);
    header->setSectionResizeMode(LabelTableModel::Text, QHeaderView::Stretch);
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
        const int row = m_model->rowOf(id);
        if (row < 0) continue;
        const QModelIndex index = m_model->index(row, 0);
        selection.select(index, m_model->index(row, LabelTableModel::Columns - 1));
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
        ids.push_back(m_model->segmentAt(row.row()));
    m_timeline->selectSegments(ids);
    if (const auto span = m_timeline->selectedTime()) m_timeline->reveal(*span);
}

void LabelPanel::updateHint() {
    const Speech* speech = m_session->project().speech(m_session->currentSpeech());
    const int rows = m_model->rowCount();
    const auto& segments = m_session->segments(m_session->currentSpeech());
    const bool whole = speech && segments.size() == 1 && segments[0].range == SampleRange{0, speech->frames};
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
    m_hint->setText(text);
    m_table->setVisible(rows > 0);
}

} // namespace ovation::ui
