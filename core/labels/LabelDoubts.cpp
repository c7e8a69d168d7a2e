// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/LabelDoubts.h"

#include "core/labels/LabelText.h"

#include <algorithm>
#include <initializer_list>
#include <set>

namespace ovation {
namespace {

constexpr size_t kTextsOfTranscript = 12; ///< no recording is labelled with so many kinds of other sound
constexpr size_t kLongestShown = 60;      ///< bytes

bool isOneOf(std::string_view word, std::initializer_list<std::string_view> words) {
    return std::ranges::find(words, word) != words.end();
}

/// Runs of letters in lower case.
std::vector<std::string> wordsIn(std::string_view text) {
    std::vector<std::string> words(1);
    for (const char c : lowerCase(text)) {
        if (c >= 'a' && c <= 'z')
            words.back() += c;
        else if (!words.back().empty())
            words.emplace_back();
    }
    return words;
}

} // namespace

bool speaksOfApplause(const Label& label) {
    if (label.labelClass != LabelClass::NotApplause || classOf(label.text) != LabelClass::NotApplause) return false;
    const std::vector<std::string> words = wordsIn(label.text);
    for (size_t i = 0; i < words.size(); ++i) {
        const bool named =
            words[i].starts_with("applau") || isOneOf(words[i], {"clap", "claps", "clapped", "clapping"});
        const bool denied = i > 0 && isOneOf(words[i - 1], {"no", "not", "non", "without"});
        if (named && !denied) return true;
    }
    return false;
}

size_t textsOfTranscript(const std::vector<Label>& labels) {
    std::set<std::string> texts;
    for (const Label& label : labels) {
        if (label.labelClass != LabelClass::NotApplause) return 0;
        texts.insert(lowerCase(trimmed(label.text)));
    }
    return texts.size() >= kTextsOfTranscript ? texts.size() : 0;
}

std::string shownText(std::string_view text) {
    std::string shown = oneLineText(trimmed(text));
    if (shown.size() > kLongestShown) {
        size_t end = kLongestShown;
        while (end > 0 && (static_cast<unsigned char>(shown[end]) & 0xC0) == 0x80) // within a character
            --end;
        shown = shown.substr(0, end) + "...";
    }
    return "\"" + shown + "\"";
}

std::vector<std::string> doubtsAbout(const std::vector<Label>& labels) {
    std::vector<std::string> doubts;
    const auto first = std::ranges::find_if(labels, speaksOfApplause);
    if (first != labels.end()) {
        const auto count = std::ranges::count_if(labels, speaksOfApplause);
        doubts.push_back(
            (count == 1
                 ? "1 label speaks of applause but counts as not applause: "
                 : std::to_string(count) + " labels speak of applause but count as not applause, the first being ") +
            shownText(first->text) + ". Only \"applause\", \"clapping\" and \"clap\", each alone, stand for applause.");
    } else if (const size_t texts = textsOfTranscript(labels); texts > 0) {
        doubts.push_back("No label names applause, and there are " + std::to_string(texts) +
                         " different texts, as in a transcript; all of it counts as not applause.");
    }
    return doubts;
}

} // namespace ovation
