// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/AudioReader.h"

#include "support/DamagedMp3.h"
#include "support/Mp3File.h"
#include "support/TemporaryFolder.h"
#include "support/WavFile.h"

#include <cmath>
#include <filesystem>
#include <gtest/gtest.h>
#include <limits>
#include <random>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace ovation;
using test::TemporaryFolder;
using test::wavBytes;

namespace {

const std::string kAudio = std::string(OVATION_TEST_DATA) + "/audio/";
const std::string kReference = std::string(OVATION_TEST_DATA) + "/reference/";

std::vector<float> ramp(size_t n) {
    std::vector<float> samples(n);
    for (size_t i = 0; i < n; ++i)
        samples[i] = static_cast<float>(i % 1000) / 1000.0F - 0.5F;
    return samples;
}

std::vector<float> readAll(AudioReader& reader, int64_t block = 4096) {
    const auto channels = static_cast<size_t>(reader.info().channels);
    std::vector<float> all;
    std::vector<float> buffer(static_cast<size_t>(block) * channels);
    while (true) {
        auto n = reader.read(buffer, block);
        if (!n || *n == 0) break;
        all.insert(all.end(), buffer.begin(),
                   buffer.begin() + static_cast<std::ptrdiff_t>(*n * reader.info().channels));
    }
    return all;
}

/// The error that opening gives; Internal where it opens.
ErrorCode openError(const std::string& path) {
    auto reader = AudioReader::open(path);
    return reader ? ErrorCode::Internal : reader.error().code;
}

/// The error that reading to the end gives; Internal where there is none.
ErrorCode readError(const std::string& path) {
    auto reader = AudioReader::open(path);
    if (!reader) return reader.error().code;
    std::vector<float> buffer(static_cast<size_t>(4096 * (*reader)->info().channels));
    while (true) {
        auto n = (*reader)->read(buffer, 4096);
        if (!n) return n.error().code;
        if (*n == 0) return ErrorCode::Internal;
    }
}

/// Compares what follows after many seeks with what reading through gives.
void expectExactSeeks(const std::string& path) {
    auto reader = AudioReader::open(path);
    ASSERT_TRUE(reader) << describe(reader.error());
    const auto channels = static_cast<size_t>((*reader)->info().channels);
    const int64_t frames = (*reader)->info().frames;
    const auto all = readAll(**reader);
    std::mt19937 random(3);
    std::vector<int64_t> places = {0, 1, 500, 5000, frames - 1, frames - 500, 2, 33333};
    for (int i = 0; i < 120; ++i)
        places.push_back(std::uniform_int_distribution<int64_t>(0, frames - 1)(random));
    std::vector<float> buffer(2500 * channels);
    for (const int64_t place : places) {
        const int64_t at = std::min(place, frames - 1);
        ASSERT_TRUE((*reader)->seek(at));
        EXPECT_EQ((*reader)->position(), at);
        int64_t got = 0;
        const int64_t wanted = std::min<int64_t>(2500, frames - at);
        while (got < wanted) {
            auto n = (*reader)->read(std::span(buffer).subspan(static_cast<size_t>(got) * channels), wanted - got);
            ASSERT_TRUE(n);
            ASSERT_GT(*n, 0);
            got += *n;
        }
        float worst = 0;
        for (size_t i = 0; i < static_cast<size_t>(wanted) * channels; ++i)
            worst = std::max(worst, std::fabs(buffer[i] - all[static_cast<size_t>(at) * channels + i]));
        EXPECT_LT(worst, 1e-5F) << "after seeking to " << at;
    }
}

class EveryFormat : public testing::TestWithParam<std::string> {};

TEST_P(EveryFormat, SaysAsManyFramesAsItReads) {
    auto reader = AudioReader::open(GetParam());
    ASSERT_TRUE(reader) << describe(reader.error());
    const auto all = readAll(**reader);
    EXPECT_GT(all.size(), 0u);
    EXPECT_EQ(static_cast<int64_t>(all.size()), (*reader)->info().frames * (*reader)->info().channels);
    EXPECT_EQ((*reader)->position(), (*reader)->info().frames);
}

TEST_P(EveryFormat, SeeksToTheSampleThatReadingThroughGives) {
    expectExactSeeks(GetParam());
}

INSTANTIATE_TEST_SUITE_P(Audio, EveryFormat,
                         testing::Values(kAudio + "steps.ogg", kAudio + "steps.opus", kAudio + "cbr.mp3",
                                         kAudio + "vbr.mp3", kAudio + "vbr-no-xing.mp3", kAudio + "gsm.wav",
                                         kReference + "mix_44k_stereo.flac"),
                         [](const auto& test) {
                             std::string name = std::filesystem::path(test.param).filename();
                             for (char& c : name)
                                 if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
                             return name;
                         });

TEST(AudioReader, SeeksToTheSampleInMp3sThatHaveBeenJoined) {
    const TemporaryFolder folder;
    const std::string one = test::readBytes(kAudio + "vbr.mp3"); // with a Xing header
    const int64_t frames = audioInfo(kAudio + "vbr.mp3")->frames;
    for (const std::string& joined : {one + one, one + one + one}) {
        const auto path = folder.write("joined.mp3", joined);
        const auto info = audioInfo(path);
        ASSERT_TRUE(info) << describe(info.error());
        EXPECT_GE(info->frames, frames * static_cast<int64_t>(joined.size() / one.size()));
        expectExactSeeks(path);
    }
}

TEST(AudioReader, DecodesAnMp3OfVariableRateWithoutHeaderToItsEnd) {
    EXPECT_NEAR(audioInfo(kAudio + "vbr-no-xing.mp3")->durationS(), audioInfo(kAudio + "vbr.mp3")->durationS(), 0.1);
}

/// The bytes of an MP3 of three seconds of 440 Hz.
std::string toneMp3(const TemporaryFolder& folder, int rate) {
    std::vector<float> samples(static_cast<size_t>(3 * rate));
    for (size_t i = 0; i < samples.size(); ++i)
        samples[i] = 0.3F * static_cast<float>(std::sin(2 * 3.14159265358979 * 440 * static_cast<double>(i) / rate));
    const std::string path = folder.file(std::to_string(rate) + ".mp3");
    return test::writeMp3(path, samples, rate) ? test::readBytes(path) : std::string();
}

TEST(AudioReader, ConvertsPartsOfAnMp3WhoseSampleRateChanges) {
    const TemporaryFolder folder;
    for (const auto& [first, second] : {std::pair(44100, 22050), std::pair(22050, 44100), std::pair(44100, 48000)}) {
        const std::string one = toneMp3(folder, first), two = toneMp3(folder, second);
        ASSERT_FALSE(one.empty() || two.empty());
        auto reader = AudioReader::open(folder.write("mixed.mp3", one + two + one));
        ASSERT_TRUE(reader) << describe(reader.error());
        EXPECT_EQ((*reader)->info().sampleRate, first);
        EXPECT_NEAR((*reader)->info().durationS(), 9, 0.5) << first << ", then " << second;
        const auto all = readAll(**reader);
        ASSERT_EQ(static_cast<int64_t>(all.size()), (*reader)->info().frames);
        for (const double from : {1.0, 4.0, 7.0}) { // in the middle of each part, as high as ever
            const auto begin = static_cast<size_t>(from * first);
            int crossings = 0;
            for (size_t i = begin; i < begin + static_cast<size_t>(first); ++i)
                crossings += (all[i] < 0) != (all[i + 1] < 0) ? 1 : 0;
            EXPECT_NEAR(crossings, 880, 9) << first << ", then " << second << ", from " << from << " s";
        }
        std::vector<float> mono(1000);
        const auto frames = static_cast<int64_t>(all.size());
        for (const int64_t at : {frames / 2, frames - 2000, int64_t{10}, frames / 2 + 5000, frames / 3}) {
            ASSERT_TRUE((*reader)->seek(at));
            ASSERT_EQ(*(*reader)->readMono(mono), 1000);
            for (size_t i = 0; i < mono.size(); ++i)
                ASSERT_EQ(mono[i], all[static_cast<size_t>(at) + i]) << "after seeking to " << at;
        }
    }
}

TEST(AudioReader, NamesAnMp3OfSeveralRatesThatVanishedBeforeItCouldBeSearched) {
    const TemporaryFolder folder;
    const auto path = folder.write("mixed.mp3", toneMp3(folder, 44100) + toneMp3(folder, 22050));
    auto reader = AudioReader::open(path);
    ASSERT_TRUE(reader) << describe(reader.error());
    std::vector<float> mono(5000);
    ASSERT_TRUE((*reader)->readMono(mono));
    std::filesystem::remove(path);
    const auto back = (*reader)->seek(0);
    ASSERT_FALSE(back);
    EXPECT_EQ(back.error().code, ErrorCode::FileChanged);
}

TEST(AudioReader, ReadsTheSamplesOfAWavExactly) {
    TemporaryFolder folder;
    const auto samples = ramp(10000);
    auto reader = AudioReader::open(folder.write("a.wav", wavBytes(samples, 8000, 2)));
    ASSERT_TRUE(reader);
    EXPECT_EQ((*reader)->info().frames, 5000);
    EXPECT_EQ((*reader)->info().channels, 2);
    EXPECT_EQ((*reader)->info().sampleRate, 8000);
    EXPECT_EQ((*reader)->info().format, "WAV, 32 bit float");
    EXPECT_EQ(readAll(**reader, 777), samples);
}

TEST(AudioReader, AveragesChannelsToMono) {
    TemporaryFolder folder;
    auto reader = AudioReader::open(folder.write("a.wav", wavBytes({0.5F, -0.25F, 1, 0, -1, 1}, 8000, 2)));
    ASSERT_TRUE(reader);
    std::vector<float> mono(10);
    ASSERT_EQ(*(*reader)->readMono(mono), 3);
    EXPECT_EQ(mono[0], 0.125F);
    EXPECT_EQ(mono[1], 0.5F);
    EXPECT_EQ(mono[2], 0);
}

TEST(AudioReader, ReplacesAndCountsSamplesThatAreNoNumbers) {
    TemporaryFolder folder;
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const float infinity = std::numeric_limits<float>::infinity();
    auto reader = AudioReader::open(folder.write("a.wav", wavBytes({0.5F, nan, infinity, -1e30F, 0.25F}, 8000)));
    ASSERT_TRUE(reader);
    EXPECT_EQ(readAll(**reader), (std::vector<float>{0.5F, 0, 0, 0, 0.25F}));
    EXPECT_EQ((*reader)->nonFiniteSamples(), 3);
}

TEST(AudioReader, ClampsSeeksToTheRecording) {
    TemporaryFolder folder;
    auto reader = AudioReader::open(folder.write("a.wav", wavBytes(ramp(100), 8000)));
    ASSERT_TRUE(reader);
    ASSERT_TRUE((*reader)->seek(-5));
    EXPECT_EQ((*reader)->position(), 0);
    ASSERT_TRUE((*reader)->seek(1000));
    EXPECT_EQ((*reader)->position(), 100);
    std::vector<float> mono(10);
    EXPECT_EQ(*(*reader)->readMono(mono), 0);
}

TEST(AudioReader, NamesWhatIsWrongWithAFile) {
    TemporaryFolder folder;
    EXPECT_EQ(openError(folder.file("missing.wav")), ErrorCode::FileNotFound);
    EXPECT_EQ(openError(folder.path()), ErrorCode::IsFolder);
    EXPECT_EQ(openError(folder.write("empty.wav", "")), ErrorCode::EmptyFile);
    EXPECT_EQ(openError(folder.write("text.wav", "This is a text, and no sound at all.\n")), ErrorCode::NotAudio);
    EXPECT_EQ(openError(folder.write("text.mp3", std::string(5000, 'x'))), ErrorCode::NotAudio);
    EXPECT_EQ(openError(folder.write("none.wav", wavBytes({}, 8000))), ErrorCode::ZeroLengthAudio);
    EXPECT_EQ(openError(folder.write("slow.wav", wavBytes(ramp(100), 10))), ErrorCode::UnsupportedSampleRate);
    EXPECT_EQ(openError(folder.write("fast.wav", wavBytes(ramp(100), 4000000000))), ErrorCode::UnsupportedSampleRate);
    EXPECT_EQ(openError(folder.write("many.wav", wavBytes(ramp(6500), 8000, 65))), ErrorCode::UnsupportedChannels);
    EXPECT_EQ(openError(folder.write("heaps.wav", wavBytes(ramp(65536), 8000, 16000))), ErrorCode::UnsupportedChannels);
    EXPECT_EQ(openError(folder.write("none0.wav", wavBytes(ramp(100), 8000, 0))), ErrorCode::UnsupportedChannels);
}

TEST(AudioReader, DoesNotHangOnAPipe) {
    TemporaryFolder folder;
    ASSERT_EQ(mkfifo(folder.file("pipe.wav").c_str(), 0600), 0);
    EXPECT_EQ(openError(folder.file("pipe.wav")), ErrorCode::NotAudio);
}

TEST(AudioReader, NamesAFileWithoutPermission) {
    TemporaryFolder folder;
    const auto path = folder.write("secret.wav", wavBytes(ramp(100), 8000));
    ASSERT_EQ(chmod(folder.path().c_str(), 0755), 0);
    ASSERT_EQ(chmod(path.c_str(), 0), 0);
    // As root every file can be read, so somebody else tries in a process of its own.
    const pid_t child = fork();
    if (child == 0) {
        if (geteuid() == 0 && seteuid(65534) != 0) _exit(2);
        _exit(openError(path) == ErrorCode::NoPermission ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(AudioReader, NamesATruncatedFileWhenItsEndIsMissing) {
    TemporaryFolder folder;
    const auto wav = wavBytes(ramp(40000), 8000);
    EXPECT_EQ(readError(folder.write("whole.wav", wav)), ErrorCode::Internal);
    EXPECT_EQ(readError(folder.write("cut.wav", wav.substr(0, wav.size() * 6 / 10))), ErrorCode::TruncatedAudio);
    for (const std::string& name : std::vector<std::string>{"audio/vbr.mp3", "reference/speech_22k.flac"}) {
        const auto bytes = test::readBytes(std::string(OVATION_TEST_DATA) + "/" + name);
        ASSERT_GT(bytes.size(), 1000u);
        const auto cut = folder.write("cut." + name.substr(name.size() - 4), bytes.substr(0, bytes.size() * 6 / 10));
        EXPECT_EQ(readError(cut), ErrorCode::TruncatedAudio) << name;
    }
}

TEST(AudioReader, SaysHowMuchOfAnMp3LiesBehindDamage) {
    const TemporaryFolder folder;
    const auto path = folder.write("damaged.mp3", test::damagedMp3());
    const auto info = audioInfo(path);
    ASSERT_TRUE(info) << describe(info.error());
    EXPECT_NEAR(info->durationS(), 4.4, 0.2);
    EXPECT_NEAR(info->lostS, 5.3, 0.4);
    EXPECT_EQ(readError(path), ErrorCode::Internal) << "what is there can be used";
    const auto damage = damageIn(*info, path);
    ASSERT_TRUE(damage);
    EXPECT_EQ(damage->code, ErrorCode::DamagedAudio);
    EXPECT_NE(describe(*damage).find("damaged.mp3\" is damaged: only the first 4."), std::string::npos)
        << describe(*damage);

    // Behind what the first file's header promises, and without any header.
    const std::string whole = test::readBytes(kAudio + "vbr.mp3");
    EXPECT_GT(audioInfo(folder.write("second.mp3", whole + test::damagedMp3(whole)))->lostS, 3);
    const std::string bare = test::readBytes(kAudio + "vbr-no-xing.mp3");
    EXPECT_NEAR(audioInfo(folder.write("bare.mp3", test::damagedMp3(bare)))->lostS, 4.6, 0.7);
}

TEST(AudioReader, SaysHowMuchLiesBehindTheLengthThatAWavHeaderHasRoomFor) {
    const TemporaryFolder folder;
    constexpr int64_t kGibibyte = int64_t{1} << 30;
    // 5 GiB of silence, which take no room on the disk; the header counts them modulo 4 GiB.
    const std::string path = folder.write("long.wav", wavBytes({}, 48000, 2, kGibibyte - 44));
    std::error_code failed;
    std::filesystem::resize_file(path, 5 * kGibibyte, failed);
    ASSERT_FALSE(failed) << "the disk holds no such file: " << failed.message();
    const auto info = audioInfo(path);
    ASSERT_TRUE(info) << describe(info.error());
    EXPECT_NEAR(info->durationS(), kGibibyte / 8.0 / 48000, 1);
    EXPECT_NEAR(info->lostS, 4.0 * kGibibyte / 8 / 48000, 1);
    const auto damage = damageIn(*info, path);
    ASSERT_TRUE(damage);
    EXPECT_EQ(damage->code, ErrorCode::OverlongAudio);
    EXPECT_NE(describe(*damage).find("long.wav\" is longer than its header has room for: only the first "),
              std::string::npos);
    EXPECT_EQ(describe(*damage).find("Copy it again"), std::string::npos) << "the copy is no longer";
    EXPECT_EQ(damageIn(*info, "long.bwf")->code, ErrorCode::OverlongAudio) << "whatever it is called";

    const std::string tagged = wavBytes(ramp(8000), 8000) + std::string(100'000, 'x');
    EXPECT_EQ(audioInfo(folder.write("tagged.wav", tagged))->lostS, 0);
}

TEST(AudioReader, FindsNoDamageInGoodMp3s) {
    const TemporaryFolder folder;
    const std::string tag = "TAG" + std::string(125, 'x'), padding(200'000, '\0');
    const std::string picture = std::string("ID3\x03\0\0\0\0\x20\0", 10) + std::string(4096, 'y');
    for (const char* name : {"cbr.mp3", "vbr.mp3", "vbr-no-xing.mp3"}) {
        const std::string whole = test::readBytes(kAudio + name);
        EXPECT_GT(whole.size(), 1000U);
        for (const std::string& bytes : {whole, picture + whole, whole + padding + tag, whole + tag + picture + whole,
                                         whole.substr(0, whole.size() - 50), test::damagedMp3(whole, 500)}) {
            const auto info = audioInfo(folder.write("good.mp3", bytes));
            ASSERT_TRUE(info) << describe(info.error());
            EXPECT_EQ(info->lostS, 0) << name << ", " << bytes.size() << " bytes";
            EXPECT_FALSE(damageIn(*info, "good.mp3"));
        }
    }
    const auto mixed = audioInfo(folder.write("mixed.mp3", toneMp3(folder, 44100) + toneMp3(folder, 22050)));
    ASSERT_TRUE(mixed);
    EXPECT_EQ(mixed->lostS, 0);
}

TEST(AudioReader, ReadsWhatIsThereOfAnOggWithoutEnd) {
    TemporaryFolder folder;
    for (const std::string& name : std::vector<std::string>{"steps.ogg", "steps.opus"}) {
        const auto bytes = test::readBytes(kAudio + name);
        const auto whole = audioInfo(kAudio + name);
        ASSERT_TRUE(whole);
        const auto cut = folder.write(name, bytes.substr(0, bytes.size() * 6 / 10));
        const auto info = audioInfo(cut);
        ASSERT_TRUE(info) << describe(info.error());
        EXPECT_GT(info->frames, whole->frames / 3) << name;
        EXPECT_LT(info->frames, whole->frames * 3 / 4) << name;
        EXPECT_EQ(readError(cut), ErrorCode::Internal);
    }
}

TEST(AudioReader, TakesAStreamedWavWithoutLengthAsItIs) {
    TemporaryFolder folder;
    const auto path = folder.write("stream.wav", wavBytes(ramp(8000), 8000, 1, 0xFFFFFFDB));
    EXPECT_EQ(readError(path), ErrorCode::Internal);
    EXPECT_EQ(audioInfo(path)->frames, 8000);
}

TEST(AudioReader, NamesAFileThatShrinksWhileItIsRead) {
    TemporaryFolder folder;
    const auto path = folder.write("a.wav", wavBytes(ramp(200000), 8000));
    auto reader = AudioReader::open(path);
    ASSERT_TRUE(reader);
    std::vector<float> mono(1000);
    ASSERT_EQ(*(*reader)->readMono(mono), 1000);
    std::filesystem::resize_file(path, 100000);
    Result<int64_t> n = int64_t{1};
    while (n && *n > 0)
        n = (*reader)->readMono(mono);
    ASSERT_FALSE(n);
    EXPECT_EQ(n.error().code, ErrorCode::TruncatedAudio);
    EXPECT_EQ(n.error().file, path);
}

TEST(AudioReader, NamesAFileThatVanishedBeforeItCouldBeSearched) {
    TemporaryFolder folder;
    const auto path = folder.write("gsm.wav", test::readBytes(kAudio + "gsm.wav"));
    auto reader = AudioReader::open(path);
    ASSERT_TRUE(reader);
    std::vector<float> mono(5000);
    ASSERT_TRUE((*reader)->readMono(mono));
    std::filesystem::remove(path);
    const auto back = (*reader)->seek(0); // this format can only be searched by starting again
    ASSERT_FALSE(back);
    EXPECT_EQ(back.error().code, ErrorCode::FileChanged);
}

TEST(AudioReader, KnowsExtensionsInLowerCase) {
    for (const char* extension : {"wav", "flac", "mp3", "ogg", "opus", "aiff", "caf", "au"})
        EXPECT_TRUE(isAudioExtension(extension)) << extension;
    for (const char* extension : {"", "txt", "WAV", "ovation", "json"})
        EXPECT_FALSE(isAudioExtension(extension));
}

} // namespace
