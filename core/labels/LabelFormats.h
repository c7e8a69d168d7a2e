// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/labels/Label.h"

#include <span>
#include <string>
#include <string_view>

namespace ovation {

/// A label format: how to tell, read and write it.
struct LabelFormat {
    const char* id;        ///< "audacity", as the command line names it
    const char* name;      ///< "Audacity label track"
    const char* extension; ///< written with, without the dot: "txt"
    /// True if the decoded (UTF-8) content looks like this format.
    bool (*recognises)(std::string_view utf8, std::string_view extension);
    /// Errors: BadLabelFile with the line number.
    Result<LabelFile> (*read)(std::string_view utf8);
    std::string (*write)(const LabelFile& file);
};

/// Every format, in the order in which they are offered: audacity, csv, textgrid, eaf, rttm, webvtt, jams, raven, json.
std::span<const LabelFormat> labelFormats();

/// The format with that id, or nullptr.
const LabelFormat* labelFormat(std::string_view id);

/// Reads a label file: UTF-8 (BOM or not), UTF-16 or Latin-1; any line ends. `format` "" means by extension and
/// content. Labels come back sorted by start. Errors: those of readFile, UnknownLabelFormat, BadLabelFile.
Result<LabelFile> readLabels(const std::string& path, std::string_view format = {});

/// Writes atomically. `format` "" means by extension. `file.audioFile` and `file.durationS` are used where the format
/// has a place for them.
Result<void> writeLabels(const std::string& path, const LabelFile& file, std::string_view format = {});

/// The label file that lies beside a recording with the same stem, in the order of labelFormats(); "" if there is none.
std::string labelFileBeside(const std::string& audioPath);

} // namespace ovation
