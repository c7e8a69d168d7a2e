// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/review/ReviewPanel.h"

#include "ui/review/ChangesView.h"
#include "ui/review/DecoderControls.h"
#include "ui/review/DetectBar.h"
#include "ui/review/DetectionsTable.h"
#include "ui/review/ReportView.h"
#include "ui/session/Player.h"
#include "ui/session/Session.h"
#include "ui/session/Verdicts.h"
#include "ui/theme/Theme.h"
#include "ui/timeline/TimelineView.h"
#include "ui/train/EmptyState.h"

#include <QApplication>
#include <QSplitter>
#include <QStackedLayout>
#include <QTabWidget>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace ovation::ui {

ReviewPanel::ReviewPanel(Session* session, Player* player, TimelineView* timeline, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_player(player),
      m_timeline(timeline),
      m_decoder(new DecoderControls(this)),
      m_table(new DetectionsTable),
      m_report(new ReportView),
      m_changes(new ChangesView(session)),
      m_empty(new EmptyState({}, {}, this)),
      m_stack(new QStackedLayout) {
    auto* splitter = new QSplitter(Qt::Horizontal, this);
    auto* tabs = new QTabWidget;
    tabs->setObjectName(QStringLiteral("review_tabs"));
    tabs->setDocumentMode(true);
    m_report->setContentsMargins(0, kGrid / 2, 0, 0);
    tabs->addTab(m_report, tr("Report"));
    tabs->addTab(m_changes, tr("Before and After"));
    splitter->addWidget(m_table);
    splitter->addWidget(tabs);
    splitter->setStretchFactor(0, 3);
    splitter->setStretchFactor(1, 2);
    splitter->setChildrenCollapsible(false);
    splitter->setSizes({74 * kGrid, 52 * kGrid});
    m_stack->addWidget(m_empty);
    m_stack->addWidget(splitter);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(kGrid, kGrid, kGrid, kGrid);
    layout->setSpacing(kGrid);
    layout->addWidget(new DetectBar(session, this));
    layout->addWidget(m_decoder);
    layout->addLayout(m_stack, 1);

    m_reload.setSingleShot(true);
    connect(&m_reload, &QTimer::timeout, this, &ReviewPanel::refresh);
    connect(m_decoder, &DecoderControls::edited, m_session, &Session::setDecoder);
    connect(m_table, &DetectionsTable::playRequested, this, &ReviewPanel::play);
    connect(m_table, &DetectionsTable::showRequested, this, &ReviewPanel::showSegment);
    connect(m_table, &DetectionsTable::judged, this, [this](const DetectionRow& row, Verdict verdict) {
        withdrawHint();
        if (!isCurrent(row)) return;
        m_session->judge(row.speech, row.index, verdict);
        reload();
    });
    connect(m_table, &DetectionsTable::hinted, this, &ReviewPanel::hint);
    connect(m_report, &ReportView::speechActivated, m_session, &Session::setCurrentSpeech);
    connect(m_report, &ReportView::exportRequested, m_session, &Session::exportDetections);
    connect(m_report, &ReportView::saveReportRequested, this, &ReviewPanel::saveReportRequested);
    connect(m_report, &ReportView::printRequested, m_session, &Session::printReport);
    connect(m_changes, &ChangesView::playRequested, this, &ReviewPanel::playRange);
    connect(m_session, &Session::detectedAgain, this, [this, tabs] {
        // Whose keyboard is in the report keeps it.
        if (!m_report->isAncestorOf(QApplication::focusWidget())) tabs->setCurrentWidget(m_changes);
    });
    connect(m_table->view()->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] {
        withdrawHint();
        Q_EMIT currentChanged();
    });
    if (m_timeline) connect(m_timeline, &TimelineView::selectionChanged, this, &ReviewPanel::followTimeline);
    connectSession();
    reload();
}

