// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/DamagedMp3.h"
#include "tests/support/WavFile.h"
#include "tests/ui/StudioWindow.h"
#include "ui/timeline/TimelineView.h"

#include <cmath>
#include <limits>

#include <sys/stat.h>
#include <unistd.h>

namespace ovation::ui::test {
namespace {

using BadAudioTest = BadThingTest;
using ovation::test::damagedMp3;
using ovation::test::wavBytes;

QByteArray wav(const std::vector<float>& samples, uint32_t rate = 8000, uint16_t channels = 1, int64_t promised = -1) {
    return QByteArray::fromStdString(wavBytes(samples, rate, channels, promised));
}

std::vector<float> tone(size_t samples) {
    std::vector<float> result(samples);
    for (size_t i = 0; i < samples; ++i)
        result[i] = 0.5F * std::sin(static_cast<float>(i) * 0.3F);
    return result;
}

TEST_F(BadAudioTest, RefusesWhatIsNoSoundAndSaysWhy) {
    expectRefused(folder.write(QStringLiteral("empty.wav"), {}), QStringLiteral("is empty"));
    expectRefused(folder.write(QStringLiteral("text.flac"), "this is a text"), QStringLiteral("not a sound file"));
    expectRefused(folder.write(QStringLiteral("noise.mp3"), QByteArray(3000, '\x07')), QStringLiteral("not a sound"));
    expectRefused(folder.path(QStringLiteral("gone.wav")), QStringLiteral("was not found"));
    expectRefused(folder.write(QStringLiteral("zero.wav"), wav({})), QStringLiteral("holds no samples"));
    expectRefused(folder.write(QStringLiteral("page.pdf"), "%PDF-1.4"), QStringLiteral("not a sound file"));
    expectUsableAndNothingLost();
}

TEST_F(BadAudioTest, RefusesAbsurdSampleRatesAndChannelCounts) {
    expectRefused(folder.write(QStringLiteral("slow.wav"), wav(tone(800), 3)), QStringLiteral("sample rate"));
    expectRefused(folder.write(QStringLiteral("fast.wav"), wav(tone(800), 2000000000)), QStringLiteral("sample rate"));
    expectRefused(folder.write(QStringLiteral("still.wav"), wav(tone(800), 0)), QStringLiteral("still.wav"));
    expectRefused(folder.write(QStringLiteral("choir.wav"), wav(tone(2000), 8000, 500)), QStringLiteral("channels"));
    expectUsableAndNothingLost();
}

TEST_F(BadAudioTest, SaysThatARecordingEndsTooEarly) {
    const QByteArray whole = wav(tone(200000));
    const QString file = folder.write(QStringLiteral("cut.wav"), whole.left(whole.size() / 2));
    ASSERT_TRUE(dropOn(&window, {file}));
    EXPECT_TRUE(says({QStringLiteral("cut.wav"), QStringLiteral("ends before its end")}));
    expectUsableAndNothingLost();
}

TEST_F(BadAudioTest, SaysThatARecordingIsDamagedAndTakesWhatCanBeRead) {
    const QString file = folder.write(QStringLiteral("lecture.mp3"), QByteArray::fromStdString(damagedMp3()));
    ASSERT_TRUE(dropOn(&window, {file}));
    EXPECT_TRUE(says({QStringLiteral("lecture.mp3"), QStringLiteral("is damaged: only the first 4.")}));
    EXPECT_EQ(session.project().speeches.size(), 2U);
    expectUsableAndNothingLost();
}

TEST_F(BadAudioTest, SaysThatARecordingIsSilentAndTakesIt) {
    const QString file = folder.write(QStringLiteral("silent.wav"), wav(std::vector<float>(20000, 0.0F)));
    ASSERT_TRUE(dropOn(&window, {file}));
    EXPECT_TRUE(says({QStringLiteral("silent.wav"), QStringLiteral("is silent")}));
    EXPECT_EQ(session.project().speeches.size(), 2U);
    EXPECT_NE(session.addSegment(session.currentSpeech(), {0, 100}, LabelClass::NotApplause), 0);
    expectUsableAndNothingLost();
}

TEST_F(BadAudioTest, SaysThatSamplesAreNoNumbersAndTakesThemForSilence) {
    std::vector<float> samples = tone(20000);
    samples[7] = std::numeric_limits<float>::quiet_NaN();
    samples[500] = std::numeric_limits<float>::infinity();
    const QString file = folder.write(QStringLiteral("nan.wav"), wav(samples));
    ASSERT_TRUE(dropOn(&window, {file}));
    EXPECT_TRUE(says({QStringLiteral("nan.wav"), QStringLiteral("2 samples that are not numbers")}));
    EXPECT_LE(session.peaks(session.currentSpeech())->largest(), 0.51F);
    expectUsableAndNothingLost();
}

TEST_F(BadAudioTest, GoodRecordingsAmongBadOnesAreAdded) {
    const QString bad = folder.write(QStringLiteral("bad.wav"), "x");
    const QString fine = folder.write(QStringLiteral("fine.wav"), wav(tone(20000)));
    ASSERT_TRUE(dropOn(&window, {bad, fine}));
    EXPECT_TRUE(says({QStringLiteral("bad.wav"), QStringLiteral("1 recording added")}));
    EXPECT_EQ(session.project().speeches.size(), 2U);
}

TEST_F(BadAudioTest, ARecordingThatVanishedIsNamedWhenItIsLookedAt) {
    const QString file = folder.write(QStringLiteral("fleeting.wav"), wav(tone(20000)));
    ASSERT_TRUE(dropOn(&window, {file}));
    ASSERT_TRUE(says({QStringLiteral("1 recording added")}));
    const SpeechId id = session.currentSpeech();
    ASSERT_NE(session.addSegment(id, {1, 50}, LabelClass::Applause), 0);
    ASSERT_TRUE(saveAs(session, folder.path(QStringLiteral("p.ovation"))));
    ASSERT_TRUE(QFile::remove(file));
    Session again;
    MainWindow other(&again, &player, &settings);
    other.show();
    ASSERT_TRUE(openNew(session)); // lets the file go
    ASSERT_TRUE(open(again, folder.path(QStringLiteral("p.ovation"))));
    EXPECT_TRUE(again.project().speech(id)->missing);
    EXPECT_TRUE(waitFor([&] {
        return other.messages()->texts().join(QLatin1Char(' ')).contains(QLatin1String("could not be found"));
    }));
    EXPECT_EQ(again.segments(id).size(), 1U) << "its labels stay";
}

TEST_F(BadAudioTest, ARecordingThatVanishesWhileOpenIsNamed) {
    const QString file = folder.write(QStringLiteral("fleeting.wav"), wav(tone(20000)));
    ASSERT_TRUE(add(session, {file}, 2));
    const SpeechId id = session.project().speeches.back().id;
    session.setCurrentSpeech(goodId);
    settle();
    ASSERT_TRUE(QFile::remove(file));
    ASSERT_TRUE(saveAs(session, folder.path(QStringLiteral("p.ovation"))));
    clear();
    // As on the next day: the peaks are made anew.
    ASSERT_TRUE(folder.write(QStringLiteral("fleeting.wav"), wav(tone(20000))).size() > 0);
    ASSERT_TRUE(open(session, folder.path(QStringLiteral("p.ovation"))));
    ASSERT_TRUE(QFile::remove(file));
    session.setCurrentSpeech(id);
    EXPECT_TRUE(says({QStringLiteral("fleeting.wav"), QStringLiteral("was not found")}));
    expectUsableAndNothingLost();
}

TEST_F(BadAudioTest, ARecordingThatWasReplacedIsNamed) {
    const QString file = folder.write(QStringLiteral("speech.wav"), wav(tone(20000)));
    ASSERT_TRUE(add(session, {file}, 2));
    const SpeechId id = session.project().speeches.back().id;
    session.setCurrentSpeech(goodId);
    ASSERT_TRUE(saveAs(session, folder.path(QStringLiteral("p.ovation"))));
    std::vector<float> other = tone(20000);
    other[5000] = 0.25F; // as long, and nearly the same
    folder.write(QStringLiteral("speech.wav"), wav(other));
    ASSERT_TRUE(open(session, folder.path(QStringLiteral("p.ovation"))));
    session.setCurrentSpeech(id);
    EXPECT_TRUE(says({QStringLiteral("speech.wav"), QStringLiteral("has changed")}));
    expectUsableAndNothingLost();
}

TEST_F(BadAudioTest, TrainingLeavesReplacedRecordingsOutAndSaysSo) {
    ASSERT_TRUE(add(session, {example("clips")}, 35));
    session.addClips({folder.write(QStringLiteral("mine.wav"), wav(tone(20000)))}, LabelClass::NotApplause);
    ASSERT_TRUE(waitFor([&] { return session.project().speeches.size() == 36; }));
    settle();
    folder.write(QStringLiteral("mine.wav"), wav(tone(30000)));
    session.setHyperparameters(quickRun(1));
    QSignalSpy ended(&session, &Session::trainingEnded);
    session.startTraining();
    ASSERT_TRUE(waitFor([&] { return ended.count() > 0; }));
    EXPECT_FALSE(ended[0][0].value<std::optional<Error>>());
    EXPECT_TRUE(says({QStringLiteral("mine.wav"), QStringLiteral("has changed")}));
    EXPECT_NE(session.model(), nullptr);

    clear();
    QSignalSpy detected(&session, &Session::detectionEnded);
    session.startDetection({session.project().speeches.back().id});
    ASSERT_TRUE(waitFor([&] { return detected.count() > 0; }));
    EXPECT_TRUE(says({QStringLiteral("mine.wav"), QStringLiteral("has changed")}));
    EXPECT_EQ(session.detection(session.project().speeches.back().id), nullptr);
}

/// The process as somebody who is not root for as long as this lives: root may read everything.
class NotRoot {
public:
    NotRoot() : m_was(::geteuid()) { m_dropped = m_was != 0 || ::seteuid(65534) == 0; }
    ~NotRoot() {
        if (m_was == 0 && ::seteuid(0) != 0) std::abort();
    }
    bool dropped() const { return m_dropped; }

private:
    uid_t m_was;
    bool m_dropped = false;
};

TEST_F(BadAudioTest, NamesFilesAndFoldersThatMayNotBeRead) {
    const QString file = folder.write(QStringLiteral("secret.wav"), wav(tone(2000)));
    const QString closed = folder.path(QStringLiteral("closed"));
    ASSERT_TRUE(QDir().mkpath(closed));
    ASSERT_EQ(::chmod(qPrintable(folder.path()), 0755), 0);
    ASSERT_EQ(::chmod(qPrintable(file), 0), 0);
    ASSERT_EQ(::chmod(qPrintable(closed), 0), 0);
    {
        // Credentials hold for the whole process (glibc's seteuid), so for the worker's thread too.
        const NotRoot somebody;
        ASSERT_TRUE(somebody.dropped());
        ASSERT_TRUE(dropOn(&window, {file}));
        EXPECT_TRUE(says({QStringLiteral("secret.wav"), QStringLiteral("may not be used")}));
        clear();
        ASSERT_TRUE(dropOn(&window, {closed}));
        EXPECT_TRUE(says({QStringLiteral("closed"), QStringLiteral("may not be used")}));
    }
    ASSERT_EQ(::chmod(qPrintable(closed), 0755), 0);
    expectUsableAndNothingLost();
}

} // namespace
} // namespace ovation::ui::test
