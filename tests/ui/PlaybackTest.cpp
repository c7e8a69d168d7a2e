// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/WavFile.h"
#include "tests/ui/Studio.h"
#include "ui/session/PlaybackStream.h"
#include "ui/session/Player.h"

#include <numbers>

namespace ovation::ui::test {
namespace {

constexpr int kHertz = 8000;
constexpr int64_t kFrames = 20000;

QAudioFormat format(int rate, int channels, QAudioFormat::SampleFormat sample = QAudioFormat::Float) {
    QAudioFormat result;
    result.setSampleRate(rate);
    result.setChannelCount(channels);
    result.setSampleFormat(sample);
    return result;
}

/// A recording whose every sample says where it is.
class PlaybackTest : public ::testing::Test {
protected:
    void SetUp() override {
        std::vector<float> samples;
        for (int64_t i = 0; i < kFrames; ++i)
            samples.push_back(static_cast<float>(i + 1) / 32768.0F);
        path = folder.write(QStringLiteral("ramp.wav"),
                            QByteArray::fromStdString(ovation::test::wavBytes(samples, kHertz)));
        auto opened = PlaybackStream::open(path.toStdString());
        ASSERT_TRUE(opened);
        stream = std::move(*opened);
    }

    /// The next frames, as numbers of the recording's frames; -1 for silence.
    std::vector<int64_t> pull(int64_t frames) {
        std::vector<int64_t> result;
        while (static_cast<int64_t>(result.size()) < frames) {
            const QByteArray bytes = stream->read((frames - static_cast<int64_t>(result.size())) * 4);
            const auto* values = reinterpret_cast<const float*>(bytes.constData());
            for (qsizetype i = 0; i < bytes.size() / 4; ++i)
                result.push_back(static_cast<int64_t>(std::lround(values[i] * 32768)) - 1);
        }
        return result;
    }

