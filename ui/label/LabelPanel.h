// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/labels/Label.h"
#include "ui/label/ProposalBar.h"

#include <QWidget>

class QLabel;
class QStackedLayout;
class QTableView;
class QTabWidget;

namespace ovation::ui {

class DropBin;
class HistoryView;
class LabelFilter;
class LabelTableModel;
class Session;
class TimelineView;

/// The Label workspace's panel: the current recording's segments as a table, the history of changes, proposals, and two
/// bins for clips.
class LabelPanel : public QWidget {
    Q_OBJECT
public:
    LabelPanel(Session* session, TimelineView* timeline, const ProposalBar::Actions& actions,
               QWidget* parent = nullptr);

    LabelTableModel* model() const { return m_model; }
    LabelFilter* filter() const { return m_filter; } ///< what the table shows of the model
    QTableView* table() const { return m_table; }
    void focusTable();
    void focusHistory();

Q_SIGNALS:
    void playRequested(ovation::TimeSpan span);

private:
    void buildTable();
    QWidget* buildFilter();
    QWidget* buildBins();
    void askForClips(LabelClass labelClass);
    void followTimeline();
    void followTable();
    void updateHint();

    Session* m_session;
    TimelineView* m_timeline;
    LabelTableModel* m_model = nullptr;
    LabelFilter* m_filter = nullptr;
    QTabWidget* m_tabs = nullptr;
    HistoryView* m_history = nullptr;
    QTableView* m_table = nullptr;
    QLabel* m_hint = nullptr;
    bool m_following = false; ///< the two selections are being made equal
};

} // namespace ovation::ui
