// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/labels/Label.h"

#include <QWidget>

class QLabel;
class QStackedLayout;
class QTableView;

namespace ovation::ui {

class DropBin;
class LabelTableModel;
class Session;
class TimelineView;

/// The Label workspace's panel: the current recording's segments as a table, and two bins for clips.
class LabelPanel : public QWidget {
    Q_OBJECT
public:
    LabelPanel(Session* session, TimelineView* timeline, QWidget* parent = nullptr);

    LabelTableModel* model() const { return m_model; }
    QTableView* table() const { return m_table; }

private:
    void buildTable();
    QWidget* buildBins();
    void askForClips(LabelClass labelClass);
    void followTimeline();
    void followTable();
    void updateHint();

    Session* m_session;
    TimelineView* m_timeline;
    LabelTableModel* m_model = nullptr;
    QTableView* m_table = nullptr;
    QLabel* m_hint = nullptr;
    bool m_following = false; ///< the two selections are being made equal
};

} // namespace ovation::ui
