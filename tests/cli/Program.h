// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace ovation::test {

struct Ran {
    int exitCode = -1; ///< 128 + the signal's number where one ended it
    std::string out, err;
};

/// A program that runs beside the test, with its output going to files. It keeps no features unless $OVATION_CACHE says
/// where.
class Program {
public:
    /// Starts `ovation` with these arguments; `before` runs in its process before it does.
    explicit Program(const std::vector<std::string>& arguments, const std::function<void()>& before = {}) {
        const std::string program = std::string(OVATION_BIN) + "/ovation";
        std::string pattern = "/tmp/ovation-cli-XXXXXX";
        if (!mkdtemp(pattern.data())) std::abort();
        m_folder = pattern;
        m_pid = fork();
        if (m_pid != 0) return;
        if (!std::freopen((m_folder + "/out").c_str(), "w", stdout) ||
            !std::freopen((m_folder + "/err").c_str(), "w", stderr))
            _exit(126);
        setenv("OVATION_CACHE", "off", 0);
        std::vector<char*> argv{const_cast<char*>(program.c_str())};
        for (const std::string& argument : arguments)
            argv.push_back(const_cast<char*>(argument.c_str()));
        argv.push_back(nullptr);
        if (before) before();
        execv(program.c_str(), argv.data());
        _exit(127);
    }
    ~Program() {
        if (m_pid > 0) wait();
        for (const char* name : {"/out", "/err"})
            unlink((m_folder + name).c_str());
        rmdir(m_folder.c_str());
    }
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    pid_t pid() const { return m_pid; }
    std::string err() const { return content("/err"); }

    Ran wait() {
        int status = 0;
        waitpid(m_pid, &status, 0);
        m_pid = -1;
        return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), content("/out"), content("/err")};
    }

private:
    std::string content(const char* name) const {
        std::ifstream file(m_folder + name, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }

    std::string m_folder;
    pid_t m_pid = -1;
};

inline Ran run(const std::vector<std::string>& arguments, const std::function<void()>& before = {}) {
    return Program(arguments, before).wait();
}

} // namespace ovation::test
