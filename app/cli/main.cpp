// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Commands.h"
#include "app/cli/Interrupt.h"
#include "core/base/Version.h"

#include <cerrno>
#include <clocale>
#include <csignal>
#include <cstdio>
#include <exception>
#include <new>

namespace ovation::cli {

int fail(const Error& error) {
    std::fprintf(stderr, "ovation: %s\n", describe(error).c_str());
    return error.code == ErrorCode::WrongUsage || error.code == ErrorCode::BadHyperparameter ? kWrongUsage : kFailed;
}

int finishOutput() {
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return kOk;
    if (errno == EPIPE) endByBrokenPipe(); // `| head` wants no more: that ends a program without a word
    return fail(errorFromErrno(errno, "standard output", ErrorCode::WriteFailed));
}

namespace {

int runProgram(int argc, char** argv) {
    CLI::App app{"Ovation learns to hear applause in speeches. Nothing leaves this machine.", "ovation"};
    app.set_version_flag("--version", std::string("ovation ") + version());
    app.require_subcommand(1);
    app.fallthrough();
    Common common;
    app.add_flag("-q,--quiet", common.quiet, "Show no progress");
    app.add_flag("--no-cache", common.noCache,
                 "Compute features anew, and keep none on disk ($OVATION_CACHE says where)");
    Run run;
    addCheck(app, common, run);
    addTrain(app, common, run);
    addCompare(app, common, run);
    addDetect(app, common, run);
    addEvaluate(app, common, run);
    addExport(app, common, run);
    addHistory(app, common, run);
    addClips(app, common, run);
    addFeatures(app, common, run);
    addLabels(app, common, run);
    addReport(app, common, run);
    addSurface(app, common, run);
    addAugment(app, common, run);
    addBench(app, common, run);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) return app.exit(error); // --help, --version
        return fail({ErrorCode::WrongUsage, "", error.what(), 0});
    }
    return run ? run() : kWrongUsage;
}

} // namespace
} // namespace ovation::cli

int main(int argc, char** argv) {
    std::setlocale(LC_CTYPE, "");
    std::signal(SIGXFSZ, SIG_IGN); // a limit on file sizes is a failed write like any other
    try {
        return ovation::cli::runProgram(argc, argv);
    } catch (const std::bad_alloc&) {
        return ovation::cli::fail({ovation::ErrorCode::OutOfMemory, "", "", 0});
    } catch (const std::exception& error) {
        return ovation::cli::fail({ovation::ErrorCode::Internal, "", error.what(), 0});
    }
}
