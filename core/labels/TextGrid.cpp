// SPDX-License-Identifier: GPL-3.0-or-later
// Praat's TextGrid, long and short form. Praat reads text files as a stream of free-standing numbers, quoted texts
// (quotes doubled inside) and flags in angle brackets; everything else is decoration, which is all that tells the two
// forms apart. https://www.fon.hum.uva.nl/praat/manual/TextGrid_file_formats.html
#include "core/labels/Formats.h"
#include "core/labels/LabelText.h"

#include <algorithm>
#include <limits>

namespace ovation::textgrid {
namespace {

class Tokens {
public:
    explicit Tokens(std::string_view text) : m_text(text) {}

    int line() const { return m_line; }

    std::optional<double> number() {
        if (next() != Kind::Number) return std::nullopt;
        return m_number;
    }
    std::optional<std::string> text() {
        if (next() != Kind::Text) return std::nullopt;
        return m_string;
    }
    bool atEnd() {
        const size_t at = m_at;
        const int line = m_line;
        const Kind kind = next();
        m_at = at;
        m_line = line;
        return kind == Kind::End;
    }
    bool flag(std::string_view wanted) { return next() == Kind::Flag && m_string == wanted; }

private:
    enum class Kind { Number, Text, Flag, End };

    Kind next() {
        while (m_at < m_text.size()) {
            const char c = m_text[m_at];
            if (c == '\n') ++m_line;
            if (isSpace(c)) {
                ++m_at;
            } else if (c == '!') { // a comment to the line's end
                while (m_at < m_text.size() && m_text[m_at] != '\n')
                    ++m_at;
            } else if (c == '"') {
                return quoted();
            } else {
                const size_t start = m_at;
                while (m_at < m_text.size() && !isSpace(m_text[m_at]))
                    ++m_at;
                const std::string_view word = m_text.substr(start, m_at - start);
                if (word.starts_with('<') && word.ends_with('>')) {
                    m_string = word;
                    return Kind::Flag;
                }
                if (const std::optional<double> value = leadingNumber(word)) {
                    m_number = *value;
                    return Kind::Number;
                }
            }
        }
        return Kind::End;
    }

    Kind quoted() {
        m_string.clear();
        for (++m_at; m_at < m_text.size(); ++m_at) {
            if (m_text[m_at] == '"') {
                if (m_at + 1 >= m_text.size() || m_text[m_at + 1] != '"') {
                    ++m_at;
                    return Kind::Text;
                }
                ++m_at;
            }
            if (m_text[m_at] == '\n') ++m_line;
            m_string += m_text[m_at];
        }
        return Kind::End; // never closed
    }

    static bool isSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
    /// A word is a number if it starts as one, whatever follows: "0.5s" is 0.5. What starts otherwise ("[1]:", "nan")
    /// is decoration.
    static std::optional<double> leadingNumber(std::string_view word) {
        if (word == "--undefined--") return std::numeric_limits<double>::quiet_NaN();
        if (word.starts_with('+')) word.remove_prefix(1);
        if (word.find_first_of("0123456789") > 1) return std::nullopt;
        for (size_t length = word.size(); length > 0; --length)
            if (const std::optional<double> value = numberFrom(word.substr(0, length))) return value;
        return std::nullopt;
    }

