// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/ProjectStore.h"
#include "tests/support/TemporaryFolder.h"
#include "ui/session/Session.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <random>
#include <thread>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ovation::ui::test {

/// What a child tells of itself after every step.
struct Told {
    int64_t steps = 0;   ///< edits made so far; the same ones for the same seed and project
    int64_t changes = 0; ///< handed to the store so far: these edits, and settings
    int64_t onDisk = 0;  ///< of these
    uint64_t state = 0;  ///< fingerprint of the labels, the flags and the history after these steps
};

inline void mix(uint64_t& sum, uint64_t value) {
    sum = (sum ^ value) * 0x100000001b3ULL;
    sum ^= sum >> 29;
}

inline uint64_t fingerprint(const ProjectData& data) {
    uint64_t sum = 0xcbf29ce484222325ULL;
    const auto segment = [&](const Segment& s) {
        for (const int64_t value : {s.id, s.range.begin, s.range.end, static_cast<int64_t>(s.labelClass)})
            mix(sum, static_cast<uint64_t>(value));
        for (const char c : s.text)
            mix(sum, static_cast<unsigned char>(c));
    };
    for (const Speech& speech : data.speeches) {
        mix(sum, static_cast<uint64_t>(speech.id));
        mix(sum, speech.fullyLabelled);
        if (const auto found = data.segments.find(speech.id); found != data.segments.end())
            for (const Segment& s : found->second)
                segment(s);
    }
    mix(sum, data.edits.size());
    mix(sum, data.editsDone);
    for (const Edit& edit : data.edits) {
        mix(sum, static_cast<uint64_t>(edit.id));
        for (const auto* list : {&edit.removed, &edit.added})
            for (const Segment& s : *list)
                segment(s);
    }
    return sum;
}

/// Tells how far a session is after `steps`.
inline void tell(int pipe, const Session& session, int64_t steps) {
    const Told told{steps, session.changesMade(), session.changesOnDisk(), fingerprint(session.project())};
    if (::write(pipe, &told, sizeof told) != sizeof told) ::_exit(3);
}

/// A process that edits, and what it has told.
struct Child {
    /// `edit` is called in the new process with the pipe to tell(), and does not return.
    explicit Child(const std::function<void(int pipe)>& edit) {
        std::array<int, 2> ends{};
        if (::pipe(ends.data()) != 0) std::abort();
        m_pid = ::fork();
        if (m_pid == 0) {
            ::close(ends[0]);
            edit(ends[1]);
        }
        ::close(ends[1]);
        m_pipe = ends[0];
    }
    ~Child() { ::close(m_pipe); }

    /// False at the end, or where nothing has been told and waiting is off.
    bool listen() {
        Told one;
        const bool heard = ::read(m_pipe, &one, sizeof one) == sizeof one;
        if (heard) told.push_back(one);
        return heard;
    }
    void listenUntil(std::chrono::steady_clock::time_point end) {
        ::fcntl(m_pipe, F_SETFL, O_NONBLOCK);
        while (std::chrono::steady_clock::now() < end)
            if (!listen()) std::this_thread::sleep_for(std::chrono::microseconds(50));
    }
    int end(int signal) {
        if (signal != 0) ::kill(m_pid, signal);
        while (signal == 0 && listen()) {
        }
        int status = 0;
        ::waitpid(m_pid, &status, 0);
        while (listen()) {
        }
        return status;
    }

    std::vector<Told> told;

private:
    pid_t m_pid = -1;
    int m_pipe = -1;
};

/// How often to kill: $OVATION_KILLS, or `usual`.
inline int rounds(int usual) {
    const char* wanted = std::getenv("OVATION_KILLS");
    return wanted ? std::atoi(wanted) : usual;
}

/// Makes a project with three recordings in `folder`, and this process's home there.
inline std::string makeProject(const ovation::test::TemporaryFolder& folder, const std::vector<std::string>& audio) {
    for (const char* name : {"HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"})
        ::setenv(name, folder.path().c_str(), 1);
    const std::string path = folder.file("p.ovation");
    auto store = ProjectStore::create(path);
    EXPECT_TRUE(store) << describe(store.error());
    for (size_t i = 0; i < audio.size(); ++i) {
        Speech speech;
        speech.id = static_cast<SpeechId>(i) + 1;
        speech.path = audio[i];
        speech.frames = 100000;
        speech.sampleRate = 8000;
        speech.channels = 1;
        EXPECT_TRUE((*store)->putSpeech(speech));
    }
    return path;
}

/// Has `edit` edit the project, kills it at a random moment, and looks at what is there; as often as `times`. `edit`
/// does the same for the same seed and the same project, for ever or until it has made `limit` steps; it does not
/// return.
using EditFunction = std::function<void(const std::string& path, unsigned seed, int64_t limit, int pipe)>;
inline void killAndCompare(const std::string& path, int times, std::chrono::microseconds longest,
                           const EditFunction& edit) {
    namespace fs = std::filesystem;
    std::mt19937 random(20240301);
    int64_t steps = 0;
    for (int round = 0; round < times; ++round) {
        SCOPED_TRACE("round " + std::to_string(round));
        const auto seed = static_cast<unsigned>(round);
        const std::string before = path + ".before.ovation";
        for (const char* suffix : {"-wal", "-shm"}) // of the copy before it: SQLite would play its log into this one
            fs::remove(before + suffix);
        fs::copy_file(path, before, fs::copy_options::overwrite_existing);
        Child child([&](int pipe) { edit(path, seed, -1, pipe); });
        ASSERT_TRUE(child.listen()) << "the project did not open";
        // From the first moments of a session to well into it.
        const auto range = static_cast<uint64_t>(round % 4 ? longest.count() / 4 : longest.count());
        child.listenUntil(std::chrono::steady_clock::now() + std::chrono::microseconds(random() % range));
        const int status = child.end(SIGKILL);
        ASSERT_TRUE(WIFSIGNALED(status)) << "it ended by itself, with " << WEXITSTATUS(status);
        const Told last = child.told.back();

        auto store = ProjectStore::open(path);
        ASSERT_TRUE(store) << describe(store.error());
        auto data = (*store)->load(ProjectStore::Moved::Leave);
        ASSERT_TRUE(data) << describe(data.error());
        const uint64_t found = fingerprint(*data);
        const auto match =
            std::find_if(child.told.rbegin(), child.told.rend(), [&](const Told& told) { return told.state == found; });
        // Everything after it is another state, and none of that may have been on disk.
        const bool kept =
            match != child.told.rend() && (match == child.told.rbegin() || match.base()->changes > last.onDisk);
        if (!kept) {
            // The kill came between a step and the telling of it: the same steps from the same start show what it was.
            // An undo may have brought back what had been told before.
            Child again([&](int pipe) { edit(before, seed, last.steps + 2, pipe); });
            ASSERT_EQ(again.end(0), 0);
            const bool later = std::any_of(again.told.begin(), again.told.end(), [&](const Told& told) {
                return told.state == found && told.steps > last.steps;
            });
            ASSERT_TRUE(later) << (match == child.told.rend() ? "the project is in a state that it was never in"
                                                              : "a completed edit is lost");
        }
        steps += last.steps;
    }
    std::cout << steps << " steps in " << times << " sessions\n";
    EXPECT_GT(steps, times * 2);
}

} // namespace ovation::ui::test
