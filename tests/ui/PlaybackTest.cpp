// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/WavFile.h"
#include "tests/ui/Studio.h"
#include "ui/session/PlaybackStream.h"
#include "ui/session/Player.h"

namespace ovation::ui::test {
namespace {

constexpr int kRate = 8000;
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
                            QByteArray::fromStdString(ovation::test::wavBytes(samples, kRate)));
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

TEST_F(PlaybackTest, PlaysARangeToTheSampleAndThenSilence) {
    ASSERT_TRUE(stream->start(format(kRate, 1), 5000, {5000, 12345}, false));
    const auto heard = pull(8000);
    for (int64_t i = 0; i < 8000; ++i)
        ASSERT_EQ(heard[static_cast<size_t>(i)], i < 7345 ? 5000 + i : -1) << "device frame " << i;
    EXPECT_EQ(stream->length(), 7345);
    EXPECT_EQ(stream->recordingFrame(100), 5100);
    EXPECT_EQ(stream->recordingFrame(7999), 12345);
    EXPECT_EQ(stream->pulled(), 8000);
}

TEST_F(PlaybackTest, LoopsARangeWithoutAGap) {
    ASSERT_TRUE(stream->start(format(kRate, 1), 1500, {1000, 2000}, true));
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
    ASSERT_TRUE(stream->start(format(kRate, 1), kFrames - 10, {0, kFrames + 500}, false));
    const auto heard = pull(600);
    EXPECT_EQ(heard[9], kFrames - 1);
    EXPECT_EQ(heard[10], -1);
    EXPECT_EQ(stream->length(), 10);
}

TEST_F(PlaybackTest, ResamplesWhereTheDeviceHasAnotherRate) {
    ASSERT_TRUE(stream->start(format(48000, 2), 8000, {8000, 16000}, false));
    int64_t frames = 0;
    while (!stream->length())
        frames += stream->read(4096 * 8).size() / 8;
    EXPECT_NEAR(static_cast<double>(*stream->length()), 48000, 2);
    EXPECT_EQ(stream->recordingFrame(24000), 12000);
}

TEST_F(PlaybackTest, GivesSixteenBitsWhereTheDeviceWantsThem) {
    ASSERT_TRUE(stream->start(format(kRate, 1, QAudioFormat::Int16), 0, {0, kFrames}, false));
    const QByteArray bytes = stream->read(2000);
    ASSERT_EQ(bytes.size(), 2000);
    EXPECT_NEAR(reinterpret_cast<const int16_t*>(bytes.constData())[999], 1000, 1);
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
