// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Files.h"
#include "core/labels/LabelFormats.h"
#include "ui/session/SessionImpl.h"

#include <filesystem>
#include <map>

namespace ovation::ui {

void Session::exportDetections(const QString& folder, const QString& format) {
    SessionImpl& impl = *m_impl;
    const LabelFormat* chosen = labelFormat(format.toStdString());
    if (!chosen) {
        impl.raise({ErrorCode::UnknownLabelFormat, format.toStdString(), {}});
        return;
    }
    std::vector<std::pair<std::string, LabelFile>> files;
    std::map<std::string, int> stems;
    for (const auto& [id, detection] : impl.data.detections) {
        const Speech* speech = impl.data.speech(id);
        if (!speech) continue;
        LabelFile file;
        file.audioFile = speech->path;
        file.durationS = speech->durationS();
        for (const DetectedSegment& segment : detection.segments) {
            if (segment.verdict == Verdict::Rejected) continue;
            Label label;
            label.span = {toSeconds(segment.range.begin, speech->sampleRate),
                          toSeconds(segment.range.end, speech->sampleRate)};
            label.text = nameOf(LabelClass::Applause);
            label.score = segment.score;
            file.labels.push_back(label);
        }
        // Recordings of the same name in different folders must not overwrite each other's file.
        const std::string stem = stemOf(speech->path);
        const int same = stems[stem]++;
        files.emplace_back(stem + (same ? "-" + std::to_string(same + 1) : "") + "." + chosen->extension,
                           std::move(file));
    }
    if (files.empty()) {
        impl.raise({ErrorCode::NoData, {}, "nothing has been detected yet: run Review > Detect first"});
        return;
    }
    impl.jobs.start<int>(
        tr("Exporting detections"),
        [files, folder = folder.toStdString(), id = format.toStdString()](const JobContext& context) -> Result<int> {
            std::error_code ignored;
            std::filesystem::create_directories(folder, ignored);
            int written = 0;
            for (const auto& [name, file] : files) {
                if (context.cancel.cancelled()) return Error{ErrorCode::Cancelled, {}, {}};
                const auto result = writeLabels((std::filesystem::path(folder) / name).string(), file, id);
                if (!result) return result.error();
                context.progress({static_cast<double>(++written), static_cast<double>(files.size()), {}, name});
            }
            return written;
        },
        [this, &impl, folder](Result<int> written) {
            if (written)
                Q_EMIT messageRaised(
                    (*written == 1
                         ? tr("1 file written to %2.")
                         : tr("%1 files written to %2.").replace(QStringLiteral("%1"), QString::number(*written)))
                        .replace(QStringLiteral("%2"), folder));
            else if (written.error().code != ErrorCode::Cancelled)
                impl.raise(written.error());
        });
}

} // namespace ovation::ui
