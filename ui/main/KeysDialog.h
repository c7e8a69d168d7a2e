// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/main/ActionTable.h"

#include <QDialog>

class QKeySequenceEdit;
class QLabel;
class QLineEdit;
class QPushButton;
class QTableWidget;

namespace ovation::ui {

/// Gives commands other keys: choose a command, press the keys. A key that another command has is named with it, and
/// taken from there only when the person says so. Changes act at once; may stay open beside the studio's window.
class KeysDialog : public QDialog {
    Q_OBJECT
public:
    static void show(QWidget* window, ActionSet* actions); ///< or raises the one that is open

    KeysDialog(ActionSet* actions, QWidget* parent);
    void choose(const QString& id); ///< nothing where the filter hides it
    QString chosen() const;         ///< id of the command; "" for none
    QString said() const;           ///< the sentence under the keys

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void fill();
    void filter(const QString& text);
    void update();
    void assign(); ///< takes the keys from another command that has them
    QKeySequence entered() const;

    ActionSet* m_actions;
    QLineEdit* m_filter;
    QTableWidget* m_table;
    QKeySequenceEdit* m_edit;
    QPushButton* m_assign;
    QPushButton* m_clear;
    QPushButton* m_reset;
    QLabel* m_sentence;
};

} // namespace ovation::ui
