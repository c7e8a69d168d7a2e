// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/CancelToken.h"

#include <QDBusMessage>
#include <QString>

#include <string>
#include <vector>

namespace ovation::ui {

// The desktop's file manager, as freedesktop.org's org.freedesktop.FileManager1. Paths are absolute, and their bytes
// are as the operating system gives them.

/// "file:///tmp/caf%C3%A9.wav": exact for names that are not UTF-8, too.
QString fileUrl(const std::string& path);

/// The call that asks for files to be shown in their folders, selected.
QDBusMessage showItemsCall(const std::vector<std::string>& paths);

/// Sends it over the session's bus; false where there is no bus, or nobody on it who shows files. Waits for the answer,
/// or until it is cancelled: for a thread that may.
bool showInFileManager(const std::vector<std::string>& paths, const CancelToken& cancel);

} // namespace ovation::ui
