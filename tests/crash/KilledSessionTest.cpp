// SPDX-License-Identifier: GPL-3.0-or-later
// A session that edits as fast as it can is killed at random moments; the project has to open with every edit that was
// completed. This program makes no threads before it forks: each child has a session of its own.
#include "Killed.h"

#include <QCoreApplication>
#include <QTimer>

namespace ovation::ui::test {
namespace {

/// Edits of the kinds that people make, one change to the project at a time.
class Editor {
public:
    Editor(Session& session, unsigned seed) : m_session(session), m_random(seed) {}

    void step() {
        if (m_burst == 0) {
            m_kind = m_random() % 8;
            m_burst = m_kind < 3 ? 1 : 1 + m_random() % 4;
            m_speech = m_session.project().speeches[m_random() % m_session.project().speeches.size()].id;
            const auto& segments = m_session.segments(m_speech);
            m_segment = segments.empty() ? 0 : segments[m_random() % segments.size()].id;
        }
        --m_burst;
        switch (m_kind) {
        case 3: // a drag in several steps, which becomes one edit
            return move();
        case 4:
            return m_session.canUndo() ? m_session.undo() : mark();
        case 5:
            return m_session.canRedo() ? m_session.redo() : mark();
        case 6:
            return m_session.setFullyLabelled(m_speech, !m_session.project().speech(m_speech)->fullyLabelled);
        case 7:
            return m_segment && m_burst == 0 ? m_session.removeSegments(m_speech, {m_segment}) : mark();
        default:
            return mark();
        }
    }

private:
    SampleRange place() {
        const auto begin = static_cast<int64_t>(m_random() % 90000);
        return {begin, begin + 1 + static_cast<int64_t>(m_random() % 900)};
    }
    void mark() {
        m_session.addSegment(m_speech, place(), static_cast<LabelClass>(m_random() % 3), QStringLiteral("by hand"));
    }
    void move() {
        for (const Segment& segment : m_session.segments(m_speech)) {
            if (segment.id != m_segment) continue;
            Segment changed = segment;
            changed.range = place();
            return m_session.changeSegment(m_speech, changed, QStringLiteral("Move"),
                                           QStringLiteral("drag %1").arg(m_segment));
        }
        mark();
    }

    Session& m_session;
    std::mt19937 m_random;
    unsigned m_kind = 0, m_burst = 0;
    SpeechId m_speech = 0;
    int64_t m_segment = 0;
};

/// Edits `path` until it is killed, or has made `limit` steps.
[[noreturn]] void edit(const std::string& path, unsigned seed, int64_t limit, int pipe) {
    int argc = 1;
    std::string name = "editor";
    std::array<char*, 2> argv{name.data(), nullptr};
    QCoreApplication application(argc, argv.data());
    Session session;
    Editor editor(session, seed);
    int64_t steps = 0, onDisk = -1;
    const auto tellNow = [&] {
        onDisk = session.changesOnDisk();
        tell(pipe, session, steps);
    };
    QTimer timer;
    QObject::connect(&timer, &QTimer::timeout, [&] {
        if (steps == limit) ::_exit(0);
        // As far ahead of the disk as a person could be, and a little further.
        if (session.changesMade() - session.changesOnDisk() < 8) {
            editor.step();
            ++steps;
            tellNow();
        } else if (session.changesOnDisk() != onDisk) {
            tellNow();
        }
    });
    QObject::connect(&session, &Session::projectOpened, [&] {
        tellNow();
        timer.start(0);
    });
    QObject::connect(&session, &Session::errorRaised, [](const Error&) { ::_exit(4); });
    session.openProject(QString::fromStdString(path));
    QCoreApplication::exec();
    ::_exit(5);
}

} // namespace

TEST(KilledSessionTest, NoCompletedEditIsLostAndTheProjectAlwaysOpens) {
    const ovation::test::TemporaryFolder folder;
    const std::string path = makeProject(folder, {"/nowhere/a.wav", "/nowhere/b.wav", "/nowhere/c.wav"});
    killAndCompare(path, rounds(200), std::chrono::milliseconds(120), edit);
}

} // namespace ovation::ui::test
