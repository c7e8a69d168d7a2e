// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAction>
#include <QHash>
#include <QMenuBar>
#include <QObject>

#include <span>

namespace ovation::ui {

/// One command of the window. `shortcuts`: in QKeySequence's words, separated by spaces.
struct ActionEntry {
    const char* menu; ///< "File", or "File>Export Model" for a menu inside it; entries of one menu stand together
    const char* id;   ///< "" for a separator
    const char* text; ///< with its mnemonic
    const char* shortcuts;
    const char* tip; ///< a sentence for the status bar, tool tip and the list of keys
    bool checkable = false;
};

/// Every command, in the order of the menus.
std::span<const ActionEntry> actionTable();
QString plainText(const ActionEntry& entry);       ///< translated, without mnemonic
QString menuText(const ActionEntry& entry);        ///< of the menu that it stands in
QString keysText(const QList<QKeySequence>& keys); ///< for people: "Ctrl+Y, Ctrl+Shift+Z"

/// The window's commands: made from the table, so that menus, keys and the list of keys cannot disagree.
class ActionSet : public QObject {
    Q_OBJECT
public:
    explicit ActionSet(QWidget* window);

    QAction* operator[](const char* id) const; ///< of the table; anything else is a mistake in the program

    // Keys: the table's, or what the person has chosen.
    static QList<QKeySequence> usualKeys(const ActionEntry& entry);
    QList<QKeySequence> keys(const char* id) const { return (*this)[id]->shortcuts(); }
    void setKeys(const char* id, const QList<QKeySequence>& keys);
    const ActionEntry* usedBy(const QKeySequence& key, const char* exceptId = "") const; ///< nullptr: free
    void resetKeys();
    QStringList changedKeys() const; ///< as setting keys/changed has it
    void restoreKeys(const QStringList& changed);
    QMenu* menu(const char* name) const;
    void fill(QMenuBar* bar);

    /// Calls `function` when the command is given.
    template <typename Function>
    void on(const char* id, QObject* context, Function function) {
        connect((*this)[id], &QAction::triggered, context, std::move(function));
    }

Q_SIGNALS:
    void keysChanged();

private:
    void showKeys(const char* id, const QList<QKeySequence>& keys);

    QWidget* m_window;
    QHash<QString, QAction*> m_actions;
    QHash<QString, QMenu*> m_menus;
};

} // namespace ovation::ui
