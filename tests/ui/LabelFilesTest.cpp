// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/LabelFormats.h"
#include "tests/support/WavFile.h"
#include "tests/ui/Studio.h"

namespace ovation::ui::test {
namespace {

/// A project with the recordings a, b and c of 10 s each, and what the session says.
class LabelFilesTest : public ::testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(openNew(session));
        QStringList paths;
        for (const char* name : {"a.wav", "b.wav", "c.wav"}) {
            std::vector<float> samples(80000, 0.25F);
            samples[static_cast<size_t>(name[0])] = 0.5F; // another content for each
            paths << folder.write(QLatin1String(name),
                                  QByteArray::fromStdString(ovation::test::wavBytes(samples, 8000)));
        }
        ASSERT_TRUE(add(session, paths, 3));
        for (int i = 0; i < 3; ++i)
            ids[i] = session.project().speeches[static_cast<size_t>(i)].id;
        QObject::connect(&session, &Session::messageRaised, [this](const QString& text) { said << text; });
        QObject::connect(&session, &Session::errorRaised,
                         [this](const Error& error) { said << QString::fromStdString(describe(error)); });
        QObject::connect(&session, &Session::problemsRaised,
                         [this](const QString& title, const QStringList& list) { said << title << list; });
    }
    bool says(const QString& text) {
        return waitFor([&] { return said.join(QLatin1Char('\n')).contains(text); });
    }
    std::string all() const { return said.join(QLatin1Char('\n')).toStdString(); }

    const Folder folder;
    Session session;
    SpeechId ids[3];
    QStringList said;
};

TEST_F(LabelFilesTest, ImportsEachFileForTheRecordingOfItsName) {
    session.setCurrentSpeech(ids[0]);
    session.importLabels({folder.write(QStringLiteral("b.txt"), "1\t2\tapplause\n3\t4\tlaughter\n"),
                          folder.write(QStringLiteral("c.Table.1.selections.txt"),
                                       "Selection\tBegin Time (s)\tEnd Time (s)\tAnnotation\n1\t5\t6\tapplause\n")});
    ASSERT_TRUE(says(QStringLiteral("3 labels imported for 2 recordings"))) << all();
    EXPECT_TRUE(session.segments(ids[0]).empty());
    EXPECT_EQ(session.segments(ids[1]).size(), 2U);
    ASSERT_EQ(session.segments(ids[2]).size(), 1U);
    EXPECT_EQ(session.segments(ids[2])[0].range, (SampleRange{40000, 48000}));
    EXPECT_EQ(session.segments(ids[2])[0].origin, Origin::Imported);
    session.undo();
    session.undo();
    EXPECT_TRUE(session.segments(ids[1]).empty());
}

TEST_F(LabelFilesTest, ImportsATableOfSeveralRecordingsIntoEach) {
    session.importLabels({folder.write(QStringLiteral("all.csv"), "file,start,end,label\na.wav,1,2,applause\n"
                                                                  "c.wav,3,4,applause\nx.wav,5,6,applause\n")});
    ASSERT_TRUE(says(QStringLiteral("2 labels imported for 2 recordings"))) << all();
    EXPECT_EQ(session.segments(ids[0]).size(), 1U);
    EXPECT_EQ(session.segments(ids[2]).size(), 1U);
    EXPECT_TRUE(says(QStringLiteral("a recording that it names is not in the project"))) << all();
}

