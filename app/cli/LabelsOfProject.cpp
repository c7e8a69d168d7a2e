// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/LabelsOfProject.h"

#include "app/cli/Commands.h"
#include "core/labels/LabelFormats.h"
#include "core/project/LabelImport.h"
#include "core/project/ProjectStore.h"

#include <chrono>
#include <cstdio>
#include <utility>

namespace ovation::cli {
namespace {

int64_t nowMs() {
    using namespace std::chrono;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

Error noSuchRecording(const std::string& project, const std::string& recording) {
    return {ErrorCode::WrongUsage, project, "it has no recording, or several, by the name \"" + recording + "\"", 0};
}

} // namespace

Result<std::vector<LabelSource>> labelsOfProject(const std::string& path, const std::string& recording) {
    auto store = ProjectStore::open(path, ProjectStore::Mode::ReadOnly);
    if (!store) return store.error();
    Result<ProjectData> data = (*store)->load(ProjectStore::Moved::Leave);
    if (!data) return data.error();
    const SpeechId only = recording.empty() ? 0 : speechNamed(data->speeches, recording);
    if (!recording.empty() && only == 0) return noSuchRecording(path, recording);
    std::vector<LabelSource> sources;
    for (const Speech& speech : data->speeches) {
        const std::vector<Segment>& segments = data->segments[speech.id];
        if (only != 0 ? speech.id == only : speech.fullyLabelled || !segments.empty())
            sources.push_back({path, labelFileOf(speech, segments)});
    }
    if (sources.empty()) return Error{ErrorCode::NoData, path, "nothing in it is labelled", 0};
    return sources;
}

int importIntoProject(const std::vector<LabelSource>& sources, const std::string& path, const std::string& recording,
                      bool quiet) {
    auto store = ProjectStore::open(path);
    if (!store) return fail(store.error());
    Result<ProjectData> data = (*store)->load(ProjectStore::Moved::Leave);
    if (!data) return fail(data.error());
    const SpeechId given = recording.empty() ? 0 : speechNamed(data->speeches, recording);
    if (!recording.empty() && given == 0) return fail(noSuchRecording(path, recording));

    size_t labels = 0, recordings = 0;
    bool failed = false;
    for (const LabelSource& source : sources) {
        std::vector<LabelFile> parts = byRecording(source.file);
        if (!given) leaveOutUnnamed(parts);
        for (const std::string& lost : std::exchange(parts.front().warnings, {})) {
            std::fprintf(stderr, "ovation: \"%s\": %s\n", source.path.c_str(), lost.c_str());
            failed = true;
        }
        std::vector<std::string> unknown;
        for (const LabelFile& part : parts) {
            const SpeechId id = given               ? given
                                : parts.size() == 1 ? speechFor(data->speeches, source.path, part)
                                                    : speechNamed(data->speeches, part.audioFile);
            const Speech* speech = data->speech(id);
            if (!speech) {
                unknown.push_back(part.audioFile);
                continue;
            }
            LabelImport import = importLabels(part, source.path, *speech, data->segments[id], data->nextSegmentId);
            if (!quiet)
                for (const std::string& warning : import.warnings)
                    std::fprintf(stderr, "ovation: \"%s\": %s\n", source.path.c_str(), warning.c_str());
            ++recordings;
            labels += import.edit.added.size();
            if (import.edit.added.empty()) continue;
            import.edit.id = data->nextEditId++;
            import.edit.text = "Import labels";
            import.edit.timeMs = nowMs();
            if (const auto pushed = (*store)->pushEdit(import.edit); !pushed) return fail(pushed.error());
            data->apply(import.edit);
        }
        if (unknown.empty()) continue;
        failed = true;
        if (unknown.size() == parts.size())
            std::fprintf(stderr, "ovation: %s\n", belongsNowhere(source.path, unknown).c_str());
        else
            std::fprintf(stderr,
                         "ovation: \"%s\": %zu of the recordings that it names are not in the project, the "
                         "first being \"%s\"\n",
                         source.path.c_str(), unknown.size(), unknown.front().c_str());
    }
    if (!quiet)
        std::printf("%zu %s added to %zu %s of %s\n", labels, labels == 1 ? "label" : "labels", recordings,
                    recordings == 1 ? "recording" : "recordings", path.c_str());
    const int ended = finishOutput();
    return failed ? kFailed : ended;
}

} // namespace ovation::cli