void ReviewPanel::connectSession() {
    connect(m_session, &Session::projectOpened, this, [this] {
        m_table->setRows({}, m_session->decoder().threshold); // nothing stays chosen
        m_toChoose.reset();
        m_opened = true;
        refresh();
    });
    for (const auto signal : {&Session::speechesChanged, &Session::modelChanged, &Session::detectionEnded})
        connect(m_session, signal, this, [this] { m_reload.start(0); });
    constexpr int kWhileDetectingMs = 500; // a batch tells of many a second, and everything is listed anew
    connect(m_session, &Session::detectionChanged, this, [this] {
        if (!m_session->detecting())
            m_reload.start(0);
        else if (!m_reload.isActive())
            m_reload.start(kWhileDetectingMs);
    });
    connect(m_session, &Session::segmentsChanged, this, [this] { m_reload.start(0); });
    connect(m_session, &Session::currentSpeechChanged, this, &ReviewPanel::followSpeech);
    connect(m_session, &Session::revisited, this, &ReviewPanel::revisit);
}

void ReviewPanel::refresh() {
    if (isVisible() || !m_hint.isEmpty()) // a hint may have to go
        reload();
    else
        m_stale = true;
}

void ReviewPanel::showEvent(QShowEvent* event) {
    if (m_stale) reload();
    QWidget::showEvent(event);
}

void ReviewPanel::choose(SpeechId speech, size_t index, bool elseNothing) {
    m_toChoose.reset();
    const Detection* detection = m_session->detection(speech);
    if (!m_stale)
        m_table->select(speech, index, elseNothing);
    else if (detection && index < detection->segments.size())
        m_toChoose = {speech, detection->segments[index].range, elseNothing};
}

void ReviewPanel::followSpeech(SpeechId id) {
    if (m_toChoose && m_toChoose->speech != id) m_toChoose.reset();
    m_table->setCurrentSpeech(id);
    if (!m_stale) countHidden();
    const auto row = m_table->current();
    const bool isFirst = std::exchange(m_opened, false); // nothing is chosen in a project that is opened
    if (!isFirst && m_stale && !m_toChoose && (!row || row->speech != id)) m_toChoose = Chosen{id, {}, true};
}

void ReviewPanel::countHidden() {
    const Detection* shown = m_session->detection(m_session->currentSpeech());
    m_decoder->setHidden(shown ? leftOutAsUnsure(shown->curve, m_session->decoder()) : 0);
}

void ReviewPanel::reload() {
    m_reload.stop();
    m_stale = false;
    const ProjectData& project = m_session->project();
    const DecoderOptions options = m_session->decoder();
    if (m_decoder->options() != options) m_decoder->setOptions(options);
    m_decoder->setModelOptions(m_session->usualDecoder());
    countHidden();
    m_table->setCurrentSpeech(m_session->currentSpeech());
    m_table->setRows(detectionRows(project), options.threshold);
    m_table->setMissed(missedLabels(project));
    if (const auto chosen = std::exchange(m_toChoose, {}))
        if (const Detection* detection = m_session->detection(chosen->speech)) {
            if (chosen->range.empty())
                m_table->selectFirstOf(chosen->speech);
            else if (const auto index = mostOverlapping(detection->segments, chosen->range))
                m_table->select(chosen->speech, *index, chosen->elseNothing);
        }
    if (m_table->anyOpen()) withdrawHint();
    std::vector<SpeechReport> reports = speechReports(project);
    const bool detected = std::ranges::any_of(reports, &SpeechReport::detected);
    m_changes->reload();
    m_decoder->setEnabled(detected);
    m_report->setReports(std::move(reports));
    if (project.speeches.empty())
        m_empty->setTexts(tr("No recordings yet"),
                          tr("Drop sound files or folders on the window, then detect applause in them here."));
    else if (!m_session->model() && m_session->modelSource().kind == ModelSource::Kind::None)
        m_empty->setTexts(tr("No model yet"),
                          tr("Train one in the Train workspace, or open a model file from the File menu."));
    else
        m_empty->setTexts(tr("Nothing detected yet"),
                          tr("Press Detect This Recording, or Detect All: every segment that the "
                             "model finds is listed here, to be heard, accepted or rejected."));
    m_stack->setCurrentIndex(detected ? 1 : 0);
}

