// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/engine/ProcessGroup.h"
#include "tests/support/FreePort.h"

#include <array>
#include <csignal>
#include <ctime>
#include <filesystem>
#include <future>
#include <gmock/gmock.h>
#include <set>
#include <vector>

using namespace ovation;
using namespace ovation::test;

namespace {

using Group = std::unique_ptr<ProcessGroup>;

/// One group for each of three processes, which threads of this one play.
std::array<Group, 3> threeGroups() {
    std::array<Group, 3> result;
    Launch launch;
    launch.size = static_cast<int>(result.size());
    launch.address = "127.0.0.1";
    launch.port = freePort();
    launch.timeoutS = 20;
    std::array<std::future<Result<Group>>, 3> joining;
    for (size_t rank = 0; rank < joining.size(); ++rank)
        joining[rank] = std::async(std::launch::async, [launch, rank]() mutable {
            launch.rank = static_cast<int>(rank);
            return ProcessGroup::join(launch, CancelToken());
        });
    for (size_t rank = 0; rank < joining.size(); ++rank) {
        Result<Group> joined = joining[rank].get();
        if (!joined) throw std::runtime_error(joined.error().detail);
        result[rank] = *std::move(joined);
    }
    return result;
}

/// Three processes add up numbers, until the last one leaves. What the others are told; they leave, too.
std::array<Error, 2> loseOneAfter(int sums) {
    std::array<Group, 3> groups = threeGroups();
    const auto work = [sums](Group& group, bool leaves) {
        std::array<float, 1000> values{};
        Result<void> summed;
        for (int i = 0; summed && (!leaves || i < sums); ++i)
            summed = group->sum(values);
        group.reset();
        return summed ? Error{} : summed.error();
    };
    std::future<Error> first = std::async(std::launch::async, work, std::ref(groups[0]), false);
    std::future<Error> second = std::async(std::launch::async, work, std::ref(groups[1]), false);
    work(groups[2], true);
    return {first.get(), second.get()};
}

std::set<pid_t> threads() {
    std::set<pid_t> result;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/task"))
        result.insert(std::stoi(entry.path().filename()));
    return result;
}

} // namespace

// They may write to a connection just as it breaks.
TEST(ProcessGroup, LosingOneIsAnErrorForTheOthersWhateverTheyDo) {
    for (int turn = 0; turn < 5; ++turn) {
        std::vector<std::future<std::array<Error, 2>>> atOnce;
        for (int i = 0; i < 8; ++i)
            atOnce.push_back(std::async(std::launch::async, loseOneAfter, 20 + 8 * turn + i));
        for (auto& one : atOnce)
            for (const Error& error : one.get()) {
                EXPECT_EQ(error.code, ErrorCode::PeerLost);
                EXPECT_EQ(error.detail, "one of the 3 processes ended, or the connection to it broke");
            }
    }
}

TEST(ProcessGroup, TheSignalOfABrokenConnectionDoesNotEndTheProcess) {
    const std::set<pid_t> before = threads();
    const std::array<Group, 3> groups = threeGroups();
    size_t signalled = 0;
    for (const pid_t thread : threads())
        if (!before.contains(thread)) signalled += tgkill(getpid(), thread, SIGPIPE) == 0;
    EXPECT_GE(signalled, groups.size());
}
