// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace ovation::ui {

/// Which edits were made at once, and are undone and redone so: those of one command on many recordings. Kept in the
/// project's settings beside the history, in which every edit stands by itself, so that a program that knows nothing of
/// groups goes through them one by one.
class EditGroups {
public:
    static constexpr const char* kSetting = "edit_groups";

    void add(int64_t first, int64_t last); ///< ids, which are never used again
    bool together(int64_t one, int64_t other) const;

    std::string toJson() const;
    /// Entries that are not understood are left out: a project may have been written by anyone.
    static EditGroups fromJson(std::string_view json);

private:
    std::map<int64_t, int64_t> m_lastByFirst;
};

} // namespace ovation::ui
