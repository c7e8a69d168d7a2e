// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/Hyperparameters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

using namespace ovation;
using testing::HasSubstr;

TEST(Hyperparameters, DefaultsAreThePresetSeedAndEveryPresetIsValid) {
    EXPECT_EQ(preset("seed")->values, Hyperparameters{});
    for (const Preset& candidate : presets())
        EXPECT_TRUE(validate(candidate.values).empty()) << candidate.id;
    EXPECT_EQ(preset("transformer")->values.model, "transformer");
    EXPECT_EQ(preset("transformer")->values.layers, 6);
    EXPECT_EQ(preset("transformer")->values.dropout, 0.1);
    EXPECT_EQ(preset("compact")->values.model, "crnn");
    EXPECT_EQ(preset("seed-small")->values.hiddenSize, 64);
    EXPECT_EQ(preset("none"), nullptr);
}

TEST(Hyperparameters, EveryFieldHasItsTextsAndAUniqueName) {
    std::set<std::string> names;
    for (const HyperparameterField& field : hyperparameterFields()) {
        EXPECT_TRUE(names.insert(field.name).second) << field.name;
        EXPECT_GT(std::string(field.explanation).size(), 40U) << field.name;
        EXPECT_NE(*field.label, '\0');
        EXPECT_NE(*field.group, '\0');
        EXPECT_EQ(hyperparameterField(field.name), &field);
    }
    EXPECT_GE(names.size(), 44U);
}

TEST(Hyperparameters, FrameNetworksHaveNoFieldsThatChangeNothing) {
    for (const char* name : {"class_weights", "engine", "heads", "split"}) {
        EXPECT_FALSE(usedByModel(*hyperparameterField(name), "crnn")) << name;
        EXPECT_TRUE(usedByModel(*hyperparameterField(name), "transformer")) << name;
    }
}

TEST(Hyperparameters, EachFieldChangesOneMemberAndGivesItBack) {
    std::set<std::string> jsons;
    for (const HyperparameterField& field : hyperparameterFields()) {
        Hyperparameters changed;
        if (field.kind == HyperparameterField::Kind::Choice) {
            field.setChoice(changed, field.choices.back());
            EXPECT_EQ(field.choice(changed), field.choices.back());
        } else {
            const double value = field.number({}) == field.maximum ? field.minimum : field.maximum;
            field.setNumber(changed, value);
            EXPECT_EQ(field.number(changed), value) << field.name;
        }
        EXPECT_NE(changed, Hyperparameters{}) << field.name;
        EXPECT_TRUE(jsons.insert(toJson(changed)).second) << field.name << " changes what another field changes";
    }
}

TEST(Hyperparameters, ValidationReportsEveryFieldNotOnlyTheFirst) {
    Hyperparameters bad;
    bad.learningRate = 5000;
    bad.batchSize = 0;
    bad.optimizer = "magic";
    const auto errors = validate(bad);
    ASSERT_EQ(errors.size(), 3U);
    EXPECT_EQ(errors[0].field, "optimizer");
    EXPECT_THAT(errors[0].text, HasSubstr("one of adamw, adam, sgd"));
    EXPECT_EQ(errors[1].field, "learning_rate");
    EXPECT_THAT(errors[1].text, HasSubstr("Learning rate is 5000; it must be a number from 1e-07 to 10"));
    EXPECT_EQ(errors[2].field, "batch_size");
}

TEST(Hyperparameters, NotANumberIsRefused) {
    Hyperparameters bad;
    bad.dropout = std::numeric_limits<double>::quiet_NaN();
    ASSERT_EQ(validate(bad).size(), 1U);
    EXPECT_EQ(validate(bad)[0].field, "dropout");
}

TEST(Hyperparameters, HeadsMustDivideTheAttentionsWidth) {
    Hyperparameters recurrent;
    recurrent.hiddenSize = 12;
    recurrent.heads = 8; // divides 2 x 12
    EXPECT_TRUE(validate(recurrent).empty());
    recurrent.heads = 7;
    ASSERT_EQ(validate(recurrent).size(), 1U);
    EXPECT_EQ(validate(recurrent)[0].field, "heads");
    Hyperparameters encoder = recurrent;
    encoder.model = "transformer";
    encoder.heads = 8;
    EXPECT_EQ(validate(encoder).size(), 1U);
}

TEST(Hyperparameters, AnOddWidthDoesNotFitTheTransformer) {
    Hyperparameters encoder;
    encoder.model = "transformer";
    encoder.hiddenSize = 9;
    encoder.heads = 3;
    ASSERT_EQ(validate(encoder).size(), 1U);
    EXPECT_EQ(validate(encoder)[0].field, "hidden_size");
}

TEST(Hyperparameters, JsonRoundTripKeepsEveryValue) {
    Hyperparameters values;
    values.learningRate = 0.1 + 0.2;
    values.seed = 4294967295;
    values.classWeights = true;
    values.split = "random";
    values.threads = 2;
    const auto back = hyperparametersFromJson(toJson(values));
    ASSERT_TRUE(back);
    EXPECT_EQ(*back, values);
}

TEST(Hyperparameters, JsonIgnoresUnknownNamesAndRefusesWrongKinds) {
    const auto newer = hyperparametersFromJson(R"({"epochs": 7, "from_the_future": [1]})");
    ASSERT_TRUE(newer);
    EXPECT_EQ(newer->epochs, 7);
    for (const char* json : {R"({"epochs": "seven"})", R"({"epochs": 7.5})", R"({"split": 3})", R"({"seed": -1})",
                             R"({"class_weights": 1})", R"({"dropout": null})", "[]", "", "{"}) {
        const auto result = hyperparametersFromJson(json);
        ASSERT_FALSE(result) << json;
        EXPECT_EQ(result.error().code, ErrorCode::BadHyperparameter);
    }
}

TEST(Hyperparameters, AbsurdNumbersInJsonAreSeenByValidation) {
    const auto huge = hyperparametersFromJson(R"({"epochs": 1e300, "seed": 1e30})");
    ASSERT_TRUE(huge);
    EXPECT_EQ(validate(*huge).size(), 2U);
}

TEST(Hyperparameters, TextSetsAFieldOrSaysWhatItTakes) {
    Hyperparameters values;
    EXPECT_TRUE(setFromText(values, *hyperparameterField("learning_rate"), "3e-4"));
    EXPECT_EQ(values.learningRate, 3e-4);
    EXPECT_TRUE(setFromText(values, *hyperparameterField("optimizer"), "sgd"));
    EXPECT_EQ(values.optimizer, "sgd");
    for (const auto& [name, text] : std::vector<std::pair<const char*, const char*>>{{"epochs", "0"},
                                                                                     {"epochs", "2.5"},
                                                                                     {"epochs", "many"},
                                                                                     {"epochs", ""},
                                                                                     {"epochs", "5x"},
                                                                                     {"dropout", "nan"},
                                                                                     {"dropout", "1e999"},
                                                                                     {"optimizer", "SGD"}}) {
        const Hyperparameters before = values;
        const auto result = setFromText(values, *hyperparameterField(name), text);
        ASSERT_FALSE(result) << name << " " << text;
        EXPECT_EQ(result.error().code, ErrorCode::BadHyperparameter);
        EXPECT_THAT(result.error().detail, HasSubstr(hyperparameterField(name)->label));
        EXPECT_THAT(result.error().detail, HasSubstr("must be"));
        EXPECT_EQ(values, before);
    }
}
