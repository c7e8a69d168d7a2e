// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTableView>

namespace ovation::ui {

class HistoryModel;
class Session;

/// The list of edits; a click, or Enter, goes back or forward to the state after that edit.
class HistoryView : public QTableView {
    Q_OBJECT
public:
    explicit HistoryView(Session* session, QWidget* parent = nullptr);

protected:
    void showEvent(QShowEvent* event) override;

private:
    void showCurrent();

    HistoryModel* m_history;
};

} // namespace ovation::ui
