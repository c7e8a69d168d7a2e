// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/FileManager.h"
#include "ui/session/SessionImpl.h"

#include <filesystem>

namespace ovation::ui {

namespace {

constexpr size_t kMostShownFiles = 20; ///< each folder of theirs is a window

/// Empty where a file manager shows the files; else the folder of the first that is there.
Result<QUrl> showFiles(const std::vector<std::string>& paths, const JobContext& context) {
    std::vector<std::string> there;
    std::error_code error;
    for (const std::string& path : paths)
        if (std::filesystem::exists(path, error)) there.push_back(path);
    if (there.empty()) return Error{ErrorCode::FileNotFound, paths.front(), {}, 0};
    if (there.size() > kMostShownFiles) there.resize(kMostShownFiles);
    if (showInFileManager(there, context.cancel)) return QUrl();
    return QUrl::fromEncoded(fileUrl(std::filesystem::path(there.front()).parent_path().string()).toLatin1());
}

} // namespace

void Session::showInFolder(const std::vector<SpeechId>& ids) {
    SessionImpl& impl = *m_impl;
    std::vector<std::string> paths;
    for (const SpeechId id : ids)
        if (const Speech* speech = impl.data.speech(id)) paths.push_back(speech->path);
    if (paths.empty()) return;
    impl.jobs.start<QUrl>(
        {}, [paths](const JobContext& context) { return showFiles(paths, context); },
        [this, &impl](const Result<QUrl>& folder) {
            if (!folder)
                impl.raise(folder.error());
            else if (!folder->isEmpty())
                Q_EMIT folderToShow(*folder);
        });
}

} // namespace ovation::ui
