// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/train/LessonPicture.h"

#include <QString>

#include <span>

class QWidget;

namespace ovation::ui {

/// One lesson of the guide, in plain words.
struct GuideSection {
    const char* id; ///< "momentum"; its anchor and its picture's name
    const char* title;
    const char* text;  ///< paragraphs apart by a blank line
    const char* where; ///< where in the studio it shows
    GuidePicture picture;
    const char* fields; ///< names of the settings it explains, apart by spaces
};
std::span<const GuideSection> guideSections();
const GuideSection* guideSectionOf(std::string_view field); ///< nullptr for a setting without one

/// "How training works": the twelve lessons, in a window of its own that may stay open beside the studio's.
class TrainingGuide {
public:
    static void show(QWidget* window, const QString& section = {});
};

} // namespace ovation::ui
