// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main/KeysDialog.h"

#include "ui/theme/Theme.h"

#include <QCoreApplication>
#include <QEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeySequenceEdit>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>

namespace ovation::ui {

void KeysDialog::show(QWidget* window, ActionSet* actions) {
    auto* dialog = window->findChild<KeysDialog*>();
    if (!dialog) {
        dialog = new KeysDialog(actions, window);
        dialog->setAttribute(Qt::WA_DeleteOnClose);
    }
    dialog->QDialog::show();
    dialog->raise();
    dialog->activateWindow();
}

KeysDialog::KeysDialog(ActionSet* actions, QWidget* parent)
    : QDialog(parent),
      m_actions(actions),
      m_filter(new QLineEdit(this)),
      m_table(new QTableWidget(0, 3, this)),
      m_edit(new QKeySequenceEdit(this)),
      m_assign(new QPushButton(tr("Use These Keys"), this)),
      m_clear(new QPushButton(tr("No Keys"), this)),
      m_reset(new QPushButton(tr("Reset"), this)),
      m_sentence(new QLabel(this)) {
    setWindowTitle(tr("Change Keys"));
    m_filter->setPlaceholderText(tr("Find a command or a key"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setAccessibleName(m_filter->placeholderText());
    m_table->setHorizontalHeaderLabels({tr("Menu"), tr("Command"), tr("Keys")});
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setShowGrid(false);
    m_table->setAlternatingRowColors(true);
    m_table->setTabKeyNavigation(false);
    m_table->setAccessibleName(tr("Commands and their keys"));
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + kGrid);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setSectionResizeMode(1, QHeaderView::Stretch);
    m_table->setColumnWidth(0, 10 * kGrid);
    m_table->setColumnWidth(2, 24 * kGrid);
    m_edit->setAccessibleName(tr("New keys"));
    m_edit->installEventFilter(this);
    m_sentence->setWordWrap(true);
    m_sentence->setMinimumHeight(2 * fontMetrics().lineSpacing());
    m_sentence->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    auto* resetAll = new QPushButton(tr("Reset All"), this);
    auto* close = new QPushButton(tr("Close"), this);
    close->setObjectName(QStringLiteral("close_keys"));
    for (QPushButton* button : {m_assign, m_clear, m_reset, resetAll, close})
        button->setAutoDefault(false);

    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(kGrid);
    layout->addWidget(m_filter);
    layout->addWidget(m_table, 1);
    auto* row = new QHBoxLayout;
    row->addWidget(new QLabel(tr("New keys:"), this));
    row->addWidget(m_edit, 1);
    row->addWidget(m_assign);
    row->addWidget(m_clear);
    row->addWidget(m_reset);
    row->addWidget(resetAll);
    layout->addLayout(row);
    auto* last = new QHBoxLayout;
    last->addWidget(m_sentence, 1);
    last->addWidget(close, 0, Qt::AlignBottom);
    layout->addLayout(last);
    resize(88 * kGrid, 72 * kGrid);

    fill();
    connect(m_filter, &QLineEdit::textChanged, this, &KeysDialog::filter);
    connect(m_table, &QTableWidget::itemSelectionChanged, this, [this] {
        m_edit->clear();
        update();
    });
    connect(m_table, &QTableWidget::cellActivated, this, [this] { m_edit->setFocus(); });
    connect(m_edit, &QKeySequenceEdit::keySequenceChanged, this, [this](const QKeySequence& keys) {
        // One key at a time: what comes after it would be a second one to press.
        if (keys.count() > 1) m_edit->setKeySequence(QKeySequence(keys[keys.count() - 1]));
        update();
    });
    connect(m_assign, &QPushButton::clicked, this, [this] { assign(); });
    connect(m_clear, &QPushButton::clicked, this, [this] {
        m_edit->clear();
        m_actions->setKeys(chosen().toLatin1().constData(), {});
    });
    connect(m_reset, &QPushButton::clicked, this, [this] {
        for (const ActionEntry& entry : actionTable()) {
            if (chosen() != QLatin1String(entry.id) || !*entry.id) continue;
            const QList<QKeySequence> usual = ActionSet::usualKeys(entry);
            for (const QKeySequence& key : usual)
                if (const ActionEntry* other = m_actions->usedBy(key, entry.id)) {
                    m_sentence->setText(tr("%1 is now the key of \"%2\". Give that one another key first.")
                                            .arg(key.toString(QKeySequence::NativeText), plainText(*other)));
                    return;
                }
            m_actions->setKeys(entry.id, usual);
        }
    });
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    connect(resetAll, &QPushButton::clicked, m_actions, &ActionSet::resetKeys);
    connect(m_actions, &ActionSet::keysChanged, this, [this] {
        const QString before = chosen();
        fill();
        choose(before);
    });
    update();
}

/// The field itself tells of its keys only after a second without another one.
bool KeysDialog::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_edit && event->type() == QEvent::KeyRelease)
        QMetaObject::invokeMethod(this, &KeysDialog::update, Qt::QueuedConnection);
    return QDialog::eventFilter(watched, event);
}

