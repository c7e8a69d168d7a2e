// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/cli/Program.h"
#include "tests/core/dataset/DataFolder.h"

#include <algorithm>
#include <cstring>
#include <gtest/gtest.h>
#include <iterator>
#include <map>
#include <sys/stat.h>

using namespace ovation::test;

namespace {

/// Says where the programs that the test runs keep features.
class CacheAt {
public:
    explicit CacheAt(const std::string& folder) { setenv("OVATION_CACHE", folder.c_str(), 1); }
    ~CacheAt() { unsetenv("OVATION_CACHE"); }
};

std::ptrdiff_t filesIn(const std::string& folder, const std::string& extension) {
    std::error_code none;
    const std::filesystem::directory_iterator files(folder, none);
    return std::count_if(begin(files), end(files),
                         [&](const auto& file) { return file.path().extension() == extension; });
}

/// Every entry with its inode, which is another one where the entry has been written again.
std::map<std::string, ino_t> entriesIn(const std::string& folder) {
    std::map<std::string, ino_t> entries;
    for (const auto& file : std::filesystem::directory_iterator(folder)) {
        struct stat status {};
        if (file.path().extension() == ".features" && ::stat(file.path().c_str(), &status) == 0)
            entries[file.path().filename().string()] = status.st_ino;
    }
    return entries;
}

std::string content(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// The weights of a safetensors file, without the header, which says when it was made.
std::string weights(const std::string& path) {
    const std::string bytes = content(path);
    uint64_t header = 0;
    if (bytes.size() < sizeof header) return {};
    std::memcpy(&header, bytes.data(), sizeof header);
    return header < bytes.size() - sizeof header ? bytes.substr(sizeof header + header) : std::string();
}

} // namespace

TEST(Cache, TrainingAndDetectionShareItAndGiveTheSameWithoutIt) {
    const DataFolder data;
    for (unsigned i = 0; i < 6; ++i) {
        data.sound("data/applause/a" + std::to_string(i) + ".wav", 0.6, i + 1);
        data.tone("data/other/b" + std::to_string(i) + ".wav", 0.6, 200 + 40 * i);
    }
    const auto train = [&](const std::string& model, const std::string& more) {
        std::vector<std::string> arguments = {"train",         data.path("data"),
                                              "--output",      data.path(model),
                                              "--hidden-size", "8",
                                              "--layers",      "1",
                                              "--heads",       "2",
                                              "--batch-size",  "4",
                                              "--epochs",      "1"};
        if (!more.empty()) arguments.push_back(more);
        const Ran ran = run(arguments);
        EXPECT_EQ(ran.exitCode, 0) << ran.err;
    };
    const auto detect = [&](const std::string& output, const std::string& more) {
        std::vector<std::string> arguments = {"detect",
                                              data.path("data/applause"),
                                              data.path("data/other"),
                                              "--model",
                                              data.path("m.safetensors"),
                                              "--output",
                                              data.path(output),
                                              "--scores"};
        if (!more.empty()) arguments.push_back(more);
        const Ran ran = run(arguments);
        EXPECT_EQ(ran.exitCode, 0) << ran.err;
    };
    const CacheAt cache(data.path("cache"));
    train("m.safetensors", "--no-cache");
    detect("plain", "--no-cache");
    EXPECT_FALSE(std::filesystem::exists(data.path("cache")));
    train("cold.safetensors", "");
    EXPECT_EQ(filesIn(data.path("cache"), ".features"), 12);
    const auto made = entriesIn(data.path("cache"));
    train("warm.safetensors", "");
    detect("cached", "");
    EXPECT_EQ(entriesIn(data.path("cache")), made) << "no entry is made twice";
    EXPECT_FALSE(weights(data.path("m.safetensors")).empty());
    for (const char* model : {"cold.safetensors", "warm.safetensors"})
        EXPECT_TRUE(weights(data.path(model)) == weights(data.path("m.safetensors"))) << model;
    int compared = 0;
    for (const auto& file : std::filesystem::directory_iterator(data.path("plain"))) {
        if (file.path().extension() != ".csv") continue;
        EXPECT_EQ(content(file.path()), content(data.path("cached/" + file.path().filename().string())));
        ++compared;
    }
    EXPECT_EQ(compared, 12);
}
