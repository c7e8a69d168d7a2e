// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/cli/Model.h"
#include "tests/cli/Program.h"
#include "tests/core/dataset/DataFolder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <pty.h>
#include <sstream>
#include <thread>

using namespace ovation;
using namespace ovation::test;

namespace {

/// A terminal of that width for a program's stderr.
class ErrorTerminal {
public:
    explicit ErrorTerminal(unsigned short columns) {
        winsize size{};
        size.ws_row = 24;
        size.ws_col = columns;
        if (::openpty(&m_ours, &m_theirs, nullptr, nullptr, &size) != 0) m_ours = m_theirs = -1;
    }
    ~ErrorTerminal() {
        for (const int end : {m_ours, m_theirs})
            if (end >= 0) ::close(end);
    }
    ErrorTerminal(const ErrorTerminal&) = delete;
    ErrorTerminal& operator=(const ErrorTerminal&) = delete;

    bool there() const { return m_ours >= 0; }

    /// What it shows while the program runs, in pieces that end where the cursor goes back.
    std::vector<std::string> shownBy(const std::vector<std::string>& arguments) {
        std::string all;
        std::thread reader([&] { // a terminal holds little: the program would wait for somebody who looks
            char bytes[4096];
            for (ssize_t n = 0; (n = ::read(m_ours, bytes, sizeof bytes)) > 0;)
                all.append(bytes, static_cast<size_t>(n));
        });
        EXPECT_EQ(run(arguments, [this] { ::dup2(m_theirs, STDERR_FILENO); }).exitCode, 0);
        ::close(m_theirs);
        m_theirs = -1;
        reader.join();
        std::vector<std::string> pieces;
        std::istringstream text(all);
        for (std::string piece; std::getline(text, piece, '\r');)
            pieces.push_back(piece);
        return pieces;
    }

private:
    int m_ours = -1, m_theirs = -1;
};

constexpr const char* kBar = "\033[KDetecting [";

class ProgressBar : public ::testing::Test {
protected:
    ProgressBar() { writeConstantModel(data.path("m.safetensors")); }

    std::vector<std::string> detect(const std::vector<std::string>& audio) const {
        std::vector<std::string> arguments{"detect", "--model", data.path("m.safetensors"), "--output",
                                           data.path("out")};
        arguments.insert(arguments.end(), audio.begin(), audio.end());
        return arguments;
    }

    const DataFolder data;
};

} // namespace

TEST_F(ProgressBar, FitsIntoTheTerminal) {
    ErrorTerminal terminal(40);
    ASSERT_TRUE(terminal.there()) << "no pseudo-terminal could be opened";
    size_t bars = 0;
    for (const std::string& piece : terminal.shownBy(detect({data.sound(std::string(60, 'x') + ".wav", 1, 1)}))) {
        if (!piece.starts_with(kBar)) continue;
        ++bars;
        EXPECT_LT(piece.size(), 40 + std::string("\033[K").size()) << piece;
    }
    EXPECT_GT(bars, 0U);
}

TEST_F(ProgressBar, IsOfWhatThisRunDoes) {
    ErrorTerminal terminal(200);
    ASSERT_TRUE(terminal.there()) << "no pseudo-terminal could be opened";
    std::vector<std::string> finished;
    for (unsigned i = 1; i < 4; ++i)
        finished.push_back(data.sound("b" + std::to_string(i) + ".wav", 1, i));
    ASSERT_EQ(run(detect(finished)).exitCode, 0);
    std::vector<std::string> all{data.sound("a.wav", 1, 9)};
    all.insert(all.end(), finished.begin(), finished.end());
    size_t bars = 0;
    for (const std::string& piece : terminal.shownBy(detect(all))) {
        if (!piece.starts_with(kBar)) continue;
        ++bars;
        EXPECT_THAT(piece, testing::ContainsRegex("(9[0-9]|100) %.*a.wav")) << "not a quarter";
    }
    EXPECT_GT(bars, 0U);
}
