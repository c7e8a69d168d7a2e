// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/labels/LabelFormats.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include <stdlib.h>

namespace ovation::test {

inline Label labelOf(double start, double end, const std::string& text, std::optional<double> score = {}) {
    Label label;
    label.span = {start, end};
    label.text = text;
    label.labelClass = classOf(text);
    label.score = score;
    return label;
}

/// Reads `text` in a format; the test fails where that fails.
inline LabelFile readAs(const char* format, std::string_view text) {
    auto file = labelFormat(format)->read(text);
    EXPECT_TRUE(file) << describe(file.error());
    return file ? *file : LabelFile{};
}

/// The error that reading `text` gives.
inline Error errorOf(const char* format, std::string_view text) {
    auto file = labelFormat(format)->read(text);
    EXPECT_FALSE(file);
    return file ? Error{} : file.error();
}

class LabelFilesTest : public ::testing::Test {
protected:
    LabelFilesTest() {
        std::string pattern = (std::filesystem::temp_directory_path() / "ovation-labels-XXXXXX").string();
        m_folder = ::mkdtemp(pattern.data());
    }
    ~LabelFilesTest() override {
        std::error_code ignored;
        std::filesystem::remove_all(m_folder, ignored);
    }
    std::string in(const std::string& name) const { return (m_folder / name).string(); }
    std::string put(const std::string& name, std::string_view bytes) const {
        std::ofstream(in(name), std::ios::binary) << bytes;
        return in(name);
    }
    std::string bytesOf(const std::string& name) const {
        std::ifstream file(in(name), std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }

    std::filesystem::path m_folder;
};

} // namespace ovation::test
