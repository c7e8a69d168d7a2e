// SPDX-License-Identifier: GPL-3.0-or-later
// Praat's TextGrid, long and short text form. Praat reads free-standing numbers, strings in double quotes (a quote
// inside is doubled) and flags in angle brackets, and takes everything else for comment, so one reader serves both
// forms. https://www.fon.hum.uva.nl/praat/manual/TextGrid_file_formats.html
#include "core/labels/Formats.h"
#include "core/labels/LabelText.h"

#include <algorithm>
#include <cmath>

namespace ovation::textgrid {
namespace {

struct Token {
    enum class Kind { Number, String, Flag, End } kind = Kind::End;
    double number = 0;
    std::string text;
    int line = 0;
};

class Reader {
public:
    explicit Reader(std::string_view text) : m_text(text) {}

    Token next() {
        while (m_at < m_text.size()) {
            const char c = m_text[m_at];
            if (c == '\n') ++m_line;
            if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
                ++m_at;
            } else if (c == '!') {
                m_at = std::min(m_text.find('\n', m_at), m_text.size());
            } else if (c == '"') {
                return string();
            } else {
                const size_t end = std::min(m_text.find_first_of(" \t\r\n", m_at), m_text.size());
                const std::string_view word = m_text.substr(m_at, end - m_at);
                m_at = end;
                if (word.starts_with('<') && word.ends_with('>'))
                    return {Token::Kind::Flag, 0, std::string(word), m_line};
                const bool numeric = (c >= '0' && c <= '9') || c == '-' || c == '+';
                if (const auto number = numeric ? numberFrom(word) : std::nullopt)
                    return {Token::Kind::Number, *number, "", m_line};
            }
        }
        return {Token::Kind::End, 0, "", m_line};
    }

    Token expect(Token::Kind kind) {
        Token token = next();
        if (token.kind != kind && !m_failed) {
            m_failed = true;
            m_failure = badLabelFile(token.line, kind == Token::Kind::String   ? "a text in quotes is missing"
                                                 : kind == Token::Kind::Number ? "a number is missing"
                                                                               : "<exists> is missing");
        }
        return token;
    }
    double number() { return expect(Token::Kind::Number).number; }
    bool failed() const { return m_failed; }
    const Error& failure() const { return m_failure; }

private:
    Token string() {
        Token token{Token::Kind::String, 0, "", m_line};
        for (++m_at; m_at < m_text.size(); ++m_at) {
            if (m_text[m_at] == '\n') ++m_line;
            if (m_text[m_at] == '"') {
                if (m_at + 1 >= m_text.size() || m_text[m_at + 1] != '"') {
                    ++m_at;
                    return token;
                }
                ++m_at;
            }
            token.text += m_text[m_at];
        }
        return {Token::Kind::End, 0, "", token.line}; // never closed
    }

    std::string_view m_text;
    size_t m_at = 0;
    int m_line = 1;
    bool m_failed = false;
    Error m_failure;
};

struct Entry {
    Label label;
    int line = 0;
};

struct Tier {
    std::string name;
    std::vector<Entry> entries;
};

Tier readIntervals(Reader& reader, std::string name) {
    Tier tier{std::move(name), {}};
    reader.number(); // the tier's own extent
    reader.number();
    const double count = reader.number();
    for (double i = 0; i < count && !reader.failed(); ++i) {
        Entry entry;
        entry.label.span.start = reader.number();
        entry.label.span.end = reader.number();
        const Token text = reader.expect(Token::Kind::String);
        entry.label.text = text.text;
        entry.line = text.line;
        if (!trimmed(text.text).empty()) tier.entries.push_back(std::move(entry));
    }
    return tier;
}

int skipPoints(Reader& reader) {
    reader.number();
    reader.number();
    const double count = reader.number();
    for (double i = 0; i < count && !reader.failed(); ++i) {
        reader.number();
        reader.expect(Token::Kind::String);
    }
    return static_cast<int>(std::min(count, 1e9));
}

std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text)
        out += c == '"' ? std::string("\"\"") : std::string(1, c);
    return out + "\"";
}

} // namespace

