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
    bool severalRecordings; ///< one file may hold the labels of several recordings
    bool freeTexts;         ///< it has a field for a text that says another class than the label has
};

/// Every format, in the order in which they are offered: audacity, csv, textgrid, eaf, rttm, webvtt, jams, raven, json.
std::span<const LabelFormat> labelFormats();

/// The format with that id, or nullptr.
const LabelFormat* labelFormat(std::string_view id);

/// The format that a file's name ends with, or nullptr.
const LabelFormat* labelFormatByName(const std::string& path);

/// Reads a label file: UTF-8 (BOM or not), UTF-16 or Latin-1; any line ends. `format` "" means by extension and
/// content. Labels come back sorted by start. Errors: those of readFile, UnknownLabelFormat, BadLabelFile.
Result<LabelFile> readLabels(const std::string& path, std::string_view format = {});

/// Writes atomically. `format` "" means by extension. `file.audioFile` and `file.durationS` are used where the format
/// has a place for them.
Result<void> writeLabels(const std::string& path, const LabelFile& file, std::string_view format = {});

/// How many labels of `file` have a text that `format` has no field for: only their class is written. And a sentence
/// that says so; "" for none.
size_t textsLeftOut(const LabelFile& file, const LabelFormat& format);
std::string textsLeftOutText(size_t count);

/// What the name of a label file says that it is about: its name without folder and the format's extension,
/// "a/speech.Table.1.selections.txt" -> "speech".
std::string labelStem(const std::string& path);

/// A file that names several recordings as one file for each, in the order of their names; any other file as it is.
std::vector<LabelFile> byRecording(LabelFile file);

/// Takes the labels that name no recording out of a file that names several, which they may all be about; counts them
/// as left out, and adds a sentence about it to the first one's warnings.
void leaveOutUnnamed(std::vector<LabelFile>& parts);

/// True where `name`, as a label file gives it, is the end of the recording's path, with or without its extension;
/// white space counts as underscores.
bool namesRecording(const std::string& name, const std::string& audioPath);

/// The part of `file` that is about the recording `audioPath`, by its path, name or stem: all of it where it names no
/// recordings or only one. Where it names several, labels that name none may be about any: they are left out, and
/// counted so.
LabelFile partAbout(const std::string& audioPath, LabelFile file);

/// Files of one recording each, named by their audioFile, as one file that names them all.
LabelFile joined(const std::vector<LabelFile>& files);

/// The label file that lies beside a recording with the same stem, in the order of labelFormats(); "" if there is none.
std::string labelFileBeside(const std::string& audioPath);

/// Other label files beside a recording than `taken` whose labels of it differ from `labels` (by more than 5 ms).
std::vector<std::string> differingFilesBeside(const std::string& audioPath, const std::string& taken,
                                              const std::vector<Label>& labels);

/// True where both say the same of the same stretches, to within 5 ms. Both sorted by start.
bool sameStretches(const std::vector<Label>& one, const std::vector<Label>& other);

} // namespace ovation
