// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ovation {

/// Everything that decides a training run. Defaults are the preset "seed". Plain; validated by validate().
struct Hyperparameters {
    // data
    double trainSplit = 0.8;         ///< share of examples for training
    std::string split = "recording"; ///< "recording" or "random" (leaky); clip models only
    int64_t splitSeed = 0;           ///< that decides the split; 0: `seed` does
    int64_t folds = 0;               ///< above 1: the split is one of so many folds of the recordings, not trainSplit
    int64_t fold = 1;                ///< which of them is for validation, from 1
    double windowHopS = 2.32;        ///< step between training windows in long recordings, s
    double exampleS = 10;            ///< frame models: length of an example, s
    int64_t stepsPerEpoch = 60;      ///< frame models, whose examples are made afresh for every step
    // model
    std::string model = "bilstm-attention";
    int64_t hiddenSize = 512;
    int64_t layers = 2;
    int64_t heads = 8;
    int64_t feedForward = 2048; ///< transformer only
    int64_t channels = 64;      ///< frame models: of the last convolution
    // optimiser
    std::string optimizer = "adamw"; ///< "adamw", "adam", "sgd"
    double learningRate = 1e-3;
    double momentum = 0.9; ///< sgd only
    double beta1 = 0.9;
    double beta2 = 0.999;
    int64_t batchSize = 16;
    // regularisation
    double dropout = 0.3;
    double weightDecay = 1e-5;
    double gradientClip = 1.0; ///< largest norm of the gradient; 0: no clipping
    bool classWeights = false;
    double formerShare = 0;    ///< frame models: of the weights that training began from, in those that are kept
    double teacherShare = 0.8; ///< frame models: of teachers' answers, where there are any, in what is learnt from
    // schedule
    double lrFactor = 0.5;
    int64_t lrPatience = 5;
    int64_t patience = 10;            ///< epochs without a better validation loss before stopping; 0: never
    std::string schedule = "plateau"; ///< "plateau", "constant", "one-cycle", "cosine"
    // augmentation of the training part. Shares are of examples, levels in dB.
    int64_t augmentCopies = 0;     ///< clip models: altered copies of each training window
    double gainDb = 6;             ///< clip models: largest change of level of a copy, either way
    double timeShiftS = 0.5;       ///< clip models: how much earlier or later a copy may begin, s
    double speechUnderShare = 0.3; ///< clip models: copies of applause with speech mixed under it
    double mixShare = 0.9;         ///< frame models: mixed from parts of recordings; the rest is cut from them as it is
    double applauseLowDb = -17, applauseHighDb = 5; ///< frame models: applause against speech, where they are mixed
    double noiseShare = 0.85;                       ///< with a noise floor
    double crackleShare = 0.18;                     ///< frame models: with the surface noise of old records
    double bandLimitShare = 0.45;                   ///< with the band limits of telephones and lossy coding
    double codingShare = 0;                         ///< through MP3 at a low rate
    double rumbleShare = 0.3;                       ///< with the lowest frequencies cut off
    double reverberationShare = 0.45;               ///< in a made-up room
    double maskShare = 0.5;                         ///< with bands hidden (SpecAugment)
    // run
    int64_t epochs = 50;
    uint64_t seed = 42;
    int64_t threads = 0;         ///< 0: as many as the machine has cores
    std::string engine = "fast"; ///< "fast": own functions where there are any; "plain": LibTorch's alone

    bool operator==(const Hyperparameters&) const = default;
};

/// One field of Hyperparameters, as forms, command line and JSON see it.
struct HyperparameterField {
    enum class Kind { Integer, Real, Choice, Flag };
    const char* name;        ///< snake_case, as in JSON: "learning_rate"; the flag is "--learning-rate"
    const char* label;       ///< "Learning rate"
    const char* group;       ///< "Data", "Model", "Optimiser", "Regularisation", "Schedule", "Run"
    const char* unit;        ///< "" where there is none
    const char* explanation; ///< what it does and why one would change it, two or three plain sentences
    Kind kind;
    double minimum, maximum; ///< numbers: inclusive range
    double step;             ///< a sensible step for spin boxes; for logarithmic values the factor
    bool logarithmic;
    std::vector<std::string> choices;
    /// Models that use it; empty: all.
    std::vector<std::string> models;
    std::function<double(const Hyperparameters&)> number; ///< Integer, Real, Flag (0/1)
    std::function<void(Hyperparameters&, double)> setNumber;
    std::function<std::string(const Hyperparameters&)> choice; ///< Choice
    std::function<void(Hyperparameters&, const std::string&)> setChoice;
};

/// Every field, grouped and in order.
std::span<const HyperparameterField> hyperparameterFields();
const HyperparameterField* hyperparameterField(std::string_view name);

bool usedByModel(const HyperparameterField& field, std::string_view model);
bool sameValue(const HyperparameterField& field, const Hyperparameters& a, const Hyperparameters& b);

/// Fields in which the settings do not all agree, in the order of hyperparameterFields().
std::vector<const HyperparameterField*> differingFields(std::span<const Hyperparameters> settings);

/// "a whole number from 1 to 1024", "one of adamw, adam, sgd": what a field takes, for messages.
std::string rangeText(const HyperparameterField& field);

/// Sets one field from what a person typed. BadHyperparameter, with the field's label and range, where it does not fit.
Result<void> setFromText(Hyperparameters& hyperparameters, const HyperparameterField& field, std::string_view text);

struct FieldError {
    std::string field; ///< name
    std::string text;  ///< a sentence with the field's label, the value and the range
};

/// Every field's error, not only the first; also those between fields (hidden size divisible by heads).
std::vector<FieldError> validate(const Hyperparameters& hyperparameters);

/// Whether single windows are dealt out to the sides. Frame models are always split by recording.
bool splitsAtRandom(const Hyperparameters& hyperparameters);

/// What a random split depends on.
uint64_t seedOfSplit(const Hyperparameters& hyperparameters);

struct Preset {
    const char* id;   ///< "seed"
    const char* name; ///< "Seed"
    const char* text; ///< one sentence
    Hyperparameters values;
};
/// "seed", "transformer", "compact", "seed-small".
std::span<const Preset> presets();
const Preset* preset(std::string_view id);

std::string toJson(const Hyperparameters& hyperparameters);
/// Unknown names are ignored (a newer version's); values of the wrong kind are an error (BadHyperparameter).
Result<Hyperparameters> hyperparametersFromJson(std::string_view json);

} // namespace ovation
