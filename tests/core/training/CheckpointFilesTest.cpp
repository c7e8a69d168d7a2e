// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/CheckpointFiles.h"

#include "tests/core/dataset/DataFolder.h"

#include <gtest/gtest.h>

using namespace ovation;
using namespace ovation::test;

TEST(CheckpointFiles, TheNewestOrTheOneBeforeItIsACheckpoint) {
    const DataFolder data;
    EXPECT_FALSE(hasCheckpoint(data.path("none")));
    data.text("other/model.safetensors", "x");
    EXPECT_FALSE(hasCheckpoint(data.path("other")));
    data.text("newest/checkpoint.safetensors", "x"); // as earlier programs have named it, too
    EXPECT_TRUE(hasCheckpoint(data.path("newest")));
    data.text("previous/checkpoint.previous.safetensors", "x");
    EXPECT_TRUE(hasCheckpoint(data.path("previous")));
}
