// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Commands.h"
#include "app/cli/LabelsOfProject.h"
#include "core/audio/AudioReader.h"
#include "core/base/Files.h"
#include "core/labels/LabelFormats.h"

#include <cstdio>
#include <filesystem>
#include <memory>
#include <set>

namespace ovation::cli {
namespace {

namespace fs = std::filesystem;

struct Options {
    std::vector<std::string> inputs;
    std::string output, from, to, recording;
};

/// What was read, and how it ended: kOk, or what the last failure asks for.
struct Labels {
    std::vector<LabelSource> sources;
    int ended = kOk;
};

Labels readAll(const Options& options, bool quiet) {
    Labels labels;
    for (const std::string& input : options.inputs) {
        if (extensionOf(input) == "ovation") {
            Result<std::vector<LabelSource>> project = labelsOfProject(input, options.recording);
            if (!project) {
                labels.ended = fail(project.error());
                continue;
            }
            labels.sources.insert(labels.sources.end(), project->begin(), project->end());
            continue;
        }
        Result<LabelFile> file = readLabels(input, options.from);
        if (!file) {
            labels.ended = fail(file.error());
            continue;
        }
        if (!quiet)
            for (const std::string& warning : file->warnings)
                std::fprintf(stderr, "ovation: \"%s\": %s\n", input.c_str(), warning.c_str());
        file->warnings.clear();
        labels.sources.push_back({input, *std::move(file)});
    }
    return labels;
}

size_t countOf(const std::vector<LabelSource>& sources) {
    size_t count = 0;
    for (const LabelSource& source : sources)
        count += source.file.labels.size();
    return count;
}

/// The stem of a recording as a label file names it, which may be without an extension: "kennedy.1961" has none.
std::string stemOfNamed(const std::string& recording) {
    const std::string extension = extensionOf(recording);
    const bool has = isAudioExtension(extension) || isUnreadableSoundExtension(extension);
    return has ? stemOf(recording) : fs::path(recording).filename().string();
}

void warnOfTexts(size_t leftOut, const std::string& output, bool quiet) {
    if (leftOut > 0 && !quiet)
        std::fprintf(stderr, "ovation: \"%s\": %s\n", output.c_str(), textsLeftOutText(leftOut).c_str());
}

const char* labelNoun(size_t count) {
    return count == 1 ? "label" : "labels";
}

int writeOne(const Labels& labels, const Options& options, bool quiet) {
    std::vector<LabelFile> files;
    for (const LabelSource& source : labels.sources) {
        files.push_back(source.file);
        const bool named = !source.file.audioFile.empty() || byRecording(source.file).size() > 1;
        if (labels.sources.size() > 1 && !named) files.back().audioFile = labelStem(source.path);
    }
    LabelFile file;
    if (files.size() == 1)
        file = files.front();
    else
        for (LabelFile& each : files)
            for (Label& label : each.labels) {
                if (label.recording.empty()) label.recording = each.audioFile;
                file.labels.push_back(std::move(label));
            }
    const LabelFormat* format = options.to.empty() ? labelFormatByName(options.output) : labelFormat(options.to);
    if (!format)
        return fail(
            {ErrorCode::WrongUsage, options.output, "its extension stands for no label format; give one with --to", 0});
    if (const size_t recordings = byRecording(file).size(); recordings > 1 && !format->severalRecordings)
        return fail({ErrorCode::WrongUsage, options.output,
                     "these are the labels of " + std::to_string(recordings) + " recordings, and a file of " +
                         format->name + " holds one; give a folder as --output",
                     0});
    if (const Result<void> written = writeLabels(options.output, file, options.to); !written)
        return fail(written.error());
    warnOfTexts(textsLeftOut(file, *format), options.output, quiet);
    if (!quiet)
        std::printf("%zu %s written to %s\n", file.labels.size(), labelNoun(file.labels.size()),
                    options.output.c_str());
    const int ended = finishOutput();
    return labels.ended != kOk ? labels.ended : ended;
}

int writeFolder(const Labels& labels, const Options& options, bool quiet) {
    const LabelFormat* format = labelFormat(options.to);
    if (!format)
        return fail({ErrorCode::WrongUsage, options.output, "it is a folder; give the files' format with --to", 0});
    std::error_code error;
    fs::create_directories(options.output, error);
    if (error) return fail(errorFromErrno(error.value(), options.output, ErrorCode::WriteFailed));
    std::set<std::string> taken;
    for (const LabelSource& source : labels.sources) {
        const std::vector<LabelFile> parts = byRecording(source.file);
        for (const LabelFile& part : parts) {
            // One of several recordings names them. Else a label file's own name says what it is about, and what the
            // labels are about that name none.
            const bool byName = parts.size() == 1 && extensionOf(source.path) != "ovation";
            std::string stem = byName ? std::string() : stemOfNamed(part.audioFile);
            if (stem.empty()) stem = labelStem(source.path);
            std::string name;
            for (int number = 1; name.empty() || !taken.insert(name).second; ++number)
                name = stem + (number > 1 ? "-" + std::to_string(number) : "") + "." + format->extension;
            const std::string path = (fs::path(options.output) / name).string();
            if (const Result<void> written = writeLabels(path, part, options.to); !written)
                return fail(written.error());
            warnOfTexts(textsLeftOut(part, *format), path, quiet);
        }
    }
    if (const size_t count = countOf(labels.sources); !quiet)
        std::printf("%zu %s written to %zu %s in %s\n", count, labelNoun(count), taken.size(),
                    taken.size() == 1 ? "file" : "files", options.output.c_str());
    const int ended = finishOutput();
    return labels.ended != kOk ? labels.ended : ended;
}

int convert(const Options& options, bool quiet) {
    const Labels labels = readAll(options, quiet);
    if (labels.sources.empty()) return labels.ended;
    if (extensionOf(options.output) == "ovation") {
        const int ended = importIntoProject(labels.sources, options.output, options.recording, quiet);
        return labels.ended != kOk ? labels.ended : ended;
    }
    std::error_code ignored;
    const bool folder = options.output.ends_with('/') || fs::is_directory(options.output, ignored);
    return folder ? writeFolder(labels, options, quiet) : writeOne(labels, options, quiet);
}

} // namespace

void addLabels(CLI::App& app, const Common& common, Run& run) {
    const auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("labels", "Convert label files, and carry them into and out of a project");
    std::vector<std::string> ids;
    for (const LabelFormat& format : labelFormats())
        ids.emplace_back(format.id);
    command->add_option("IN", options->inputs, "Label files to read, or a project (.ovation)")->required();
    command
        ->add_option("-o,--output", options->output,
                     "Label file to write; a folder, for a file for each recording (with --to); or a project, whose "
                     "recordings get the labels")
        ->required();
    command->add_option("--from", options->from, "Format of IN (default: by content and extension)")
        ->check(CLI::IsMember(ids));
    command->add_option("--to", options->to, "Format of the output (default: by extension)")->check(CLI::IsMember(ids));
    command->add_option("--recording", options->recording,
                        "The project's recording, by file name or stem (default: all, each by its name)");
    command->callback(
        [options, &common, &run] { run = [options, &common] { return convert(*options, common.quiet); }; });
}

} // namespace ovation::cli
