// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/TimelineView.h"

#include "ui/session/Player.h"
#include "ui/session/Verdicts.h"
#include "ui/timeline/SpectrogramSettings.h"
#include "ui/timeline/TimelineViewImpl.h"
#include "ui/timeline/WaveformPainter.h"

#include <QFileInfo>
#include <QPaintEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>
#include <utility>

namespace ovation::ui {

TimelineView::TimelineView(Session* session, Player* player, QWidget* parent)
    : QWidget(parent), m_impl(std::make_unique<Impl>(this, session, player)) {
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAttribute(Qt::WA_OpaquePaintEvent);
    setAccessibleName(tr("Timeline"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    m_impl->spectrogramSettings = new SpectrogramSettings(this);
    connect(m_impl->spectrogramSettings, &SpectrogramSettings::chosen, this, &TimelineView::setSpectrogramOptions);
    m_impl->layOut();
    m_impl->showSpeech();
    m_impl->tellSelection();
    connect(this, &TimelineView::selectionChanged, this, [this] { m_impl->tellSelection(); });
}

TimelineView::~TimelineView() = default;

QSize TimelineView::sizeHint() const {
    return {110 * kGrid, 56 * kGrid};
}

QSize TimelineView::minimumSizeHint() const {
    return {40 * kGrid, 28 * kGrid};
}

TimelineView::Impl::Impl(TimelineView* owner, Session* aSession, Player* aPlayer)
    : view(owner), session(aSession), player(aPlayer) {
    scene.theme = Theme::of(view->palette());
    spectrogramTimer.setSingleShot(true);
    spectrogramTimer.setInterval(40);
    scrollTimer.setInterval(30);
    QObject::connect(&scrollTimer, &QTimer::timeout, view, [this] { autoScroll(); });
    QObject::connect(&spectrogramTimer, &QTimer::timeout, view, [this] {
        canvas.outdate(TimelineCanvas::Spectrogram);
        changed();
    });
    QObject::connect(&worker, &AudioWorker::tilesChanged, view, [this] {
        if (!spectrogramTimer.isActive()) spectrogramTimer.start();
    });
    QObject::connect(&worker, &AudioWorker::samplesChanged, view, [this] {
        scene.samples = worker.samples();
        canvas.outdate(TimelineCanvas::Waveform);
        changed();
    });
    QObject::connect(&worker, &AudioWorker::failed, view, [this](const Error& error) {
        scene.audioError = QString::fromStdString(describe(error));
        changed();
    });
    if (session) {
        QObject::connect(session, &Session::projectOpened, view, [this] {
            places.clear();
            showSpeech();
        });
        QObject::connect(session, &Session::currentSpeechChanged, view, [this] { showSpeech(); });
        QObject::connect(session, &Session::speechesChanged, view, [this] { showSpeech(); });
        QObject::connect(session, &Session::segmentsChanged, view, [this](SpeechId id) { onSegmentsChanged(id); });
        QObject::connect(session, &Session::detectionChanged, view, [this](SpeechId id) { onDetectionChanged(id); });
        QObject::connect(session, &Session::proposalsChanged, view, [this](SpeechId id) { onProposalsChanged(id); });
        QObject::connect(session, &Session::peaksChanged, view, [this](SpeechId id) {
            if (id != shown) return;
            scene.peaks = session->peaks(id);
            canvas.outdate(TimelineCanvas::Overview | TimelineCanvas::Waveform);
            if (!spectrogramTimer.isActive())
                spectrogramTimer.start(); // its strongest colour depends on the loudest sample
            changed();
        });
    }
    if (player) {
        QObject::connect(player, &Player::positionChanged, view, [this](qint64 frame) { onPosition(frame); });
        QObject::connect(player, &Player::playingChanged, view, [this](bool playing) { follow = follow || playing; });
    }
}

const Speech* TimelineView::Impl::speech() const {
    return session && session->currentSpeech() != 0 ? session->project().speech(session->currentSpeech()) : nullptr;
}

void TimelineView::Impl::refresh() {
    const bool alive = session && scene.hasSpeech;
    scene.segments = alive ? &session->segments(shown) : nullptr;
    scene.detection = alive ? session->detection(shown) : nullptr;
    scene.errors = &errors;
    scene.proposals = alive ? &session->proposals(shown) : nullptr;
    if (session && gesture != Gesture::Threshold) scene.threshold = session->decoder().threshold;
}

void TimelineView::Impl::updateErrors() {
    const Speech* its = speech();
    const Detection* detection = its != nullptr ? session->detection(its->id) : nullptr;
    errors = detection != nullptr ? labelErrors(detection->segments, session->segments(its->id), *its) : LabelErrors();
}

void TimelineView::Impl::showSpeech() {
    updateErrors();
    const Speech* current = speech();
    const SpeechId id = current != nullptr ? current->id : 0;
    const QString path = current != nullptr ? QString::fromStdString(current->path) : QString();
    const int64_t frames = current != nullptr ? current->frames : 0;
    const int rate = current != nullptr ? current->sampleRate : 0;
    const bool same = id == shown && path == source && frames == scene.axis.frames() && rate == scene.axis.sampleRate();
    if (same) {
        refresh();
        changed();
        return;
    }
    cancelGesture();
    if (shown != 0 && scene.hasSpeech) places[shown] = scene.axis.visible();
    shown = id;
    source = path;
    scene.hasSpeech = current != nullptr;
    scene.name = QFileInfo(path).fileName();
    placeSpectrogramSettings();
    scene.axis = TimeAxis(frames, rate, scene.layout.ruler.width());
    if (const auto place = places.find(id); place != places.end()) scene.axis.setVisible(place->second);
    scene.peaks = session && id != 0 ? session->peaks(id) : nullptr;
    scene.samples.reset();
    scene.audioError.clear();
    scene.selected.clear();
    scene.selectedDetection.reset();
    scene.selectedProposal.reset();
    scene.markIn.reset();
    scene.cursor = 0;
    follow = true;
    worker.setSource(path, current != nullptr ? current->contentHash : std::string());
    canvas.outdate(TimelineCanvas::All);
    viewChanged();
    Q_EMIT view->selectionChanged();
}

void TimelineView::Impl::onSegmentsChanged(SpeechId id) {
    if (id != shown) return;
    updateErrors();
    refresh();
    const size_t before = scene.selected.size();
    std::erase_if(scene.selected, [this](int64_t selectedId) { return segment(selectedId) == nullptr; });
    if (drag && drag->kind() != SegmentDrag::Kind::Mark && segment(drag->segment().id) == nullptr) cancelGesture();
    tellSelection();
    changed();
    if (scene.selected.size() != before) Q_EMIT view->selectionChanged();
}

void TimelineView::Impl::onDetectionChanged(SpeechId id) {
    if (id != shown) return;
    updateErrors();
    refresh();
    // Other settings move edges and numbers: the selected one is the one that overlaps what it was.
    const bool had = scene.selectedDetection.has_value();
    if (had)
        scene.selectedDetection =
            scene.detection != nullptr ? mostOverlapping(scene.detection->segments, selectedRange) : std::nullopt;
    if (scene.selectedDetection) selectedRange = scene.detection->segments[*scene.selectedDetection].range;
    if (had) tellSelection();
    changed();
    if (had && !scene.selectedDetection) Q_EMIT view->selectionChanged();
}

void TimelineView::Impl::onPosition(int64_t frame) {
    if (!scene.hasSpeech || (player && player->source() != source)) return;
    moveCursor(frame, false);
    if (!player || !player->playing() || !follow || gesture != Gesture::None || scene.axis.empty()) return;
    const double now = toSeconds(frame, scene.axis.sampleRate());
    const TimeSpan visible = scene.axis.visible();
    if (now >= visible.start && now <= visible.end) return;
    const double lead = 0.05 * visible.length(); // what has just been heard stays in sight
    scene.axis.setVisible({now - lead, now - lead + visible.length()});
    viewChanged();
}

void TimelineView::Impl::layOut() {
    scene.layout = TimelineLayout::of(view->size());
    scene.devicePixelRatio = view->devicePixelRatioF();
    scene.axis.setWidth(scene.layout.ruler.width());
    placeSpectrogramSettings();
    canvas.outdate(TimelineCanvas::Overview);
    viewChanged();
}

/// In the spectrogram's lower left corner, below its scale's numbers.
void TimelineView::Impl::placeSpectrogramSettings() {
    if (spectrogramSettings == nullptr) return;
    const QRectF& lane = scene.layout.spectrogram;
    const QSize size = spectrogramSettings->size();
    spectrogramSettings->move(2, static_cast<int>(lane.bottom()) - size.height() - 2);
    spectrogramSettings->setVisible(scene.hasSpeech && lane.height() >= 2 * size.height());
}

void TimelineView::Impl::viewChanged() {
    canvas.outdate(TimelineCanvas::Waveform | TimelineCanvas::Spectrogram);
    requestAudio();
    changed();
    Q_EMIT view->visibleChanged();
}

void TimelineView::Impl::requestAudio() {
    if (!scene.hasSpeech) return;
    worker.requestTiles(tilesToRequest(scene.axis, scene.devicePixelRatio, scene.spectrogram.scale,
                                       [this](const TileKey& key) { return worker.tile(key); }));
    worker.requestSamples(samplesWanted(scene.axis, scene.devicePixelRatio, scene.samples.get()));
}

void TimelineView::Impl::changed() {
    canvas.outdate();
    view->update();
}

void TimelineView::Impl::paint(QPainter& painter, const QRegion& region) {
    const double ratio = view->devicePixelRatioF();
    if (ratio != scene.devicePixelRatio) layOut(); // moved to another screen
    if (canvas.outdated()) {
        refresh();
        scene.focused = view->hasFocus();
    }
    canvas.paint(painter, region, scene, view->size(), view->font(),
                 [this](const TileKey& key) { return worker.tile(key); });
}

void TimelineView::Impl::moveCursor(int64_t frame, bool seek) {
    const int64_t place = std::clamp<int64_t>(frame, 0, scene.axis.frames());
    if (place != scene.cursor) {
        view->update(cursorArea(scene, scene.cursor));
        scene.cursor = place;
        view->update(cursorArea(scene, scene.cursor));
    }
    if (seek && player && player->position() != place) player->seek(place);
}

void TimelineView::paintEvent(QPaintEvent* event) {
    QPainter painter(this);
    m_impl->paint(painter, event->region());
}

void TimelineView::resizeEvent(QResizeEvent*) {
    m_impl->layOut();
}

void TimelineView::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::StyleChange ||
        event->type() == QEvent::FontChange) {
        m_impl->scene.theme = Theme::of(palette());
        m_impl->canvas.outdate(TimelineCanvas::All);
        m_impl->changed();
    }
    QWidget::changeEvent(event);
}

void TimelineView::focusInEvent(QFocusEvent* event) {
    m_impl->changed();
    QWidget::focusInEvent(event);
}

void TimelineView::focusOutEvent(QFocusEvent* event) {
    m_impl->changed();
    QWidget::focusOutEvent(event);
}

TimeSpan TimelineView::visible() const {
    return m_impl->scene.axis.visible();
}

void TimelineView::setVisible(TimeSpan span) {
    m_impl->scene.axis.setVisible(span);
    m_impl->viewChanged();
}

void TimelineView::zoomBy(double factor, std::optional<double> anchorS) {
    TimeAxis& axis = m_impl->scene.axis;
    if (axis.empty()) return;
    // Without a pointer the cursor stays in place, where it can be seen.
    const double cursorS = toSeconds(m_impl->scene.cursor, axis.sampleRate());
    const TimeSpan span = axis.visible();
    const bool cursorShown = cursorS >= span.start && cursorS <= span.end;
    axis.zoomBy(factor, anchorS.value_or(cursorShown ? cursorS : (span.start + span.end) / 2));
    m_impl->viewChanged();
}

void TimelineView::zoomToAll() {
    m_impl->scene.axis.showAll();
    m_impl->viewChanged();
}

void TimelineView::zoomToSelection() {
    const auto span = selectedTime();
    if (!span) return;
    const double margin = 0.1 * span->length();
    setVisible(TimeSpan{span->start - margin, span->end + margin});
}

void TimelineView::scrollBy(double shareOfView) {
    m_impl->follow = false;
    m_impl->scene.axis.scrollBy(shareOfView * m_impl->scene.axis.visible().length());
    m_impl->viewChanged();
}

void TimelineView::reveal(TimeSpan span) {
    const TimeSpan visible = m_impl->scene.axis.visible();
    if (span.start >= visible.start && span.end <= visible.end) return;
    const double margin = std::min(0.05 * visible.length(), std::max(0.0, (visible.length() - span.length()) / 2));
    if (span.length() > visible.length())
        setVisible(TimeSpan{span.start - 0.1 * span.length(), span.end + 0.1 * span.length()});
    else if (span.start < visible.start)
        setVisible(TimeSpan{span.start - margin, span.start - margin + visible.length()});
    else
        setVisible(TimeSpan{span.end + margin - visible.length(), span.end + margin});
}

bool TimelineView::complete() const {
    const Impl& impl = *m_impl;
    if (!impl.scene.hasSpeech || !impl.scene.audioError.isEmpty()) return true;
    const auto needed = visibleTiles(impl.scene.axis, impl.scene.devicePixelRatio, impl.scene.spectrogram.scale);
    return std::ranges::all_of(needed, [&](const TileKey& key) { return impl.worker.tile(key) != nullptr; }) &&
           samplesWanted(impl.scene.axis, impl.scene.devicePixelRatio, impl.scene.samples.get()).empty();
}

int64_t TimelineView::cursor() const {
    return m_impl->scene.cursor;
}

void TimelineView::setCursor(int64_t frame) {
    m_impl->moveCursor(frame, true);
}

SpectrogramOptions TimelineView::spectrogramOptions() const {
    return m_impl->scene.spectrogram;
}

void TimelineView::setSpectrogramOptions(const SpectrogramOptions& options) {
    if (std::exchange(m_impl->scene.spectrogram, options) == options) return;
    m_impl->spectrogramSettings->setOptions(options);
    m_impl->viewChanged();
    Q_EMIT spectrogramOptionsChanged(options);
}

} // namespace ovation::ui
