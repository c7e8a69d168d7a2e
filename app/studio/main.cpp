// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/CommandLine.h"
#include "app/studio/Display.h"
#include "core/base/Version.h"
#include "ui/main/MainWindow.h"
#include "ui/session/Player.h"
#include "ui/session/Session.h"
#include "ui/session/Settings.h"
#include "ui/theme/Palettes.h"

#include <QApplication>

#include <clocale>
#include <csignal>
#include <cstdio>

int main(int argc, char** argv) {
    using namespace ovation;
    const studio::CommandLine line = studio::parse(argc, argv);
    if (line.message) {
        std::fputs(line.message->c_str(), line.exitCode == 0 ? stdout : stderr);
        return line.exitCode;
    }
    // Qt ends the process where there is no display; say so first, in a sentence.
    if (const auto problem = studio::displayProblem(argc, argv)) {
        std::fprintf(stderr, "ovation-studio: %s\n", problem->c_str());
        return 1;
    }

    std::signal(SIGXFSZ, SIG_IGN); // a limit on file sizes is a failed write like any other
    std::signal(SIGPIPE, SIG_IGN); // whoever read the messages may be gone
    QApplication application(argc, argv);
    std::setlocale(LC_NUMERIC, "C"); // what is written to files has a point in every language
    QApplication::setApplicationName(QStringLiteral("ovation"));
    QApplication::setApplicationDisplayName({});
    QApplication::setApplicationVersion(QString::fromLatin1(version()));
    QApplication::setDesktopFileName(QStringLiteral("ovation-studio"));
    ui::applyPalette(application, line.palette);

    ui::Settings settings;
    ui::Session session;
    ui::Player player;
    ui::MainWindow window(&session, &player, &settings);
    window.show();
    if (line.paths.empty()) {
        window.openLastProject();
    } else {
        QStringList paths;
        for (const std::string& path : line.paths)
            paths << QString::fromLocal8Bit(path.c_str());
        window.openPaths(paths);
    }
    return QApplication::exec();
}
