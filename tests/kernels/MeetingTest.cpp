// SPDX-License-Identifier: GPL-3.0-or-later

// The table through which the processes of a training find each other, and what becomes of broken connections to it.

#include "core/engine/MeetingStore.h"
#include "core/engine/MeetingTable.h"
#include "tests/support/FreePort.h"

#include <future>
#include <gtest/gtest.h>
#include <optional>
#include <thread>

using namespace ovation;
using namespace ovation::test;

namespace {

using Bytes = std::vector<uint8_t>;

class Meeting : public testing::Test {
protected:
    Meeting() : m_table(std::move(*MeetingTable::open(m_launch.port))) {}

    static Launch launchTo(int port) {
        Launch launch;
        launch.size = 2;
        launch.address = "127.0.0.1";
        launch.port = port;
        return launch;
    }
    Socket connection() { return std::move(connectTowards(m_launch, Deadline(5, m_cancel))->socket); }
    MeetingStore& store(double seconds = 20) {
        m_stores.push_back(std::make_unique<MeetingStore>(connection(), Deadline(seconds, m_cancel)));
        return *m_stores.back();
    }
    static void reset(Socket socket) {
        const linger hard{1, 0};
        setsockopt(socket.number(), SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    }

    const CancelToken m_cancel;
    const Launch m_launch = launchTo(freePort());
    std::unique_ptr<MeetingTable> m_table;
    std::vector<std::unique_ptr<MeetingStore>> m_stores;
};

TEST_F(Meeting, ShowsEveryProcessWhatTheOthersHaveSaid) {
    MeetingStore &a = store(), &b = store();
    EXPECT_FALSE(b.check({"address/0"}));
    a.set("address/0", Bytes{0, 1, 255});
    EXPECT_TRUE(b.check({"address/0"}));
    EXPECT_EQ(b.get("address/0"), (Bytes{0, 1, 255}));
    EXPECT_EQ(a.add("entered", 1), 1);
    EXPECT_EQ(b.add("entered", 2), 3);
    EXPECT_EQ(b.compareSet("size", {}, Bytes{'2'}), Bytes{'2'});
    EXPECT_EQ(a.compareSet("size", {}, Bytes{'3'}), Bytes{'2'}) << "who comes second keeps the first one's";
}

TEST_F(Meeting, AValueThatComesLaterIsWaitedFor) {
    MeetingStore &a = store(), &b = store();
    auto got = std::async(std::launch::async, [&] { return b.get("late"); });
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    a.set("late", Bytes{7});
    EXPECT_EQ(got.get(), Bytes{7});
    EXPECT_THROW(b.wait({"never"}, std::chrono::milliseconds(30)), std::runtime_error);
    m_cancel.cancel();
    EXPECT_THROW(b.wait({"never"}), std::runtime_error);
}

TEST_F(Meeting, ConnectionsThatBreakAndStrangersDisturbNobody) {
    MeetingStore& guest = store();
    guest.set("key", Bytes{1});
    const std::string request = toWire(TableRequest{TableRequest::Kind::Set, "key", "22", ""});
    for (int i = 0; i < 50; ++i) {
        reset(connection()); // perhaps before it was even accepted
        Socket half = connection();
        ASSERT_GT(send(half.number(), request.data(), request.size() / 2, 0), 0);
        reset(std::move(half));
        Socket unread = connection();
        ASSERT_GT(send(unread.number(), request.data(), request.size(), 0), 0);
        reset(std::move(unread)); // with the answer on its way
        const Socket stranger = connection();
        ASSERT_GT(send(stranger.number(), "GET / HTTP/1.1\r\n\r\n", 18, 0), 0);
    }
    EXPECT_EQ(guest.get("key"), (Bytes{'2', '2'}));
    EXPECT_EQ(store().get("key"), (Bytes{'2', '2'}));
}

TEST_F(Meeting, AGuestLearnsThatTheFirstProcessIsGone) {
    MeetingStore& guest = store();
    guest.set("key", Bytes{1});
    auto waiting = std::async(std::launch::async, [&] { guest.get("never"); });
    m_table.reset();
    EXPECT_THROW(waiting.get(), std::runtime_error);
    EXPECT_THROW(guest.check({"key"}), std::runtime_error);
}

TEST_F(Meeting, AGuestGivesUpOnAProgramThatSaysNothing) {
    m_table.reset();
    const Listener silent(m_launch.port);
    ASSERT_TRUE(silent.listens());
    EXPECT_THROW(store(0.1).check({"key"}), std::runtime_error);
}

TEST_F(Meeting, TheTablesPortIsFreeAgainAtOnce) {
    store().set("key", Bytes{1});
    EXPECT_FALSE(MeetingTable::open(m_launch.port)) << "two tables on one port";
    m_table.reset();
    m_table = std::move(*MeetingTable::open(m_launch.port));
    EXPECT_FALSE(store().check({"key"}));
}

TEST(MeetingMessages, ArePutTogetherFromPieces) {
    const std::string wire = toWire(TableRequest{TableRequest::Kind::CompareSet, "a", std::string("b\0c", 3), "d"});
    std::string bytes;
    std::optional<TableRequest> request;
    for (const char byte : wire) {
        EXPECT_FALSE(request);
        bytes += byte;
        ASSERT_TRUE(fromWire(bytes, request));
    }
    ASSERT_TRUE(request);
    EXPECT_EQ(request->first, std::string("b\0c", 3));
    EXPECT_EQ(request->second, "d");
    EXPECT_EQ(bytes, "");

    for (size_t i = 0; i < wire.size(); ++i) { // a hostile or damaged one
        std::string damaged = wire;
        damaged[i] = static_cast<char>(0xff);
        std::optional<TableRequest> read;
        const bool known = fromWire(damaged, read);
        EXPECT_TRUE(!known || i >= 8) << i;
    }
    std::string endless = wire.substr(0, 8) + std::string(1 << 17, '\xff');
    EXPECT_FALSE(fromWire(endless, request));
}

} // namespace
