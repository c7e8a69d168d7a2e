// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/ProcessGroup.h"

#include "core/base/Files.h"
#include "core/engine/Guard.h"
#include "core/engine/Meeting.h"
#include "core/engine/MeetingStore.h"
#include "core/engine/MeetingTable.h"

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <thread>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/types.h>

namespace ovation {

namespace {

using Milliseconds = std::chrono::milliseconds;

Error lost(const std::string& detail) {
    return {ErrorCode::PeerLost, "", detail};
}

std::string seconds(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.0f s", value);
    return text;
}

/// Gloo writes to connections that may have broken, which would end the process by a signal. Threads inherit this one's
/// setting: writing gives them an error instead.
void keepPipeSignalAway() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

/// Runs what talks to the other processes. Everything it throws means that they are gone.
template <typename Work>
Result<void> attempt(const Launch& launch, Work&& work) {
    try {
        work();
        return {};
    } catch (const std::bad_alloc&) {
        return Error{ErrorCode::OutOfMemory, "", ""};
    } catch (const std::exception& exception) {
        const std::string text = oneLine(exception);
        const bool late = text.find("imed out") != std::string::npos || text.find("imeout") != std::string::npos;
        return lost(late ? "one of the " + std::to_string(launch.size) + " processes did not answer within " +
                               seconds(launch.timeoutS)
                         : "one of the " + std::to_string(launch.size) +
                               " processes ended, or the connection to it broke");
    }
}

/// What the processes tell each other before they work together, in the first one's table.
class Register {
public:
    Register(c10d::Store& store, const Launch& launch) : m_store(store), m_launch(launch) {}

    /// Enters this process, and waits until all have been entered.
    Result<void> enter(const Deadline& deadline) {
        const std::string rank = std::to_string(m_launch.rank);
        const std::string size = std::to_string(m_launch.size);
        const std::string told = textOf(m_store.compareSet("size", {}, bytesOf(size)));
        if (told != size) refuse("WORLD_SIZE is " + told + " in one process and " + size + " in another");
        if (m_store.add("rank/" + rank, 1) > 1) refuse("two processes have the rank " + rank);
        m_store.add("entered", 1);
        int64_t entered = 0;
        const Result<bool> complete = deadline.wait([&]() -> Result<bool> {
            if (m_store.check({"refused"})) return Error{ErrorCode::WrongUsage, "", textOf(m_store.get("refused"))};
            entered = m_store.add("entered", 0);
            return entered >= m_launch.size;
        });
        if (!complete && complete.error().code == ErrorCode::WrongUsage) {
            m_store.add("told", 1);
            if (m_launch.first()) waitUntilToldWhy();
        }
        if (!complete) return complete.error();
        if (*complete) return {};
        return lost("only " + std::to_string(entered) + " of " + size + " processes came within " +
                    seconds(m_launch.timeoutS));
    }

private:
    /// The table goes with the first process: the others have to have read why, and some may come yet.
    void waitUntilToldWhy() {
        using Clock = std::chrono::steady_clock;
        const Clock::time_point begun = Clock::now();
        const auto passed = [&](int64_t ms) { return Clock::now() - begun >= Milliseconds(ms); };
        while (!passed(500) || (!passed(10000) && m_store.add("told", 0) < m_store.add("entered", 0)))
            std::this_thread::sleep_for(Milliseconds(20));
    }

    void refuse(const std::string& reason) { m_store.compareSet("refused", {}, bytesOf(reason)); }

    c10d::Store& m_store;
    const Launch& m_launch;
};

std::shared_ptr<gloo::transport::Device> deviceFor(const std::string& address) {
    const char* interface = std::getenv("GLOO_SOCKET_IFNAME");
    return interface && *interface ? c10d::ProcessGroupGloo::createDeviceForInterface(interface)
                                   : c10d::ProcessGroupGloo::createDeviceForHostname(address);
}

} // namespace

struct ProcessGroup::Connection {
    std::unique_ptr<MeetingTable> table; ///< of the first process
    c10::intrusive_ptr<MeetingStore> store;
    c10::intrusive_ptr<c10d::ProcessGroupGloo> group;

