// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/AudioReader.h"
#include "tests/sound/Listener.h"
#include "tests/sound/SoundDevice.h"
#include "ui/session/Player.h"

#include <QTest>

#include <gtest/gtest.h>
#include <sndfile.h>

#include <array>
#include <memory>
#include <numbers>
#include <random>

namespace ovation::ui::test {
namespace {

constexpr int kRate = SoundDevice::kRate;
constexpr int64_t kFrames = int64_t{kRate} * 8;
constexpr int kPatience = 60000;
constexpr int kTries = 6; ///< a starved machine interrupts sound; what is right is right as soon as it is not starved

/// Noise below 4 kHz that swells and fades: no two stretches are alike, and every codec keeps it.
std::vector<float> sound() {
    std::mt19937 random(7);
    std::normal_distribution<float> noise(0, 0.2F);
    std::vector<float> samples(static_cast<size_t>(kFrames));
    float a = 0, b = 0;
    for (size_t i = 0; i < samples.size(); ++i) {
        a += 0.35F * (noise(random) - a);
        b += 0.35F * (a - b);
        samples[i] = b * (1.4F + static_cast<float>(std::sin(static_cast<double>(i) * 2 * std::numbers::pi / 9000)));
    }
    return samples;
}

struct Kind {
    const char* name;
    int format;
};

void write(const std::string& path, int format, const std::vector<float>& samples) {
    SF_INFO info{};
    info.samplerate = kRate;
    info.channels = 1;
    info.format = format;
    const std::unique_ptr<SNDFILE, decltype(&sf_close)> file(sf_open(path.c_str(), SFM_WRITE, &info), &sf_close);
    ASSERT_NE(file, nullptr) << sf_strerror(nullptr);
    ASSERT_EQ(sf_writef_float(file.get(), samples.data(), kFrames), kFrames);
}

/// What the file holds, read from its beginning without a seek.
std::vector<float> decoded(const std::string& path) {
    auto reader = AudioReader::open(path);
    EXPECT_TRUE(reader);
    std::vector<float> samples(static_cast<size_t>((*reader)->info().frames));
    size_t done = 0;
    while (done < samples.size()) {
        const auto count = (*reader)->readMono(std::span(samples).subspan(done));
        if (!count || *count == 0) break;
        done += static_cast<size_t>(*count);
    }
    EXPECT_EQ(done, samples.size());
    return samples;
}

struct Report {
    Clock::time_point at;
    int64_t frame;
};

/// What came of one attempt.
struct Heard {
    std::vector<float> samples;
    std::vector<Report> reports;
    std::unique_ptr<Listener> listener;
};

class HeardTest : public ::testing::TestWithParam<Kind> {
protected:
    void SetUp() override {
        const QString path = m_folder.filePath(QString::fromLatin1(GetParam().name));
        write(path.toStdString(), GetParam().format, sound());
        whole = decoded(path.toStdString());
        player.setSource(path, static_cast<int64_t>(whole.size()), kRate);
    }

    /// Listens while `play` makes the player play, until it has ended or `enough` holds.
    Heard listen(const std::function<void()>& play, const std::function<bool()>& enough = {}) {
        Heard heard;
        heard.listener = std::make_unique<Listener>();
        EXPECT_TRUE(QTest::qWaitFor([&] { return heard.listener->hears(0.3); }, kPatience));
        const auto connection = QObject::connect(&player, &Player::positionChanged, [&](qint64 frame) {
            if (player.playing()) heard.reports.push_back({Clock::now(), frame});
        });
        play();
        EXPECT_TRUE(QTest::qWaitFor([&] { return !player.playing() || (enough && enough()); }, kPatience));
        player.pause();
        QTest::qWait(200); // what is on its way to the listener
        QObject::disconnect(connection);
        heard.listener->stop();
        heard.samples = heard.listener->samples;
        return heard;
    }

    std::span<const float> part(SampleRange range) const {
        return std::span(whole).subspan(static_cast<size_t>(range.begin), static_cast<size_t>(range.length()));
    }