TEST_F(LabelFilesTest, ImportingIntoManyIsOneChangeAndOneStepOfUndo) {
    QSignalSpy undo(&session, &Session::undoChanged);
    const int64_t before = session.changesMade();
    session.importLabels({folder.write(QStringLiteral("all.csv"), "file,start,end,label\na.wav,1,2,applause\n"
                                                                  "b.wav,1,2,applause\nc.wav,3,4,applause\n"),
                          folder.write(QStringLiteral("a.txt"), "1\t2\tapplause\n4\t5\tapplause\n")});
    ASSERT_TRUE(says(QStringLiteral("4 labels imported for 3 recordings"))) << all();
    EXPECT_TRUE(says(QStringLiteral("1 label was there already"))) << all();
    EXPECT_EQ(undo.count(), 1);
    EXPECT_LE(session.changesMade() - before, 2) << "one transaction, and what is shown perhaps";
    EXPECT_EQ(session.segments(ids[0]).size(), 2U);
    session.undo();
    for (const SpeechId id : ids)
        EXPECT_TRUE(session.segments(id).empty());
    session.redo();
    EXPECT_EQ(session.segments(ids[0]).size(), 2U);
    EXPECT_EQ(session.segments(ids[1]).size(), 1U);
    EXPECT_EQ(session.segments(ids[2]).size(), 1U);
}

TEST_F(LabelFilesTest, ImportsASingleFileOfNoRecordingIntoTheCurrentOneButSeveralNowhere) {
    session.setCurrentSpeech(ids[1]);
    const QString mine = folder.write(QStringLiteral("mine.txt"), "1\t2\tapplause\n");
    session.importLabels({mine});
    ASSERT_TRUE(says(QStringLiteral("1 label imported for b.wav"))) << all();
    EXPECT_EQ(session.segments(ids[1]).size(), 1U);
    session.importLabels({mine, folder.write(QStringLiteral("yours.txt"), "1\t2\tapplause\n")});
    ASSERT_TRUE(says(QStringLiteral("2 label files could not be imported"))) << all();
    EXPECT_TRUE(says(QStringLiteral("yours.txt\" belongs to no recording of the project")));
}

TEST_F(LabelFilesTest, ImportingTwiceAddsNothingTwice) {
    const QString file = folder.write(QStringLiteral("a.txt"), "1\t2\tapplause\n1.5\t3\tlaughter\n");
    session.importLabels({file});
    ASSERT_TRUE(says(QStringLiteral("2 labels imported"))) << all();
    EXPECT_TRUE(says(QStringLiteral("1 label overlaps another"))) << all();
    session.importLabels({file});
    ASSERT_TRUE(says(QStringLiteral("2 labels were there already"))) << all();
    EXPECT_EQ(session.segments(ids[0]).size(), 2U);
}

TEST_F(LabelFilesTest, ATextBesideTheClassAddsNothingToALabelWithoutOne) {
    session.importLabels({folder.write(QStringLiteral("a.txt"), "1\t2\tapplause\n")});
    ASSERT_TRUE(says(QStringLiteral("1 label imported"))) << all();
    session.importLabels({folder.write(QStringLiteral("a.csv"), "start,end,label,text\n1,2,applause,long\n")});
    ASSERT_TRUE(says(QStringLiteral("1 label was there already"))) << all();
    EXPECT_EQ(session.segments(ids[0]).size(), 1U);
}

TEST_F(LabelFilesTest, AFreeTextIsExportedOrSaidToBeLeftOutAndImportingTheFileAgainAddsNothing) {
    const QString text = QStringLiteral("clapping, <b>loud</b> & \"quoted\"");
    const int64_t id = session.addSegment(ids[0], {8000, 16000}, LabelClass::Applause);
    Segment segment = session.segments(ids[0])[0];
    ASSERT_EQ(segment.id, id);
    segment.text = text.toStdString();
    session.changeSegment(ids[0], segment, QStringLiteral("Change text"));
    ASSERT_EQ(session.segments(ids[0])[0].text, text.toStdString());
    const QString leftOut = QStringLiteral("The text of 1 label does not fit this format: only its class was written.");
    for (const LabelFormat& format : labelFormats()) {
        SCOPED_TRACE(format.id);
        const QString file = folder.path(QStringLiteral("a.") + QLatin1String(format.extension));
        said.clear();
        session.exportLabels(ids[0], file, QLatin1String(format.id));
        ASSERT_TRUE(says(QStringLiteral("Labels written to"))) << all();
        EXPECT_EQ(said.join(QLatin1Char(' ')).contains(leftOut), !format.freeTexts) << all();
        said.clear();
        session.importLabels({file});
        ASSERT_TRUE(says(QStringLiteral("1 label was there already"))) << all();
        ASSERT_EQ(session.segments(ids[0]).size(), 1U);
        EXPECT_EQ(session.segments(ids[0])[0].text, text.toStdString());
    }
    said.clear();
    session.exportAllLabels(folder.path(QStringLiteral("all")), QStringLiteral("textgrid"));
    EXPECT_TRUE(says(leftOut)) << all();
    said.clear();
    session.exportLabelsToOneFile(folder.path(QStringLiteral("all.rttm")), QStringLiteral("rttm"));
    EXPECT_TRUE(says(leftOut)) << all();
}

