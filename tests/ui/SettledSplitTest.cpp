// SPDX-License-Identifier: GPL-3.0-or-later
// Recordings stay on the side of the split on which they were trained on.
#include "tests/ui/Studio.h"
#include "ui/session/SettledSplits.h"

namespace ovation::ui::test {
namespace {

using SidesOfSpeeches = std::map<SpeechId, SplitSide>;

SidesOfSpeeches shownSides(const Session& session) {
    SidesOfSpeeches sides;
    for (const Speech& speech : session.project().speeches)
        sides[speech.id] = session.splitSide(speech.id);
    return sides;
}

/// As they would be dealt with the present labels.
SidesOfSpeeches dealtSides(const Session& session) {
    ProjectData data;
    data.speeches = session.project().speeches;
    data.segments = session.project().segments;
    const WindowPlan plan = planWindows(collectRecordings(data), session.hyperparameters(), nullptr);
    const std::vector<SplitSide> found = sidesOf(plan);
    SidesOfSpeeches sides;
    for (const Speech& speech : data.speeches)
        for (size_t i = 0; i < found.size(); ++i)
            if (plan.collection.recordings[i].path == speech.path) sides[speech.id] = found[i];
    return sides;
}

class SettledSplitTest : public ::testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(openNew(session));
        ASSERT_TRUE(add(session, {example("clips")}, 34));
        session.setHyperparameters(quickRun(1));
        ASSERT_TRUE(waitFor([&] { return shownSides(session) == dealtSides(session); }));
    }

    bool train() { return trainIn(session); }

    static bool trainIn(Session& window) {
        QSignalSpy ended(&window, &Session::trainingEnded);
        window.startTraining();
        return waitFor([&] { return ended.count() > 0; }) && !ended[0][0].value<std::optional<Error>>();
    }

    /// Makes other sounds of applauses until the recordings would be dealt otherwise.
    bool correctLabels() { return correctLabelsIn(session); }

    static bool correctLabelsIn(Session& window) {
        const SidesOfSpeeches before = dealtSides(window);
        int corrected = 0;
        for (const Speech& speech : std::vector(window.project().speeches)) {
            const auto segments = window.segments(speech.id);
            if (segments.empty() || segments[0].labelClass != LabelClass::Applause) continue;
            window.removeSegments(speech.id, {segments[0].id});
            window.addSegment(speech.id, {0, speech.frames}, LabelClass::NotApplause, QStringLiteral("rain"));
            if (++corrected > 5) return false;
            if (dealtSides(window) != before) return true;
        }
        return false;
    }

    Session session;
};

TEST_F(SettledSplitTest, ACorrectedLabelDealsNothingAnewOnceItWasTrainedOn) {
    const SidesOfSpeeches first = shownSides(session);
    ASSERT_TRUE(train());
    ASSERT_TRUE(correctLabels());
    QTest::qWait(400); // longer than what follows changes takes to plan
    EXPECT_EQ(shownSides(session), first);
    ASSERT_NE(dealtSides(session), first);
    const size_t validated = session.project().runs[0].byRecording.size();
    ASSERT_TRUE(train());
    EXPECT_EQ(session.project().runs[1].byRecording.size(), validated);
    EXPECT_EQ(shownSides(session), first);

    const Folder folder;
    const QString file = folder.path(QStringLiteral("settled.ovation"));
    ASSERT_TRUE(saveAs(session, file));
    Session again;
    ASSERT_TRUE(open(again, file));
    EXPECT_TRUE(waitFor([&] { return shownSides(again) == first; }));
}

TEST_F(SettledSplitTest, WhatWasTrainedOnInAProjectThatCanOnlyBeReadStaysWhereItWasInItsCopy) {
    const SidesOfSpeeches first = shownSides(session);
    const Folder folder;
    ASSERT_TRUE(saveAs(session, folder.path(QStringLiteral("shared.ovation"))));
    Session reader;
    ASSERT_TRUE(open(reader, folder.path(QStringLiteral("shared.ovation"))));
    ASSERT_TRUE(reader.readOnly());
    ASSERT_TRUE(trainIn(reader));
    ASSERT_TRUE(saveAs(reader, folder.path(QStringLiteral("mine.ovation"))));
    ASSERT_TRUE(correctLabelsIn(reader));
    ASSERT_NE(dealtSides(reader), first);
    QTest::qWait(400); // longer than what follows changes takes to plan
    EXPECT_EQ(shownSides(reader), first);
}

