// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/labels/Label.h"

#include <string>
#include <string_view>
#include <vector>

namespace ovation {

/// True for a label of another class whose text speaks of applause all the same: "[Applause]", "applause and cheers";
/// not "no applause".
bool speaksOfApplause(const Label& label);

/// How many texts there are that differ, where none of the labels is applause or unsure and there are as many texts as
/// only a transcript, or a list of speakers, has; 0 otherwise.
size_t textsOfTranscript(const std::vector<Label>& labels);

/// The text in quotes, on one line and not too long to be shown.
std::string shownText(std::string_view text);

/// Sentences about labels that may be meant otherwise than they are understood.
std::vector<std::string> doubtsAbout(const std::vector<Label>& labels);

} // namespace ovation
