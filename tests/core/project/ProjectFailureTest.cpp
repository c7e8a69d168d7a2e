// SPDX-License-Identifier: GPL-3.0-or-later
#include "ProjectFixture.h"
#include "core/project/ProjectSchema.h"
#include "tests/support/SmallDisk.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <csignal>
#include <random>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ovation::test {
namespace {

using Mode = ProjectStore::Mode;

/// Runs `body` in a forked process that ends without tidying up; returns its exit code, or -signal.
template <typename Body>
int inChild(Body body) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(body());
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

class ProjectFailureTest : public ProjectTest {
protected:
    /// A project with one speech and `edits` edits.
    void fill(int edits = 3) const {
        auto store = created();
        ASSERT_TRUE(store->putSpeech(speechOf(1)));
        for (int i = 1; i <= edits; ++i)
            ASSERT_TRUE(store->pushEdit(addition(i, 1, segmentOf(i, i * 10, i * 10 + 5))));
    }
    void exec(const std::string& sql) const { SQLite::Database(in("p.ovation"), SQLite::OPEN_READWRITE).exec(sql); }
};

TEST_F(ProjectFailureTest, OtherFilesAreNotProjects) {
    EXPECT_EQ(openError("none.ovation"), ErrorCode::FileNotFound);
    write("p.ovation", "");
    EXPECT_EQ(openError("p.ovation"), ErrorCode::NotAProject);
    write("p.ovation", std::string(5000, 'x'));
    EXPECT_EQ(openError("p.ovation"), ErrorCode::NotAProject);
    EXPECT_EQ(openError("p.ovation", Mode::ReadOnly), ErrorCode::NotAProject);
    std::filesystem::create_directory(in("folder.ovation"));
    EXPECT_EQ(openError("folder.ovation"), ErrorCode::IsFolder);
    SQLite::Database(in("other.ovation"), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE).exec("CREATE TABLE t(x)");
    EXPECT_EQ(openError("other.ovation"), ErrorCode::NotAProject);
    EXPECT_EQ(openError("other.ovation", Mode::ReadOnly), ErrorCode::NotAProject);
}

TEST_F(ProjectFailureTest, ANewerVersionIsRefusedAndLeftAlone) {
    fill();
    exec("PRAGMA user_version = " + std::to_string(newestProjectVersion() + 1));
    const std::string before = bytesOf("p.ovation");
    EXPECT_EQ(openError("p.ovation"), ErrorCode::NewerProject);
    EXPECT_EQ(openError("p.ovation", Mode::ReadOnly), ErrorCode::NewerProject);
    EXPECT_EQ(bytesOf("p.ovation"), before);
}

TEST_F(ProjectFailureTest, ATruncatedProjectIsDamaged) {
    fill();
    const std::string whole = bytesOf("p.ovation");
    for (const size_t size : {50u, 100u, 4096u, 5000u}) {
        write("p.ovation", whole.substr(0, size));
        EXPECT_EQ(openError("p.ovation"), ErrorCode::DamagedProject) << size;
        EXPECT_EQ(openError("p.ovation", Mode::ReadOnly), ErrorCode::DamagedProject) << size;
    }
    write("p.ovation", whole.substr(0, whole.size() - 4096));
    EXPECT_EQ(openError("p.ovation"), ErrorCode::DamagedProject);
}

TEST_F(ProjectFailureTest, ForeignTablesTriggersAndViewsAreRefused) {
    for (const char* sql : {"CREATE TABLE extra(x)", "CREATE VIEW v AS SELECT 1", "DROP TABLE setting",
                            "CREATE TRIGGER t AFTER INSERT ON segment BEGIN DELETE FROM edit; END"}) {
        std::filesystem::remove(in("p.ovation"));
        fill();
        exec(sql);
        EXPECT_EQ(openError("p.ovation"), ErrorCode::DamagedProject) << sql;
    }
}

TEST_F(ProjectFailureTest, ImpossibleValuesAreDamage) {
    for (const char* sql :
         {"UPDATE segment SET class = 7", "UPDATE segment SET range_end = range_begin",
          "UPDATE segment SET range_begin = -1", "UPDATE edit SET done = id - 1", "UPDATE speech SET role = -1",
          "UPDATE counter SET next = 9223372036854775807", "INSERT INTO run VALUES(1, 'a', 0, '', '{')",
          "DELETE FROM edit WHERE id = 2", "INSERT INTO detection VALUES(1, 'm', 0, 0.5, 1, x'010203')",
          "INSERT INTO detected_segment VALUES(9, 0, 1, 2, 0, 0, 0)"}) {
        std::filesystem::remove(in("p.ovation"));
        fill();
        exec(sql);
        auto store = ProjectStore::open(in("p.ovation"));
        ASSERT_TRUE(store) << sql;
        auto data = (*store)->load();
        ASSERT_FALSE(data) << sql;
        EXPECT_EQ(data.error().code, ErrorCode::DamagedProject) << sql;
        EXPECT_EQ(data.error().file, in("p.ovation"));
    }
}

TEST_F(ProjectFailureTest, RandomDamageNeverCrashes) {
    fill(20);
    const std::string whole = bytesOf("p.ovation");
    std::mt19937 random(11);
    int damaged = 0;
    for (int round = 0; round < 150; ++round) {
        std::string bytes = whole;
        for (unsigned changes = 1 + random() % 20; changes > 0; --changes)
            bytes[random() % bytes.size()] = static_cast<char>(random());
        if (random() % 5 == 0) bytes.resize(random() % bytes.size());
        write("p.ovation", bytes);
        auto store = ProjectStore::open(in("p.ovation"), round % 2 ? Mode::ReadWrite : Mode::ReadOnly);
        const bool good = store && (*store)->load() && (round % 2 == 0 || (*store)->putSetting("a", "1"));
        damaged += !good;
        store = Error{};
        for (const char* beside : {"p.ovation-wal", "p.ovation-shm", "p.ovation-journal"})
            std::filesystem::remove(in(beside));
    }
    EXPECT_GT(damaged, 50);
}

TEST_F(ProjectFailureTest, OpenedTwiceInOneProcessIsInUse) {
    auto first = created();
    EXPECT_EQ(openError("p.ovation"), ErrorCode::ProjectInUse);
    EXPECT_EQ(openError("p.ovation"), ErrorCode::ProjectInUse) << "the second failure changes nothing";
    std::filesystem::create_symlink(in("p.ovation"), in("link.ovation"));
    EXPECT_EQ(openError("link.ovation"), ErrorCode::ProjectInUse);
    auto reader = opened("p.ovation", Mode::ReadOnly);
    ASSERT_TRUE(first->putSpeech(speechOf(1)));
    EXPECT_EQ(reader->load()->speeches.size(), 1u);
    reader.reset();
    ASSERT_TRUE(first->putSpeech(speechOf(2)));
    first.reset();
    EXPECT_EQ(opened()->load()->speeches.size(), 2u);
    EXPECT_FALSE(exists("p.ovation-wal"));
}

TEST_F(ProjectFailureTest, OpenedInAnotherProcessIsInUseUntilThatOneDies) {
    fill();
    int told[2];
    ASSERT_EQ(::pipe(told), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        auto store = ProjectStore::open(in("p.ovation"));
        const char ready = store ? 'y' : 'n';
        if (::write(told[1], &ready, 1) != 1) ::_exit(1);
        for (;;)
            ::pause();
    }
    char ready = 0;
    ASSERT_EQ(::read(told[0], &ready, 1), 1);
    EXPECT_EQ(ready, 'y');
    EXPECT_EQ(openError("p.ovation"), ErrorCode::ProjectInUse);
    EXPECT_EQ(opened("p.ovation", Mode::ReadOnly)->load()->edits.size(), 3u);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    ::close(told[0]);
    ::close(told[1]);
    EXPECT_EQ(opened()->load()->edits.size(), 3u);
}

TEST_F(ProjectFailureTest, AnotherProgramTakesNothingAwayAfterTheFilesWereLookedInto) {
    int go[2];
    ASSERT_EQ(::pipe(go), 0);
    const pid_t other = ::fork(); // before SQLite knows the file here: what it knows is inherited
    if (other == 0) {
        ::close(go[1]); // so that it ends with the test, however that does
        char byte = 0;
        if (::read(go[0], &byte, 1) != 1) ::_exit(3);
        int status = 1;
        try {
            SQLite::Database database(in("p.ovation"), SQLite::OPEN_READWRITE);
            status = database.execAndGet("SELECT count(*) FROM speech").getInt() == 1 ? 0 : 2;
        } catch (const std::exception&) {
        }
        ::_exit(status);
    }
    auto store = created();
    ASSERT_TRUE(store->putSpeech(speechOf(1)));
    // As a file dialog does to tell the files' types: closing them drops the locks of this process on them.
    for (const char* name : {"p.ovation", "p.ovation-wal", "p.ovation-shm"}) {
        const int descriptor = ::open(in(name).c_str(), O_RDONLY | O_CLOEXEC);
        ASSERT_GE(descriptor, 0) << name;
        ::close(descriptor);
    }
    ASSERT_EQ(::write(go[1], "", 1), 1);
    int status = 0;
    ASSERT_EQ(::waitpid(other, &status, 0), other);
    ::close(go[0]);
    ::close(go[1]);
    ASSERT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 0) << "others can read beside the store";
    ASSERT_TRUE(exists("p.ovation-wal")) << "the other program has deleted the log that this one writes to";