    Folder folder;
    QString path;
    std::unique_ptr<PlaybackStream> stream;
};

TEST(PlaybackFramesTest, DaysOfPlaybackAreCounted) {
    constexpr int64_t kHourUs = int64_t{3600} * 1'000'000;
    EXPECT_EQ(framesIn(0, 48000), 0);
    EXPECT_EQ(framesIn(20, 48000), 0);
    EXPECT_EQ(framesIn(21, 48000), 1);
    EXPECT_EQ(framesIn(13 * kHourUs + 500'000, 48000), int64_t{13} * 3600 * 48000 + 24000);
    EXPECT_EQ(framesIn(24 * 365 * kHourUs, 192000), int64_t{24} * 365 * 3600 * 192000);
}

TEST_F(PlaybackTest, PlaysARangeToTheSampleAndThenSilence) {
    ASSERT_TRUE(stream->start(format(kHertz, 1), {5000, {5000, 12345}}));
    const auto heard = pull(8000);
    for (int64_t i = 0; i < 8000; ++i)
        ASSERT_EQ(heard[static_cast<size_t>(i)], i < 7345 ? 5000 + i : -1) << "device frame " << i;
    EXPECT_EQ(stream->length(), 7345);
    EXPECT_EQ(stream->recordingFrame(100), 5100);
    EXPECT_EQ(stream->recordingFrame(7999), 12345);
    EXPECT_EQ(stream->pulled(), 8000);
}

TEST_F(PlaybackTest, LoopsARangeWithoutAGap) {
    ASSERT_TRUE(stream->start(format(kHertz, 1), {1500, {1000, 2000}, true}));
    const auto heard = pull(3000);
    for (int64_t i = 0; i < 3000; ++i)
        ASSERT_EQ(heard[static_cast<size_t>(i)], 1000 + (i + 500) % 1000) << "device frame " << i;
    EXPECT_EQ(stream->recordingFrame(499), 1999);
    EXPECT_EQ(stream->recordingFrame(500), 1000);
    EXPECT_EQ(stream->recordingFrame(1750), 1250);
    EXPECT_FALSE(stream->length());
    stream->setLoop(false);
    pull(2000);
    EXPECT_EQ(stream->length(), 3500);
}

TEST_F(PlaybackTest, EndsWithTheRecording) {
    ASSERT_TRUE(stream->start(format(kHertz, 1), {kFrames - 10, {0, kFrames + 500}}));
    const auto heard = pull(600);
    EXPECT_EQ(heard[9], kFrames - 1);
    EXPECT_EQ(heard[10], -1);
    EXPECT_EQ(stream->length(), 10);
}

TEST_F(PlaybackTest, ALoopBehindTheEndOfAFileThatHasBecomeShorterEnds) {
    for (const int rate : {kHertz, 48000}) {
        ASSERT_TRUE(stream->start(format(rate, 1), {kFrames + 100, {kFrames + 100, kFrames + 600}, true}));
        const auto heard = pull(20);
        EXPECT_EQ(heard, std::vector<int64_t>(20, -1)) << rate;
        EXPECT_EQ(stream->length(), 0) << rate;
        EXPECT_FALSE(stream->error()) << rate;
    }
}

TEST_F(PlaybackTest, ALoopThatReachesBehindTheEndGoesOnWithWhatIsThere) {
    ASSERT_TRUE(stream->start(format(kHertz, 1), {kFrames + 5, {kFrames - 10, kFrames + 10}, true}));
    const auto heard = pull(25);
    for (int64_t i = 0; i < 25; ++i)
        ASSERT_EQ(heard[static_cast<size_t>(i)], kFrames - 10 + i % 10) << "device frame " << i;
    EXPECT_FALSE(stream->length());
}

TEST_F(PlaybackTest, ResamplesWhereTheDeviceHasAnotherRate) {
    ASSERT_TRUE(stream->start(format(48000, 2), {8000, {8000, 16000}}));
    int64_t frames = 0;
    while (!stream->length())
        frames += stream->read(4096 * 8).size() / 8;
    EXPECT_NEAR(static_cast<double>(*stream->length()), 48000, 2);
    EXPECT_EQ(stream->recordingFrame(24000), 12000);
}

TEST_F(PlaybackTest, GivesSixteenBitsWhereTheDeviceWantsThem) {
    ASSERT_TRUE(stream->start(format(kHertz, 1, QAudioFormat::Int16), {0, {0, kFrames}}));
    const QByteArray bytes = stream->read(2000);
    ASSERT_EQ(bytes.size(), 2000);
    EXPECT_NEAR(reinterpret_cast<const int16_t*>(bytes.constData())[999], 1000, 1);
}

TEST_F(PlaybackTest, BeginsAfterTheSilenceThatIsAskedFor) {
    ASSERT_TRUE(stream->start(format(kHertz, 1), {5000, {5000, 6000}, false, 1, 300}));
    const auto heard = pull(1500);
    for (int64_t i = 0; i < 1500; ++i)
        ASSERT_EQ(heard[static_cast<size_t>(i)], i >= 300 && i < 1300 ? 4700 + i : -1) << "device frame " << i;
    EXPECT_EQ(stream->recordingFrame(10), 5000);
    EXPECT_EQ(stream->recordingFrame(300), 5000);
    EXPECT_EQ(stream->recordingFrame(310), 5010);
    EXPECT_EQ(stream->length(), 1300);
}

/// A tone of 500 Hz that begins anew every half second and lasts a fifth of a second.
class SpeedTest : public ::testing::Test {
protected:
    static constexpr int kToneRate = 16000;
    static constexpr int64_t kToneFrames = int64_t{kToneRate} * 4;
    static constexpr double kOnsetS = 0.25; ///< of the first tone

    void SetUp() override {
        std::vector<float> samples;
        for (int64_t i = 0; i < kToneFrames; ++i) {
            const double t = static_cast<double>(i) / kToneRate;
            const double within = std::fmod(t + 0.5 - kOnsetS, 0.5);
            samples.push_back(within < 0.2 ? static_cast<float>(0.5 * std::sin(2 * std::numbers::pi * 500 * t)) : 0.0F);
        }
        const QString path = folder.write(QStringLiteral("tones.wav"),
                                          QByteArray::fromStdString(ovation::test::wavBytes(samples, kToneRate)));
        auto opened = PlaybackStream::open(path.toStdString());
        ASSERT_TRUE(opened);
        stream = std::move(*opened);
    }

    void pull(int64_t frames) {
        const size_t end = heard.size() + static_cast<size_t>(frames);
        while (heard.size() < end) {
            const QByteArray bytes = stream->read(std::min<qint64>(1024, static_cast<qint64>(end - heard.size())) * 4);
            const auto* values = reinterpret_cast<const float*>(bytes.constData());
            heard.insert(heard.end(), values, values + bytes.size() / 4);
        }
    }

    double energy(size_t begin, size_t end) const {
        double sum = 0;
        for (size_t i = begin; i < std::min(end, heard.size()); ++i)
            sum += static_cast<double>(heard[i]) * heard[i];
        return sum / static_cast<double>(end - begin);
    }

    /// Device seconds at which tones begin: where the level of 5 ms first exceeds a quarter of the tone's.
    std::vector<double> onsets() const {
        constexpr size_t kStep = kToneRate / 200;
        std::vector<double> found;
        bool loud = false;
        for (size_t at = 0; at + kStep <= heard.size(); at += kStep) {
            const bool now = energy(at, at + kStep) > 0.25 * 0.125;
            if (now && !loud) found.push_back(static_cast<double>(at) / kToneRate);
            loud = now;
        }
        return found;
    }

    /// In the middle of a tone that begins at `onsetS`.
    double frequency(double onsetS, double lengthS) const {
        const auto begin = static_cast<size_t>((onsetS + lengthS * 0.3) * kToneRate);
        const auto end = static_cast<size_t>((onsetS + lengthS * 0.8) * kToneRate);
        int crossings = 0;
        for (size_t i = begin; i < end; ++i)
            crossings += heard[i] < 0 && heard[i + 1] >= 0 ? 1 : 0;
        return crossings * static_cast<double>(kToneRate) / static_cast<double>(end - begin);
    }

    /// Each tone that was heard is where the stream says that the recording has one.
    void expectTonesWhereTheCursorIs(size_t atLeast) {
        const auto found = onsets();
        ASSERT_GE(found.size(), atLeast);
        for (const double onset : found) {
            const double there =
                static_cast<double>(stream->recordingFrame(std::llround(onset * kToneRate))) / kToneRate;
            const double off = std::remainder(there - kOnsetS, 0.5);
            EXPECT_LT(std::abs(off), 0.02) << "heard at " << onset << " s";
        }
    }

    Folder folder;
    std::unique_ptr<PlaybackStream> stream;
    std::vector<float> heard;
};

TEST_F(SpeedTest, KeepsThePitchAndTellsTheTruthAboutThePlace) {
    for (const double speed : {0.5, 0.75, 1.25, 2.0}) {
        SCOPED_TRACE(speed);
        heard.clear();
        ASSERT_TRUE(stream->start(format(kToneRate, 1), {0, {0, kToneFrames}, false, speed, 800}));
        pull(std::llround(kToneFrames / speed) + 4000);
        ASSERT_TRUE(stream->length());
        EXPECT_NEAR(static_cast<double>(*stream->length() - 800), kToneFrames / speed, 2);
        expectTonesWhereTheCursorIs(8);
        for (const double onset : onsets())
            EXPECT_NEAR(frequency(onset, 0.2 / speed), 500, 12);
    }
}

TEST_F(SpeedTest, IsSilentAfterTheEnd) {
    const int64_t inATone = kToneRate * 7 / 20;
    for (const double speed : {0.5, 2.0}) {
        SCOPED_TRACE(speed);
        heard.clear();
        ASSERT_TRUE(stream->start(format(kToneRate, 1), {0, {0, inATone}, false, speed, 0}));
        const auto end = static_cast<size_t>(std::llround(inATone / speed));
        pull(static_cast<int64_t>(end) + 4000);
        EXPECT_EQ(stream->length(), static_cast<int64_t>(end));
        EXPECT_GT(energy(end - 800, end - 400), 0.01);
        EXPECT_EQ(energy(end, heard.size()), 0);
    }
}

TEST_F(SpeedTest, LoopsAtAnySpeed) {
    ASSERT_TRUE(stream->start(format(kToneRate, 1), {0, {0, kToneRate}, true, 0.5, 0}));
    pull(kToneRate * 7);
    EXPECT_FALSE(stream->length());
    expectTonesWhereTheCursorIs(7);
    EXPECT_EQ(stream->recordingFrame(kToneRate * 2), 0);
    EXPECT_EQ(stream->recordingFrame(kToneRate * 5), kToneRate / 2);
}

TEST_F(SpeedTest, ChangesWhilePlaying) {
    ASSERT_TRUE(stream->start(format(kToneRate, 1), {0, {0, kToneFrames}}));
    pull(kToneRate);
    stream->setSpeed(2);
    EXPECT_EQ(stream->recordingFrame(kToneRate), kToneRate);
    pull(kToneRate / 2);
    stream->setSpeed(0.5);
    EXPECT_EQ(stream->recordingFrame(kToneRate * 3 / 2), kToneRate * 2);
    pull(kToneRate);
    stream->setSpeed(1);
    pull(kToneRate * 2);
    EXPECT_EQ(stream->length(), kToneRate * 4);
    expectTonesWhereTheCursorIs(7);
}

TEST(PlayerTest, StepsThroughTheSpeeds) {
    Player player;
    QSignalSpy changes(&player, &Player::speedChanged);
    player.stepSpeed(-1);
    EXPECT_EQ(player.speed(), 0.9);
    player.stepSpeed(+1);
    player.stepSpeed(+1);
    EXPECT_EQ(player.speed(), 1.1);
    player.setSpeed(7);
    EXPECT_EQ(player.speed(), 2);
    player.stepSpeed(+1);
    player.setSpeed(0);
    EXPECT_EQ(player.speed(), 0.5);
    player.stepSpeed(-1);
    EXPECT_EQ(changes.count(), 5);
}

TEST(PlayerTest, PlayingARangeLeavesTheLoopAsThePersonHasSetIt) {
    Player player;
    player.setSource(QStringLiteral("somewhere.wav"), 1000, 8000);
    player.setLoop(true);
    player.playRange({100, 200});
    EXPECT_TRUE(player.loop()) << "as its button says";
    player.playRange({100, 200}, false);
    EXPECT_FALSE(player.loop());
    player.playRange({100, 200});
    EXPECT_FALSE(player.loop());
}

TEST(PlayerTest, SeeksAndClampsWithoutPlaying) {
    Player player;
    player.setSource(example("clips/other/rain.flac"), 1000, 22050);
    player.seek(400);
    EXPECT_EQ(player.position(), 400);
    player.seek(5000);
    EXPECT_EQ(player.position(), 1000);
    player.seek(-5);
    EXPECT_EQ(player.position(), 0);
    EXPECT_FALSE(player.playing());
}

TEST(PlayerTest, EndsEveryStartWithoutADeviceAndSaysWhyOnce) {
    Player player;
    QSignalSpy errors(&player, &Player::errorRaised);
    player.setSource(example("clips/other/rain.flac"), 100000, 22050);
    for (int i = 0; i < 3; ++i) {
        player.play();
        ASSERT_TRUE(waitFor([&] { return !player.playing(); }));
    }
    ASSERT_EQ(errors.count(), 1);
    EXPECT_EQ(errors[0][0].value<Error>().code, ErrorCode::NoSoundDevice);
}

} // namespace
} // namespace ovation::ui::test