    QTemporaryDir m_folder;
    std::vector<float> whole;
    Player player;
};

TEST_P(HeardTest, TheSelectedStretchIsHeardFromItsBeginningToItsEnd) {
    const SampleRange range{kRate * 5 / 2 + 123, kRate * 4 + 321};
    std::string seen;
    for (int attempt = 0; attempt < kTries; ++attempt) {
        const Heard heard = listen([&] { player.playRange(range); });
        const Match match = find(part(range), heard.samples);
        const auto first = firstSound(heard.samples);
        const double lateMs = first ? static_cast<double>(*first - match.begin) * 1000 / kRate : 1e9;
        if (match.correlation > 0.99 && std::abs(lateMs) < 20) return;
        seen +=
            "correlation " + std::to_string(match.correlation) + ", begins " + std::to_string(lateMs) + " ms late; ";
    }
    FAIL() << seen;
}

TEST_P(HeardTest, WhatIsHeardAfterASeekIsWhatIsThere) {
    constexpr std::array<int64_t, 2> kPlaces = {kRate * 6 + 77, kRate / 2 + 5};
    for (const int64_t place : kPlaces) {
        std::string seen;
        bool right = false;
        for (int attempt = 0; attempt < kTries && !right; ++attempt) {
            player.seek(0);
            bool sought = false;
            const Heard heard = listen([&] { player.play(); },
                                       [&] {
                                           if (!sought && player.position() > kRate / 4) {
                                               player.seek(place);
                                               sought = true;
                                           }
                                           return sought && player.position() > place + kRate * 6 / 5;
                                       });
            const Match match = find(part({place, place + kRate}), heard.samples);
            right = match.correlation > 0.99;
            seen += std::to_string(match.correlation) + " ";
        }
        EXPECT_TRUE(right) << "after a seek to " << place << ": " << seen;
    }
}

INSTANTIATE_TEST_SUITE_P(Formats, HeardTest,
                         ::testing::Values(Kind{"a.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16},
                                           Kind{"a.mp3", SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III},
                                           Kind{"a.ogg", SF_FORMAT_OGG | SF_FORMAT_VORBIS}),
                         [](const auto& kind) { return std::string(kind.param.name).substr(2); });

class PlayedTest : public HeardTest {};

TEST_P(PlayedTest, ALoopIsHeardWithoutAGap) {
    const SampleRange range{kRate * 3, kRate * 3 + kRate / 2};
    std::vector<float> twice(part(range).begin(), part(range).end());
    twice.insert(twice.end(), part(range).begin(), part(range).end());
    std::string seen;
    for (int attempt = 0; attempt < kTries; ++attempt) {
        int rounds = 0;
        int64_t last = 0;
        const Heard heard = listen([&] { player.playRange(range, true); },
                                   [&] {
                                       if (player.position() < last) ++rounds;
                                       last = player.position();
                                       return rounds >= 2;
                                   });
        player.setLoop(false);
        const Match match = find(twice, heard.samples);
        if (match.correlation > 0.99) return;
        seen += std::to_string(match.correlation) + " ";
    }
    FAIL() << seen;
}

TEST_P(PlayedTest, TheCursorIsWhereTheSoundIs) {
    const SampleRange range{kRate, kRate * 3};
    std::string seen;
    for (int attempt = 0; attempt < kTries; ++attempt) {
        const Heard heard = listen([&] { player.playRange(range); });
        const Match match = find(part(range), heard.samples);
        std::vector<double> aheadMs; // of the sound
        for (const Report& report : heard.reports) {
            const double there = static_cast<double>(range.begin - match.begin) + heard.listener->sampleAt(report.at);
            if (report.frame > range.begin && report.frame < range.end)
                aheadMs.push_back((static_cast<double>(report.frame) - there) * 1000 / kRate);
        }
        ASSERT_GT(aheadMs.size(), 20U);
        std::ranges::sort(aheadMs);
        const auto share = [&](double part) {
            return aheadMs[static_cast<size_t>(part * static_cast<double>(aheadMs.size()))];
        };
        seen += "ahead by " + std::to_string(share(0.05)) + " " + std::to_string(share(0.5)) + " " +
                std::to_string(share(0.95)) + " ms; ";
        RecordProperty("ahead_ms", seen);
        if (match.correlation > 0.99 && share(0.05) > -30 && share(0.95) < 30) return;
    }
    FAIL() << seen;
}

INSTANTIATE_TEST_SUITE_P(Wav, PlayedTest, ::testing::Values(Kind{"a.wav", SF_FORMAT_WAV | SF_FORMAT_FLOAT}),
                         [](const auto&) { return std::string("Wav"); });

} // namespace
} // namespace ovation::ui::test
