// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <functional>
#include <iterator>

namespace ovation {

/// Where the element is whose number (`idOf`) is `id`; list.end() for none. Where the numbers grow along the list, an
/// element that is there is found in a logarithmic number of steps; otherwise, all may be looked at.
template <typename List, typename Id, typename IdOf>
auto findById(const List& list, Id id, IdOf idOf) {
    auto begin = list.begin();
    for (auto left = std::distance(list.begin(), list.end()); left > 0;) {
        const auto middle = std::next(begin, left / 2);
        const Id there = std::invoke(idOf, *middle);
        if (there == id) return middle;
        if (there < id) begin = std::next(middle);
        left = there < id ? left - left / 2 - 1 : left / 2;
    }
    return std::ranges::find(list, id, idOf);
}

} // namespace ovation
