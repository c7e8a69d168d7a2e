// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/Label.h"

#include "core/labels/LabelText.h"

namespace ovation {

LabelClass classOf(std::string_view text) {
    const std::string word = lowerCase(trimmed(text));
    if (word == "applause" || word == "clapping" || word == "clap") return LabelClass::Applause;
    if (word == "unsure" || word == "?") return LabelClass::Unsure;
    return LabelClass::NotApplause;
}

const char* nameOf(LabelClass labelClass) {
    switch (labelClass) {
    case LabelClass::Applause:
        return "applause";
    case LabelClass::NotApplause:
        return "not applause";
    case LabelClass::Unsure:
        return "unsure";
    }
    return "";
}

} // namespace ovation
