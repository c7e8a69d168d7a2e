// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/labels/Label.h"

#include <string>
#include <string_view>

// Each format in its own file; LabelFormats.cpp lists them. `recognises` looks at content only, but for the empty file.
#define OVATION_LABEL_FORMAT(name)                                                                                     \
    namespace ovation::name {                                                                                          \
    bool recognises(std::string_view utf8, std::string_view extension);                                                \
    Result<LabelFile> read(std::string_view utf8);                                                                     \
    std::string write(const LabelFile& file);                                                                          \
    }

OVATION_LABEL_FORMAT(audacity)
OVATION_LABEL_FORMAT(csv)
OVATION_LABEL_FORMAT(textgrid)
OVATION_LABEL_FORMAT(eaf)
OVATION_LABEL_FORMAT(rttm)
OVATION_LABEL_FORMAT(webvtt)
OVATION_LABEL_FORMAT(jams)
OVATION_LABEL_FORMAT(raven)
OVATION_LABEL_FORMAT(json)

namespace ovation::csv {
std::string writeTabbed(const LabelFile& file);
}
