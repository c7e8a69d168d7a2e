// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/LabellingScript.h"

#include "tests/support/WavFile.h"
#include "ui/main/SpeechList.h"
#include "ui/timeline/TimelineScene.h"
#include "ui/timeline/TimelineView.h"

#include <QDir>
#include <QListView>

#include <algorithm>
#include <cmath>
#include <random>

namespace ovation::ui::test {
namespace {

constexpr int kSampleRate = 8000;
constexpr int kLengthS = 40;
constexpr double kSlotS = 8; ///< one mark with the mouse and one with the keyboard each
constexpr LabelClass kClasses[] = {LabelClass::Applause, LabelClass::NotApplause, LabelClass::Unsure};

std::string nameOf(int recording) {
    return "speech-" + std::to_string(recording + 1) + ".wav";
}

} // namespace

LabelsByFile labelsOf(const ProjectData& project) {
    LabelsByFile state;
    for (const auto& [speech, segments] : project.segments) {
        const Speech* recording = project.speech(speech);
        if (!recording || segments.empty()) continue;
        auto& labels = state[QFileInfo(QString::fromStdString(recording->path)).fileName().toStdString()];
        for (const Segment& segment : segments)
            labels.emplace_back(segment.range.begin, segment.range.end, segment.labelClass);
        std::sort(labels.begin(), labels.end());
    }
    return state;
}

OpenStudio::OpenStudio(const QString& settingsFile) : settings(settingsFile) {
    window.resize(1280, 800);
    window.setWorkspace(Workspace::Label);
    window.show();
    window.activateWindow();
    EXPECT_TRUE(QTest::qWaitForWindowActive(&window));
}

bool OpenStudio::openProject(const QString& path) {
    return open(session, path);
}

LabellingScript::LabellingScript(OpenStudio& studio, bool sound) : m_studio(studio), m_sound(sound) {}

QString LabellingScript::writeRecordings(const Folder& folder) {
    const QString place = folder.path(QStringLiteral("recordings"));
    QDir().mkpath(place);
    std::mt19937 random(7);
    std::uniform_real_distribution<float> noise(-1, 1);
    for (int recording = 0; recording < kRecordings; ++recording) {
        std::vector<float> samples;
        for (int i = 0; i < kLengthS * kSampleRate; ++i)
            samples.push_back(noise(random) * ((i / kSampleRate + recording) % 4 < 2 ? 0.01F : 0.2F));
        folder.write(QStringLiteral("recordings/") + QString::fromStdString(nameOf(recording)),
                     QByteArray::fromStdString(ovation::test::wavBytes(samples, kSampleRate)));
    }
    return place;
}

bool LabellingScript::dropFolder(const QString& folder) {
    if (!dropOn(&m_studio.window, {folder})) return false;
    const bool there = waitFor(
        [&] { return m_studio.session.project().speeches.size() == kRecordings && m_studio.session.jobs().empty(); });
    m_studio.window.timeline()->setSnapping(false);
    return there;
}

bool LabellingScript::step(int i) {
    if (i < kMarks) return markWithMouse(i);
    if (i < 2 * kMarks) return markWithKeys(i - kMarks);
    return changeClass(i - 2 * kMarks);
}

bool LabellingScript::undo() {
    const size_t before = m_studio.session.project().editsDone;
    key(Qt::Key_Z, Qt::ControlModifier);
    return m_studio.session.project().editsDone + 1 == before;
}

bool LabellingScript::redo() {
    const size_t before = m_studio.session.project().editsDone;
    key(Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
    return m_studio.session.project().editsDone == before + 1;
}

void LabellingScript::key(Qt::Key key, Qt::KeyboardModifiers modifiers) {
    QTest::keyClick(m_studio.window.timeline(), key, modifiers);
}

bool LabellingScript::showRecording(int i) {
    QListView* list = m_studio.window.speeches()->view();
    for (int row = 0; row < list->model()->rowCount(); ++row) {
        const QModelIndex index = list->model()->index(row, 0);
        if (!index.data().toString().contains(QStringLiteral("speech-%1").arg(i + 1))) continue;
        const QRect place = list->visualRect(index);
        QTest::mouseClick(list->viewport(), Qt::LeftButton, Qt::NoModifier, place.topLeft() + QPoint(60, 8));
        m_studio.window.timeline()->setFocus();
        const Speech* shown = m_studio.session.project().speech(m_studio.session.currentSpeech());
        return shown && QString::fromStdString(shown->path).endsWith(QString::fromStdString(nameOf(i)));
    }
    return false;
}

QPoint LabellingScript::pointAt(double seconds, const QRectF& lane) const {
    const TimeSpan visible = m_studio.window.timeline()->visible();
    const double share = (seconds - visible.start) / visible.length();
    return QPointF(lane.left() + share * lane.width(), lane.center().y()).toPoint();
}

int64_t LabellingScript::frameUnder(QPoint point) const {
    const QRectF ruler = TimelineLayout::of(m_studio.window.timeline()->size()).ruler;
    const TimeSpan visible = m_studio.window.timeline()->visible();
    const double share = (point.x() - ruler.left()) / ruler.width();
    return std::llround((visible.start + share * visible.length()) * kSampleRate);
}

bool LabellingScript::noteMark(int64_t begin, int64_t end) {
    LabelsByFile state = m_expected.back();
    const Speech* shown = m_studio.session.project().speech(m_studio.session.currentSpeech());
    auto& labels = state[QFileInfo(QString::fromStdString(shown->path)).fileName().toStdString()];
    labels.emplace_back(begin, end, m_class);
    std::sort(labels.begin(), labels.end());
    m_expected.push_back(state);
    return labelsOf(m_studio.session.project()) == state;
}

bool LabellingScript::markWithMouse(int i) {
    if (!showRecording(i % kRecordings)) return false;
    TimelineView* timeline = m_studio.window.timeline();
    const QRectF lane = TimelineLayout::of(timeline->size()).waveform;
    const double slot = i / kRecordings * kSlotS;
    const QPoint from = pointAt(slot + 0.5, lane), to = pointAt(slot + 2.5 + 0.1 * i, lane);
    const bool backwards = i % 4 == 3;
    QTest::mousePress(timeline, Qt::LeftButton, {}, backwards ? to : from);
    QTest::mouseMove(timeline, (from + to) / 2);
    QTest::mouseMove(timeline, backwards ? from : to);
    QTest::mouseRelease(timeline, Qt::LeftButton, {}, backwards ? from : to);
    return noteMark(frameUnder(from), frameUnder(to));
}

bool LabellingScript::cursorPasses(int64_t frame) {
    if (m_sound) return waitFor([&] { return m_studio.window.timeline()->cursor() > frame; });
    TimelineView* timeline = m_studio.window.timeline();
    const QPoint place = pointAt(static_cast<double>(frame) / kSampleRate, TimelineLayout::of(timeline->size()).ruler);
    QTest::mouseClick(timeline, Qt::LeftButton, {}, place);
    return true;
}

bool LabellingScript::markWithKeys(int i) {
    if (!showRecording(i % kRecordings)) return false;
    TimelineView* timeline = m_studio.window.timeline();
    const auto start = static_cast<int64_t>((i / kRecordings * kSlotS + 5) * kSampleRate);
    const QRectF ruler = TimelineLayout::of(timeline->size()).ruler;
    QTest::mouseClick(timeline, Qt::LeftButton, {}, pointAt(static_cast<double>(start) / kSampleRate, ruler));
    if (m_sound) key(Qt::Key_Space);
    if (!cursorPasses(start + kSampleRate / 5)) return false;
    const int64_t begin = timeline->cursor();
    key(Qt::Key_I);
    if (m_sound && !m_studio.player.playing()) return false;
    if (!cursorPasses(begin + kSampleRate / 3)) return false;
    const int64_t end = timeline->cursor();
    key(Qt::Key_O);
    const bool played = !m_sound || m_studio.player.playing();
    if (m_sound) key(Qt::Key_Space);
    return noteMark(begin, end) && played && !m_studio.player.playing();
}

bool LabellingScript::changeClass(int i) {
    const int recording = i % kRecordings;
    if (!showRecording(recording)) return false;
    LabelsByFile state = m_expected.back();
    auto& labels = state[nameOf(recording)];
    auto& [begin, end, labelClass] = labels[static_cast<size_t>(i / kRecordings * 2)];
    const int to = (static_cast<int>(labelClass) + 1 + i % 2) % 3;
    TimelineView* timeline = m_studio.window.timeline();
    const QRectF lane = TimelineLayout::of(timeline->size()).labels;
    const double middle = static_cast<double>(begin + end) / 2 / kSampleRate;
    QTest::mouseClick(timeline, Qt::LeftButton, {}, pointAt(middle, lane));
    key(static_cast<Qt::Key>(Qt::Key_1 + to));
    m_class = labelClass = kClasses[to];
    std::sort(labels.begin(), labels.end());
    m_expected.push_back(state);
    return labelsOf(m_studio.session.project()) == state;
}

} // namespace ovation::ui::test