    std::string_view m_text;
    size_t m_at = 0;
    int m_line = 1;
    double m_number = 0;
    std::string m_string;
};

struct Tier {
    std::string name;
    std::vector<Label> labels;
    std::vector<int> lines;
};

constexpr std::string_view kChronological = "\"Praat chronological TextGrid text file\"";
constexpr const char* kCutOff = "it ends too early, or a number or a text is missing";

Result<Tier> readTier(Tokens& tokens) {
    Tier tier;
    const std::optional<std::string> kind = tokens.text();
    if (!kind) return badLabelFile(tokens.line(), kCutOff);
    const bool intervals = *kind == "IntervalTier";
    if (!intervals && *kind != "TextTier")
        return badLabelFile(tokens.line(), "\"" + kind->substr(0, 40) + "\" is no kind of tier");
    const std::optional<std::string> name = tokens.text();
    const std::optional<double> low = tokens.number(), high = tokens.number(), count = tokens.number();
    if (!name || !low || !high || !count || !(*count >= 0)) return badLabelFile(tokens.line(), kCutOff);
    tier.name = *name;
    for (double i = 0; i < *count; ++i) {
        Label label;
        const std::optional<double> start = tokens.number();
        const int line = tokens.line();
        const std::optional<double> end = intervals ? tokens.number() : start;
        const std::optional<std::string> text = tokens.text();
        if (!start || !end || !text) return badLabelFile(tokens.line(), kCutOff);
        if (trimmed(*text).empty()) continue; // the time between labels
        label.span = {*start, *end};
        label.text = *text;
        tier.labels.push_back(std::move(label));
        tier.lines.push_back(line);
    }
    return tier;
}

/// The intervals and points of all tiers in the order of their times, each with the number of its tier.
Result<std::vector<Tier>> readChronological(Tokens& tokens, LabelFile& file) {
    std::vector<Tier> tiers;
    std::vector<bool> intervals;
    (void)tokens.text(); // the line that names the format
    const std::optional<double> low = tokens.number(), high = tokens.number(), count = tokens.number();
    if (!low || !high || !count || !(*count >= 0)) return badLabelFile(tokens.line(), kCutOff);
    file.durationS = *high;
    for (double i = 0; i < *count; ++i) {
        const std::optional<std::string> kind = tokens.text(), name = tokens.text();
        if (!kind || !name || !tokens.number() || !tokens.number()) return badLabelFile(tokens.line(), kCutOff);
        tiers.push_back({*name, {}, {}});
        intervals.push_back(*kind == "IntervalTier");
    }
    while (!tokens.atEnd()) {
        const std::optional<double> number = tokens.number();
        const int line = tokens.line();
        if (!number || !(*number >= 1) || *number > static_cast<double>(tiers.size()))
            return badLabelFile(line, "it names a tier that is not there");
        const size_t tier = static_cast<size_t>(*number) - 1;
        const std::optional<double> start = tokens.number(), end = intervals[tier] ? tokens.number() : start;
        const std::optional<std::string> text = tokens.text();
        if (!start || !end || !text) return badLabelFile(tokens.line(), kCutOff);
        if (trimmed(*text).empty()) continue;
        Label label;
        label.span = {*start, *end};
        label.text = *text;
        tiers[tier].labels.push_back(std::move(label));
        tiers[tier].lines.push_back(line);
    }
    return tiers;
}

Result<std::vector<Tier>> readObject(Tokens& tokens, LabelFile& file) {
    std::vector<Tier> tiers;
    const std::optional<std::string> type = tokens.text(), object = tokens.text();
    if (!type || !type->starts_with("ooTextFile") || !object || *object != "TextGrid")
        return badLabelFile(1, "it does not start as a TextGrid does");
    const std::optional<double> low = tokens.number(), high = tokens.number();
    if (!low || !high) return badLabelFile(tokens.line(), kCutOff);
    file.durationS = *high;
    if (!tokens.flag("<exists>")) return tiers;
    const std::optional<double> count = tokens.number();
    if (!count || !(*count >= 0)) return badLabelFile(tokens.line(), kCutOff);
    for (double i = 0; i < *count; ++i) {
        Result<Tier> tier = readTier(tokens);
        if (!tier) return tier.error();
        tiers.push_back(std::move(tier).value());
    }
    return tiers;
}

std::string quotedText(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"') out += '"';
        out += c;
    }
    return out + '"';
}

struct TierInterval {
    double start, end;
    std::string text;
};

/// The tier's labels and the time between them: intervals that follow one another from 0 to `end`, as Praat demands.
std::vector<TierInterval> tiled(const std::vector<Label>& labels, double end) {
    std::vector<TierInterval> intervals;
    double at = 0;
    for (const Label& label : labels) {
        if (label.span.start > at) intervals.push_back({at, label.span.start, ""});
        intervals.push_back({label.span.start, label.span.end, textOf(label)});
        at = label.span.end;
    }
    if (at < end || intervals.empty()) intervals.push_back({at, end, ""});
    return intervals;
}

std::string tierHead(size_t number, const char* kind, const std::string& name, double end) {
    return "    item [" + std::to_string(number) + "]:\n        class = \"" + kind + "\" \n        name = \"" + name +
           "\" \n        xmin = 0 \n        xmax = " + secondsText(end, 0) + " \n";
}

} // namespace

