// SPDX-License-Identifier: GPL-3.0-or-later
// The same with the whole window, driven by a script of mouse and key events.
#include "Killed.h"

#include "tests/support/WavFile.h"
#include "ui/main/MainWindow.h"
#include "ui/session/Player.h"
#include "ui/session/Settings.h"
#include "ui/timeline/TimelineView.h"

#include <QApplication>
#include <QTest>
#include <QTimer>

#include <cmath>

namespace ovation::ui::test {
namespace {

/// Marks, chooses, moves, classifies, deletes, undoes and redoes as a person does, one event or drag at a time.
class Person {
public:
    Person(MainWindow& window, unsigned seed) : m_timeline(window.timeline()), m_random(seed) {}

    void step() {
        switch (m_random() % 12) {
        case 0:
        case 1:
        case 2:
        case 3:
            return drag(); // marks where nothing is, moves or resizes where something is
        case 4:
            QTest::keyClick(m_timeline, Qt::Key_I);
            m_timeline->setCursor(m_timeline->cursor() + 400);
            return QTest::keyClick(m_timeline, Qt::Key_O);
        case 5:
            return QTest::keyClick(m_timeline, static_cast<Qt::Key>(Qt::Key_1 + m_random() % 3));
        case 6:
            return QTest::keyClick(m_timeline, Qt::Key_Delete);
        case 7:
            return QTest::keyClick(m_timeline, Qt::Key_F);
        case 8:
        case 9:
            return QTest::keyClick(m_timeline, Qt::Key_Z, Qt::ControlModifier);
        case 10:
            return QTest::keyClick(m_timeline, Qt::Key_Y, Qt::ControlModifier);
        default:
            return QTest::mouseClick(m_timeline, Qt::LeftButton, Qt::NoModifier, place());
        }
    }

private:
    QPoint place() {
        return {static_cast<int>(m_random() % static_cast<unsigned>(m_timeline->width() - 80)) + 70,
                m_timeline->height() * 4 / 10};
    }
    void drag() {
        const QPoint from = place();
        const QPoint to = from + QPoint(10 + static_cast<int>(m_random() % 30), 0);
        QTest::mousePress(m_timeline, Qt::LeftButton, Qt::NoModifier, from);
        QTest::mouseMove(m_timeline, (from + to) / 2);
        QTest::mouseMove(m_timeline, to);
        QTest::mouseRelease(m_timeline, Qt::LeftButton, Qt::NoModifier, to);
    }

    TimelineView* m_timeline;
    std::mt19937 m_random;
};

[[noreturn]] void editWindow(const std::string& path, unsigned seed, int64_t limit, int pipe) {
    ::setenv("QT_QPA_PLATFORM", "offscreen", 1);
    ::setenv("PULSE_SERVER", "unix:/nonexistent", 1);
    int argc = 1;
    std::string name = "studio";
    std::array<char*, 2> argv{name.data(), nullptr};
    QApplication application(argc, argv.data());
    Settings settings(QString::fromStdString(path + ".ini"));
    Session session;
    Player player;
    MainWindow window(&session, &player, &settings);
    window.resize(1280, 800);
    window.show();
    Person person(window, seed);
    int64_t steps = 0;
    QTimer timer;
    QObject::connect(&timer, &QTimer::timeout, [&] {
        if (steps == limit) ::_exit(0);
        person.step();
        ++steps;
        tell(pipe, session, steps);
    });
    QObject::connect(
        &session, &Session::projectOpened, &window,
        [&] {
            tell(pipe, session, steps);
            timer.start(0);
        },
        Qt::QueuedConnection);
    window.openPaths({QString::fromStdString(path)});
    QApplication::exec();
    ::_exit(5);
}

} // namespace

TEST(KilledWindowTest, NoCompletedEditIsLostAndTheProjectAlwaysOpens) {
    const ovation::test::TemporaryFolder folder;
    std::vector<std::string> audio;
    for (const char* name : {"a.wav", "b.wav", "c.wav"}) {
        std::vector<float> samples(100000);
        for (size_t i = 0; i < samples.size(); ++i)
            samples[i] = 0.3F * std::sin(static_cast<float>(i) * 0.05F * static_cast<float>(name[0] - 'a' + 1));
        audio.push_back(folder.write(name, ovation::test::wavBytes(samples, 8000)));
    }
    const std::string path = makeProject(folder, audio);
    killAndCompare(path, rounds(8), std::chrono::milliseconds(800), editWindow);
}

} // namespace ovation::ui::test
