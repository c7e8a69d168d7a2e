// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"

#include <string>

namespace ovation::cli {

/// A fresh folder under the system's temporary folder ($TMPDIR), removed with all it holds at the end of its life.
class TemporaryFolder {
public:
    /// Error: WriteFailed where it cannot be made.
    static Result<TemporaryFolder> make(const std::string& name);
    TemporaryFolder(TemporaryFolder&& other) noexcept : m_path(std::move(other.m_path)) { other.m_path.clear(); }
    TemporaryFolder& operator=(TemporaryFolder&&) = delete;
    ~TemporaryFolder();

    const std::string& path() const { return m_path; }

private:
    explicit TemporaryFolder(std::string path) : m_path(std::move(path)) {}
    std::string m_path;
};

} // namespace ovation::cli
