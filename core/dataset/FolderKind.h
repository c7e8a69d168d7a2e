// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/FolderTree.h"

namespace ovation {

/// What a folder's recordings without labels of their own are: nothing, clips of a class, or left out with all below.
enum class FolderKind { Plain, Positive, Negative, LeftOut };

struct FolderDecision {
    FolderKind kind = FolderKind::Plain;
    bool byOwnName = false; ///< else by its siblings or by the folder that it is in
};

/// A folder's own name comes first, then a sibling of the positive class, then what the folder around it is. A folder
/// without recordings of its own that holds class folders is the data set, whatever its name.
FolderDecision kindOf(const Folder& folder, FolderKind inherited, bool besidePositive);

} // namespace ovation
