// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/export/ModelCard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace ovation;
using testing::HasSubstr;
using testing::Not;

namespace {

ModelBundle bundleForCard() {
    ModelBundle bundle;
    bundle.name = "archive";
    bundle.datasetFingerprint = "f00d";
    bundle.trainingHashes = {"a", "b", "c"};
    bundle.decoder.threshold = 0.55;
    bundle.trainingJson = R"({"split":"recording","train_split":0.8,"seed":7,"epochs":50,"optimizer":"adamw"})";
    bundle.metricsJson = R"({"epoch":12,"validation":{"f1":0.8,"precision":0.8,"recall":0.8,"accuracy":0.9,
        "roc_auc":null,"average_precision":0.85,"confusion":[[120,20],[20,80]]}})";
    return bundle;
}

} // namespace

TEST(ModelCard, TellsDataSplitScoresWithIntervalsLimitsAndHowToCallIt) {
    const auto card = modelCard(bundleForCard());
    ASSERT_TRUE(card);
    const std::string text = toMarkdown(*card);
    for (const char* said :
         {"# archive", "13415042 parameters", "Recordings trained on: 3", "f00d", "by recording", "80 %", "seed 7",
          "best epoch 12", "| F1 | 0.800 |", "| ROC-AUC | n/a | n/a |", "## Limits", "an hour takes several gigabytes",
          "torch.jit.load", "onnxruntime.InferenceSession", "onnxruntime-node", "ovation detect", "0.55"})
        EXPECT_THAT(text, HasSubstr(said));
}

TEST(ModelCard, NamesTeachers) {
    ModelBundle bundle = bundleForCard();
    EXPECT_THAT(toMarkdown(*modelCard(bundle)), Not(HasSubstr("learnt from the answers")));
    bundle.taughtBy = {"first", "second"};
    EXPECT_THAT(toMarkdown(*modelCard(bundle)), HasSubstr("the answers of 2 models (\"first\", \"second\")"));
}

TEST(ModelCard, TellsHowSegmentsAreMadeAsTheyAre) {
    ModelBundle bundle = bundleForCard();
    bundle.decoder.mergeGapS = 0;
    std::string text = toMarkdown(*modelCard(bundle));
    EXPECT_THAT(text, HasSubstr("reaches the threshold of 0.55, going on until it falls below it by 0.10"));
    EXPECT_THAT(text, Not(HasSubstr("gaps of")));
    EXPECT_THAT(text, Not(HasSubstr("earlier")));
    EXPECT_THAT(text, Not(HasSubstr("sudden")));
    bundle.decoder.evidence = 2.4;
    bundle.decoder.confirmation = 1.5;
    bundle.decoder.endShiftS = -0.09;
    bundle.decoder.startShiftS = 0.02;
    bundle.decoder.mergeGapS = 0.3;
    bundle.decoder.edgeConfidence = 2.75;
    text = toMarkdown(*modelCard(bundle));
    for (const char* said :
         {"to gather 2.4 s x log odds around the threshold of 0.55", "starts are put 0.02 s later",
          "ends are put 0.09 s earlier", "gaps of up to 0.3 s", "log odds of 1.5",
          "sudden ends are put to the last moment that is surer than the threshold by log odds of 2.75"})
        EXPECT_THAT(text, HasSubstr(said));
    EXPECT_LT(text.find("segments are dropped"), text.find("sudden ends")) << "in the order in which it is done";
    EXPECT_THAT(text, Not(HasSubstr("going on until")));
}

TEST(ModelCard, IntervalsAreThoseOfTheTrainingsRecordings) {
    ModelBundle bundle = bundleForCard();
    std::string text = toMarkdown(*modelCard(bundle));
    EXPECT_THAT(text, HasSubstr("| F1 | 0.800 | n/a |"));
    EXPECT_THAT(text, HasSubstr("No intervals: the model's file does not hold them."));
    bundle.metricsJson = R"({"epoch":12,"validation":{"f1":0.751,"precision":0.8,"recall":0.7,"accuracy":0.9,
        "roc_auc":null,"average_precision":0.85,"confusion":[[120,20],[20,80]],"recordings":10,
        "intervals":{"f1":[0.2451,0.8772],"precision":"damaged"}}})";
    text = toMarkdown(*modelCard(bundle));
    EXPECT_THAT(text, HasSubstr("| F1 | 0.751 | 0.245 to 0.877 |"));
    EXPECT_THAT(text, HasSubstr("| Precision | 0.800 | n/a |"));
    EXPECT_THAT(text, HasSubstr("by bootstrap over the 10 validation recordings"));
    EXPECT_THAT(text, HasSubstr("n/a: too few of them"));
}

