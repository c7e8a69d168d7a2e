// SPDX-License-Identifier: GPL-3.0-or-later
// What the commands answer to models and projects that cannot be used, and to places that cannot be written.
#include "tests/cli/Model.h"
#include "tests/cli/Program.h"
#include "tests/core/dataset/DataFolder.h"
#include "tests/core/project/ProjectFixture.h"
#include "tests/support/Privileges.h"
#include "tests/support/SmallDisk.h"
#include "tests/support/WavFile.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <sys/stat.h>

using namespace ovation;
using namespace ovation::test;
using testing::HasSubstr;

namespace {

namespace fs = std::filesystem;

class BadFiles : public ::testing::Test {
protected:
    static void expectRefused(const Ran& ran, const std::string& file, const std::string& what) {
        EXPECT_EQ(ran.exitCode, 1) << file;
        EXPECT_THAT(ran.err, HasSubstr("\"" + file + "\""));
        EXPECT_THAT(ran.err, HasSubstr(what));
        EXPECT_EQ(errorLines(ran.err), 1) << ran.err;
    }
    static int errorLines(const std::string& text) { ///< beside warnings
        int count = 0;
        std::istringstream lines(text);
        for (std::string line; std::getline(lines, line);)
            count += line.starts_with("warning: ") ? 0 : 1;
        return count;
    }
    Ran train(const std::string& from, const std::vector<std::string>& more = {}) const {
        std::vector<std::string> all{"--quiet", "train",   from, "--hidden-size", "8", "--layers",
                                     "1",       "--heads", "2",  "--epochs",      "1"};
        all.insert(all.end(), more.begin(), more.end());
        return run(all);
    }
    void goodClips() const {
        for (unsigned i = 0; i < 8; ++i) {
            data.sound("data/applause/a" + std::to_string(i) + ".wav", 0.6, i + 1);
            data.tone("data/other/b" + std::to_string(i) + ".wav", 0.6, 200 + 40 * i);
        }
    }
    /// A project with one fully labelled recording.
    std::string project() const {
        const std::string path = data.path("p.ovation");
        auto store = ProjectStore::create(path);
        EXPECT_TRUE(store);
        Speech speech = speechOf(1, data.sound("speech.wav", 6, 1));
        speech.frames = 6 * 22050;
        speech.sampleRate = 22050;
        speech.fullyLabelled = true;
        EXPECT_TRUE((*store)->putSpeech(speech));
        EXPECT_TRUE((*store)->pushEdit(addition(1, 1, segmentOf(1, 0, 22050))));
        return path;
    }

    const DataFolder data;
};

} // namespace

TEST_F(BadFiles, ModelsThatCannotBeUsedAreNamedByEveryCommand) {
    goodClips();
    const std::string whole = toSafetensors(constantModel());
    const auto altered = [&](const char* key, const std::string& value) {
        auto content = readSafetensors(whole, "");
        content->metadata[key] = value;
        return writeSafetensors(content->tensors, content->metadata);
    };
    ModelBundle broken = constantModel();
    broken.weights.begin()->second.values[0] = std::numeric_limits<float>::quiet_NaN();
    const std::vector<std::pair<std::string, const char*>> cases{
        {"", "is not a model of Ovation"},
        {"junk that is no model", "is not a model of Ovation"},
        {std::string("\xff\xff\xff\xff\xff\xff\xff\x7f{", 9), "header claims over 100 MB"},
        {whole.substr(0, 500), "ends within its header"},
        {whole.substr(0, whole.size() - 100), "is damaged"},
        {writeSafetensors({{"x", {{1}, {1}}}}, {}), "not one that Ovation wrote"},
        {altered("ovation.format", "99"), "written by a newer Ovation"},
        {altered("ovation.architecture", std::string(100000, '[')), "is damaged"},
        {toSafetensors(broken), "values that are not numbers"}};
    const std::string model = data.path("bad.safetensors");
    const auto expectAll = [&](const char* what) {
        expectRefused(run({"--quiet", "detect", data.path("data"), "--model", model, "--output", data.path("out")}),
                      model, what);
        expectRefused(run({"--quiet", "evaluate", data.path("data"), "--model", model}), model, what);
        for (const char* format : {"torchscript", "safetensors"})
            expectRefused(run({"export", model, "--format", format, "--output", data.path("exported")}), model, what);
    };
    for (const auto& [bytes, what] : cases) {
        data.text("bad.safetensors", bytes);
        expectAll(what);
    }
    fs::remove(model);
    expectAll("was not found");
    fs::create_directory(model);
    expectAll("is a folder");
    fs::remove(model);
    ASSERT_EQ(::mkfifo(model.c_str(), 0600), 0);
    expectAll("is not an ordinary file");
    EXPECT_FALSE(fs::exists(data.path("exported")));
    EXPECT_FALSE(fs::exists(data.path("out")));
}