bool ReviewPanel::isCurrent(const DetectionRow& row) {
    if (isStillAt(row.segment.range, m_session->detection(row.speech), row.index)) return true;
    reload(); // what overlaps it most is chosen in its place, to be heard first
    Q_EMIT m_session->messageRaised(tr("What is detected has just changed: nothing was judged."));
    return false;
}

void ReviewPanel::hint(const QString& text) {
    m_hint = text;
    Q_EMIT m_session->messageRaised(text);
}

void ReviewPanel::withdrawHint() {
    if (!m_hint.isEmpty()) Q_EMIT m_session->messageWithdrawn(std::exchange(m_hint, {}));
}

QString ReviewPanel::emptyText() const {
    return m_stack->currentIndex() == 0 ? m_empty->text() : QString();
}

void ReviewPanel::play(const DetectionRow& row) {
    playRange(row.speech, row.range);
    selectOnTimeline(row);
}

void ReviewPanel::showSegment(const DetectionRow& row) {
    if (const Speech* speech = m_session->project().speech(row.speech)) showRange(*speech, row.range);
    selectOnTimeline(row);
}

void ReviewPanel::selectOnTimeline(const DetectionRow& row) {
    if (m_timeline && isStillAt(row.segment.range, m_session->detection(row.speech), row.index))
        m_timeline->selectDetection(row.index);
}

void ReviewPanel::playRange(SpeechId id, SampleRange range) {
    const Speech* speech = m_session->project().speech(id);
    if (!speech) return;
    const SampleRange padded = showRange(*speech, range);
    if (!m_player) return;
    const QString path = QString::fromStdString(speech->path);
    if (m_player->source() != path) m_player->setSource(path, speech->frames, speech->sampleRate);
    m_player->playRange(padded);
}

SampleRange ReviewPanel::showRange(const Speech& speech, SampleRange range) {
    if (m_session->currentSpeech() != speech.id) m_session->setCurrentSpeech(speech.id);
    const int64_t padding = toFrame(m_table->paddingS(), speech.sampleRate);
    const SampleRange padded = SampleRange{range.begin - padding, range.end + padding}.clamped(0, speech.frames);
    if (m_timeline) m_timeline->reveal(toSeconds(padded, speech.sampleRate));
    return padded;
}

void ReviewPanel::followTimeline() {
    const auto index = m_timeline->selectedDetection();
    if (!index) return;
    if (m_reload.isActive()) refresh(); // the number is of what is detected now
    choose(m_session->currentSpeech(), *index);
}

void ReviewPanel::revisit(SpeechId speech, size_t index) {
    // Where it is hidden from now on, the next takes its place.
    const bool wasListed = !m_stale && m_table->select(speech, index, false);
    refresh();
    choose(speech, index, false);
    const auto row = m_table->current();
    if (m_stale || !row || row->speech != speech || !m_timeline || !isVisible()) return;
    if (!wasListed && row->index != index) return; // what was chosen before is none of it
    if (!m_timeline->selectedSegments().empty()) return;
    m_timeline->selectDetection(row->index);
    m_timeline->reveal(row->span);
}

bool ReviewPanel::hasCurrent() const {
    return m_table->current().has_value();
}

bool ReviewPanel::nudgeCurrent(double beginS, double endS) {
    const auto row = m_table->current();
    const Speech* speech = row ? m_session->project().speech(row->speech) : nullptr;
    if (!speech) return false;
    if (row->speech != m_session->currentSpeech()) { // its edges are not on screen
        m_table->play();
        return true;
    }
    if (!isCurrent(*row)) return true;
    m_session->adjustDetected(row->speech, row->index, toFrame(beginS, speech->sampleRate),
                              toFrame(endS, speech->sampleRate));
    reload();
    return true;
}

void ReviewPanel::acceptCurrent() {
    m_table->judge(Verdict::Accepted);
}

void ReviewPanel::rejectCurrent() {
    m_table->judge(Verdict::Rejected);
}

void ReviewPanel::playCurrent() {
    m_table->play();
}

void ReviewPanel::playNext() {
    m_table->step(1);
}

void ReviewPanel::playPrevious() {
    m_table->step(-1);
}

} // namespace ovation::ui
