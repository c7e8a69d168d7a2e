// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/Studio.h"
#include "ui/session/ReportPrinter.h"

#include <mutex>
#include <thread>

namespace ovation::ui::test {
namespace {

std::mutex warningsMutex;
QStringList warningsSeen;

void keepWarning(QtMsgType, const QMessageLogContext&, const QString& text) {
    const std::lock_guard lock(warningsMutex);
    warningsSeen << text;
}

TEST(ReportWorkerTest, LongReportsAreWrittenByAWorkerWithoutWarnings) {
    const Folder folder;
    std::vector<RecordingReport> reports;
    for (int i = 0; i < 60; ++i) {
        RecordingReport& report = reports.emplace_back();
        report.path = "/speeches/speech-" + std::to_string(i) + ".flac";
        report.durationS = 100;
        report.applause = {{{10, 20}, 0.9, -20.0}, {{30, 45}, 0.8, -22.0}};
    }
    const QString path = folder.path(QStringLiteral("report.pdf"));
    std::optional<Result<void>> written;
    warningsSeen.clear();
    const QtMessageHandler before = qInstallMessageHandler(keepWarning);
    std::thread([&] { written = writeReportPdf(path.toStdString(), QStringLiteral("Applause"), reports); }).join();
    qInstallMessageHandler(before);
    ASSERT_TRUE(written && *written);
    EXPECT_EQ(warningsSeen.join(QLatin1Char('\n')).toStdString(), "");
    QFile file(path);
    ASSERT_TRUE(file.open(QIODevice::ReadOnly));
    EXPECT_TRUE(file.readAll().startsWith("%PDF"));
}

} // namespace
} // namespace ovation::ui::test