    ASSERT_TRUE(store->putSpeech(speechOf(2, "/nowhere/b.wav")));
    for (const char* suffix : {"", "-wal"}) // as the files are after a kill
        std::filesystem::copy_file(in(std::string("p.ovation") + suffix), in(std::string("killed.ovation") + suffix));
    EXPECT_EQ(opened("killed.ovation")->load()->speeches.size(), 2U);
    store.reset();
    EXPECT_FALSE(exists("p.ovation-wal")) << "the last one folds the log in";
    EXPECT_EQ(opened()->load()->speeches.size(), 2U);
}

TEST_F(ProjectFailureTest, NothingThatWasCompletedIsLostByAKill) {
    fill(0);
    std::mt19937 random(5);
    int64_t known = 0;
    for (int round = 0; round < 8; ++round) {
        int told[2];
        ASSERT_EQ(::pipe(told), 0);
        const pid_t child = ::fork();
        if (child == 0) {
            auto store = ProjectStore::open(in("p.ovation"));
            if (!store) ::_exit(1);
            for (int64_t i = known + 1;; ++i) {
                if (!(*store)->pushEdit(addition(i, 1, segmentOf(i, i, i + 5)))) ::_exit(2);
                if (::write(told[1], &i, sizeof i) != sizeof i) ::_exit(3);
            }
        }
        ::close(told[1]);
        const int64_t enough = known + 1 + static_cast<int64_t>(random() % 12);
        for (int64_t i = 0; known < enough && ::read(told[0], &i, sizeof i) == sizeof i;)
            known = i;
        ::kill(child, SIGKILL);
        int status = 0;
        ::waitpid(child, &status, 0);
        ASSERT_TRUE(WIFSIGNALED(status));
        for (int64_t i = 0; ::read(told[0], &i, sizeof i) == sizeof i;)
            known = i; // completed before the kill arrived
        ::close(told[0]);
        if (round % 2) {
            EXPECT_TRUE(opened("p.ovation", Mode::ReadOnly)->load());
        }
        auto data = opened()->load();
        ASSERT_TRUE(data) << describe(data.error());
        ASSERT_GE(static_cast<int64_t>(data->editsDone), known);
        ASSERT_LE(static_cast<int64_t>(data->editsDone), known + 1) << "the one under way, at most";
        EXPECT_EQ(data->segments[1].size(), data->editsDone);
        known = static_cast<int64_t>(data->editsDone);
    }
    EXPECT_GT(known, 8);
}

