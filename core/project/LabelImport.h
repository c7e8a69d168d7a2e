// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/labels/Label.h"
#include "core/project/ProjectData.h"

#include <string>
#include <vector>

namespace ovation {

/// The recording of the project that `name` means: by path, else the only one of that file name, else the only one that
/// namesRecording(), else the only one of that stem; 0 for none or several.
SpeechId speechNamed(const std::vector<Speech>& speeches, const std::string& name);

/// The recording that a label file of one recording belongs to: by the label file's own name, else by the name in it;
/// 0 for none or several.
SpeechId speechFor(const std::vector<Speech>& speeches, const std::string& labelPath, const LabelFile& file);

/// Sentence about a label file that is for no recording of the project; `named`: the recordings that it names.
std::string belongsNowhere(const std::string& labelPath, const std::vector<std::string>& named);

/// What importing a label file into a recording comes to.
struct LabelImport {
    Edit edit; ///< adds what is new; empty where nothing is. Without id, text and time
    std::vector<std::string>
        warnings; ///< sentences: the reader's, and what was cut, left out, doubled, overlapping or doubtful
};

/// Labels that are there already (same range, class and text; any text where one of the two has none) are not added
/// again. `nextSegmentId` is advanced.
LabelImport importLabels(const LabelFile& file, const std::string& source, const Speech& speech,
                         const std::vector<Segment>& present, int64_t& nextSegmentId);

/// The labels of a recording as a file that names it.
LabelFile labelFileOf(const Speech& speech, const std::vector<Segment>& segments);

} // namespace ovation