    void reduce(const at::Tensor& tensor, c10d::ReduceOp::RedOpType operation) {
        std::vector<at::Tensor> tensors{tensor};
        c10d::AllreduceOptions options;
        options.reduceOp = operation;
        group->allreduce(tensors, options)->wait();
    }
    void copyFirst(const at::Tensor& tensor) {
        std::vector<at::Tensor> tensors{tensor};
        group->broadcast(tensors)->wait();
    }
};

ProcessGroup::ProcessGroup(const Launch& launch, std::unique_ptr<Connection> connection)
    : m_launch(launch), m_connection(std::move(connection)) {}

ProcessGroup::~ProcessGroup() = default;

Result<std::unique_ptr<ProcessGroup::Connection>> ProcessGroup::connect(const Launch& launch,
                                                                        const CancelToken& cancel) {
    const Deadline deadline(launch.timeoutS, cancel);
    auto connection = std::make_unique<Connection>();
    if (launch.first()) {
        Result<std::unique_ptr<MeetingTable>> table = MeetingTable::open(launch.port);
        if (!table) return table.error();
        connection->table = std::move(*table);
    }
    Result<Connected> towards = connectTowards(launch, deadline);
    if (!towards) return towards.error();
    connection->store = c10::make_intrusive<MeetingStore>(std::move(towards->socket), deadline);
    Result<void> entered;
    const Result<void> joined = attempt(launch, [&] {
        entered = Register(*connection->store, launch).enter(deadline);
        if (!entered) return;
        const auto limit = Milliseconds(static_cast<int64_t>(launch.timeoutS * 1000));
        connection->store->setTimeout(limit);
        const auto groupOptions = c10d::ProcessGroupGloo::Options::create(limit);
        groupOptions->devices.push_back(deviceFor(towards->ownAddress));
        connection->group =
            c10::make_intrusive<c10d::ProcessGroupGloo>(connection->store, launch.rank, launch.size, groupOptions);
    });
    if (!joined) return joined.error();
    if (!entered) return entered.error();
    return connection;
}

Result<std::unique_ptr<ProcessGroup>> ProcessGroup::join(const Launch& launch, const CancelToken& cancel) {
    // Gloo looks at no token while it connects. A thread of its own talks to the others, so that the token holds;
    // where it ends the wait, that thread is left behind.
    struct Talk {
        std::atomic<bool> done = false;
        std::optional<Result<std::unique_ptr<Connection>>> result;
    };
    constexpr double kGraceS = 1; // for the thread's own, more exact message
    const auto talk = std::make_shared<Talk>();
    std::thread([talk, launch, cancel] {
        keepPipeSignalAway(); // from Gloo's own threads, too, which are made here
        talk->result = guarded("", [&] { return connect(launch, cancel); });
        talk->done = true;
    }).detach();
    const Result<bool> done =
        Deadline(launch.timeoutS + kGraceS, cancel).wait([&]() -> Result<bool> { return talk->done.load(); });
    if (!done) return done.error();
    if (!*done)
        return lost("the program at " + launch.address + ", port " + std::to_string(launch.port) +
                    ", did not answer within " + seconds(launch.timeoutS));
    if (!*talk->result) return cancel.cancelled() ? Error{ErrorCode::Cancelled, "", ""} : talk->result->error();
    return std::unique_ptr<ProcessGroup>(new ProcessGroup(launch, *std::move(*talk->result)));
}

Result<void> ProcessGroup::sum(std::span<float> values) {
    return attempt(m_launch, [&] {
        m_connection->reduce(torch::from_blob(values.data(), {static_cast<int64_t>(values.size())}, torch::kFloat32),
                             c10d::ReduceOp::SUM);
    });
}

Result<void> ProcessGroup::sum(std::span<double> values) {
    return attempt(m_launch, [&] {
        m_connection->reduce(torch::from_blob(values.data(), {static_cast<int64_t>(values.size())}, torch::kFloat64),
                             c10d::ReduceOp::SUM);
    });
}

Result<void> ProcessGroup::copyFirst(std::span<float> values) {
    return attempt(m_launch, [&] {
        m_connection->copyFirst(
            torch::from_blob(values.data(), {static_cast<int64_t>(values.size())}, torch::kFloat32));
    });
}

Result<std::string> ProcessGroup::copyFirst(std::string text) {
    const Result<void> copied = attempt(m_launch, [&] {
        const at::Tensor size = torch::tensor({static_cast<int64_t>(text.size())}, torch::kInt64);
        m_connection->copyFirst(size);
        text.resize(static_cast<size_t>(size.item<int64_t>()));
        if (!text.empty())
            m_connection->copyFirst(torch::from_blob(text.data(), {static_cast<int64_t>(text.size())}, torch::kUInt8));
    });
    if (!copied) return copied.error();
    return text;
}

Result<bool> ProcessGroup::same(const std::string& text) {
    const auto hash = static_cast<int64_t>(std::strtoull(hashOf(text).substr(0, 15).c_str(), nullptr, 16));
    const at::Tensor largest = torch::tensor({hash, -hash}, torch::kInt64); // the second: minus the smallest
    const Result<void> compared = attempt(m_launch, [&] { m_connection->reduce(largest, c10d::ReduceOp::MAX); });
    if (!compared) return compared.error();
    return largest[0].item<int64_t>() == -largest[1].item<int64_t>();
}

} // namespace ovation
