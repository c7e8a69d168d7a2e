// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/models/ModelBundle.h"

#include <string>
#include <variant>
#include <vector>

namespace ovation {

/// What to know about a model, as blocks that both forms of the card are made of. A value.
struct ModelCard {
    struct Paragraph {
        std::string text;
    };
    struct List {
        std::vector<std::string> items;
    };
    struct Table {
        std::vector<std::string> head;
        std::vector<std::vector<std::string>> rows;
    };
    struct Code {
        std::string language, text;
    };
    using Block = std::variant<Paragraph, List, Table, Code>;
    struct Section {
        std::string title;
        std::vector<Block> blocks;
    };

    std::string title;
    std::vector<Section> sections;
};

/// `scoresJson`: what `ovation evaluate --json` printed on recordings held apart, with its intervals; may be empty.
/// WrongUsage where it is not that.
Result<ModelCard> modelCard(const ModelBundle& bundle, const std::string& scoresJson = {});

std::string toMarkdown(const ModelCard& card);
std::string toHtml(const ModelCard& card); ///< one page without outside parts

} // namespace ovation