/// What SQLite makes of a write into `folder` beyond `bytes`: it cannot tell a limit on file sizes from other failures.
ErrorCode limitedTo(const std::string& folder, size_t bytes) {
    return limitSpace(folder, bytes) ? ErrorCode::DiskFull : ErrorCode::WriteFailed;
}

TEST_F(ProjectFailureTest, AFullDiskIsSaidSoAndTheProjectStaysWhole) {
    std::filesystem::create_directory(in("disk"));
    EXPECT_EQ(inChild([&] {
                  const ErrorCode full = limitedTo(in("disk"), 1'000'000);
                  auto store = ProjectStore::create(in("disk/p.ovation"));
                  if (!store || !(*store)->putSpeech(speechOf(1))) return 1;
                  if (!(*store)->pushEdit(addition(1, 1, segmentOf(1, 0, 10)))) return 2;
                  const auto put = (*store)->putModel(1, std::string(2'000'000, 'x'));
                  if (put || put.error().code != full) return 3;
                  if (!(*store)->pushEdit(addition(2, 1, segmentOf(2, 20, 30)))) return 4;
                  store = Error{};
                  store = ProjectStore::open(in("disk/p.ovation"));
                  if (!store) return 5;
                  const auto data = (*store)->load();
                  if (!data || data->edits.size() != 2) return 6;
                  return (*store)->model(1) ? 7 : 0;
              }),
              0);
}