TEST(ModelCard, NamesTheThresholdOfItsScoresWhereDetectionHasAnother) {
    ModelBundle bundle = bundleForCard();
    EXPECT_THAT(toMarkdown(*modelCard(bundle)),
                HasSubstr("at a threshold of 0.5, while segments are made with one of 0.55"));
    bundle.decoder.threshold = 0.5;
    EXPECT_THAT(toMarkdown(*modelCard(bundle)), HasSubstr("at the threshold of 0.5:"));
    bundle.decoder.threshold = 0.5023;
    EXPECT_THAT(toMarkdown(*modelCard(bundle)), HasSubstr("while segments are made with one of 0.5023"));
    EXPECT_THAT(toMarkdown(*modelCard(bundle)), HasSubstr("reaches the threshold of 0.5023"));
}

TEST(ModelCard, CountsOneEpochInTheSingular) {
    ModelBundle bundle = bundleForCard();
    EXPECT_THAT(toMarkdown(*modelCard(bundle)), HasSubstr("seed 7, up to 50 epochs, best epoch 12"));
    bundle.trainingJson = R"({"split":"recording","seed":7,"epochs":1})";
    EXPECT_THAT(toMarkdown(*modelCard(bundle)), HasSubstr("seed 7, 1 epoch, best epoch"));
}

TEST(ModelCard, WithoutScoresSaysSo) {
    ModelBundle bundle;
    const auto card = modelCard(bundle);
    ASSERT_TRUE(card);
    EXPECT_THAT(toMarkdown(*card), HasSubstr("holds no scores"));
    EXPECT_THAT(toMarkdown(*card), HasSubstr("Recordings trained on: not recorded"));
}

TEST(ModelCard, TakesScoresOfRecordingsHeldApart) {
    const auto card = modelCard(bundleForCard(), R"({"pooled":{"frame_f1":0.91,"event_f1":{"0.5":0.7},"roc_auc":null,
        "intervals":{"frame_f1":[0.85,0.95]}},"recordings":[{},{}]})");
    ASSERT_TRUE(card);
    EXPECT_THAT(toMarkdown(*card), HasSubstr("| Frame F1 (10 ms) | 0.910 | 0.850 to 0.950 |"));
    EXPECT_THAT(toMarkdown(*card), HasSubstr("| Event F1 (0.5 s) | 0.700 | n/a |"));
    EXPECT_THAT(toMarkdown(*card), HasSubstr("On 2 recordings"));
    for (const char* wrong : {"[]", "{", "{\"pooled\": 3}"}) {
        const auto refused = modelCard(bundleForCard(), wrong);
        ASSERT_FALSE(refused) << wrong;
        EXPECT_EQ(refused.error().code, ErrorCode::WrongUsage);
    }
}

TEST(ModelCard, ScoresOnWhatItWasTrainedOnAreSaidToBe) {
    const auto cardOf = [](const std::string& recordings, const std::string& seen) {
        const auto card = modelCard(bundleForCard(), R"({"pooled":{"frame_f1":1.0},"recordings":)" + recordings +
                                                         R"(,"seen_in_training":)" + seen + "}");
        EXPECT_TRUE(card);
        return card ? toMarkdown(*card) : std::string();
    };
    const std::string two = R"([{"file":"a"},{"file":"b"}])", noScores = "No scores on recordings held apart";
    for (const char* none : {"[]", "null"}) {
        const std::string text = cardOf(two, none);
        EXPECT_EQ(text.find("The model was trained on"), text.npos) << text;
        EXPECT_EQ(text.find(noScores), text.npos) << text;
    }
    const std::string some = cardOf(two, R"(["a"])");
    EXPECT_THAT(some, HasSubstr("The model was trained on 1 of these recordings: scores elsewhere will be lower."));
    EXPECT_EQ(some.find(noScores), some.npos) << some;
    const std::string all = cardOf(two, R"(["a","b"])");
    EXPECT_THAT(all, HasSubstr("The model was trained on 2 of these recordings"));
    EXPECT_THAT(all, HasSubstr(noScores));
}

TEST(ModelCard, NamesCannotAddMarkup) {
    ModelBundle bundle = bundleForCard();
    bundle.name = "<script>alert(1)</script> & [x](y)";
    const auto card = modelCard(bundle);
    ASSERT_TRUE(card);
    EXPECT_THAT(toHtml(*card), Not(HasSubstr("<script>")));
    EXPECT_THAT(toHtml(*card), HasSubstr("&lt;script&gt;"));
    EXPECT_THAT(toMarkdown(*card), Not(HasSubstr("<script>")));
    EXPECT_THAT(toMarkdown(*card), Not(HasSubstr("[x](y)")));
}

TEST(ModelCard, OfAFrameModelSaysWhatEachAnswerIs) {
    ModelBundle bundle = bundleForCard();
    bundle.architecture.id = "crnn";
    bundle.architecture.bands = bundle.architecture.channels = 64;
    const auto card = modelCard(bundle);
    ASSERT_TRUE(card);
    EXPECT_THAT(toMarkdown(*card), HasSubstr("for every 0.080 s"));
    EXPECT_THAT(toMarkdown(*card), HasSubstr("by answers"));
}
