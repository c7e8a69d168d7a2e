// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/ProjectData.h"

#include <QObject>
#include <QTimer>

#include <vector>

namespace ovation::ui {

class Session;
class TimelineView;

/// Keeps with the project what the timeline showed of each recording (zoom, scroll position, cursor, selection), and
/// shows it so again when the recording is chosen or the project opened.
class ViewState : public QObject {
    Q_OBJECT
public:
    /// Made after the timeline and the player know of the session, so that it hears of a new recording after them.
    ViewState(Session* session, TimelineView* timeline);
    ~ViewState() override;

    void keep(); ///< what is shown, now

private:
    struct View {
        SpeechId speech = 0;
        double start = 0, end = 0; ///< seconds
        int64_t cursor = 0;        ///< frame
        std::vector<int64_t> selected;
    };

    void read();
    void show();
    void note();
    void write();

    Session* m_session;
    TimelineView* m_timeline;
    std::vector<View> m_views; ///< the one looked at last is last
    SpeechId m_shown = 0;
    bool m_showing = false; ///< what the timeline says meanwhile is our own doing
    QTimer m_timer;
};

} // namespace ovation::ui
