// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Commands.h"
#include "core/labels/LabelFormats.h"

#include <cstdio>
#include <memory>

namespace ovation::cli {
namespace {

struct Options {
    std::string input, output, from, to;
};

int convert(const Options& options, bool quiet) {
    const Result<LabelFile> file = readLabels(options.input, options.from);
    if (!file) return fail(file.error());
    if (!quiet)
        for (const std::string& warning : file->warnings)
            std::fprintf(stderr, "ovation: \"%s\": %s\n", options.input.c_str(), warning.c_str());
    if (const Result<void> written = writeLabels(options.output, *file, options.to); !written) {
        if (written.error().code != ErrorCode::UnknownLabelFormat) return fail(written.error());
        return fail(
            {ErrorCode::WrongUsage, options.output, "its extension stands for no label format; give one with --to", 0});
    }
    if (!quiet) std::printf("%zu labels written to %s\n", file->labels.size(), options.output.c_str());
    return finishOutput();
}

} // namespace

void addLabels(CLI::App& app, const Common& common, Run& run) {
    const auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("labels", "Convert a label file to another format");
    std::vector<std::string> ids;
    for (const LabelFormat& format : labelFormats())
        ids.emplace_back(format.id);
    command->add_option("IN", options->input, "Label file to read")->required();
    command->add_option("-o,--output", options->output, "Label file to write")->required();
    command->add_option("--from", options->from, "Format of IN (default: by content and extension)")
        ->check(CLI::IsMember(ids));
    command->add_option("--to", options->to, "Format of the output (default: by extension)")->check(CLI::IsMember(ids));
    command->callback(
        [options, &common, &run] { run = [options, &common] { return convert(*options, common.quiet); }; });
}

} // namespace ovation::cli
