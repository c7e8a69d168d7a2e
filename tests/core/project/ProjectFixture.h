// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/ProjectStore.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include <stdlib.h>

namespace ovation::test {

/// A fresh folder for each test, deleted after it.
class ProjectTest : public ::testing::Test {
protected:
    ProjectTest() {
        std::string pattern = (std::filesystem::temp_directory_path() / "ovation-project-XXXXXX").string();
        m_folder = ::mkdtemp(pattern.data());
    }
    ~ProjectTest() override {
        std::error_code ignored;
        std::filesystem::remove_all(m_folder, ignored);
    }

    std::string in(const std::string& name) const { return (m_folder / name).string(); }

    std::unique_ptr<ProjectStore> created(const std::string& name = "p.ovation") const {
        auto store = ProjectStore::create(in(name));
        EXPECT_TRUE(store) << describe(store.error());
        return std::move(store).value();
    }
    std::unique_ptr<ProjectStore> opened(const std::string& name = "p.ovation",
                                         ProjectStore::Mode mode = ProjectStore::Mode::ReadWrite) const {
        auto store = ProjectStore::open(in(name), mode);
        EXPECT_TRUE(store) << describe(store.error());
        return std::move(store).value();
    }

    ErrorCode openError(const std::string& name, ProjectStore::Mode mode = ProjectStore::Mode::ReadWrite) const {
        auto store = ProjectStore::open(in(name), mode);
        EXPECT_FALSE(store);
        return store ? ErrorCode::Internal : store.error().code;
    }

    std::string bytesOf(const std::string& name) const {
        std::ifstream file(in(name), std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    void write(const std::string& name, const std::string& bytes) const {
        std::ofstream(in(name), std::ios::binary) << bytes;
    }
    bool exists(const std::string& name) const { return std::filesystem::exists(in(name)); }

    std::filesystem::path m_folder;
};

inline Speech speechOf(SpeechId id, std::string path = "/nowhere/a.wav") {
    Speech speech;
    speech.id = id;
    speech.path = std::move(path);
    speech.contentHash = "0123";
    speech.frames = 480000;
    speech.sampleRate = 48000;
    speech.channels = 2;
    speech.role = SplitRole::Validation;
    speech.group = "congress";
    return speech;
}

inline Segment segmentOf(int64_t id, int64_t begin, int64_t end, LabelClass labelClass = LabelClass::Applause) {
    Segment segment;
    segment.id = id;
    segment.range = {begin, end};
    segment.labelClass = labelClass;
    return segment;
}

inline Edit addition(int64_t id, SpeechId speech, Segment segment) {
    Edit edit;
    edit.id = id;
    edit.speech = speech;
    edit.text = "Mark applause";
    edit.added = {std::move(segment)};
    edit.timeMs = 1700000000000;
    return edit;
}

} // namespace ovation::test
