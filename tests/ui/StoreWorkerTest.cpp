// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/StoreWorker.h"

#include <QTemporaryDir>

#include <gtest/gtest.h>

#include <future>

namespace ovation::ui::test {
namespace {

/// A store's thread with a project, whose writing can be made to fail.
class StoreWorkerTest : public ::testing::Test {
protected:
    void SetUp() override {
        slot->store = std::move(*ProjectStore::create(folder.filePath(QStringLiteral("p.ovation")).toStdString()));
    }

    StoreSlot::Change change(int number) {
        return [this, number](ProjectStore&) -> Result<void> {
            if (fails) return Error{code, {}, {}};
            done.push_back(number);
            return {};
        };
    }

    void settle() {
        std::promise<void> reached;
        worker.post([&] { reached.set_value(); });
        reached.get_future().wait();
    }

    QTemporaryDir folder;
    std::atomic<bool> fails = false;
    ErrorCode code = ErrorCode::DiskFull;
    std::vector<int> done; ///< worker's, read after settle()
    std::atomic<int> failures = 0, recoveries = 0;
    StoreWorker::Slot slot = std::make_shared<StoreSlot>();
    StoreWorker worker{[this](const Error&) { ++failures; }, [this] { ++recoveries; }};
};

TEST_F(StoreWorkerTest, KeepsChangesThatAFullDiskRefusedAndWritesThemInOrderLater) {
    fails = true;
    worker.commit(slot, change(1));
    worker.commit(slot, change(2));
    settle();
    EXPECT_EQ(failures, 1) << "said once, not for each change";
    EXPECT_TRUE(slot->stuck);
    EXPECT_EQ(slot->pending, 2);
    fails = false;
    worker.commit(slot, change(3));
    settle();
    EXPECT_EQ(done, (std::vector{1, 2, 3}));
    EXPECT_EQ(recoveries, 1);
    EXPECT_FALSE(slot->stuck);
    EXPECT_EQ(slot->pending, 0);
}

TEST_F(StoreWorkerTest, ChangesWithoutAFileAreStuckUntilThereIsOne) {
    std::unique_ptr<ProjectStore> file = std::move(slot->store);
    worker.commit(slot, change(1));
    settle();
    EXPECT_TRUE(slot->stuck);
    EXPECT_EQ(slot->pending, 1);
    worker.post([&] {
        slot->store = std::move(file);
        worker.writeBacklog(slot);
    });
    settle();
    EXPECT_EQ(done, std::vector{1});
    EXPECT_FALSE(slot->stuck);
    EXPECT_EQ(slot->pending, 0);
}

TEST_F(StoreWorkerTest, DropsAChangeThatCanNeverBeWrittenAndSaysSo) {
    fails = true;
    code = ErrorCode::Internal;
    worker.commit(slot, change(1));
    settle();
    EXPECT_EQ(failures, 1);
    EXPECT_EQ(slot->pending, 0);
}

} // namespace
} // namespace ovation::ui::test