TEST_F(BadFiles, ProjectsThatCannotBeUsedAreNamedByEveryCommand) {
    const std::string path = project(), model = writeConstantModel(data.path("m.safetensors"));
    const std::string whole = readBytes(path);
    const auto altered = [&](const char* sql) {
        data.text("p.ovation", whole);
        SQLite::Database(path, SQLite::OPEN_READWRITE).exec(sql);
        return readBytes(path);
    };
    for (const auto& [bytes, what] : std::vector<std::pair<std::string, const char*>>{
             {"", "is not a project of Ovation"},
             {std::string(5000, 'x'), "is not a project of Ovation"},
             {whole.substr(0, 50), "is damaged"},
             {whole.substr(0, 5000), "is damaged"},
             {altered("PRAGMA user_version = 99"), "was written by a newer Ovation"},
             {altered("CREATE TABLE extra(x)"), "is damaged"},
             {altered("UPDATE segment SET class = 7"), "is damaged"}}) {
        data.text("p.ovation", bytes);
        expectRefused(run({"--quiet", "check", path}), path, what);
        expectRefused(train(path, {"--output", data.path("new.safetensors")}), path, what);
        expectRefused(run({"--quiet", "evaluate", path, "--model", model}), path, what);
        EXPECT_EQ(readBytes(path), bytes);
    }
    fs::remove(path);
    expectRefused(run({"--quiet", "check", path}), path, "was not found");
    EXPECT_FALSE(fs::exists(data.path("new.safetensors")));
}

TEST_F(BadFiles, AReadOnlyProjectAndOneThatIsOpenServeAsData) {
    const std::string path = project(), model = writeConstantModel(data.path("m.safetensors"));
    const std::vector<std::string> evaluate{"--quiet", "evaluate", path, "--model", model};
    {
        const auto open = ProjectStore::open(path);
        ASSERT_TRUE(open);
        EXPECT_EQ(run(evaluate).exitCode, 0) << "open in a window";
    }
    ASSERT_EQ(::chmod(path.c_str(), 0444), 0);
    ASSERT_EQ(::chmod(data.path().c_str(), 0555), 0);
    const Ran ran = run(evaluate, obeyPermissions);
    ASSERT_EQ(::chmod(data.path().c_str(), 0755), 0);
    EXPECT_EQ(ran.exitCode, 0) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr("speech.wav"));
}

TEST_F(BadFiles, AudioOfAProjectThatVanishedOrChangedIsNamed) {
    const std::string path = project(), model = writeConstantModel(data.path("m.safetensors"));
    data.text("speech.wav", "no longer a sound");
    const Ran changed = run({"--quiet", "evaluate", path, "--model", model});
    expectRefused(changed, data.path("speech.wav"), "is not a sound file");
    fs::remove(data.path("speech.wav"));
    expectRefused(run({"--quiet", "evaluate", path, "--model", model}), path, "speech.wav\" was not found");
    EXPECT_EQ(run({"check", path}).exitCode, 1);
}

TEST_F(BadFiles, TrainingIntoAPlaceWithoutPermissionIsSaidBeforeTraining) {
    goodClips();
    fs::create_directory(data.path("locked"));
    ASSERT_EQ(::chmod(data.path("locked").c_str(), 0555), 0);
    ASSERT_EQ(::chmod(data.path().c_str(), 0777), 0);
    const std::string locked = data.path("locked"), good = data.path("good.safetensors");
    const auto train = [&](std::vector<std::string> more) {
        more.insert(more.begin(), {"train", data.path("data")});
        return run(more, obeyPermissions);
    };
    expectRefused(train({"--output", locked + "/m.safetensors"}), locked, "may not be used");
    expectRefused(train({"--output", good, "--history", locked + "/h.json"}), locked, "may not be used");
    expectRefused(train({"--output", good, "--checkpoint-dir", locked + "/c"}), locked + "/c", "may not be used");
    EXPECT_FALSE(fs::exists(good));
}

TEST_F(BadFiles, AFullDiskKeepsTheEarlierModel) {
    goodClips();
    fs::create_directory(data.path("out"));
    onSmallDisk(data.path("out"), 65536, [&](bool isDisk) {
        if (!isDisk) return;
        data.text("out/m.safetensors", "an earlier one");
        data.text("out/filler", std::string(50000, 'x'));
        const Ran ran = train(data.path("data"), {"--output", data.path("out/m.safetensors")});
        expectRefused(ran, data.path("out/m.safetensors"), "because the disk is full");
        EXPECT_EQ(readBytes(data.path("out/m.safetensors")), "an earlier one");
        EXPECT_EQ(std::distance(fs::directory_iterator(data.path("out")), {}), 2);
    });
}
