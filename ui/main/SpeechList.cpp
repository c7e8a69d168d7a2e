// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main/SpeechList.h"

#include "ui/main/Icons.h"
#include "ui/main/SpeechDelegate.h"
#include "ui/main/SpeechListModel.h"
#include "ui/session/Session.h"
#include "ui/theme/Theme.h"

#include <QActionGroup>
#include <QEvent>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QResizeEvent>
#include <QSortFilterProxyModel>
#include <QToolButton>
#include <QVBoxLayout>

namespace ovation::ui {

namespace {

/// Keeps the current row in sight when its size changes, where it was in sight before, and selected wherever one
/// clicks: it is what the timeline shows. Coming to the list by the keyboard chooses nothing yet.
class RecordingsView : public QListView {
public:
    using QListView::QListView;

protected:
    void focusInEvent(QFocusEvent* event) override {
        if (currentIndex().isValid()) return QListView::focusInEvent(event);
        QWidget::focusInEvent(event); // the view's own would make the first row the current one
        viewport()->update();
    }
    void mousePressEvent(QMouseEvent* event) override {
        QListView::mousePressEvent(event);
        keepCurrentSelected();
    }
    void mouseReleaseEvent(QMouseEvent* event) override {
        QListView::mouseReleaseEvent(event);
        keepCurrentSelected();
    }
    void resizeEvent(QResizeEvent* event) override {
        executeDelayedItemsLayout();
        const QModelIndex row = currentIndex();
        const QRect before(QPoint(0, 0), event->oldSize());
        const bool inSight = row.isValid() && (!event->oldSize().isValid() || before.intersects(visualRect(row)));
        QListView::resizeEvent(event);
        if (inSight) scrollTo(row);
    }

private:
    void keepCurrentSelected() {
        if (currentIndex().isValid() && !selectionModel()->hasSelection())
            selectionModel()->select(currentIndex(), QItemSelectionModel::Select);
    }
};

} // namespace

SpeechList::SpeechList(Session* session, QWidget* parent) : QWidget(parent), m_session(session) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(kGrid, kGrid, 0, 0);
    layout->setSpacing(kGrid / 2);

    auto* head = new QHBoxLayout;
    m_title = new QLabel(this);
    QFont bold = font();
    bold.setBold(true);
    m_title->setFont(bold);
    head->addWidget(m_title, 1);
    auto* add = new QToolButton(this);
    add->setAutoRaise(true);
    add->setIcon(icon(Symbol::Add, palette()));
    add->setToolTip(tr("Add recordings (Ctrl+Shift+O) or a folder of them"));
    add->setAccessibleName(tr("Add recordings"));
    add->setObjectName(QStringLiteral("add_recordings"));
    add->setPopupMode(QToolButton::InstantPopup);
    auto* choices = new QMenu(add);
    connect(choices->addAction(tr("Recordings…")), &QAction::triggered, this, &SpeechList::addRequested);
    connect(choices->addAction(tr("Folder…")), &QAction::triggered, this, &SpeechList::addFolderRequested);
    add->setMenu(choices);
    head->addWidget(add);
    layout->addLayout(head);

