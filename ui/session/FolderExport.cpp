// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/FolderExport.h"

#include "core/base/Files.h"
#include "ui/session/SessionImpl.h"

#include <algorithm>
#include <filesystem>
#include <set>

namespace ovation::ui {

namespace {

bool isThere(const std::string& folder, const std::string& name) {
    std::error_code ignored;
    return std::filesystem::exists(
        std::filesystem::symlink_status(std::filesystem::path(folder) / name, ignored)); // a link to nothing, too
}

struct FolderOutcome {
    std::vector<std::string> inTheWay; ///< nothing was written
    size_t written = 0;
};

/// `answer`: Cancel before anybody was asked.
Result<FolderOutcome> writeAll(const FolderExport& wanted, ExistingFiles answer, const JobContext& context) {
    const std::string folder = wanted.folder.toStdString();
    FolderOutcome outcome;
    if (answer == ExistingFiles::Cancel) outcome.inTheWay = namesThere(folder, wanted.names);
    if (!outcome.inTheWay.empty()) return outcome;
    const std::vector<std::string> names =
        answer == ExistingFiles::KeepBoth ? namesBeside(folder, wanted.names, wanted.ending) : wanted.names;
    std::error_code ignored;
    std::filesystem::create_directories(folder, ignored);
    for (size_t i = 0; i < names.size(); ++i) {
        if (context.cancel.cancelled()) return Error{ErrorCode::Cancelled, {}, {}};
        const auto written = wanted.write(i, (std::filesystem::path(folder) / names[i]).string());
        if (!written) return written.error();
        context.progress({static_cast<double>(++outcome.written), static_cast<double>(names.size()), {}, names[i]});
    }
    return outcome;
}

void startExport(SessionImpl& impl, const std::shared_ptr<const FolderExport>& wanted, ExistingFiles answer) {
    impl.jobs.start<FolderOutcome>(
        wanted->title, [wanted, answer](const JobContext& context) { return writeAll(*wanted, answer, context); },
        [&impl, wanted](Result<FolderOutcome> outcome) {
            if (!outcome) {
                if (outcome.error().code != ErrorCode::Cancelled) impl.raise(outcome.error());
                return;
            }
            if (outcome->inTheWay.empty()) {
                wanted->done(outcome->written);
                return;
            }
            QStringList names;
            for (const std::string& name : outcome->inTheWay)
                names << QString::fromStdString(name);
            Q_EMIT impl.session->existingFilesAsked(wanted->folder, names, [&impl, wanted](ExistingFiles chosen) {
                if (chosen != ExistingFiles::Cancel) startExport(impl, wanted, chosen);
            });
        });
}

} // namespace

std::vector<std::string> namesThere(const std::string& folder, const std::vector<std::string>& names) {
    std::vector<std::string> there;
    for (const std::string& name : names)
        if (isThere(folder, name)) there.push_back(name);
    return there;
}

std::vector<std::string> namesBeside(const std::string& folder, const std::vector<std::string>& names,
                                     const std::string& ending) {
    std::set<std::string> taken(names.begin(), names.end());
    std::set<std::string> stems; // of what is in the folder: labels beside a recording would be taken for its own
    std::error_code error;
    for (std::filesystem::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
        stems.insert(stemOf(it->path().string()));
    std::vector<std::string> result;
    for (const std::string& name : names) {
        std::string free = name;
        const std::string stem = name.substr(0, name.size() - ending.size());
        const auto belongsToARecording = [&] { return free != name && stems.contains(stemOf(free)); };
        for (int number = 2;
             isThere(folder, free) || belongsToARecording() || (free != name && !taken.insert(free).second); ++number)
            free = stem + "-" + std::to_string(number) + ending;
        result.push_back(free);
    }
    return result;
}

void exportTo(SessionImpl& impl, FolderExport wanted) {
    startExport(impl, std::make_shared<const FolderExport>(std::move(wanted)), ExistingFiles::Cancel);
}

} // namespace ovation::ui
