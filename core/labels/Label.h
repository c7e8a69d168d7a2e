// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/base/TimeRange.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ovation {

enum class LabelClass { Applause, NotApplause, Unsure };

/// applause/clapping/clap -> Applause; unsure/? -> Unsure; everything else -> NotApplause. Case and surrounding
/// spaces do not matter.
LabelClass classOf(std::string_view text);

/// "applause", "not applause", "unsure": what is written where a label has no text of its own.
const char* nameOf(LabelClass labelClass);

/// One labelled stretch, as label files have it: in seconds.
struct Label {
    TimeSpan span;
    LabelClass labelClass = LabelClass::Applause;
    std::string text;            ///< its own text, e.g. "clapping"; it may say another class: see hasFreeText()
    std::optional<double> lowHz; ///< where the format has frequencies
    std::optional<double> highHz;
    std::optional<double> score; ///< probability in [0, 1], where the format has one
    std::string recording = {};  ///< which recording it is about, where the file names several; "" otherwise

    bool operator==(const Label&) const = default;
};

/// Where the recording lies that labels are about, for formats that lead other programs to it.
struct MediaLink {
    std::string absolute;
    std::string relative; ///< to the folder of the label file: "speech.wav", "../in/speech.wav"
};

/// A label file's content: for one recording, unless its labels name several.
struct LabelFile {
    std::vector<Label> labels;
    std::string audioFile;           ///< the recording that the file names, if it names one
    std::optional<MediaLink> media;  ///< what is written in place of audioFile where programs open the recording by it
    std::optional<double> durationS; ///< where the format says it
    std::vector<std::string> warnings; ///< one sentence each, with the line number: what was skipped and why
    int leftOut = 0;                   ///< labels that cannot be used: what they are about may lie anywhere
};

} // namespace ovation
