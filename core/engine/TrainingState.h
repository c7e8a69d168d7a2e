// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detection/SegmentDecoder.h"
#include "core/models/ModelBundle.h"
#include "core/training/TrainingRun.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ovation {

/// Loss and scores of the examples seen so far in one pass over a part of the data.
struct Tally {
    double lossSum = 0;   ///< sum of weighted losses
    double weightSum = 0; ///< sum of the examples' class weights
    double gradientNormSum = 0;
    std::vector<float> scores; ///< P(applause), in the order seen
    std::vector<bool> truths;

    void add(float score, bool truth);
    PartMetrics metrics() const;
};

/// ReduceLROnPlateau(min, factor, patience) as torch.optim.lr_scheduler has it: an epoch is better when its loss is
/// below the best by a ten-thousandth; after more than `patience` epochs in a row that are not, the rate is lowered.
struct PlateauSchedule {
    std::optional<double> best;
    int64_t badEpochs = 0;

    /// The rate for the next epoch.
    double next(double loss, double learningRate, double factor, int64_t patience);
};

/// Where a run stands: with the weights and the optimiser's moments, all that its continuation depends on. Shuffling is
/// a function of (seed, epoch) and dropout one of (seed, step), so both generators' states are in here.
struct TrainingPosition {
    int64_t epoch = 1; ///< being trained
    int64_t batch = 0; ///< batches done in this epoch
    uint64_t step = 0; ///< batches done since the run began
    double learningRate = 0;
    int64_t optimizerSteps = 0;
    PlateauSchedule plateau;
    std::optional<double> bestLoss;
    int64_t epochsWithoutBetter = 0;
    double epochSeconds = 0;       ///< spent in this epoch
    Tally tally;                   ///< of this epoch's batches
    std::vector<float> bestScores; ///< of the validation examples, by the best weights
    TrainingRun run;               ///< finished epochs
    std::string extended{}; ///< "last" or "best": how the run was last extended, to its present epochs; "" for not
    /// Of the model that the run began from, if it began from one.
    std::optional<DecoderOptions> begunDecoder;
    int64_t begunWindowFrames = 0;          ///< ModelBundle::windowFrames, likewise
    Standardizer begunMfcc{}, begunClip{};  ///< of clip models, likewise; empty: none
    std::vector<std::string> begunHashes{}; ///< ModelBundle::trainingHashes, likewise
    std::string begunOrigin = "{}";         ///< settings of the training from scratch that the run descends from
};

/// The rate of a step (from 0) of `steps`: rises by a cosine from a 25th of `highest` over the first 15 % and falls
/// likewise to nearly nothing.
double oneCycleRate(double highest, uint64_t step, uint64_t steps);

/// The rate of a step (from 0) of `steps`: falls by a cosine from `highest` to nearly nothing.
double cosineRate(double highest, uint64_t step, uint64_t steps);

/// The order of `count` training examples in an epoch (from 1): Fisher-Yates.
std::vector<int64_t> shuffledOrder(int64_t count, uint64_t seed, int64_t epoch);

/// Decoder for scores of validation windows: the threshold with the highest F1, half-way between the scores it
/// separates; among equals the one nearest to 0.5. Defaults where F1 is undefined. Hysteresis never reaches below half
/// the threshold.
DecoderOptions chooseDecoder(const std::vector<float>& scores, const std::vector<bool>& truths);

} // namespace ovation
