// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detection/Proposals.h"
#include "core/detection/NoiseCurve.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

namespace ovation {
namespace {

constexpr int kRate = seed::kSampleRate;

/// Something like speech: syllables of a harmonic tone, four a second, with pauses; over a faint hiss.
std::vector<float> speechLike(double seconds) {
    std::mt19937 random(3);
    std::normal_distribution<float> hiss(0, 0.0005F);
    std::vector<float> samples;
    for (int i = 0; i < static_cast<int>(seconds * kRate); ++i) {
        const double t = static_cast<double>(i) / kRate;
        const double syllable = std::max(0.0, std::sin(2 * std::numbers::pi * 4 * t)) * (std::fmod(t, 3) < 2.4 ? 1 : 0);
        double tone = 0;
        for (int harmonic = 1; harmonic <= 20; ++harmonic)
            tone += std::sin(2 * std::numbers::pi * 130 * harmonic * (1 + 0.02 * std::sin(3 * t)) * t) / harmonic;
        samples.push_back(static_cast<float>(0.15 * syllable * tone) + hiss(random));
    }
    return samples;
}

void addNoise(std::vector<float>& samples, double fromS, double toS, float level) {
    std::mt19937 random(5);
    std::normal_distribution<float> noise(0, level);
    for (auto i = static_cast<size_t>(fromS * kRate); i < static_cast<size_t>(toS * kRate); ++i)
        samples[i] += noise(random);
}

ProbabilityCurve curveOf(const std::vector<float>& samples, size_t piece = 1024) {
    FrameExtractor extractor(FrameContent::MelOnly);
    NoiseCurveBuilder builder;
    for (size_t at = 0; at < samples.size(); at += piece * seed::kHop) {
        FrameFeatures frames;
        extractor.push(std::span(samples).subspan(at, std::min(piece * seed::kHop, samples.size() - at)), frames);
        builder.push(frames);
    }
    FrameFeatures rest;
    extractor.finish(rest);
    builder.push(rest);
    return builder.finish(static_cast<double>(samples.size()) / kRate);
}

std::vector<Proposal> proposed(const std::vector<float>& samples, double sensitivity = 0.5,
                               const std::vector<Segment>& labels = {}) {
    return proposals(curveOf(samples), sensitivity, labels, static_cast<int64_t>(samples.size()), kRate);
}

TEST(ProposalsTest, NoiseAmongSpeechIsProposedWithItsEdges) {
    std::vector<float> samples = speechLike(40);
    addNoise(samples, 10, 14, 0.08F);                                            // under the speaker's words
    std::fill(samples.begin() + 25 * kRate, samples.begin() + 33 * kRate, 0.0F); // who then waits
    addNoise(samples, 25, 33, 0.03F);
    const auto found = proposed(samples);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_NEAR(toSeconds(found[0].range.begin, kRate), 10, 0.6);
    EXPECT_NEAR(toSeconds(found[0].range.end, kRate), 14, 0.6);
    EXPECT_NEAR(toSeconds(found[1].range.begin, kRate), 25, 0.6);
    EXPECT_NEAR(toSeconds(found[1].range.end, kRate), 33, 0.6);
    EXPECT_GT(found[0].score, 0.5);
}

TEST(ProposalsTest, FaintNoiseUnderLouderSpeechIsProposedFurtherUpTheSlider) {
    std::vector<float> samples = speechLike(40);
    addNoise(samples, 25, 33, 0.03F); // the speech hides that it is flat and steady
    EXPECT_TRUE(proposed(samples).empty());
    const auto found = proposed(samples, 0.9);
    ASSERT_FALSE(found.empty());
    EXPECT_GT(toSeconds(found.front().range.begin, kRate), 24);
    EXPECT_LT(toSeconds(found.back().range.end, kRate), 34);
}

TEST(ProposalsTest, SpeechAndItsHissAreNotProposed) {
    EXPECT_TRUE(proposed(speechLike(40)).empty());
}

TEST(ProposalsTest, SilenceAndNothingGiveNothing) {
    EXPECT_TRUE(proposed(std::vector<float>(10 * kRate)).empty());
    EXPECT_TRUE(proposed({}).empty());
    EXPECT_TRUE(proposals({}, 0.5, {}, 1000, kRate).empty());
}

TEST(ProposalsTest, ThePieceSizeMakesNoDifference) {
    std::vector<float> samples = speechLike(20);
    addNoise(samples, 5, 9, 0.05F);
    EXPECT_EQ(curveOf(samples).values, curveOf(samples, 7).values);
}

TEST(ProposalsTest, TheSliderNeverProposesLessFurtherUp) {
    std::vector<float> samples = speechLike(40);
    addNoise(samples, 10, 14, 0.08F);
    addNoise(samples, 25, 33, 0.01F);
    const ProbabilityCurve curve = curveOf(samples);
    int64_t before = 0;
    for (double sensitivity = 0; sensitivity <= 1; sensitivity += 0.1) {
        int64_t length = 0;
        for (const Proposal& proposal : proposals(curve, sensitivity, {}, static_cast<int64_t>(samples.size()), kRate))
            length += proposal.range.length();
        EXPECT_GE(length, before) << sensitivity;
        before = length;
    }
    EXPECT_GT(before, 0);
}

TEST(ProposalsTest, WhatIsLabelledIsNotProposedAgain) {
    std::vector<float> samples = speechLike(40);
    addNoise(samples, 10, 20, 0.08F);
    Segment label;
    label.id = 1;
    label.range = {toFrame(10.4, kRate), toFrame(19.5, kRate)};
    EXPECT_TRUE(proposed(samples, 0.5, {label}).empty()) << "crumbs at its edges are no proposals";
    label.range.end = toFrame(13, kRate);
    const auto rest = proposed(samples, 0.5, {label});
    ASSERT_EQ(rest.size(), 1U);
    EXPECT_EQ(rest[0].range.begin, label.range.end);
}

} // namespace
} // namespace ovation
