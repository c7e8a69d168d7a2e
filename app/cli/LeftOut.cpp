// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/LeftOut.h"

#include "app/cli/AudioArguments.h"

namespace ovation::cli {

std::string labelsLeftOutText(int count) {
    return std::to_string(count) + (count == 1 ? " label cannot be used and is" : " labels cannot be used and are") +
           " left out.";
}

std::vector<std::string> leftOutOf(const RecordingCollection& collection, bool quiet) {
    std::vector<std::string> sentences;
    if (!quiet) sentences = collection.notes;
    sentences.insert(sentences.end(), collection.doubts.begin(), collection.doubts.end());
    if (std::string text = unreadableText(collection.unreadable); !text.empty()) sentences.push_back(std::move(text));
    for (const LabelledRecording& recording : collection.recordings)
        if (recording.labelsLeftOut > 0)
            sentences.push_back("\"" + recording.path + "\": " + labelsLeftOutText(recording.labelsLeftOut));
    return sentences;
}

} // namespace ovation::cli
