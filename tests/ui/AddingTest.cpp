// SPDX-License-Identifier: GPL-3.0-or-later
// What is said and done about copies, moved recordings and large folders.
#include "tests/support/WavFile.h"
#include "tests/ui/Studio.h"

#include <QDir>

namespace ovation::ui::test {
namespace {

QByteArray sound(int number, size_t frames = 8000) {
    std::vector<float> samples(frames, 0.25F);
    samples[0] = static_cast<float>(number) / 100000;
    return QByteArray::fromStdString(ovation::test::wavBytes(samples, 8000));
}

class AddingTest : public ::testing::Test {
protected:
    AddingTest() {
        QObject::connect(&session, &Session::messageRaised, [this](const QString& text) { said << text; });
        QObject::connect(&session, &Session::problemsRaised,
                         [this](const QString& title, const QStringList& list) { said << title << list; });
    }
    void SetUp() override { ASSERT_TRUE(openNew(session)); }
    bool says(const QString& text) {
        return waitFor([&] { return said.join(QLatin1Char('\n')).contains(text); });
    }
    std::string all() const { return said.join(QLatin1Char('\n')).toStdString(); }

    const Folder folder;
    Session session;
    QStringList said;
};

TEST_F(AddingTest, NamesCopiesOfOtherRecordings) {
    ASSERT_TRUE(QDir().mkpath(folder.path(QStringLiteral("again"))));
    folder.write(QStringLiteral("a.wav"), sound(1));
    folder.write(QStringLiteral("b.wav"), sound(2));
    folder.write(QStringLiteral("again/a2.wav"), sound(1));
    ASSERT_TRUE(add(session, {folder.path()}, 3));
    EXPECT_TRUE(says(QStringLiteral("3 recordings added; 1 of them is a copy of another: "))) << all();
    session.addAudio({folder.write(QStringLiteral("c.wav"), sound(2))});
    EXPECT_TRUE(says(QStringLiteral("c.wav\" is the same as \"%1\"").arg(folder.path(QStringLiteral("b.wav")))))
        << all();
    said.clear();
    session.addAudio({folder.path(QStringLiteral("c.wav"))});
    EXPECT_TRUE(says(QStringLiteral("1 recording was in the project already"))) << all();
    EXPECT_EQ(session.project().speeches.size(), 4U);
}

TEST_F(AddingTest, TakesALargeFolderInOneGo) {
    constexpr int kFiles = 1000;
    for (int i = 0; i < kFiles; ++i) {
        const QString folderOf = QStringLiteral("year %1").arg(i % 7);
        QDir().mkpath(folder.path(folderOf));
        folder.write(QStringLiteral("%1/s%2.wav").arg(folderOf).arg(i), sound(i, 800));
        if (i % 10 == 0) folder.write(QStringLiteral("%1/s%2.txt").arg(folderOf).arg(i), "0.01\t0.05\tapplause\n");
    }
    folder.write(QStringLiteral("year 1/broken.wav"), "no sound");
    QSignalSpy speeches(&session, &Session::speechesChanged);
    QSignalSpy undo(&session, &Session::undoChanged);
    const int64_t before = session.changesMade();
    ASSERT_TRUE(add(session, {folder.path()}, kFiles));
    EXPECT_TRUE(says(QStringLiteral("1000 recordings added; labels taken along for 100 of them, 100 segments in all")))
        << all();
    EXPECT_TRUE(says(QStringLiteral("broken.wav"))) << all();
    EXPECT_EQ(speeches.count(), 1) << "the list is made anew once";
    EXPECT_EQ(undo.count(), 1);
    EXPECT_LE(session.changesMade() - before, 3) << "one transaction, not one for each file";
    ASSERT_TRUE(saveAs(session, folder.path(QStringLiteral("p.ovation"))));
    Session again;
    ASSERT_TRUE(waitFor([&] { return session.changesOnDisk() == session.changesMade(); }));
    ASSERT_TRUE(open(again, folder.path(QStringLiteral("p.ovation"))));
    EXPECT_EQ(again.project().speeches.size(), static_cast<size_t>(kFiles));
    EXPECT_EQ(again.project().edits.size(), 100U);
}

TEST_F(AddingTest, WhoLabelsMeanwhileStaysWhereTheyAre) {
    ASSERT_TRUE(add(session, {folder.write(QStringLiteral("a.wav"), sound(1))}, 1));
    const SpeechId first = session.currentSpeech();
    session.addAudio({folder.write(QStringLiteral("b.wav"), sound(2))});
    ASSERT_NE(session.addSegment(first, {10, 20}, LabelClass::Applause), 0);
    ASSERT_TRUE(says(QStringLiteral("1 recording added"))) << all();
    ASSERT_TRUE(waitFor([&] { return session.project().speeches.size() == 2 && session.jobs().empty(); }));
    EXPECT_EQ(session.currentSpeech(), first);
    ASSERT_TRUE(add(session, {folder.write(QStringLiteral("c.wav"), sound(3))}, 3));
    EXPECT_EQ(session.currentSpeech(), session.project().speeches[2].id) << "nothing was done meanwhile";
}

TEST_F(AddingTest, WhoLabelsWhileAFolderOfKnownClipsIsSearchedStaysWhereTheyAre) {
    ASSERT_TRUE(QDir().mkpath(folder.path(QStringLiteral("clips"))));
    ASSERT_TRUE(add(
        session,
        {folder.write(QStringLiteral("a.wav"), sound(1)), folder.write(QStringLiteral("clips/c.wav"), sound(2))}, 2));
    const SpeechId a = session.project().speeches[0].id, clip = session.project().speeches[1].id;
    session.setCurrentSpeech(a);
    session.addClips({folder.path(QStringLiteral("clips"))}, LabelClass::Applause);
    ASSERT_NE(session.addSegment(a, {10, 20}, LabelClass::Applause), 0);
    ASSERT_TRUE(waitFor([&] { return session.segments(clip).size() == 1 && session.jobs().empty(); }));
    EXPECT_EQ(session.currentSpeech(), a);
    session.addClips({folder.path(QStringLiteral("clips"))}, LabelClass::NotApplause);
    ASSERT_TRUE(waitFor([&] { return session.segments(clip).at(0).labelClass == LabelClass::NotApplause; }));
    EXPECT_EQ(session.currentSpeech(), clip) << "nothing was done meanwhile";
}

TEST_F(AddingTest, AKnownClipThatKeepsItsLabelsIsNamedOnce) {
    ASSERT_TRUE(QDir().mkpath(folder.path(QStringLiteral("clips/applause"))));
    const QString clip = folder.write(QStringLiteral("clips/applause/c.wav"), sound(1));
    ASSERT_TRUE(add(session, {clip}, 1));
    ASSERT_NE(session.addSegment(session.currentSpeech(), {10, 20}, LabelClass::Applause), 0);
    session.addClips({folder.path(QStringLiteral("clips"))}, LabelClass::NotApplause);
    ASSERT_TRUE(says(QStringLiteral("labels of their own, which stay: "))) << all();
    EXPECT_TRUE(says(QStringLiteral("which stay: c.wav."))) << all();
}

TEST_F(AddingTest, ALabelFileIsForTheRecordingThatWasShownWhenItWasDropped) {
    ASSERT_TRUE(add(session,
                    {folder.write(QStringLiteral("a.wav"), sound(1)), folder.write(QStringLiteral("b.wav"), sound(2))},
                    2));
    const SpeechId a = session.project().speeches[0].id, b = session.project().speeches[1].id;
    const QString labels = folder.write(QStringLiteral("mine.txt"), "0.1\t0.2\tapplause\n");
    session.setCurrentSpeech(a);
    session.importLabels(QStringList{labels});
    session.setCurrentSpeech(b);
    ASSERT_TRUE(waitFor([&] { return !session.segments(a).empty() || !session.segments(b).empty(); }));
    EXPECT_EQ(session.segments(a).size(), 1U);
    EXPECT_TRUE(session.segments(b).empty());
    session.addAudio({folder.write(QStringLiteral("yours.txt"), "0.3\t0.4\tapplause\n")});
    session.setCurrentSpeech(a);
    ASSERT_TRUE(waitFor([&] { return session.segments(a).size() + session.segments(b).size() == 2; }));
    EXPECT_EQ(session.segments(b).size(), 1U);
}

/// A project whose two recordings have been moved out of its folder, and renamed.
class MovedTest : public AddingTest {
protected:
    void SetUp() override {
        for (const char* name : {"project", "elsewhere"})
            ASSERT_TRUE(QDir().mkpath(folder.path(QLatin1String(name))));
        const QString path = folder.path(QStringLiteral("project/p.ovation"));
        {
            Session first;
            ASSERT_TRUE(openNew(first));
            ASSERT_TRUE(add(first,
                            {folder.write(QStringLiteral("project/a.wav"), sound(1)),
                             folder.write(QStringLiteral("project/b.wav"), sound(2, 9000))},
                            2));
            first.addSegment(first.project().speeches[0].id, {10, 20}, LabelClass::Applause);
            ASSERT_TRUE(saveAs(first, path));
        }
        ASSERT_TRUE(QFile::rename(folder.path(QStringLiteral("project/a.wav")),
                                  folder.path(QStringLiteral("elsewhere/kennedy.wav"))));
        ASSERT_TRUE(QFile::rename(folder.path(QStringLiteral("project/b.wav")),
                                  folder.path(QStringLiteral("elsewhere/carter.wav"))));
        ASSERT_TRUE(open(session, path));
        ASSERT_TRUE(says(QStringLiteral("2 recordings could not be found where they were"))) << all();
    }
    const Speech& speech(size_t i) const { return session.project().speeches[i]; }
};

TEST_F(MovedTest, RecordingsAreFoundInTheFolderThatIsShown) {
    session.findMovedAudio(folder.path(QStringLiteral("project")));
    ASSERT_TRUE(says(QStringLiteral("2 recordings are not in "))) << all();
    QSignalSpy current(&session, &Session::currentSpeechChanged);
    session.findMovedAudio(folder.path(QStringLiteral("elsewhere")));
    ASSERT_TRUE(says(QStringLiteral("2 recordings were found again"))) << all();
    EXPECT_EQ(speech(0).path, folder.path(QStringLiteral("elsewhere/kennedy.wav")).toStdString());
    EXPECT_FALSE(speech(1).missing);
    EXPECT_GE(current.count(), 1) << "so that it can be heard";
    EXPECT_EQ(session.segments(speech(0).id).size(), 1U);
    ASSERT_TRUE(waitFor([&] { return session.changesOnDisk() == session.changesMade(); }));
    Session again;
    ASSERT_TRUE(open(again, session.projectPath()));
    EXPECT_FALSE(again.project().speeches[0].missing) << "and is found at once the next time";
}

TEST_F(MovedTest, DroppingThemBringsThemBackInsteadOfAddingThemAgain) {
    session.addAudio({folder.path(QStringLiteral("elsewhere"))});
    ASSERT_TRUE(says(QStringLiteral("2 recordings that were missing were found"))) << all();
    ASSERT_EQ(session.project().speeches.size(), 2U);
    EXPECT_FALSE(speech(0).missing);
    EXPECT_EQ(speech(1).path, folder.path(QStringLiteral("elsewhere/carter.wav")).toStdString());
}

TEST_F(MovedTest, AnotherFileInThePlaceOfAMissingOneIsThatOne) {
    session.addAudio({folder.write(QStringLiteral("project/a.wav"), sound(7))});
    ASSERT_TRUE(says(QStringLiteral("1 recording that was missing was found"))) << all();
    ASSERT_EQ(session.project().speeches.size(), 2U);
    EXPECT_FALSE(speech(0).missing);
    EXPECT_TRUE(speech(1).missing);
    EXPECT_EQ(session.segments(speech(0).id).size(), 1U);
}

TEST_F(AddingTest, OfTwoCopiesTheOneThatIsMissingIsBroughtBackByDroppingIt) {
    for (const char* name : {"project", "elsewhere"})
        ASSERT_TRUE(QDir().mkpath(folder.path(QLatin1String(name))));
    const QString path = folder.path(QStringLiteral("project/p.ovation"));
    {
        Session first;
        ASSERT_TRUE(openNew(first));
        ASSERT_TRUE(add(first,
                        {folder.write(QStringLiteral("project/a.wav"), sound(1)),
                         folder.write(QStringLiteral("project/copy.wav"), sound(1))},
                        2));
        ASSERT_TRUE(saveAs(first, path));
    }
    const QString moved = folder.path(QStringLiteral("elsewhere/copy.wav"));
    ASSERT_TRUE(QFile::rename(folder.path(QStringLiteral("project/copy.wav")), moved));
    ASSERT_TRUE(open(session, path));
    ASSERT_TRUE(says(QStringLiteral("1 recording could not be found where it was"))) << all();
    session.addAudio({moved});
    ASSERT_TRUE(says(QStringLiteral("1 recording that was missing was found"))) << all();
    ASSERT_EQ(session.project().speeches.size(), 2U);
    EXPECT_FALSE(session.project().speeches[1].missing);
    EXPECT_EQ(session.project().speeches[1].path, moved.toStdString());
}

TEST_F(MovedTest, AreFoundWhenTheyComeIntoTheProjectsFolder) {
    ASSERT_TRUE(QDir().mkpath(folder.path(QStringLiteral("project/audio"))));
    ASSERT_TRUE(QFile::rename(folder.path(QStringLiteral("elsewhere/kennedy.wav")),
                              folder.path(QStringLiteral("project/audio/k.wav"))));
    said.clear();
    ASSERT_TRUE(open(session, session.projectPath()));
    ASSERT_TRUE(says(QStringLiteral("1 recording was found again in another place, by its content. 1 recording could "
                                    "not be found where it was.")))
        << all();
    EXPECT_FALSE(speech(0).missing);
    EXPECT_TRUE(speech(1).missing);
}

TEST_F(MovedTest, TheCurrentRecordingIsNotShownAnewWhereOnlyOthersAreFound) {
    session.addAudio({folder.write(QStringLiteral("project/c.wav"), sound(3))});
    ASSERT_TRUE(waitFor([&] { return session.project().speeches.size() == 3 && session.jobs().empty(); }));
    session.setCurrentSpeech(speech(2).id);
    QSignalSpy current(&session, &Session::currentSpeechChanged);
    session.findMovedAudio(folder.path(QStringLiteral("elsewhere")));
    ASSERT_TRUE(says(QStringLiteral("2 recordings were found again"))) << all();
    EXPECT_FALSE(speech(0).missing);
    EXPECT_EQ(current.count(), 0) << "what is being heard goes on, and the cursor stays";
}

} // namespace
} // namespace ovation::ui::test
