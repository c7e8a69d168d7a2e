// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/labels/Label.h"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ovation {

// What the label formats share: encodings, lines, numbers, and which labels can be used.

/// Any encoding as UTF-8 without a byte-order mark: UTF-8, UTF-16 (by mark, or by the zero bytes of its first
/// characters), else Windows-1252, of which Latin-1's printable characters are a part. Invalid UTF-16 gives U+FFFD; NUL
/// is dropped.
std::string toUtf8(std::string_view bytes);
bool isUtf8(std::string_view bytes);

/// Lines without their ends; CRLF, LF and CR all end one. No empty line after the last end.
std::vector<std::string_view> linesOf(std::string_view text);
std::vector<std::string_view> splitAt(std::string_view text, char separator);
std::string_view trimmed(std::string_view text); ///< without spaces and tabs at both ends
std::string lowerCase(std::string_view text);    ///< ASCII only

/// Number in C's notation, whatever the locale; with `decimalComma`, "1,5" as well. nullopt where `text` is anything
/// else. May be NaN or infinite where the text says so.
std::optional<double> numberFrom(std::string_view text, bool decimalComma = false);

/// Shortest text that reads back as the same number ("1.5").
std::string numberText(double value);
/// Seconds with at least `decimals` decimals and as many as it takes to read back as the same number, never 1e-05.
std::string secondsText(double seconds, int decimals = 3);

/// start + duration without the last-digit noise that adding decimal fractions brings; and the duration to write, from
/// which endOf() gives `end` again.
double endOf(double start, double duration);
std::string durationText(double start, double end);

/// Clock time as seconds: "ss.mmm", "mm:ss.mmm" or "h:mm:ss.mmm" (a comma serves as well); nullopt for anything else.
std::optional<double> clockFrom(std::string_view text);
/// "hh:mm:ss.mmm"
std::string clockText(double seconds);

/// 1-based line of a byte offset.
int lineAt(std::string_view text, size_t offset);

/// The labels in as few lists as it takes for none to overlap another in its list: tiers may not overlap.
std::vector<std::vector<Label>> withoutOverlaps(const std::vector<Label>& labels);

/// True for a tier that is about applause: by its name ("labels", "applause ..."), or by a label in it.
bool isLabelTier(std::string_view name, const std::vector<Label>& labels);

/// True where its text alone would be read as another class.
bool hasFreeText(const Label& label);

/// What is written for a label: its own text, or its class's name where it has none or a free one.
std::string textOf(const Label& label);

/// The recording that a label is about: its own, else the file's; "" where neither says.
const std::string& recordingOf(const Label& label, const LabelFile& file);

/// Text for a field of a line-based format: line ends and tabs become spaces.
std::string oneLineText(std::string_view text);

/// Text for a field of a format whose fields white space separates: without it at both ends, as underscores inside.
std::string underscored(std::string_view text);

/// Collects labels while reading and says of unusable ones why, with their line.
class LabelCollector {
public:
    /// Takes a label; its class follows from its text, or applause where it has none. Left out with a warning: times
    /// that are not numbers, negative ends, reversed spans. A start below 0 (and not an end) is moved to 0 and said so.
    void add(Label label, int line) { take(std::move(label), line, {}); }
    /// The same; `name` is the recording that the file gives for this label, "" for none. Where all labels that have
    /// one have the same, finish() makes it the file's audioFile. `freeText`, from a field of its own, is the text of a
    /// label that has its class's name only.
    void add(Label label, int line, std::string_view name, std::string_view freeText = {});
    void leaveOut(int line, const std::string& reason); ///< a label that cannot be taken, with a warning
    void warn(int line, const std::string& what);

    /// The file so far, labels sorted by start; BadLabelFile (at the first such line) where every label had to be left
    /// out.
    Result<LabelFile> finish(LabelFile file = {});

private:
    void take(Label label, int line, std::string_view freeText);

    std::vector<Label> m_labels;
    std::vector<std::string> m_warnings;
    int m_leftOut = 0;
    int m_firstBadLine = 0;
    std::string m_firstReason;
    int m_withoutText = 0;
    std::set<std::string> m_names;
};

Error badLabelFile(int line, std::string what);

} // namespace ovation
