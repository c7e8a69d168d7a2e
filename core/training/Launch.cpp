// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/Launch.h"

#include <charconv>
#include <optional>
#include <string_view>

namespace ovation {

namespace {

constexpr int kMostProcesses = 4096;

Error wrong(const std::string& text) {
    return {ErrorCode::WrongUsage, "", text};
}

/// The variables of one launcher. An empty variable counts as missing.
class Variables {
public:
    explicit Variables(const Environment& environment) : m_environment(environment) {}

    std::string text(const char* name) const {
        const char* value = m_environment(name);
        return value ? value : "";
    }
    bool has(const char* name) const { return !text(name).empty(); }

    Result<int> number(const char* name, int least, int most) const {
        const std::string value = text(name);
        if (value.empty()) return wrong(std::string("the environment variable ") + name + " is missing");
        int result = 0;
        const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), result);
        if (error == std::errc() && end == value.data() + value.size() && result >= least && result <= most)
            return result;
        return wrong(std::string(name) + " is \"" + value + "\" and has to be a whole number from " +
                     std::to_string(least) + " to " + std::to_string(most));
    }

private:
    const Environment& m_environment;
};

} // namespace

Result<Launch> launchFromEnvironment(const Environment& environment) {
    const Variables variables(environment);
    const char* rankName = "RANK";
    const char* sizeName = "WORLD_SIZE";
    if (!variables.has("RANK") && !variables.has("WORLD_SIZE")) {
        // In a batch script that has not called srun, Slurm sets SLURM_PROCID and SLURM_NTASKS for one process alone.
        const bool step = variables.has("SLURM_STEP_NUM_TASKS");
        if (!variables.has("SLURM_PROCID") || (!step && !variables.has("MASTER_ADDR"))) return Launch();
        rankName = "SLURM_PROCID";
        sizeName = step ? "SLURM_STEP_NUM_TASKS" : "SLURM_NTASKS";
    } else if (!variables.has("RANK") && variables.has("SLURM_PROCID")) {
        rankName = "SLURM_PROCID";
    } else if (!variables.has("WORLD_SIZE") && variables.has("SLURM_NTASKS")) {
        sizeName = "SLURM_NTASKS";
    }

    Launch launch;
    const Result<int> size = variables.number(sizeName, 1, kMostProcesses);
    if (!size) return size.error();
    launch.size = *size;
    const Result<int> rank = variables.number(rankName, 0, kMostProcesses - 1);
    if (!rank) return rank.error();
    launch.rank = *rank;
    if (launch.rank >= launch.size)
        return wrong(std::string(rankName) + " is " + std::to_string(launch.rank) + " and has to be below " + sizeName +
                     ", which is " + std::to_string(launch.size));
    if (variables.has("LOCAL_WORLD_SIZE")) {
        const Result<int> local = variables.number("LOCAL_WORLD_SIZE", 1, launch.size);
        if (!local) return local.error();
        launch.localSize = *local;
    }
    if (!launch.shared()) return launch;
    launch.address = variables.text("MASTER_ADDR");
    if (launch.address.empty())
        return wrong("the environment variable MASTER_ADDR is missing: it names the machine of the process with rank "
                     "0, for all " +
                     std::to_string(launch.size) + " processes");
    const Result<int> port = variables.number("MASTER_PORT", 1, 65535);
    if (!port) return port.error();
    // torchrun itself listens on MASTER_PORT then, for its own dealings with the processes it has started.
    const bool taken = variables.text("TORCHELASTIC_USE_AGENT_STORE") == "True";
    launch.port = !taken ? *port : *port < 65535 ? *port + 1 : *port - 1;
    return launch;
}

} // namespace ovation