bool recognises(std::string_view utf8, std::string_view) {
    const std::string_view head = utf8.substr(0, 200);
    return (head.starts_with("File type = \"ooTextFile") && head.find("TextGrid") != head.npos) ||
           head.starts_with(kChronological);
}

Result<LabelFile> read(std::string_view utf8) {
    if (utf8.starts_with("ooBinaryFile"))
        return badLabelFile(0, "it is a binary TextGrid; save it as a text file in Praat");
    Tokens tokens(utf8);
    LabelCollector labels;
    LabelFile file;
    Result<std::vector<Tier>> read =
        utf8.starts_with(kChronological) ? readChronological(tokens, file) : readObject(tokens, file);
    if (!read) return read.error();
    std::vector<Tier> tiers = std::move(read).value();
    const bool chosen = std::ranges::any_of(tiers, [](const Tier& t) { return isLabelTier(t.name, t.labels); });
    for (Tier& tier : tiers) {
        if (chosen && !isLabelTier(tier.name, tier.labels)) {
            labels.warn(0, "The tier \"" + tier.name + "\" has nothing about applause and was left out.");
            continue;
        }
        for (size_t i = 0; i < tier.labels.size(); ++i)
            labels.add(std::move(tier.labels[i]), tier.lines[i]);
    }
    return labels.finish(std::move(file));
}

std::string write(const LabelFile& file) {
    std::vector<Label> spans, points;
    double end = file.durationS.value_or(0);
    for (const Label& label : file.labels) {
        (label.span.end > label.span.start ? spans : points).push_back(label);
        end = std::max(end, label.span.end);
    }
    if (!(end > 0)) end = 1; // Praat knows no TextGrid without duration
    const std::vector<std::vector<Label>> tiers = withoutOverlaps(spans);
    std::string out =
        "File type = \"ooTextFile\"\nObject class = \"TextGrid\"\n\nxmin = 0 \nxmax = " + secondsText(end, 0) +
        " \ntiers? <exists> \nsize = " + std::to_string(tiers.size() + (points.empty() ? 0 : 1)) + " \nitem []: \n";
    size_t number = 0;
    for (const std::vector<Label>& tier : tiers) {
        ++number;
        const std::vector<TierInterval> intervals = tiled(tier, end);
        out += tierHead(number, "IntervalTier", number == 1 ? "labels" : "labels " + std::to_string(number), end);
        out += "        intervals: size = " + std::to_string(intervals.size()) + " \n";
        for (size_t i = 0; i < intervals.size(); ++i)
            out += "        intervals [" + std::to_string(i + 1) +
                   "]:\n            xmin = " + secondsText(intervals[i].start, 0) +
                   " \n            xmax = " + secondsText(intervals[i].end, 0) +
                   " \n            text = " + quotedText(intervals[i].text) + " \n";
    }
    if (points.empty()) return out;
    out += tierHead(number + 1, "TextTier", "label points", end);
    out += "        points: size = " + std::to_string(points.size()) + " \n";
    for (size_t i = 0; i < points.size(); ++i)
        out += "        points [" + std::to_string(i + 1) +
               "]:\n            number = " + secondsText(points[i].span.start, 0) +
               " \n            mark = " + quotedText(textOf(points[i])) + " \n";
    return out;
}

} // namespace ovation::textgrid
