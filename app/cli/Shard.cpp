// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Shard.h"

#include <charconv>
#include <optional>
#include <string_view>

namespace ovation::cli {

namespace {

constexpr int kMost = 1'000'000;

std::optional<int> whole(std::string_view text) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

Error wrong(const std::string& text) {
    return {ErrorCode::WrongUsage, "", text};
}

Result<Shard> fromArray(const Environment& environment) {
    const auto number = [&](const char* name) {
        const char* value = environment(name);
        return value ? whole(value) : std::nullopt;
    };
    const auto id = number("SLURM_ARRAY_TASK_ID"), least = number("SLURM_ARRAY_TASK_MIN");
    const auto most = number("SLURM_ARRAY_TASK_MAX"), count = number("SLURM_ARRAY_TASK_COUNT");
    if (!id || !least || !most || !count)
        return wrong("--shard slurm needs the variables of a Slurm array: SLURM_ARRAY_TASK_ID, _MIN, _MAX and _COUNT; "
                     "without them, give --shard I/N");
    const int steps = *count - 1;
    const int step = steps > 0 ? (*most - *least) / steps : 1;
    const bool even = *count >= 1 && *count <= kMost && step >= 1 && *least + steps * step == *most;
    if (!even || *id < *least || *id > *most || (*id - *least) % step != 0)
        return wrong("the numbers of the Slurm array do not follow each other evenly; give --shard I/N");
    return Shard{(*id - *least) / step + 1, *count};
}

} // namespace

Result<Shard> shardFrom(const std::string& text, const Environment& environment) {
    if (text.empty()) return Shard();
    if (text == "slurm") return fromArray(environment);
    const size_t slash = text.find('/');
    const auto number = whole(std::string_view(text).substr(0, slash));
    const auto count = slash == std::string::npos ? std::nullopt : whole(std::string_view(text).substr(slash + 1));
    if (!number || !count || *count < 1 || *count > kMost || *number < 1 || *number > *count)
        return wrong("--shard is \"" + text + "\" and has to be I/N, such as 2/8, with I from 1 to N, or slurm");
    return Shard{*number, *count};
}

} // namespace ovation::cli
