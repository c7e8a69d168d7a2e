// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/Random.h"
#include "tests/support/WavFile.h"
#include "tests/ui/Studio.h"
#include "ui/charts/ChartBoard.h"
#include "ui/main/MainWindow.h"
#include "ui/session/Player.h"
#include "ui/session/Settings.h"
#include "ui/train/TrainPanel.h"

#include <QPushButton>

#include <memory>

namespace ovation::ui::test {
namespace {

/// The whole window with its session, so that both can go while a training is under way. What the training thread and
/// the window share is what the thread sanitizer is to look at here.
struct OpenWindow {
    explicit OpenWindow(const Folder& folder)
        : session(std::make_unique<Session>()),
          player(std::make_unique<Player>()),
          settings(std::make_unique<Settings>(folder.path(QStringLiteral("settings.ini")))),
          window(std::make_unique<MainWindow>(session.get(), player.get(), settings.get())) {
        window->resize(1280, 800);
        window->setWorkspace(Workspace::Train);
        window->show();
    }
    ~OpenWindow() {
        window->close();
        window.reset();
    }
    TrainPanel* panel() const { return window->findChild<TrainPanel*>(); }
    void click(const char* button) const {
        QTest::mouseClick(window->findChild<QPushButton*>(QLatin1String(button)), Qt::LeftButton);
    }

    std::unique_ptr<Session> session;
    std::unique_ptr<Player> player;
    std::unique_ptr<Settings> settings;
    std::unique_ptr<MainWindow> window;
};

/// Clips of two kinds at the network's own rate: libsoxr, which changes rates, reads a sample behind its buffers, which
/// the thread sanitizer's allocator places before unmapped memory.
QString clipsOf(const Folder& folder) {
    Random random(3);
    for (int i = 0; i < 34; ++i) {
        const bool applause = i % 2 == 0;
        std::vector<float> sound(2 * 22050);
        for (size_t k = 0; k < sound.size(); ++k)
            sound[k] = applause ? 0.2F * random.quickNormal()
                                : 0.3F * static_cast<float>(std::sin(0.03 * (1 + i) * static_cast<double>(k)));
        const QString path = folder.path(
            QStringLiteral("clips/%1").arg(applause ? QStringLiteral("applause") : QStringLiteral("other")));
        QDir().mkpath(path);
        std::ofstream((path + QStringLiteral("/%1.wav").arg(i)).toStdString(), std::ios::binary)
            << ovation::test::wavBytes(sound, 22050);
    }
    return folder.path(QStringLiteral("clips"));
}

TEST(TrainingThreads, TrainsPausesResumesStopsAndClosesTheWindowMidEpoch) {
    const Folder folder;
    const QString file = folder.path(QStringLiteral("threads.ovation"));
    size_t epochsBefore = 0;
    {
        OpenWindow studio(folder);
        Session& session = *studio.session;
        ASSERT_TRUE(openNew(session));
        ASSERT_TRUE(add(session, {clipsOf(folder)}, 34));
        ASSERT_TRUE(saveAs(session, file));
        Hyperparameters values = quickRun(100000);
        values.batchSize = 4;
        session.setHyperparameters(values);
        QSignalSpy epochs(&session, &Session::trainingEpoch), ended(&session, &Session::trainingEnded);
        const auto trains = [&] {
            const auto before = epochs.count();
            return waitFor([&] { return epochs.count() > before + 1; });
        };
        const auto endsAfter = [&](const char* button) {
            const auto before = ended.count();
            studio.click(button);
            return waitFor([&] { return ended.count() > before; }) && !ended.last()[0].value<std::optional<Error>>();
        };
        studio.click("train");
        ASSERT_TRUE(trains());
        ASSERT_TRUE(endsAfter("pause"));
        EXPECT_TRUE(session.paused());
        studio.click("resume");
        ASSERT_TRUE(trains());
        ASSERT_TRUE(endsAfter("stop"));
        EXPECT_FALSE(session.paused());
        EXPECT_NE(session.model(), nullptr);
        studio.click("resume");
        ASSERT_TRUE(trains());
        QSignalSpy batches(&session, &Session::trainingBatch);
        ASSERT_TRUE(waitFor([&] {
            return batches.count() > 0 &&
                   batches.last()[0].value<BatchMetrics>().batch < batches.last()[0].value<BatchMetrics>().batches;
        }));
        EXPECT_FALSE(studio.panel()->charts()->shown().batches.empty());
        ASSERT_TRUE(session.training());
        epochsBefore = session.currentRun()->epochs.size();
    }
    // What was closed in the midst of an epoch is there, and goes on.
    Session again;
    ASSERT_TRUE(open(again, file));
    ASSERT_EQ(again.project().runs.size(), 1U);
    ASSERT_TRUE(again.resumableRun());
    EXPECT_GE(again.project().runs[0].epochs.size(), epochsBefore);
    QSignalSpy epochs(&again, &Session::trainingEpoch);
    again.resumeTraining();
    ASSERT_TRUE(waitFor([&] { return epochs.count() > 0; }));
}

} // namespace
} // namespace ovation::ui::test
