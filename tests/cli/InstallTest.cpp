// SPDX-License-Identifier: GPL-3.0-or-later
// What is installed besides the programs.
#include "tests/cli/Program.h"
#include "tests/core/dataset/DataFolder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

using namespace ovation::test;
using testing::HasSubstr;

namespace {

namespace fs = std::filesystem;

std::string installedText(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// As `ovation --help` lists them.
std::vector<std::string> subcommands() {
    const std::string help = run({"--help"}).out;
    std::istringstream lines(help.substr(std::min(help.find("Subcommands:"), help.size())));
    std::vector<std::string> names;
    std::string line;
    for (std::getline(lines, line); std::getline(lines, line);)
        if (line.size() > 2 && line.starts_with("  ") && line[2] != ' ')
            names.push_back(line.substr(2, line.find(' ', 2) - 2));
    return names;
}

} // namespace

TEST(Install, ScriptsAreExecutableAndManualPagesAreThere) {
    const DataFolder data;
    const std::string prefix = data.path("usr");
    const std::string command =
        "cmake --install '" OVATION_BIN "/..' --component documents --prefix '" + prefix + "' >/dev/null 2>&1";
    ASSERT_EQ(std::system(command.c_str()), 0);
    int scripts = 0;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(prefix)) {
        if (!entry.is_regular_file()) continue;
        const bool isScript = installedText(entry.path()).starts_with("#!");
        const bool runs = (entry.status().permissions() & fs::perms::others_exec) != fs::perms::none;
        EXPECT_EQ(runs, isScript) << entry.path();
        scripts += isScript;
    }
    EXPECT_EQ(scripts, 5) << "three in Python, one for Node, and the one that serves the page";
    EXPECT_TRUE(fs::is_regular_file(prefix + "/share/man/man1/ovation.1"));
}

TEST(Install, WhatNpmAndPythonLeaveBesideTheExamplesIsLeftOut) {
    const DataFolder data;
    const std::string source = OVATION_SOURCE "/resources/examples";
    fs::copy(source, data.path("examples"), fs::copy_options::recursive);
    for (const char* name : {"node_modules/onnxruntime-web/index.js", "package.json", "package-lock.json"})
        data.text(std::string("examples/web/") + name, "{}");
    data.text("examples/python/__pycache__/rebuild.pyc", "");
    std::string script = installedText(OVATION_BIN "/../cmake_install.cmake");
    const size_t at = script.find('"' + source + '"');
    ASSERT_NE(at, script.npos);
    script.replace(at + 1, source.size(), data.path("examples"));
    const std::string prefix = data.path("usr");
    const std::string command = "cmake -DCMAKE_INSTALL_PREFIX='" + prefix +
                                "' -DCMAKE_INSTALL_COMPONENT=documents -P '" + data.text("install.cmake", script) +
                                "' >/dev/null 2>&1";
    ASSERT_EQ(std::system(command.c_str()), 0);
    const fs::path examples = prefix + "/share/ovation/examples";
    EXPECT_TRUE(fs::is_regular_file(examples / "web/index.html"));
    EXPECT_TRUE(fs::is_regular_file(examples / "python/rebuild.py"));
    for (const char* name : {"web/node_modules", "web/package.json", "web/package-lock.json", "python/__pycache__"})
        EXPECT_FALSE(fs::exists(examples / name)) << name;
}

// Somebody who may not install packages, on a machine that has all but a test's.
TEST(Install, RunningAsksForNoPackagesOfTests) {
    const DataFolder data;
    for (const auto& [name, text] :
         {std::pair("dpkg-query",
                    "#!/bin/sh\nfor package; do :; done\n[ \"$package\" = chromium ] || echo installed\n"),
          std::pair("id", "#!/bin/sh\necho 1000\n")})
        fs::permissions(data.text(std::string("bin/") + name, text), fs::perms::owner_all);
    const auto installs = [&](const std::string& option) {
        const std::string command = "PATH='" + data.path("bin") +
                                    "' /bin/bash '" OVATION_SOURCE "/packaging/install-dependencies.sh'" + option +
                                    " >'" + data.path("said") + "' 2>&1";
        return std::system(command.c_str());
    };
    EXPECT_EQ(installs(" --without-tests"), 0) << installedText(data.path("said"));
    EXPECT_NE(installs(""), 0);
    EXPECT_THAT(installedText(data.path("said")), HasSubstr("at hand to install them: chromium\n"));
    const std::string scripts = OVATION_SOURCE "/packaging/";
    EXPECT_THAT(installedText(scripts + "run.sh"), HasSubstr("install-dependencies.sh --without-tests\n"));
    EXPECT_THAT(installedText(scripts + "test.sh"), HasSubstr("install-dependencies.sh\n"));
}

TEST(Install, TheManualPageHasEverySubcommandAndNoOther) {
    const std::string page = installedText(OVATION_SOURCE "/packaging/man/ovation.1");
    const size_t from = page.find("\n.SH SUBCOMMANDS\n"), to = page.find("\n.SH OPTIONS\n");
    ASSERT_NE(from, page.npos);
    ASSERT_NE(to, page.npos);
    const std::string part = page.substr(from, to - from);
    const std::vector<std::string> names = subcommands();
    ASSERT_GT(names.size(), 8U);
    for (const std::string& name : names)
        EXPECT_THAT(part, testing::AnyOf(HasSubstr("\n.TP\n.B " + name + " "), HasSubstr("\n.TP\n.B " + name + "\n")));
    size_t items = 0;
    for (size_t at = part.find("\n.TP\n"); at != part.npos; at = part.find("\n.TP\n", at + 1))
        ++items;
    EXPECT_EQ(items, names.size());
}
