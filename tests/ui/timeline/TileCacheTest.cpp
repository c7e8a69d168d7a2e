// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/TileCache.h"

#include "core/base/BlobCache.h"
#include "core/features/FeatureCache.h"
#include "tests/support/WavFile.h"
#include "tests/ui/Studio.h"
#include "ui/timeline/AudioWorker.h"

#include <QThread>

#include <filesystem>

namespace ovation::ui::test {
namespace {

constexpr TileKey kKey{12, 0, FrequencyScale::Mel};

/// A recording that nobody has touched for a day, whose content is known.
class TileCacheTest : public ::testing::Test {
protected:
    void SetUp() override {
        path = folder.copy("speeches/kennedy-en.flac", QStringLiteral("speech.flac"));
        settle();
        hash = *FeatureCache::ofUser()->contentHash(path.toStdString());
    }

    void settle() const {
        // The change of the file's own record cannot be set back: wait it out.
        QTest::qWait(static_cast<int>(FeatureCache::kSettleS * 1000) + 100);
    }

    Folder folder;
    QString path;
    std::string hash;
};

TEST_F(TileCacheTest, KeepsTilesUnderTheContentUntilTheFileChanges) {
    SpectrogramTile tile;
    tile.levels[77] = 9;
    const TileCache cache(path.toStdString(), hash);
    EXPECT_FALSE(cache.read(kKey));
    cache.keep(kKey, tile);
    const auto kept = TileCache(path.toStdString(), hash).read(kKey);
    ASSERT_TRUE(kept);
    EXPECT_EQ(kept->levels, tile.levels);
    EXPECT_FALSE(cache.read({12, 1, FrequencyScale::Mel}));
    EXPECT_FALSE(cache.read({12, 0, FrequencyScale::Linear}));
    EXPECT_FALSE(TileCache(path.toStdString(), "another").read(kKey));
    EXPECT_FALSE(TileCache().read(kKey));
    std::filesystem::resize_file(path.toStdString(), 1000);
    EXPECT_FALSE(cache.read(kKey)) << "the file is another one now";
}

TEST_F(TileCacheTest, ASecondLookNeedsNoDecoding) {
    const auto look = [this] {
        AudioWorker worker;
        worker.setSource(path, hash);
        worker.requestTiles({kKey});
        EXPECT_TRUE(waitFor([&] { return worker.tile(kKey) != nullptr || worker.error(); }));
        return worker.tile(kKey);
    };
    const auto first = look();
    ASSERT_NE(first, nullptr);
    // Other bytes in its place show where the second comes from.
    SpectrogramTile forged = *first;
    forged.levels[0] = static_cast<uint8_t>(first->levels[0] + 1);
    TileCache(path.toStdString(), hash).keep(kKey, forged);
    const auto second = look();
    ASSERT_NE(second, nullptr);
    EXPECT_EQ(second->levels, forged.levels);
}

/// What is cancelled may be wanted again before the worker has noticed, by itself or of another recording.
TEST(AudioWorkerTest, ATileThatIsWantedAgainWhileItIsCancelledIsMade) {
    constexpr TileKey kLong{14, 0, FrequencyScale::Mel}; // takes a while
    const Folder folder;
    const std::vector<float> samples(size_t{1} << 20, 0.25F);
    const QString path =
        folder.write(QStringLiteral("long.wav"), QByteArray::fromStdString(ovation::test::wavBytes(samples, 48000)));
    AudioWorker worker;
    for (int i = 0; i < 12; ++i) {
        worker.setSource(path, {});
        worker.requestTiles({kLong});
        QThread::msleep(1); // it has begun by now, as a rule
        if (i % 2 == 0)
            worker.requestTiles({});
        else
            worker.setSource(path, {});
        worker.requestTiles({kLong});
        ASSERT_TRUE(waitFor([&] { return !worker.busy(); }));
        QCoreApplication::processEvents(); // what the worker has handed over
        ASSERT_NE(worker.tile(kLong), nullptr) << i;
    }
}

/// Peaks of a recording that was read before come from the cache, and a damaged one does no harm.
TEST_F(TileCacheTest, ASecondSessionHasThePeaksFromTheCache) {
    const auto peaksOf = [this] {
        Session session;
        EXPECT_TRUE(openNew(session));
        EXPECT_TRUE(add(session, {path}, 1));
        const SpeechId id = session.project().speeches.front().id;
        const int64_t frames = session.project().speeches.front().frames;
        EXPECT_TRUE(waitFor([&] {
            const auto peaks = session.peaks(id);
            return peaks && peaks->frames() == frames;
        }));
        return session.peaks(id);
    };
    const auto computed = peaksOf();
    BlobCache& cache = *BlobCache::ofUser();
    const std::string name = WaveformPeaks::cacheName(hash);
    ASSERT_TRUE(waitFor([&] { return cache.read(name).has_value(); }));
    std::string forged = computed->bytes();
    forged[forged.size() - 5] = static_cast<char>(forged[forged.size() - 5] ^ 0x10);
    cache.write(name, forged);
    EXPECT_EQ(peaksOf()->bytes(), forged);
    cache.write(name, "nonsense");
    EXPECT_EQ(peaksOf()->bytes(), computed->bytes());
}

} // namespace
} // namespace ovation::ui::test