    m_filter = new QLineEdit(this);
    m_filter->setPlaceholderText(tr("Filter by name"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setAcceptDrops(false); // files dropped here are recordings, not text
    m_filter->setAccessibleName(tr("Filter recordings by name"));
    m_filter->setToolTip(tr("Enter opens the first that is listed, Down goes to the list, Esc shows all again"));
    m_filter->installEventFilter(this);
    layout->addWidget(m_filter);

    m_model = new SpeechListModel(session, this);
    m_shown = new QSortFilterProxyModel(this);
    m_shown->setSourceModel(m_model);
    m_shown->setFilterCaseSensitivity(Qt::CaseInsensitive);
    connect(m_filter, &QLineEdit::textChanged, m_shown, &QSortFilterProxyModel::setFilterFixedString);
    connect(m_filter, &QLineEdit::returnPressed, this, [this] { openListed(!m_filter->text().isEmpty()); });
    // Before the view hears of it, which makes another row the current one in place of a row that goes.
    connect(m_shown, &QAbstractItemModel::rowsAboutToBeRemoved, this, [this] { m_hiding = true; });

    m_view = new RecordingsView(this);
    m_view->setModel(m_shown);
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_view->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_view->setUniformItemSizes(true);
    m_view->setContextMenuPolicy(Qt::CustomContextMenu);
    m_view->setAccessibleName(tr("Recordings"));
    auto* delegate = new SpeechDelegate(m_view);
    m_view->setItemDelegate(delegate);
    layout->addWidget(m_view, 1);

    m_empty = new QLabel(m_view->viewport());
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    m_empty->setMargin(kGrid * 2);
    m_empty->setAttribute(Qt::WA_TransparentForMouseEvents);
    m_view->viewport()->installEventFilter(this);

    connect(delegate, &SpeechDelegate::markClicked, this, [this](const QModelIndex& index) {
        const SpeechId id = m_model->idAt(m_shown->mapToSource(index));
        if (const Speech* speech = m_session->project().speech(id))
            m_session->setFullyLabelled(id, !speech->fullyLabelled);
    });
    connect(m_view->selectionModel(), &QItemSelectionModel::currentChanged, this, [this](const QModelIndex& index) {
        if (!index.isValid() || m_hiding) return;
        m_choosing = true; // the view selects what is chosen here, and other rows with it perhaps
        m_session->setCurrentSpeech(m_model->idAt(m_shown->mapToSource(index)));
        m_choosing = false;
    });
    connect(m_view, &QWidget::customContextMenuRequested, this, &SpeechList::openMenu);
    connect(session, &Session::currentSpeechChanged, this, &SpeechList::showCurrent);
    connect(m_shown, &QAbstractItemModel::modelReset, this, [this] {
        showCurrent();
        updateEmpty();
    });
    for (const auto signal : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved})
        connect(m_shown, signal, this, [this] {
            m_hiding = false;
            showCurrent();
            updateEmpty();
        });
    showCurrent();
    updateEmpty();
}

void SpeechList::showCurrent() {
    const QModelIndex row = m_shown->mapFromSource(m_model->indexOf(m_session->currentSpeech()));
    if (m_choosing) return;
    if (!row.isValid()) { // what the filter hides is not what other rows stand for
        m_view->selectionModel()->clear();
        return;
    }
    if (row == m_view->currentIndex() && m_view->selectionModel()->hasSelection()) return;
    m_view->selectionModel()->setCurrentIndex(row, QItemSelectionModel::ClearAndSelect);
    m_view->scrollTo(row);
}

void SpeechList::updateEmpty() {
    const int all = m_model->rowCount();
    m_title->setText(all == 0 ? tr("Speeches") : tr("Speeches (%1)").arg(all));
    m_filter->setVisible(all > 0);
    m_empty->setText(all == 0 ? tr("Drop recordings or folders anywhere on this window, or press + to choose some.")
                              : tr("No recording has this in its name."));
    m_empty->setVisible(m_shown->rowCount() == 0);
}

bool SpeechList::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_view->viewport() && event->type() == QEvent::Resize)
        m_empty->setGeometry(m_view->viewport()->rect());
    const bool pressed = event->type() == QEvent::KeyPress;
    if (watched == m_filter && (pressed || event->type() == QEvent::ShortcutOverride)) {
        const auto* key = static_cast<QKeyEvent*>(event);
        const bool plain = (key->modifiers() & ~Qt::KeypadModifier) == Qt::NoModifier;
        const bool clears = plain && key->key() == Qt::Key_Escape && !m_filter->text().isEmpty();
        if (clears || (plain && key->key() == Qt::Key_Down)) {
            event->accept(); // taken from the window's shortcuts first, then acted on
            if (pressed) clears ? m_filter->clear() : openListed(false);
            return true;
        }
        if (plain && pressed && key->key() == Qt::Key_Escape) {
            m_view->setFocus(Qt::OtherFocusReason);
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

std::vector<SpeechId> SpeechList::selected() const {
    std::vector<SpeechId> ids;
    for (const QModelIndex& index : m_view->selectionModel()->selectedRows())
        ids.push_back(m_model->idAt(m_shown->mapToSource(index)));
    if (ids.empty() && m_session->currentSpeech() != 0) ids.push_back(m_session->currentSpeech());
    return ids;
}

void SpeechList::openListed(bool first) {
    const QModelIndex row = m_shown->index(0, 0);
    if (!row.isValid()) return;
    if (first || !m_view->currentIndex().isValid())
        m_view->selectionModel()->setCurrentIndex(row, QItemSelectionModel::ClearAndSelect);
    m_view->setFocus(Qt::OtherFocusReason);
}

void SpeechList::focusFilter() {
    m_filter->setFocus(Qt::ShortcutFocusReason);
    m_filter->selectAll();
}

void SpeechList::openMenu(const QPoint& where) {
    const std::vector<SpeechId> ids = selected();
    if (ids.empty() || m_model->rowCount() == 0) return;
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    QAction* full = menu->addAction(tr("Fully labelled"));
    full->setCheckable(true);
    const Speech* first = m_session->project().speech(ids.front());
    full->setChecked(first && first->fullyLabelled);
    connect(full, &QAction::toggled, this, [this, ids](bool on) { m_session->setFullyLabelled(ids, on); });
    QMenu* split = menu->addMenu(tr("Side of the split"));
    auto* roles = new QActionGroup(split);
    for (const auto& [role, text] : {std::pair{SplitRole::Automatic, tr("Automatic: the split decides")},
                                     std::pair{SplitRole::Training, tr("Hold to training (T)")},
                                     std::pair{SplitRole::Validation, tr("Hold to validation (V)")},
                                     std::pair{SplitRole::Test, tr("Keep for testing: use in neither (X)")}}) {
        QAction* action = split->addAction(text);
        action->setCheckable(true);
        action->setActionGroup(roles);
        action->setChecked(first && first->role == role);
        connect(action, &QAction::triggered, this, [this, ids, to = role] { m_session->setRole(ids, to); });
    }
    connect(menu->addAction(tr("Detect applause")), &QAction::triggered, this,
            [this, ids] { Q_EMIT detectRequested(ids); });
    menu->addSeparator();
    connect(menu->addAction(tr("Show in folder")), &QAction::triggered, m_session,
            [session = m_session, ids] { session->showInFolder(ids); });
    connect(menu->addAction(tr("Remove from project")), &QAction::triggered, this,
            [this, ids] { Q_EMIT removeRequested(ids); });
    menu->popup(m_view->viewport()->mapToGlobal(where));
}

} // namespace ovation::ui
