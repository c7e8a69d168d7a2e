// SPDX-License-Identifier: GPL-3.0-or-later
#include "ProjectFixture.h"

#include <random>

namespace ovation::test {
namespace {

class ProjectHistoryTest : public ProjectTest {};

TEST(ProjectDataTest, AnEditAndItsInverseLeaveThingsAsTheyWere) {
    ProjectData data;
    data.speeches = {speechOf(1)};
    data.segments[1] = {segmentOf(1, 0, 10), segmentOf(2, 50, 60)};
    const auto before = data.segments[1];
    Edit edit;
    edit.speech = 1;
    edit.removed = {segmentOf(1, 0, 10)};
    edit.added = {segmentOf(1, 70, 80), segmentOf(9, 20, 30)};
    edit.changesFullyLabelled = true;
    edit.fullyLabelledAfter = true;
    data.apply(edit);
    EXPECT_EQ(data.segments[1], (std::vector{segmentOf(9, 20, 30), segmentOf(2, 50, 60), segmentOf(1, 70, 80)}));
    EXPECT_TRUE(data.speech(1)->fullyLabelled);
    EXPECT_EQ(data.nextSegmentId, 10);
    data.apply(edit.inverse());
    EXPECT_EQ(data.segments[1], before);
    EXPECT_FALSE(data.speech(1)->fullyLabelled);
    EXPECT_EQ(data.speech(2), nullptr);
}

TEST_F(ProjectHistoryTest, UndoAndRedoGoOnAfterClosingAndOpening) {
    std::vector<Edit> edits = {addition(1, 1, segmentOf(1, 0, 10)), addition(2, 1, segmentOf(2, 20, 30))};
    Edit move;
    move.id = 3;
    move.speech = 1;
    move.removed = {segmentOf(1, 0, 10)};
    move.added = {segmentOf(1, 5, 15)};
    move.changesFullyLabelled = true;
    move.fullyLabelledAfter = true;
    edits.push_back(move);
    {
        auto store = created();
        ASSERT_TRUE(store->putSpeech(speechOf(1)));
        for (const Edit& edit : edits)
            ASSERT_TRUE(store->pushEdit(edit));
        ASSERT_TRUE(store->undo(edits[2]));
        ASSERT_TRUE(store->undo(edits[1]));
    }
    {
        auto store = opened();
        auto data = store->load();
        ASSERT_TRUE(data) << describe(data.error());
        ASSERT_EQ(data->edits.size(), 3u);
        EXPECT_EQ(data->editsDone, 1u);
        EXPECT_EQ(data->segments[1], std::vector{segmentOf(1, 0, 10)});
        EXPECT_FALSE(data->speech(1)->fullyLabelled);
        EXPECT_EQ(data->edits[2].removed, move.removed);
        EXPECT_EQ(data->edits[2].added, move.added);
        EXPECT_TRUE(data->edits[2].changesFullyLabelled);
        EXPECT_EQ(data->edits[0].text, "Mark applause");
        EXPECT_EQ(data->edits[0].timeMs, 1700000000000);
        ASSERT_TRUE(store->redo(data->edits[1]));
        ASSERT_TRUE(store->redo(data->edits[2]));
    }
    auto data = opened()->load();
    EXPECT_EQ(data->editsDone, 3u);
    EXPECT_EQ(data->segments[1], (std::vector{segmentOf(1, 5, 15), segmentOf(2, 20, 30)}));
    EXPECT_TRUE(data->speech(1)->fullyLabelled);
    EXPECT_EQ(data->nextEditId, 4);
}

TEST_F(ProjectHistoryTest, SeveralEditsAreWrittenAndTakenBackTogetherOrNotAtAll) {
    const std::vector<Edit> edits = {addition(1, 1, segmentOf(1, 0, 10)), addition(2, 2, segmentOf(2, 20, 30)),
                                     addition(3, 1, segmentOf(3, 40, 50))};
    const std::vector<Edit> newestFirst(edits.rbegin(), edits.rend());
    {
        auto store = created();
        for (const SpeechId id : {1, 2})
            ASSERT_TRUE(store->putSpeech(speechOf(id)));
        ASSERT_TRUE(store->pushEdits(edits, {{"groups", "[[1,3]]"}}));
        EXPECT_FALSE(store->undo({edits[2], edits[0]})) << "the second is not the next one";
        auto data = store->load();
        ASSERT_TRUE(data) << describe(data.error());
        EXPECT_EQ(data->editsDone, 3U);
        EXPECT_EQ(data->segments[1].size(), 2U);
        EXPECT_EQ(data->settings.at("groups"), "[[1,3]]");
        ASSERT_TRUE(store->undo(newestFirst));
    }
    auto store = opened();
    auto data = store->load();
    ASSERT_TRUE(data) << describe(data.error());
    EXPECT_EQ(data->edits.size(), 3U);
    EXPECT_EQ(data->editsDone, 0U);
    EXPECT_TRUE(data->segments.empty());
    EXPECT_FALSE(store->redo(newestFirst));
    EXPECT_FALSE(store->pushEdits({addition(4, 1, segmentOf(4, 0, 10)), addition(4, 1, segmentOf(5, 0, 10))},
                                  {{"groups", "[]"}}));
    ASSERT_TRUE(store->redo(edits));
    data = store->load();
    ASSERT_TRUE(data) << describe(data.error());
    EXPECT_EQ(data->editsDone, 3U);
    EXPECT_EQ(data->segments[2], std::vector{segmentOf(2, 20, 30)});
    EXPECT_EQ(data->settings.at("groups"), "[[1,3]]");
}

TEST_F(ProjectHistoryTest, ANewEditDropsWhatCouldBeRedone) {
    auto store = created();
    ASSERT_TRUE(store->putSpeech(speechOf(1)));
    const Edit first = addition(1, 1, segmentOf(1, 0, 10));
    ASSERT_TRUE(store->pushEdit(first));
    ASSERT_TRUE(store->undo(first));
    ASSERT_TRUE(store->pushEdit(addition(2, 1, segmentOf(2, 20, 30))));
    auto data = store->load();
    ASSERT_EQ(data->edits.size(), 1u);
    EXPECT_EQ(data->edits[0].id, 2);
    EXPECT_EQ(data->nextSegmentId, 3) << "the dropped segment's id is not used again";
}

TEST_F(ProjectHistoryTest, EditsOutOfTurnAreRefusedAndChangeNothing) {
    auto store = created();
    ASSERT_TRUE(store->putSpeech(speechOf(1)));
    const Edit first = addition(1, 1, segmentOf(1, 0, 10)), second = addition(2, 1, segmentOf(2, 20, 30));
    ASSERT_TRUE(store->pushEdit(first));
    ASSERT_TRUE(store->pushEdit(second));
    EXPECT_FALSE(store->undo(first));
    EXPECT_FALSE(store->redo(second));
    EXPECT_FALSE(store->pushEdit(first));
    EXPECT_FALSE(store->pushEdit(addition(3, 1, segmentOf(2, 40, 50)))) << "a segment's id taken twice";
    auto data = store->load();
    EXPECT_EQ(data->editsDone, 2u);
    EXPECT_EQ(data->edits.size(), 2u);
    EXPECT_EQ(data->segments[1].size(), 2u);
}

TEST_F(ProjectHistoryTest, TheNewestEditIsReplacedAsAWholeOrNotAtAll) {
    auto store = created();
    ASSERT_TRUE(store->putSpeech(speechOf(1)));
    const Edit first = addition(1, 1, segmentOf(1, 0, 10)), second = addition(2, 1, segmentOf(2, 20, 30));
    ASSERT_TRUE(store->pushEdit(first));
    ASSERT_TRUE(store->pushEdit(second));
    EXPECT_FALSE(store->replaceEdit(first, addition(3, 1, segmentOf(3, 0, 5)))) << "it is not the newest";
    EXPECT_FALSE(store->replaceEdit(second, addition(3, 1, segmentOf(1, 40, 50)))) << "a segment's id taken twice";
    EXPECT_EQ(store->load()->segments[1].size(), 2u);
    EXPECT_EQ(store->load()->editsDone, 2u) << "the one that was to go is in force still";
    const Edit third = addition(3, 1, segmentOf(2, 25, 35));
    ASSERT_TRUE(store->replaceEdit(second, third));
    auto data = store->load();
    ASSERT_EQ(data->edits.size(), 2u);
    EXPECT_EQ(data->edits[1].id, 3);
    EXPECT_EQ(data->segments[1][1].range, (SampleRange{25, 35}));
    ASSERT_TRUE(store->undo(third));
    EXPECT_EQ(store->load()->segments[1].size(), 1u);
}

TEST_F(ProjectHistoryTest, TheStoreAndTheDataInMemoryStayTheSame) {
    auto store = created();
    ProjectData data;
    for (const SpeechId id : {1, 2}) {
        data.speeches.push_back(speechOf(id));
        ASSERT_TRUE(store->putSpeech(speechOf(id)));
    }
    std::mt19937 random(3);
    for (int i = 0; i < 120; ++i) {
        const unsigned what = random() % 4;
        if (what == 0 && data.editsDone > 0) {
            const Edit& edit = data.edits[--data.editsDone];
            data.apply(edit.inverse());
            ASSERT_TRUE(store->undo(edit));
        } else if (what == 1 && data.editsDone < data.edits.size()) {
            const Edit& edit = data.edits[data.editsDone++];
            data.apply(edit);
            ASSERT_TRUE(store->redo(edit));
        } else {
            Edit edit;
            edit.id = data.nextEditId++;
            edit.speech = 1 + random() % 2;
            const auto& list = data.segments[edit.speech];
            if (!list.empty() && random() % 2) edit.removed = {list[random() % list.size()]};
            const auto begin = static_cast<int64_t>(random() % 1000);
            if (edit.removed.empty() || random() % 2)
                edit.added = {
                    segmentOf(edit.removed.empty() ? data.nextSegmentId : edit.removed[0].id, begin, begin + 5)};
            data.edits.resize(data.editsDone);
            data.edits.push_back(edit);
            data.editsDone++;
            data.apply(edit);
            ASSERT_TRUE(store->pushEdit(edit));
        }
    }
    store.reset();
    auto read = opened()->load();
    ASSERT_TRUE(read) << describe(read.error());
    for (const SpeechId id : {1, 2})
        EXPECT_EQ(read->segments[id], data.segments[id]);
    EXPECT_EQ(read->editsDone, data.editsDone);
    EXPECT_EQ(read->edits.size(), data.edits.size());
    EXPECT_EQ(read->nextSegmentId, data.nextSegmentId);
    EXPECT_EQ(read->nextEditId, data.nextEditId);
}

TEST_F(ProjectHistoryTest, ThousandsOfEditsAreUndoneAndRedoneAfterClosing) {
    constexpr int64_t kEdits = 2000;
    const auto nth = [](int64_t i) { return addition(i, 1, segmentOf(i, i * 10, i * 10 + 5)); };
    {
        auto store = created();
        std::vector<Edit> edits;
        for (int64_t i = 1; i <= kEdits; ++i)
            edits.push_back(nth(i));
        ASSERT_TRUE(store->addSpeeches({speechOf(1)}, edits));
    }
    {
        auto store = opened();
        for (int64_t i = kEdits; i >= 1; --i)
            ASSERT_TRUE(store->undo(nth(i))) << i;
        EXPECT_FALSE(store->undo(nth(1)));
    }
    {
        auto store = opened();
        auto data = store->load();
        EXPECT_EQ(data->editsDone, 0U);
        ASSERT_EQ(data->edits.size(), static_cast<size_t>(kEdits));
        EXPECT_TRUE(data->segments[1].empty());
        for (int64_t i = 1; i <= kEdits / 2; ++i)
            ASSERT_TRUE(store->redo(nth(i))) << i;
        EXPECT_FALSE(store->redo(nth(kEdits / 2))) << "it is done already";
        ASSERT_TRUE(store->pushEdit(nth(kEdits + 1)));
        EXPECT_FALSE(store->redo(nth(kEdits / 2 + 1))) << "the new edit dropped it";
    }
    auto data = opened()->load();
    EXPECT_EQ(data->edits.size(), static_cast<size_t>(kEdits / 2 + 1));
    EXPECT_EQ(data->editsDone, data->edits.size());
    EXPECT_EQ(data->segments[1].size(), data->edits.size());
}

TEST_F(ProjectHistoryTest, RecordingsAndTheirLabelsAreAddedTogetherOrNotAtAll) {
    auto store = created();
    ASSERT_TRUE(store->addSpeeches({speechOf(1), speechOf(2)},
                                   {addition(1, 1, segmentOf(1, 0, 10)), addition(2, 2, segmentOf(2, 0, 10))}));
    EXPECT_FALSE(store->addSpeeches({speechOf(3)}, {addition(2, 3, segmentOf(3, 0, 10))})) << "an edit taken twice";
    auto data = store->load();
    EXPECT_EQ(data->speeches.size(), 2U);
    EXPECT_EQ(data->edits.size(), 2U);
    ASSERT_TRUE(store->undo(data->edits[1])) << "a refused change leaves the history as it was";
    EXPECT_EQ(store->load()->editsDone, 1U);
}

} // namespace
} // namespace ovation::test