void KeysDialog::fill() {
    const QSignalBlocker quiet(m_table);
    m_table->setRowCount(0);
    for (const ActionEntry& entry : actionTable()) {
        if (!*entry.id || qstrcmp(entry.id, "recent") == 0) continue;
        const int row = m_table->rowCount();
        m_table->insertRow(row);
        const QList<QKeySequence> keys = m_actions->keys(entry.id);
        const QString texts[] = {menuText(entry), plainText(entry), keysText(keys)};
        for (int column = 0; column < 3; ++column) {
            auto* item = new QTableWidgetItem(texts[column]);
            item->setToolTip(QCoreApplication::translate("Actions", entry.tip));
            item->setData(Qt::UserRole, QLatin1String(entry.id));
            QFont font = item->font();
            font.setBold(column == 2 && keys != ActionSet::usualKeys(entry));
            item->setFont(font);
            m_table->setItem(row, column, item);
        }
    }
    filter(m_filter->text());
}

void KeysDialog::filter(const QString& text) {
    for (int row = 0; row < m_table->rowCount(); ++row) {
        bool found = text.isEmpty();
        for (int column = 0; column < 3 && !found; ++column)
            found = m_table->item(row, column)->text().contains(text, Qt::CaseInsensitive);
        m_table->setRowHidden(row, !found);
    }
    const auto rows = m_table->selectionModel()->selectedRows();
    if (!rows.isEmpty() && m_table->isRowHidden(rows.first().row())) m_table->selectionModel()->clear();
}

void KeysDialog::choose(const QString& id) {
    for (int row = 0; row < m_table->rowCount(); ++row)
        if (!m_table->isRowHidden(row) && m_table->item(row, 0)->data(Qt::UserRole).toString() == id)
            m_table->selectRow(row);
    update();
}

QString KeysDialog::chosen() const {
    const auto rows = m_table->selectionModel()->selectedRows();
    return rows.isEmpty() ? QString() : rows.first().data(Qt::UserRole).toString();
}

QString KeysDialog::said() const {
    return m_sentence->text();
}

QKeySequence KeysDialog::entered() const {
    return m_edit->keySequence();
}

void KeysDialog::update() {
    const QByteArray id = chosen().toLatin1();
    const QKeySequence key = entered();
    m_edit->setEnabled(!id.isEmpty());
    m_clear->setEnabled(!id.isEmpty());
    m_reset->setEnabled(!id.isEmpty());
    m_assign->setEnabled(!id.isEmpty() && !key.isEmpty());
    m_assign->setText(tr("Use These Keys"));
    if (id.isEmpty()) {
        m_sentence->setText(tr("Choose a command, then press its new keys. Keys in bold are not the usual ones."));
    } else if (key.isEmpty()) {
        m_sentence->setText(tr("Click into the field and press the new keys for this command."));
    } else if (const ActionEntry* other = m_actions->usedBy(key, id.constData())) {
        m_sentence->setText(tr("%1 is the key of \"%2\" (%3). Taking it leaves that command without it.")
                                .arg(key.toString(QKeySequence::NativeText), plainText(*other), menuText(*other)));
        m_assign->setText(tr("Take Them from There"));
    } else {
        m_sentence->setText(tr("%1 is free.").arg(key.toString(QKeySequence::NativeText)));
    }
}

void KeysDialog::assign() {
    const QByteArray id = chosen().toLatin1();
    const QKeySequence key = entered();
    if (id.isEmpty() || key.isEmpty()) return;
    while (const ActionEntry* other = m_actions->usedBy(key, id.constData())) {
        QList<QKeySequence> left = m_actions->keys(other->id);
        left.removeAll(key);
        m_actions->setKeys(other->id, left);
    }
    m_edit->clear();
    m_actions->setKeys(id.constData(), {key});
}

} // namespace ovation::ui