TEST_F(ProjectFailureTest, AProjectOnAFullDiskCanBeRead) {
    std::filesystem::create_directory(in("disk"));
    EXPECT_EQ(inChild([&] {
                  if (limitedTo(in("disk"), 400'000) != ErrorCode::DiskFull) return 0; // there is no disk to be had
                  {
                      auto store = ProjectStore::create(in("disk/p.ovation"));
                      if (!store || !(*store)->putSpeech(speechOf(1))) return 1;
                  }
                  std::ofstream rest(in("disk/rest"), std::ios::binary);
                  const std::string page(4096, 'x');
                  while (rest.write(page.data(), static_cast<std::streamsize>(page.size())).flush())
                      ;
                  const auto written = ProjectStore::open(in("disk/p.ovation"));
                  if (written || written.error().code != ErrorCode::DiskFull) return 2;
                  const auto read = ProjectStore::open(in("disk/p.ovation"), ProjectStore::Mode::ReadOnly);
                  if (!read) return 3;
                  const auto data = (*read)->load();
                  return data && data->speeches.size() == 1 ? 0 : 4;
              }),
              0);
}

TEST_F(ProjectFailureTest, CreatingAndCopyingOnAFullDiskLeavesNothingBehind) {
    std::filesystem::create_directory(in("disk"));
    fill();
    EXPECT_EQ(inChild([&] {
                  auto store = ProjectStore::open(in("p.ovation"));
                  const ErrorCode full = limitedTo(in("disk"), 8192);
                  const auto made = ProjectStore::create(in("disk/new.ovation"));
                  if (made || made.error().code != full) return 1;
                  const auto copied = (*store)->copyTo(in("disk/copy.ovation"));
                  if (copied || copied.error().code != full) return 2;
                  return std::filesystem::is_empty(in("disk")) ? 0 : 3;
              }),
              0);
}

TEST_F(ProjectFailureTest, AReadOnlyFileOpensForReadingOnly) {
    fill();
    std::filesystem::permissions(in("p.ovation"), std::filesystem::perms::owner_read);
    EXPECT_EQ(openError("p.ovation"), ErrorCode::ReadOnlyProject);
    auto store = opened("p.ovation", Mode::ReadOnly);
    EXPECT_EQ(store->mode(), Mode::ReadOnly);
    EXPECT_EQ(store->load()->edits.size(), 3u);
    for (const auto& put : {store->putSetting("a", "1"), store->putSpeech(speechOf(2)), store->removeRun(1)}) {
        ASSERT_FALSE(put);
        EXPECT_EQ(put.error().code, ErrorCode::ReadOnlyProject);
    }
    ASSERT_TRUE(store->copyTo(in("copy.ovation")));
    EXPECT_EQ(opened("copy.ovation")->load()->edits.size(), 3u);
}

TEST_F(ProjectFailureTest, ReadingLeavesNothingBehind) {
    fill();
    const std::string before = bytesOf("p.ovation");
    EXPECT_EQ(opened("p.ovation", Mode::ReadOnly)->load()->edits.size(), 3u);
    EXPECT_EQ(bytesOf("p.ovation"), before);
    EXPECT_FALSE(exists("p.ovation-wal"));
    EXPECT_FALSE(exists("p.ovation-shm"));
}

TEST_F(ProjectFailureTest, AnOldLogBesideANewProjectIsNotReplayedIntoIt) {
    fill();
    inChild([&] {
        ProjectStore* store = ProjectStore::open(in("p.ovation")).value().release(); // never closed, as in a crash
        return store->putSpeech(speechOf(2)) ? 0 : 1;
    });
    ASSERT_TRUE(exists("p.ovation-wal"));
    std::filesystem::remove(in("p.ovation"));
    EXPECT_TRUE(created()->load()->speeches.empty());
}

} // namespace
} // namespace ovation::test