bool recognises(std::string_view utf8, std::string_view) {
    const std::string_view head = utf8.substr(0, 400);
    return head.find("ooTextFile") != head.npos && head.find("\"TextGrid\"") != head.npos;
}

Result<LabelFile> read(std::string_view utf8) {
    if (!recognises(utf8, {})) return badLabelFile(1, "it does not start as a TextGrid in text form");
    Reader reader(utf8);
    reader.expect(Token::Kind::String); // "ooTextFile"
    reader.expect(Token::Kind::String); // "TextGrid"
    LabelFile file;
    reader.number();
    file.durationS = reader.number();
    const Token exists = reader.expect(Token::Kind::Flag);
    const double tierCount = exists.text == "<exists>" ? reader.number() : 0;
    std::vector<Tier> tiers;
    LabelCollector labels;
    for (double i = 0; i < tierCount && !reader.failed(); ++i) {
        const Token type = reader.expect(Token::Kind::String);
        const Token name = reader.expect(Token::Kind::String);
        if (reader.failed()) break;
        if (type.text == "IntervalTier") {
            tiers.push_back(readIntervals(reader, name.text));
        } else if (type.text == "TextTier") {
            if (const int points = skipPoints(reader))
                labels.warn(name.line, "the tier \"" + name.text + "\" has " + std::to_string(points) +
                                           " points without a length; they were left out.");
        } else
            return badLabelFile(type.line, "\"" + type.text + "\" is no kind of tier");
    }
    if (reader.failed()) return reader.failure();

    // Of several tiers, those that are about applause; where none says so, all.
    const auto aboutApplause = [](const Tier& tier) {
        std::vector<Label> own;
        for (const Entry& entry : tier.entries)
            own.push_back(entry.label);
        return isLabelTier(tier.name, own);
    };
    const bool some = std::ranges::any_of(tiers, aboutApplause);
    for (const Tier& tier : tiers) {
        if (some && !aboutApplause(tier)) {
            if (!tier.entries.empty())
                labels.warn(0, "The tier \"" + tier.name + "\" is not about applause; it was left out.");
            continue;
        }
        for (const Entry& entry : tier.entries)
            labels.add(entry.label, entry.line);
    }
    return labels.finish(std::move(file));
}

std::string write(const LabelFile& file) {
    double duration = file.durationS.value_or(0);
    for (const Label& label : file.labels)
        duration = std::max(duration, label.span.end);
    if (!(duration > 0)) duration = 1; // a TextGrid has to have a length
    const auto tiers = withoutOverlaps(file.labels);
    std::string out =
        "File type = \"ooTextFile\"\nObject class = \"TextGrid\"\n\nxmin = 0 \nxmax = " + numberText(duration) +
        " \ntiers? <exists> \nsize = " + std::to_string(tiers.size()) + " \nitem []: \n";
    for (size_t t = 0; t < tiers.size(); ++t) {
        // Intervals tile the tier: gaps are intervals without a text.
        std::vector<std::pair<TimeSpan, std::string>> intervals;
        double at = 0;
        for (const Label& label : tiers[t]) {
            if (!(label.span.end > label.span.start)) continue; // an interval has a length
            if (label.span.start > at) intervals.push_back({{at, label.span.start}, ""});
            intervals.push_back({label.span, textOf(label)});
            at = label.span.end;
        }
        if (at < duration || intervals.empty()) intervals.push_back({{at, duration}, ""});
        const std::string name = t == 0 ? "labels" : "labels " + std::to_string(t + 1);
        out += "    item [" + std::to_string(t + 1) +
               "]:\n        class = \"IntervalTier\" \n        name = " + quoted(name) +
               " \n        xmin = 0 \n        xmax = " + numberText(duration) +
               " \n        intervals: size = " + std::to_string(intervals.size()) + " \n";
        for (size_t i = 0; i < intervals.size(); ++i)
            out += "        intervals [" + std::to_string(i + 1) +
                   "]:\n            xmin = " + numberText(intervals[i].first.start) +
                   " \n            xmax = " + numberText(intervals[i].first.end) +
                   " \n            text = " + quoted(intervals[i].second) + " \n";
    }
    return out;
}

} // namespace ovation::textgrid
