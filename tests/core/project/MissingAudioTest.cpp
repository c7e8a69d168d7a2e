// SPDX-License-Identifier: GPL-3.0-or-later
#include "ProjectFixture.h"

#include "core/audio/AudioReader.h"
#include "core/base/Files.h"
#include "core/dataset/Recordings.h"
#include "core/project/MissingAudio.h"

namespace ovation::test {
namespace {

namespace fs = std::filesystem;

class MissingAudioTest : public ProjectTest {
protected:
    /// Copies a recording of the example to `name` and adds it to the project.
    Speech addedSpeech(const std::string& name) const {
        fs::create_directories(fs::path(in(name)).parent_path());
        fs::copy_file(OVATION_EXAMPLE "/clips/applause/clap-01.flac", in(name));
        Speech speech;
        speech.id = 1;
        speech.path = in(name);
        speech.contentHash = *contentHash(in(name));
        const auto info = audioInfo(in(name));
        speech.frames = info->frames;
        speech.sampleRate = info->sampleRate;
        speech.channels = info->channels;
        return speech;
    }
    Speech loaded(const std::string& project) const { return opened(project)->load()->speeches.at(0); }
};

TEST_F(MissingAudioTest, AFolderThatMovedWithItsProjectIsFoundByTheRelativePath) {
    fs::create_directories(in("old/audio"));
    ASSERT_TRUE(created("old/p.ovation")->putSpeech(addedSpeech("old/audio/a.flac")));
    fs::rename(in("old"), in("new"));
    const Speech speech = loaded("new/p.ovation");
    EXPECT_FALSE(speech.missing);
    EXPECT_EQ(speech.path, in("new/audio/a.flac"));
}

TEST_F(MissingAudioTest, AProjectThatMovedAloneFindsItsAudioByTheAbsolutePath) {
    fs::create_directories(in("old"));
    fs::create_directories(in("far/away"));
    ASSERT_TRUE(created("old/p.ovation")->putSpeech(addedSpeech("old/a.flac")));
    fs::rename(in("old/p.ovation"), in("far/away/p.ovation"));
    const Speech speech = loaded("far/away/p.ovation");
    EXPECT_FALSE(speech.missing);
    EXPECT_EQ(speech.path, in("old/a.flac"));
}

TEST_F(MissingAudioTest, AudioThatMovedAndWasRenamedIsFoundByItsContentAndRemembered) {
    ASSERT_TRUE(created()->putSpeech(addedSpeech("a.flac")));
    fs::create_directories(in("archive/2020"));
    fs::rename(in("a.flac"), in("archive/2020/kennedy.flac"));
    fs::copy_file(OVATION_EXAMPLE "/clips/applause/clap-02.flac", in("archive/another.flac"));
    EXPECT_EQ(loaded("p.ovation").path, in("archive/2020/kennedy.flac"));
    const Speech again = loaded("p.ovation");
    EXPECT_EQ(again.relativePath, "archive/2020/kennedy.flac");
    EXPECT_FALSE(again.missing);
}

TEST_F(MissingAudioTest, LookingByContentCanBeLeftForLaterAndElsewhere) {
    ASSERT_TRUE(created()->putSpeech(addedSpeech("a.flac")));
    fs::create_directories(in("archive"));
    fs::rename(in("a.flac"), in("archive/kennedy.flac"));
    std::vector<Speech> speeches = opened()->load(ProjectStore::Moved::Leave)->speeches;
    ASSERT_TRUE(speeches.at(0).missing);
    fs::create_directories(in("elsewhere"));
    EXPECT_FALSE(findMovedAudio(speeches, in("elsewhere")));
    CancelToken cancelled;
    cancelled.cancel();
    EXPECT_FALSE(findMovedAudio(speeches, in("archive"), cancelled));
    EXPECT_TRUE(findMovedAudio(speeches, in("archive")));
    EXPECT_FALSE(speeches[0].missing);
    EXPECT_EQ(speeches[0].path, in("archive/kennedy.flac"));
}

TEST_F(MissingAudioTest, TheSearchByContentSaysHowFarItIsAndEndsWhenItIsCancelled) {
    ASSERT_TRUE(created()->putSpeech(addedSpeech("a.flac")));
    fs::remove(in("a.flac"));
    for (const char* name : {"b.flac", "c.flac", "d.flac"})
        fs::copy_file(OVATION_EXAMPLE "/clips/applause/clap-02.flac", in(name));
    std::vector<std::string> looked;
    const CancelToken cancel;
    const ProgressCallback note = [&](const Progress& progress) {
        EXPECT_EQ(progress.stage, "Looking for moved recordings");
        EXPECT_EQ(progress.total, 3);
        looked.push_back(progress.item);
    };
    ASSERT_TRUE(opened()->load(ProjectStore::Moved::Find, cancel, note));
    EXPECT_EQ(looked, (std::vector<std::string>{"b.flac", "c.flac", "d.flac"}));
    looked.clear();
    const auto noteAndCancel = [&](const Progress& progress) {
        note(progress);
        cancel.cancel();
    };
    const auto cancelled = opened()->load(ProjectStore::Moved::Find, cancel, noteAndCancel);
    ASSERT_FALSE(cancelled);
    EXPECT_EQ(cancelled.error().code, ErrorCode::Cancelled);
    EXPECT_EQ(looked, (std::vector<std::string>{"b.flac"}));
}

TEST_F(MissingAudioTest, CollectingTrainingDataTellsOfTheSearchAndEndsIt) {
    Speech speech = addedSpeech("data/a.flac");
    speech.fullyLabelled = true;
    ASSERT_TRUE(created("data/p.ovation")->putSpeech(speech));
    fs::rename(in("data/a.flac"), in("data/b.flac"));
    for (const std::string& argument : {in("data/p.ovation"), in("data")}) {
        const CancelToken cancel;
        bool searched = false;
        const auto collected = collectRecordings({argument}, cancel, [&](const Progress& progress) {
            if (progress.stage != "Looking for moved recordings") return;
            searched = true;
            cancel.cancel();
        });
        EXPECT_TRUE(searched) << argument;
        ASSERT_FALSE(collected) << argument;
        EXPECT_EQ(collected.error().code, ErrorCode::Cancelled) << argument;
    }
}

TEST_F(MissingAudioTest, AnotherRecordingOfTheSameNameElsewhereIsNotTaken) {
    ASSERT_TRUE(created()->putSpeech(addedSpeech("a.flac")));
    fs::remove(in("a.flac"));
    fs::create_directories(in("sub"));
    fs::copy_file(OVATION_EXAMPLE "/clips/applause/clap-02.flac", in("sub/a.flac"));
    EXPECT_TRUE(loaded("p.ovation").missing);
}

TEST_F(MissingAudioTest, CopiesOfARecordingAreFoundInAPlaceEach) {
    {
        const auto store = created();
        Speech copy = addedSpeech("b/x.flac");
        copy.id = 2;
        ASSERT_TRUE(store->putSpeech(addedSpeech("a/x.flac")));
        ASSERT_TRUE(store->putSpeech(copy));
    }
    for (const char* folder : {"c", "d"})
        fs::create_directories(in(folder));
    const auto places = [&] {
        std::vector<std::string> found;
        const std::vector<Speech> speeches = opened()->load()->speeches;
        for (const Speech& speech : speeches)
            found.push_back(speech.missing ? "" : speech.path);
        return found;
    };
    fs::rename(in("a/x.flac"), in("c/x.flac"));
    EXPECT_EQ(places(), (std::vector{in("c/x.flac"), in("b/x.flac")})) << "the other one is in its place";
    fs::rename(in("c/x.flac"), in("d/1.flac"));
    fs::rename(in("b/x.flac"), in("d/2.flac"));
    EXPECT_EQ(places(), (std::vector{in("d/1.flac"), in("d/2.flac")}));
    fs::rename(in("d/1.flac"), in("c/2.flac"));
    fs::rename(in("d/2.flac"), in("c/1.flac"));
    EXPECT_EQ(places(), (std::vector{in("c/1.flac"), in("c/2.flac")})) << "by their names";
    fs::remove(in("c/2.flac"));
    EXPECT_EQ(places(), (std::vector<std::string>{in("c/1.flac"), ""}));
}

TEST_F(MissingAudioTest, WhatIsGoneStaysInTheProjectAndComesBackWithTheFile) {
    const Speech speech = addedSpeech("a.flac");
    ASSERT_TRUE(created()->putSpeech(speech));
    fs::rename(in("a.flac"), in("b.hidden"));
    EXPECT_TRUE(loaded("p.ovation").missing);
    EXPECT_EQ(loaded("p.ovation").path, speech.path);
    fs::rename(in("b.hidden"), in("a.flac"));
    EXPECT_FALSE(loaded("p.ovation").missing);
}

TEST_F(MissingAudioTest, FoldersThatLinkToThemselvesEndTheSearch) {
    ASSERT_TRUE(created()->putSpeech(addedSpeech("a.flac")));
    fs::remove(in("a.flac"));
    fs::create_directory_symlink(m_folder, in("loop"));
    EXPECT_TRUE(loaded("p.ovation").missing);
}

} // namespace
} // namespace ovation::test
