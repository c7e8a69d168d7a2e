// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/labels/Segment.h"

#include <QString>

namespace ovation::ui {

/// Where a label came from, in a few words for a table: "drawn", "imported: a.txt", "accepted: Run 3, 0.87".
QString provenanceText(const Segment& segment);

/// The same as a sentence, with the whole path.
QString provenanceSentence(const Segment& segment);

} // namespace ovation::ui
