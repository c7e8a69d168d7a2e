// SPDX-License-Identifier: GPL-3.0-or-later

// What of the detections a project's file gets to hold, and when.

#include "core/project/ProjectStore.h"
#include "tests/ui/ManyRecordings.h"
#include "tests/ui/Studio.h"

#include <algorithm>
#include <map>

namespace ovation::ui::test {
namespace {

constexpr int kSearchedRate = 16000;
constexpr SpeechId kSearched = 24; ///< recordings

/// A hill at 4 to 8 s that every threshold finds, and one at 12 to 14 s of 0.6.
Detection searched(SpeechId id) {
    Detection detection;
    detection.speech = id;
    detection.model = "model";
    detection.curve.stepS = 0.5;
    detection.curve.durationS = 30;
    for (int i = 0; i <= 60; ++i) {
        const double t = i * 0.5;
        detection.curve.values.push_back(t >= 4 && t <= 8 ? 0.95F : t >= 12 && t <= 14 ? 0.6F : 0.02F);
    }
    detection.segments = {{{4 * kSearchedRate, 8 * kSearchedRate}, 0.9, 0.95, Verdict::Open}};
    return detection;
}

class StoredDetectionsTest : public ::testing::Test {
protected:
    void SetUp() override {
        ASSERT_NO_FATAL_FAILURE(writeManyRecordings(project, kSearched, [](ProjectStore& store, SpeechId id) {
            ASSERT_TRUE(store.putDetection(searched(id)));
        }));
        ASSERT_TRUE(open(session, project));
        ASSERT_TRUE(settled());
    }
    bool settled() {
        return waitFor([&] { return session.jobs().empty() && session.changesOnDisk() == session.changesMade(); });
    }
    /// As a pause of the threshold's slider; until all of it is on disk.
    bool move(double threshold) {
        DecoderOptions options = session.decoder();
        options.threshold = threshold;
        session.setDecoder(options);
        const auto decoded = [&] {
            return std::ranges::all_of(session.project().detections, [&](const auto& entry) {
                return entry.second.segments.size() == (threshold < 0.6 ? 2U : 1U);
            });
        };
        const int64_t before = session.changesMade();
        return waitFor([&] { return decoded() && session.changesMade() > before; }) && settled();
    }

    const Folder folder;
    const QString project = folder.path(QStringLiteral("p.ovation"));
    Session session;
};

TEST_F(StoredDetectionsTest, MovingTheThresholdIsAHandfulOfChangesHoweverManyRecordingsAreDecoded) {
    const int64_t before = session.changesMade();
    ASSERT_TRUE(move(0.55));
    EXPECT_LT(session.changesMade() - before, kSearched / 2);
}

TEST_F(StoredDetectionsTest, SegmentsAreStoredAsTheyAreDecodedAndCurvesStay) {
    ASSERT_TRUE(move(0.55));
    ASSERT_TRUE(move(0.75));
    session.judge(1, 0, Verdict::Accepted);
    ASSERT_TRUE(waitFor([&] { return session.detection(1)->segments[0].verdict == Verdict::Accepted; }));
    const std::map<SpeechId, Detection> shown = session.project().detections;
    ASSERT_TRUE(openNew(session)); // which writes what is left, and lets go of the file
    auto store = ProjectStore::open(project.toStdString());
    ASSERT_TRUE(waitFor([&] {
        if (!store) store = ProjectStore::open(project.toStdString());
        return static_cast<bool>(store);
    }));
    const auto stored = (*store)->load();
    ASSERT_TRUE(stored);
    ASSERT_EQ(stored->detections.size(), shown.size());
    for (const auto& [id, detection] : stored->detections) {
        EXPECT_EQ(detection.segments, shown.at(id).segments) << id;
        EXPECT_EQ(detection.curve.values, searched(id).curve.values) << id;
    }
    EXPECT_EQ(stored->detections.at(1).segments[0].verdict, Verdict::Accepted);
}

} // namespace
} // namespace ovation::ui::test