TEST_F(LabelFilesTest, NamesTheFileAndTheLineThatCannotBeRead) {
    session.importLabels({folder.write(QStringLiteral("a.txt"), "1\t2\tapplause\nwhat\n"),
                          folder.write(QStringLiteral("b.txt"), "1\t2\tapplause\n")});
    ASSERT_TRUE(says(QStringLiteral("1 label imported for b.wav"))) << all();
    EXPECT_TRUE(says(QStringLiteral("a.txt\" cannot be understood as labels, line 2"))) << all();
}

TEST_F(LabelFilesTest, ExportsAllToAFolderAndLeavesUnlabelledOnesOut) {
    session.addSegment(ids[0], {8000, 16000}, LabelClass::Applause);
    session.setFullyLabelled(ids[1], true);
    for (const LabelFormat& format : labelFormats()) {
        const QString out = folder.path(QLatin1String(format.id));
        said.clear();
        session.exportAllLabels(out, QLatin1String(format.id));
        ASSERT_TRUE(says(QStringLiteral("2 files written to %1. 1 recording without labels was left out.").arg(out)))
            << all();
        const auto file = readLabels((out + QLatin1String("/a.")).toStdString() + format.extension);
        ASSERT_TRUE(file) << describe(file.error());
        ASSERT_EQ(file->labels.size(), 1U);
        EXPECT_EQ(file->labels[0].span, (TimeSpan{1, 2}));
        EXPECT_TRUE(readLabels((out + QLatin1String("/b.")).toStdString() + format.extension)->labels.empty());
    }
}

TEST_F(LabelFilesTest, ExportsAllToOneFileWhereTheFormatNamesRecordings) {
    session.addSegment(ids[0], {8000, 16000}, LabelClass::Applause);
    session.addSegment(ids[2], {0, 8000}, LabelClass::Unsure);
    session.exportLabelsToOneFile(folder.path(QStringLiteral("all.rttm")), QStringLiteral("rttm"));
    ASSERT_TRUE(says(QStringLiteral("Labels of 2 recordings written to"))) << all();
    const auto parts = byRecording(*readLabels(folder.path(QStringLiteral("all.rttm")).toStdString()));
    ASSERT_EQ(parts.size(), 2U);
    EXPECT_EQ(parts[1].audioFile, "c");
    EXPECT_EQ(parts[1].labels[0].labelClass, LabelClass::Unsure);
    session.exportLabelsToOneFile(folder.path(QStringLiteral("all.TextGrid")), QStringLiteral("textgrid"));
    ASSERT_TRUE(says(QStringLiteral("holds one recording only"))) << all();
}

TEST_F(LabelFilesTest, SaysWhyNothingIsExported) {
    session.exportAllLabels(folder.path(QStringLiteral("out")), QStringLiteral("csv"));
    EXPECT_TRUE(says(QStringLiteral("nothing is labelled yet"))) << all();
    session.addSegment(ids[0], {8000, 16000}, LabelClass::Applause);
    session.exportAllLabels(folder.write(QStringLiteral("no-folder"), "x"), QStringLiteral("csv"));
    EXPECT_TRUE(says(QStringLiteral("no-folder/a.csv\""))) << all();
}

} // namespace
} // namespace ovation::ui::test
