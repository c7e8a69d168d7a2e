// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/FindById.h"

#include "core/project/ProjectData.h"

#include <gtest/gtest.h>

namespace ovation::test {
namespace {

std::vector<Speech> numbered(const std::vector<SpeechId>& ids) {
    std::vector<Speech> speeches(ids.size());
    for (size_t i = 0; i < ids.size(); ++i)
        speeches[i].id = ids[i];
    return speeches;
}

TEST(FindById, IsFoundWhereverItIs) {
    for (const std::vector<SpeechId>& ids :
         {std::vector<SpeechId>{}, {4}, {1, 2}, {1, 3, 7, 8, 20}, {20, 1, 8, 3, 7}}) {
        ProjectData data;
        data.speeches = numbered(ids);
        for (const SpeechId id : ids) {
            const Speech* found = data.speech(id);
            ASSERT_NE(found, nullptr) << id;
            EXPECT_EQ(found->id, id);
        }
        for (const SpeechId id : {-1, 0, 5, 21})
            EXPECT_EQ(data.speech(id), nullptr) << id;
    }
}

TEST(FindById, FewAreLookedAtInALongList) {
    std::vector<int64_t> list(10000);
    for (size_t i = 0; i < list.size(); ++i)
        list[i] = 3 * static_cast<int64_t>(i);
    int looks = 0;
    const auto idOf = [&](int64_t number) {
        ++looks;
        return number;
    };
    for (size_t i = 0; i < list.size(); ++i) {
        looks = 0;
        ASSERT_EQ(findById(list, list[i], idOf) - list.begin(), static_cast<std::ptrdiff_t>(i));
        ASSERT_LE(looks, 14);
    }
    EXPECT_EQ(findById(list, int64_t{5}, idOf), list.end());
}

} // namespace
} // namespace ovation::test
