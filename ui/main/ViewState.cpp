// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main/ViewState.h"

#include "ui/session/Session.h"
#include "ui/timeline/TimelineView.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace ovation::ui {

namespace {

constexpr const char* kSetting = "views";
constexpr size_t kMostViews = 200;
constexpr int kWriteAfterMs = 300;

} // namespace

ViewState::ViewState(Session* session, TimelineView* timeline)
    : QObject(timeline), m_session(session), m_timeline(timeline) {
    m_timer.setSingleShot(true);
    m_timer.setInterval(kWriteAfterMs);
    connect(&m_timer, &QTimer::timeout, this, &ViewState::write);
    connect(session, &Session::projectOpened, this, [this] {
        m_timer.stop(); // what was not written yet belongs to the project before
        read();         // shown when the session says which recording is the current one
    });
    connect(session, &Session::currentSpeechChanged, this, &ViewState::show);
    connect(timeline, &TimelineView::visibleChanged, this, &ViewState::note);
    connect(timeline, &TimelineView::selectionChanged, this, &ViewState::note);
    read();
    show();
}

ViewState::~ViewState() {
    if (m_timer.isActive()) write();
}

void ViewState::read() {
    m_views.clear();
    m_shown = 0;
    const auto list = nlohmann::json::parse(m_session->setting(kSetting).toStdString(), nullptr, false);
    if (!list.is_array()) return;
    for (const auto& entry : list) {
        try {
            View view;
            entry.at("speech").get_to(view.speech);
            entry.at("start_s").get_to(view.start);
            entry.at("end_s").get_to(view.end);
            entry.at("cursor").get_to(view.cursor);
            entry.at("selected").get_to(view.selected);
            if (m_session->project().speech(view.speech) && std::isfinite(view.start) && view.end > view.start)
                m_views.push_back(std::move(view));
        } catch (const nlohmann::json::exception&) {
            continue; // one view less
        }
    }
}

void ViewState::show() {
    const SpeechId speech = m_session->currentSpeech();
    if (speech == m_shown) return;
    m_shown = speech;
    const auto found = std::ranges::find(m_views, speech, &View::speech);
    if (found == m_views.end()) return;
    std::rotate(found, found + 1, m_views.end());
    const View view = m_views.back();
    m_showing = true;
    std::vector<int64_t> there;
    for (const Segment& segment : m_session->segments(speech))
        if (std::ranges::find(view.selected, segment.id) != view.selected.end()) there.push_back(segment.id);
    if (!there.empty()) m_timeline->selectSegments(there);
    m_timeline->setCursor(view.cursor);
    m_timeline->setVisible(TimeSpan{view.start, view.end}); // last: the others may scroll
    m_showing = false;
}

void ViewState::note() {
    // The timeline speaks of a new recording before show() has heard of it.
    if (m_showing || m_shown == 0 || m_shown != m_session->currentSpeech()) return;
    const TimeSpan visible = m_timeline->visible();
    if (!(visible.end > visible.start)) return;
    std::erase_if(m_views, [this](const View& view) { return view.speech == m_shown; });
    if (m_views.size() >= kMostViews) m_views.erase(m_views.begin());
    m_views.push_back({m_shown, visible.start, visible.end, m_timeline->cursor(), m_timeline->selectedSegments()});
    m_timer.start();
}

void ViewState::keep() {
    note();
    write();
}

void ViewState::write() {
    m_timer.stop();
    auto list = nlohmann::json::array();
    for (const View& view : m_views)
        list.push_back({{"speech", view.speech},
                        {"start_s", view.start},
                        {"end_s", view.end},
                        {"cursor", view.cursor},
                        {"selected", view.selected}});
    m_session->setSetting(kSetting, QString::fromStdString(list.dump()));
}

} // namespace ovation::ui
