// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace ovation::ui {

/// How training and validation loss go over the epochs, as pictures show them.
enum class CurveShape {
    Good,
    Slow,      ///< falls, but is far from done
    Diverges,  ///< falls and then leaves the picture
    Bounces,   ///< jumps about without settling
    Overfits,  ///< training falls on, validation turns up
    Underfits, ///< both stay high
    Noisy,     ///< falls with much jitter
    Steps,     ///< falls, rests, falls further after each drop of the rate
    CutShort,  ///< ends while still falling
    RunsOn,    ///< flat for most of the time
    Doubtful,  ///< validation jumps because it has few examples
    Leaky,     ///< validation is as low as training: it knows the answers
    Spiky,     ///< single leaps upwards
};

/// What the cards say of a setting beyond its explanation: how too little and too much of it show.
struct FieldLesson {
    const char* field;
    const char* little; ///< a sentence; for choices, the first ways
    const char* much;
    CurveShape littleShape, rightShape, muchShape;
};

/// nullptr where a setting has no curve to tell by (threads, seed).
const FieldLesson* fieldLesson(std::string_view field);

} // namespace ovation::ui
