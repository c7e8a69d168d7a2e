// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/FieldLessons.h"

#include <algorithm>
#include <iterator>

namespace ovation::ui {

namespace {

using S = CurveShape;

const FieldLesson kFieldLessons[] = {
    {"train_split", "Too little: the network has seen few rooms and voices, and validation loss stays high.",
     "Too much: validation has so few recordings that its curve jumps about and its scores are chance.", S::Underfits,
     S::Good, S::Doubtful},
    {"split", "By recording: validation loss lies above training loss. That gap is honest.",
     "Random: both lie together, because validation knows the recordings. New ones will disappoint.", S::Good, S::Good,
     S::Leaky},
    {"window_hop_s", "Too small: epochs take long and the examples repeat each other; training loss runs ahead.",
     "Too large: few examples are left, and both losses stay high.", S::Overfits, S::Good, S::Underfits},
    {"example_s", "Too short: nothing before or after is heard, and the curves jitter.",
     "Too long: each step is slow, and fewer steps fit into the time.", S::Noisy, S::Good, S::Slow},
    {"steps_per_epoch", "Too few: validation is asked too often; its curve jitters and time is lost.",
     "Too many: the best moment falls between two measurements.", S::Noisy, S::Good, S::RunsOn},
    {"model", "Too simple for the material: both losses stay high.",
     "Too rich for it: training loss falls to nothing while validation loss turns up.", S::Underfits, S::Good,
     S::Overfits},
    {"hidden_size", "Too narrow: both losses stay high, however long it trains.",
     "Too wide: it learns the examples by heart; validation loss turns up, and every step takes longer.", S::Underfits,
     S::Good, S::Overfits},
    {"layers", "Too few: both losses stay high.",
     "Too many: the start is slow, gradients get small or leap, and the examples are learnt by heart.", S::Underfits,
     S::Good, S::Overfits},
    {"heads", "Few: attention can follow one thing at a time.",
     "Many: each head is too narrow to tell much apart; the loss falls more slowly.", S::Slow, S::Good, S::Slow},
    {"feed_forward", "Too narrow: both losses stay high.", "Too wide: time and memory for little; it may overfit.",
     S::Underfits, S::Good, S::Overfits},
    {"channels", "Too few: noise and applause sound alike to it; both losses stay high.",
     "Too many: slower steps, and validation loss turns up.", S::Underfits, S::Good, S::Overfits},
    {"optimizer", "Plain steps (SGD) with a rate meant for AdamW: hardly anything moves.",
     "AdamW with a rate meant for SGD: the loss leaps or leaves the picture.", S::Slow, S::Good, S::Diverges},
    {"learning_rate", "Too small: the loss falls so slowly that the run ends half-way.",
     "Too large: the loss bounces, or rises out of the picture. The gradient norm shows it first.", S::Slow, S::Good,
     S::Diverges},
    {"momentum", "Too little: every batch pulls elsewhere, and the way down zigzags.",
     "Too much: it rolls past the bottom and swings back; the loss rises and falls in waves.", S::Slow, S::Good,
     S::Bounces},
    {"beta1", "Too little: each step follows the last batch alone, and the curve jitters.",
     "Too much: it rolls past the bottom and swings back.", S::Noisy, S::Good, S::Bounces},
    {"beta2", "Too little: the scale of the steps follows single batches, which makes leaps.",
     "Too much: after a change of scale, steps stay wrong for long.", S::Spiky, S::Good, S::Slow},
    {"batch_size", "Too small: the per-batch curve jitters strongly and each epoch takes long.",
     "Too large: smooth, but with few steps in an epoch; it needs more epochs or a larger rate.", S::Noisy, S::Good,
     S::Slow},
    {"dropout", "Too little: training loss runs ahead and validation loss turns up.",
     "Too much: too much is switched off to learn anything; both losses stay high.", S::Overfits, S::Good,
     S::Underfits},
    {"weight_decay", "Too little: nothing holds the weights; validation loss may turn up late.",
     "Too much: all weights are pulled to zero, and both losses stay high.", S::Overfits, S::Good, S::Underfits},
    {"gradient_clip", "Too low a limit: every step is cut short and the loss falls slowly.",
     "Too high, or off: one odd batch makes a spike from which it takes long to recover.", S::Slow, S::Good, S::Spiky},
    {"class_weights", "Off with rare applause: accuracy is high while F1 is low, since \"never\" is nearly right.",
     "On with balanced classes: no harm; on with very few examples, single ones pull hard.", S::Underfits, S::Good,
     S::Noisy},
    {"schedule", "Constant: fast at first, then it circles the bottom without reaching it.",
     "Falling to nothing too soon: it comes to rest before it has arrived.", S::Bounces, S::Steps, S::CutShort},
    {"lr_factor", "Small: one drop nearly stops the learning.",
     "Close to 1: many drops are needed before anything changes.", S::CutShort, S::Steps, S::RunsOn},
    {"lr_patience", "Too short: the rate drops at the first unlucky epoch, and learning comes to rest.",
     "Too long: it circles for many epochs before taking smaller steps.", S::CutShort, S::Steps, S::RunsOn},
    {"patience", "Too short: an unlucky stretch ends a run that was still getting better.",
     "Too long: hours go by on a flat curve; nothing is lost, the best weights are kept.", S::CutShort, S::Good,
     S::RunsOn},
    {"epochs", "Too few: the curves end while they still fall. The run can be extended.",
     "Too many: no harm, early stopping ends it; without that, validation loss turns up.", S::CutShort, S::Good,
     S::Overfits},
    {"mix_share", "Too little: few recordings are learnt by heart, and validation loss turns up.",
     "Only mixtures: real recordings sound different; validation loss stays above.", S::Overfits, S::Good,
     S::Underfits},
    {"applause_low_db", "Too high: quiet applause is never heard, and missed later (low recall).",
     "Too low: it learns to hear applause in plain noise (low precision).", S::Underfits, S::Good, S::Noisy},
    {"applause_high_db", "Too low: loud halls are unknown to it.", "Too high: only the easy cases are learnt.",
     S::Underfits, S::Good, S::Overfits},
    {"noise_share", "Too little: hiss on tapes is new to it and raises false alarms.",
     "Too much: it never hears a clean recording; both losses stay higher.", S::Overfits, S::Good, S::Underfits},
    {"crackle_share", "Too little: old records are taken for applause.",
     "Too much: real clapping is taken for crackle.", S::Overfits, S::Good, S::Underfits},
    {"band_limit_share", "Too little: telephone and old transfers are unknown to it.",
     "Too much: it learns to do without the high frequencies that tell clapping best.", S::Overfits, S::Good,
     S::Underfits},
    {"rumble_share", "Too little: recordings without low frequencies sound new to it.",
     "Too much: little is lost; applause has little down there.", S::Overfits, S::Good, S::Good},
    {"reverberation_share", "Too little: halls other than those in the data are unknown to it.",
     "Too much: edges are smeared, and boundaries become less exact.", S::Overfits, S::Good, S::Underfits},
    {"mask_share", "Too little: it may lean on one band that a codec takes away.",
     "Too much: too much is hidden to learn from.", S::Overfits, S::Good, S::Underfits},
};

} // namespace

const FieldLesson* fieldLesson(std::string_view field) {
    const auto found = std::find_if(std::begin(kFieldLessons), std::end(kFieldLessons),
                                    [field](const FieldLesson& lesson) { return field == lesson.field; });
    return found == std::end(kFieldLessons) ? nullptr : found;
}

} // namespace ovation::ui