TEST_F(SettledSplitTest, BeforeTrainingAndWithOtherSettingsLabelsDecide) {
    const SidesOfSpeeches first = shownSides(session);
    ASSERT_TRUE(correctLabels());
    EXPECT_TRUE(waitFor([&] { return shownSides(session) == dealtSides(session); }));
    EXPECT_NE(shownSides(session), first);
    ASSERT_TRUE(train());
    session.setHyperparameters(quickRun(1, 7));
    EXPECT_TRUE(waitFor([&] { return shownSides(session) == dealtSides(session); })) << "another seed deals anew";
}

TEST_F(SettledSplitTest, WhereASideWouldLackApplauseLabelsDecideAgain) {
    ASSERT_TRUE(train());
    for (const Speech& speech : std::vector(session.project().speeches)) {
        const auto segments = session.segments(speech.id);
        if (session.splitSide(speech.id) != SplitSide::Validation || segments.empty()) continue;
        session.removeSegments(speech.id, {segments[0].id});
        session.addSegment(speech.id, {0, speech.frames}, LabelClass::NotApplause, QStringLiteral("rain"));
    }
    EXPECT_TRUE(waitFor([&] { return shownSides(session) == dealtSides(session); }));
    ASSERT_TRUE(train());
}

TEST(SettledSplits, ReadBackWhatTheyWriteAndNothingHostile) {
    SettledSplits splits;
    const Hyperparameters values = quickRun(1);
    Hyperparameters folds = values;
    folds.folds = 5;
    EXPECT_TRUE(splits.keep(values, {{1, SplitSide::Training}, {2, SplitSide::Validation}, {3, SplitSide::Both}}));
    EXPECT_FALSE(splits.keep(values, {{1, SplitSide::Training}, {2, SplitSide::Validation}})) << "the same";
    EXPECT_FALSE(splits.keep(folds, {{1, SplitSide::Training}}));
    const SettledSplits read = SettledSplits::fromJson(splits.toJson());
    ProjectData data;
    data.speeches.resize(4);
    for (size_t i = 0; i < 4; ++i)
        data.speeches[i].id = static_cast<SpeechId>(i) + 1;
    data.speeches[0].role = SplitRole::Test;
    ASSERT_TRUE(read.apply(data, values));
    EXPECT_EQ(data.speeches[0].role, SplitRole::Test) << "chosen by hand";
    EXPECT_EQ(data.speeches[1].role, SplitRole::Validation);
    EXPECT_EQ(data.speeches[2].role, SplitRole::Automatic);
    EXPECT_EQ(data.speeches[3].role, SplitRole::Automatic);
    EXPECT_FALSE(read.apply(data, folds));
    SettledSplits others;
    EXPECT_TRUE(others.keep(values, {{2, SplitSide::Training}}));
    EXPECT_TRUE(others.keep(quickRun(1, 7), {{3, SplitSide::Training}}));
    splits.addFrom(others);
    ProjectData joined;
    joined.speeches = data.speeches;
    for (Speech& speech : joined.speeches)
        speech.role = SplitRole::Automatic;
    ASSERT_TRUE(splits.apply(joined, values));
    EXPECT_EQ(joined.speeches[1].role, SplitRole::Validation) << "what is known here stays";
    EXPECT_TRUE(splits.apply(joined, quickRun(1, 7)));
    EXPECT_EQ(joined.speeches[2].role, SplitRole::Training);
    EXPECT_TRUE(splits.forget(values));
    EXPECT_FALSE(splits.apply(data, values));
    for (const char* hostile : {"", "[]", "{\"a\":1}", "{\"a\":{\"training\":[\"x\",null,{}],\"validation\":7}}",
                                "{\"[42,0.8]\":{\"validation\":[1e99,-3]}}"})
        SettledSplits::fromJson(hostile).apply(data, values);
}

} // namespace
} // namespace ovation::ui::test
