// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/ModelRegistry.h"
#include "core/training/Hyperparameters.h"

#include <algorithm>
#include <cmath>
#include <type_traits>

namespace ovation {

namespace {

using Kind = HyperparameterField::Kind;

struct About {
    const char* name;
    const char* label;
    const char* group;
    const char* unit;
    const char* explanation;
};

struct Range {
    double minimum, maximum, step;
    bool logarithmic = false;
};

template <typename T>
HyperparameterField numberField(const About& about, T Hyperparameters::*member, Range range,
                                std::vector<std::string> models = {}) {
    HyperparameterField field{};
    field.name = about.name;
    field.label = about.label;
    field.group = about.group;
    field.unit = about.unit;
    field.explanation = about.explanation;
    field.kind = std::is_same_v<T, bool> ? Kind::Flag : std::is_integral_v<T> ? Kind::Integer : Kind::Real;
    field.minimum = range.minimum;
    field.maximum = range.maximum;
    field.step = range.step;
    field.logarithmic = range.logarithmic;
    field.models = std::move(models);
    field.number = [member](const Hyperparameters& h) { return static_cast<double>(h.*member); };
    field.setNumber = [member, range](Hyperparameters& h, double value) {
        if constexpr (std::is_same_v<T, bool>) {
            h.*member = value != 0.0;
        } else if constexpr (std::is_integral_v<T>) {
            // One beyond the range is enough for validate() to see that it is outside; keeps the conversion defined.
            const double low = std::is_unsigned_v<T> ? 0.0 : range.minimum - 1;
            const double clipped = std::isnan(value) ? low : std::fmin(std::fmax(value, low), range.maximum + 1);
            h.*member = static_cast<T>(std::llround(clipped));
        } else {
            h.*member = value;
        }
    };
    return field;
}

HyperparameterField choiceField(const About& about, std::string Hyperparameters::*member,
                                std::vector<std::string> choices, std::vector<std::string> models = {}) {
    HyperparameterField field{};
    field.name = about.name;
    field.label = about.label;
    field.group = about.group;
    field.unit = about.unit;
    field.explanation = about.explanation;
    field.kind = Kind::Choice;
    field.choices = std::move(choices);
    field.models = std::move(models);
    field.choice = [member](const Hyperparameters& h) { return h.*member; };
    field.setChoice = [member](Hyperparameters& h, const std::string& value) { h.*member = value; };
    return field;
}

std::vector<std::string> modelIds() {
    std::vector<std::string> ids;
    for (const ModelDescription& model : modelRegistry())
        ids.emplace_back(model.id);
    return ids;
}

std::vector<std::string> modelsThatAnswerFor(AnswersFor kind) {
    std::vector<std::string> ids;
    for (const ModelDescription& model : modelRegistry())
        if (model.answers == kind) ids.emplace_back(model.id);
    return ids;
}

std::vector<std::string> clipModels() {
    return modelsThatAnswerFor(AnswersFor::Clips);
}

std::vector<std::string> frameModels() {
    return modelsThatAnswerFor(AnswersFor::Frames);
}

using H = Hyperparameters;

void addDataFields(std::vector<HyperparameterField>& fields) {
    fields.push_back(numberField(
        {"train_split", "Training share", "Data", "",
         "Share of the material that the network learns from; the rest is held out to measure it honestly. More for "
         "training helps when there is little material, but then the measured scores become less certain."},
        &H::trainSplit, {0.05, 0.95, 0.05}));
    fields.push_back(choiceField(
        {"split", "Split by", "Data", "",
         "\"recording\" keeps all windows of one recording on the same side, so that validation hears rooms and voices "
         "that training never heard. \"random\" deals out single windows: scores look better than they are, because "
         "neighbouring windows sound alike."},
        &H::split, {"recording", "random"}, clipModels()));
    fields.push_back(numberField(
        {"split_seed", "Split seed", "Data", "",
         "Decides which recordings are held out, whatever the random seed is: runs that differ by their seed are then "
         "measured on the same recordings. 0 lets the random seed decide that, too."},
        &H::splitSeed, {0, 4294967295.0, 1}));
    fields.push_back(numberField(
        {"folds", "Folds", "Data", "",
         "From 2 on, the recordings are dealt out into so many folds, alike in applause, and one of them is held out: "
         "training once for each fold measures on every recording, which matters where there are few. 0 splits by "
         "the training share."},
        &H::folds, {0, 100, 1}));
    fields.push_back(numberField({"fold", "Held-out fold", "Data", "",
                                  "Which of the folds is for validation. Train once with each, then compare."},
                                 &H::fold, {1, 100, 1}));
    fields.push_back(numberField(
        {"window_hop_s", "Window step", "Data", "s",
         "Distance between the starts of neighbouring training windows (4.64 s long) in long recordings. A smaller "
         "step gives more, but more alike, examples and longer epochs."},
        &H::windowHopS, {0.1, 60, 0.1}, clipModels()));
    fields.push_back(numberField(
        {"example_s", "Example length", "Data", "s",
         "How long each training example is. Longer ones hold more of what comes before and after applause; shorter "
         "ones make quicker steps."},
        &H::exampleS, {2, 60, 1}, frameModels()));
    fields.push_back(numberField(
        {"steps_per_epoch", "Steps per epoch", "Data", "",
         "Examples are made afresh for every step, so there is no natural end of an epoch: validation is measured "
         "after this many steps."},
        &H::stepsPerEpoch, {1, 100000, 10}, frameModels()));
}

void addAugmentationFields(std::vector<HyperparameterField>& fields) {
    const auto share = [&](const About& about, double Hyperparameters::*member) {
        fields.push_back(numberField(about, member, {0, 1, 0.05}, frameModels()));
    };
    const auto shareOfAll = [&](const About& about, double Hyperparameters::*member) {
        fields.push_back(numberField(about, member, {0, 1, 0.05}));
    };
    fields.push_back(numberField(
        {"augment_copies", "Altered copies", "Augmentation", "",
         "How many altered copies of each training window are learnt from beside it: louder, noisier, through a "
         "telephone, in a room. More make little material go further and epochs longer; 0 leaves the data as they "
         "are. Validation is never altered."},
        &H::augmentCopies, {0, 20, 1}, clipModels()));
    fields.push_back(numberField({"gain_db", "Gain", "Augmentation", "dB",
                                  "By how much a copy may be louder or quieter at most, so that the network does not "
                                  "go by loudness."},
                                 &H::gainDb, {0, 40, 1}, clipModels()));
    fields.push_back(numberField({"time_shift_s", "Time shift", "Augmentation", "s",
                                  "How much earlier or later a copy may begin, where its label stays the same."},
                                 &H::timeShiftS, {0, 4, 0.1}, clipModels()));
    fields.push_back(numberField({"speech_under_share", "Speech under applause", "Augmentation", "",
                                  "Share of copies of applause that get speech from another training recording mixed "
                                  "under it, as when a speaker talks on while people clap."},
                                 &H::speechUnderShare, {0, 1, 0.05}, clipModels()));
    share({"mix_share", "Mixed examples", "Augmentation", "",
           "Share of examples that are mixed from parts of recordings: speech end to end, other sounds, applause faded "
           "in and out. The rest is cut from the recordings as they are. Mixing makes more of little material."},
          &H::mixShare);
    fields.push_back(numberField({"applause_low_db", "Lowest applause level", "Augmentation", "dB",
                                  "How far below speech mixed applause may lie. Lower values teach the network to hear "
                                  "quiet halls, and in the end to hear applause where there is none."},
                                 &H::applauseLowDb, {-40, 40, 1}, frameModels()));
    fields.push_back(numberField({"applause_high_db", "Highest applause level", "Augmentation", "dB",
                                  "How far above speech mixed applause may lie."},
                                 &H::applauseHighDb, {-40, 40, 1}, frameModels()));
    shareOfAll({"noise_share", "Noise floor", "Augmentation", "",
                "Share of examples that get a noise floor of a random level and colour, as of microphones and tapes."},
               &H::noiseShare);
    share({"crackle_share", "Crackle", "Augmentation", "",
           "Share of examples that get the clicks and the rushing of old records. Without it, surface noise is easily "
           "taken for applause."},
          &H::crackleShare);
    shareOfAll(
        {"band_limit_share", "Band limits", "Augmentation", "",
         "Share of examples whose high frequencies are cut off, as by telephones, old transfers and lossy coding."},
        &H::bandLimitShare);
    shareOfAll({"coding_share", "MP3 coding", "Augmentation", "",
                "Share of examples that go through a real MP3 coder at 20 to 64 kbit/s, so that what such files leave "
                "out or add is known. Costs time: each coded example takes the processor some hundredths of a second."},
               &H::codingShare);
    share({"rumble_share", "Rumble filter", "Augmentation", "",
           "Share of examples whose lowest frequencies are cut off, as recorders and broadcasters do."},
          &H::rumbleShare);
    shareOfAll({"reverberation_share", "Reverberation", "Augmentation", "",
                "Share of examples that sound as if heard in a made-up room, from a chamber to a hall."},
               &H::reverberationShare);
    shareOfAll(
        {"mask_share", "Hidden bands", "Augmentation", "",
         "Share of examples of which some frequency bands are hidden (SpecAugment), so that the network does not "
         "lean on a few of them."},
        &H::maskShare);
}

void addModelFields(std::vector<HyperparameterField>& fields) {
    fields.push_back(choiceField({"model", "Architecture", "Model", "",
                                  "The kind of network. The recurrent one reads the frames in order in both "
                                  "directions; the transformer compares every frame with every other; the compact "
                                  "one answers for every moment instead of every clip."},
                                 &H::model, modelIds()));
    fields.push_back(numberField(
        {"hidden_size", "Hidden size", "Model", "units",
         "Width of the network's inner layers. Wider networks can learn more and need more time, memory and material; "
         "the number of weights grows with the square."},
        &H::hiddenSize, {8, 2048, 8}));
    fields.push_back(numberField({"layers", "Layers", "Model", "",
                                  "How many recurrent or encoder layers stand on top of each other. Deeper networks "
                                  "form more abstract features and are harder to train."},
                                 &H::layers, {1, 12, 1}));
    fields.push_back(numberField({"heads", "Attention heads", "Model", "",
                                  "Into how many independent parts attention is divided, each of which can look for "
                                  "something else. Must divide the attention's width evenly."},
                                 &H::heads, {1, 64, 1}, clipModels()));
    fields.push_back(numberField({"feed_forward", "Feed-forward size", "Model", "units",
                                  "Width of the layer between two attention layers of the transformer, usually four "
                                  "times the hidden size."},
                                 &H::feedForward, {8, 8192, 8}, {"transformer"}));
    fields.push_back(numberField({"channels", "Channels", "Model", "",
                                  "Patterns that the last two convolutions look for; the first looks for a quarter as "
                                  "many, the second for half. More can tell finer differences apart and cost time in "
                                  "proportion to the square."},
                                 &H::channels, {8, 256, 8}, frameModels()));
}

void addOptimiserFields(std::vector<HyperparameterField>& fields) {
    fields.push_back(choiceField(
        {"optimizer", "Optimiser", "Optimiser", "",
         "The rule that turns gradients into steps. AdamW scales each weight's step by its own history and suits most "
         "cases; Adam mixes weight decay into the gradient; SGD takes plain steps and needs a well chosen rate."},
        &H::optimizer, {"adamw", "adam", "sgd"}));
    fields.push_back(numberField(
        {"learning_rate", "Learning rate", "Optimiser", "",
         "Length of each step down the loss. Too large and the loss jumps or grows, too small and training crawls: "
         "try a third or three times as much when the curve tells you so."},
        &H::learningRate, {1e-7, 10, 3, true}));
    fields.push_back(numberField({"momentum", "Momentum", "Optimiser", "",
                                  "For SGD: share of the last step that is kept in the next, as a heavy ball keeps "
                                  "rolling. It carries training through small dips and evens out noisy gradients."},
                                 &H::momentum, {0, 0.999, 0.05}));
    fields.push_back(numberField(
        {"beta1", "Beta 1", "Optimiser", "",
         "For Adam and AdamW: memory of the running mean of gradients, their momentum. 0.9 remembers about ten steps."},
        &H::beta1, {0, 0.9999, 0.01}));
    fields.push_back(numberField({"beta2", "Beta 2", "Optimiser", "",
                                  "For Adam and AdamW: memory of the running size of gradients, by which steps are "
                                  "scaled. 0.999 remembers about a thousand steps."},
                                 &H::beta2, {0, 0.99999, 0.001}));
    fields.push_back(numberField(
        {"batch_size", "Batch size", "Optimiser", "examples",
         "How many examples are averaged for one step. Larger batches give steadier gradients and better use of the "
         "machine, smaller ones more steps per epoch and some helpful noise."},
        &H::batchSize, {1, 1024, 1}));
}

void addRegularisationFields(std::vector<HyperparameterField>& fields) {
    fields.push_back(numberField(
        {"dropout", "Dropout", "Regularisation", "",
         "Share of inner values set to zero at random while training, so that the network cannot lean on a few of "
         "them. Raise it when validation falls behind training, lower it when training itself stays poor."},
        &H::dropout, {0, 0.9, 0.05}));
    fields.push_back(numberField({"weight_decay", "Weight decay", "Regularisation", "",
                                  "Pulls every weight a little towards zero at each step, which favours simpler "
                                  "solutions. Larger values restrain a network that memorises its examples."},
                                 &H::weightDecay, {0, 1, 10, true}));
    fields.push_back(numberField({"gradient_clip", "Gradient clipping", "Regularisation", "",
                                  "Longest gradient that is let through; a longer one is shortened to it, so that one "
                                  "odd batch cannot throw the network off. 0 turns it off."},
                                 &H::gradientClip, {0, 1000, 0.1}));
    fields.push_back(numberField({"class_weights", "Weigh classes", "Regularisation", "",
                                  "Lets the rarer class count for more, in inverse proportion to its share. Useful "
                                  "when applause is a small part of the material."},
                                 &H::classWeights, {0, 1, 1}, clipModels()));
    fields.push_back(numberField(
        {"former_share", "Former model's share", "Regularisation", "",
         "Where training goes on from a model: how much of its weights stays in those that are validated and kept. It "
         "forgets less of what it knew and learns less of what is new; 0 keeps the new weights alone."},
        &H::formerShare, {0, 0.95, 0.05}, frameModels()));
    fields.push_back(numberField(
        {"teacher_share", "Teachers' share", "Regularisation", "",
         "Where other models teach this one (Teachers, or --teacher on the command line): how much of what it learns "
         "from is their "
         "answer, the rest being the label. Several networks together err less than each, and one can learn most of "
         "that from their answers. Without teachers it changes nothing."},
        &H::teacherShare, {0, 1, 0.05}, frameModels()));
}

void addScheduleFields(std::vector<HyperparameterField>& fields) {
    fields.push_back(choiceField(
        {"schedule", "Schedule", "Schedule", "",
         "How the learning rate changes. \"plateau\" lowers it when validation loss has stopped falling; \"one-cycle\" "
         "rises to it over the first 15 % of the run and falls to nothing by the end; \"cosine\" falls evenly from it "
         "to "
         "nothing; \"constant\" keeps it."},
        &H::schedule, {"plateau", "constant", "one-cycle", "cosine"}));
    fields.push_back(numberField({"lr_factor", "Rate drop factor", "Schedule", "",
                                  "What the learning rate is multiplied by when validation loss has stopped falling. "
                                  "Smaller steps then settle into the valley that larger ones jumped across."},
                                 &H::lrFactor, {0.01, 0.99, 0.05}));
    fields.push_back(numberField({"lr_patience", "Rate drop patience", "Schedule", "epochs",
                                  "How many epochs without a better validation loss are let pass before the learning "
                                  "rate drops."},
                                 &H::lrPatience, {0, 1000, 1}));
    fields.push_back(numberField({"patience", "Early stopping patience", "Schedule", "epochs",
                                  "Training stops after this many epochs without a better validation loss; the best "
                                  "weights are kept. 0 means never to stop early."},
                                 &H::patience, {0, 10000, 1}));
}

void addRunFields(std::vector<HyperparameterField>& fields) {
    fields.push_back(numberField(
        {"epochs", "Epochs", "Run", "epochs",
         "The most often that the whole training part is gone through. Early stopping usually ends the run before."},
        &H::epochs, {1, 100000, 1}));
    fields.push_back(numberField({"seed", "Random seed", "Run", "",
                                  "Start of every random choice: split, first weights, order of examples. The same "
                                  "seed and number of threads repeat a run exactly."},
                                 &H::seed, {0, 4294967295.0, 1}));
    fields.push_back(numberField({"threads", "Threads", "Run", "",
                                  "How many processor cores the network uses; 0 takes all of them. Fewer leave room "
                                  "for other work."},
                                 &H::threads, {0, 1024, 1}));
    fields.push_back(choiceField({"engine", "Computation", "Run", "",
                                  "\"fast\" computes the recurrent network and its attention with functions made for "
                                  "them, several times faster. "
                                  "\"plain\" uses the library's general ones: slower, and a check on the others."},
                                 &H::engine, {"fast", "plain"}, clipModels()));
}

std::vector<HyperparameterField> makeFields() {
    std::vector<HyperparameterField> fields;
    addDataFields(fields);
    addModelFields(fields);
    addOptimiserFields(fields);
    addRegularisationFields(fields);
    addAugmentationFields(fields);
    addScheduleFields(fields);
    addRunFields(fields);
    return fields;
}

} // namespace

std::span<const HyperparameterField> hyperparameterFields() {
    static const std::vector<HyperparameterField> fields = makeFields();
    return fields;
}

const HyperparameterField* hyperparameterField(std::string_view name) {
    for (const HyperparameterField& field : hyperparameterFields())
        if (name == field.name) return &field;
    return nullptr;
}

bool usedByModel(const HyperparameterField& field, std::string_view model) {
    return field.models.empty() || std::ranges::find(field.models, model) != field.models.end();
}

bool sameValue(const HyperparameterField& field, const Hyperparameters& a, const Hyperparameters& b) {
    return field.kind == HyperparameterField::Kind::Choice ? field.choice(a) == field.choice(b)
                                                           : field.number(a) == field.number(b);
}

std::vector<const HyperparameterField*> differingFields(std::span<const Hyperparameters> settings) {
    std::vector<const HyperparameterField*> fields;
    for (const HyperparameterField& field : hyperparameterFields())
        if (std::ranges::any_of(settings,
                                [&](const Hyperparameters& one) { return !sameValue(field, settings.front(), one); }))
            fields.push_back(&field);
    return fields;
}

} // namespace ovation
