// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/benchmarks/Window.h"
#include "ui/session/Session.h"
#include "ui/timeline/TimelineView.h"

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>

#include <benchmark/benchmark.h>

#include <filesystem>
#include <fstream>

namespace ovation::ui {
namespace {

constexpr int kPatience = 600000;

bool waitFor(const std::function<bool()>& condition) {
    return QTest::qWaitFor(condition, kPatience);
}

/// Bytes that the program has had in memory at most ("VmHWM") or has now ("VmRSS").
double memory(const std::string& which) {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with(which)) return std::stod(line.substr(line.find(':') + 1)) * 1024;
    return 0;
}

/// Links to the long recording, each a file of its own for the project.
QStringList links(int count) {
    const std::string source = benchmarks::longRecording();
    QStringList paths;
    for (int i = 0; i < count; ++i) {
        const std::string path = benchmarks::folder() + "/recording-" + std::to_string(i) + ".flac";
        std::error_code exists;
        std::filesystem::create_hard_link(source, path, exists);
        paths << QString::fromStdString(path);
    }
    return paths;
}

std::unique_ptr<Session> sessionWith(const QStringList& paths) {
    auto session = std::make_unique<Session>();
    QSignalSpy opened(session.get(), &Session::projectOpened);
    session->newProject();
    waitFor([&] { return opened.count() > 0; });
    session->addAudio(paths);
    waitFor([&] {
        return session->project().speeches.size() == static_cast<size_t>(paths.size()) && session->jobs().empty();
    });
    return session;
}

bool whole(Session& session, SpeechId id) {
    const auto peaks = session.peaks(id);
    return peaks && peaks->frames() == session.project().speech(id)->frames;
}

/// From the moment a recording is chosen until the window has painted some of its sound. Argument 1: opened before.
void FirstPixels(benchmark::State& state) {
    benchmarks::beginWindow();
    const bool warm = state.range(0) == 1;
    for (auto _ : state) {
        state.PauseTiming();
        if (!warm) std::filesystem::remove_all(benchmarks::folder() + "/home/ovation");
        const auto session = sessionWith(links(1));
        const SpeechId id = session->project().speeches.front().id;
        if (warm) {
            TimelineView before(session.get(), nullptr);
            waitFor([&] { return whole(*session, id); });
        }
        const auto fresh = sessionWith(links(1));
        const SpeechId shown = fresh->project().speeches.front().id;
        TimelineView view(fresh.get(), nullptr);
        view.resize(1920, 1080);
        view.show();
        QElapsedTimer clock;
        clock.start();
        state.ResumeTiming();
        fresh->setCurrentSpeech(shown);
        waitFor([&] { return fresh->peaks(shown) != nullptr; });
        view.grab();
        state.PauseTiming();
        state.counters["first_pixels_ms"] = static_cast<double>(clock.elapsed());
        waitFor([&] { return whole(*fresh, shown); });
        state.counters["whole_waveform_ms"] = static_cast<double>(clock.elapsed());
        waitFor([&] { return view.complete(); });
        state.counters["whole_picture_ms"] = static_cast<double>(clock.elapsed());
        state.ResumeTiming();
    }
}
BENCHMARK(FirstPixels)->Arg(0)->Arg(1)->Iterations(1)->Unit(benchmark::kMillisecond)->UseRealTime();

/// The longest that the window's thread was busy without looking at its events, while a long recording loads.
void StallWhileLoading(benchmark::State& state) {
    benchmarks::beginWindow();
    for (auto _ : state) {
        std::filesystem::remove_all(benchmarks::folder() + "/home/ovation");
        const auto session = sessionWith(links(1));
        TimelineView view(session.get(), nullptr);
        view.resize(1920, 1080);
        view.show();
        const SpeechId id = session->project().speeches.front().id;
        session->setCurrentSpeech(id);
        qint64 longest = 0;
        QElapsedTimer clock;
        clock.start();
        while (!whole(*session, id)) {
            view.zoomBy(1.02, 3000); // a person at work
            clock.restart();
            QCoreApplication::processEvents(QEventLoop::AllEvents);
            longest = std::max(longest, clock.nsecsElapsed());
            QThread::msleep(5);
        }
        state.counters["longest_ms"] = static_cast<double>(longest) * 1e-6;
    }
}
BENCHMARK(StallWhileLoading)->Iterations(1)->Unit(benchmark::kMillisecond)->UseRealTime();

/// Fifty recordings of three hours in the project, each looked at as a whole and close up.
void FiftyLongRecordings(benchmark::State& state) {
    benchmarks::beginWindow();
    for (auto _ : state) {
        const auto session = sessionWith(links(50));
        TimelineView view(session.get(), nullptr);
        view.resize(1920, 1080);
        view.show();
        for (const Speech& speech : session->project().speeches) {
            session->setCurrentSpeech(speech.id);
            waitFor([&] { return whole(*session, speech.id); });
            waitFor([&] { return view.complete(); });
            view.setVisible(TimeSpan{5000, 5060});
            waitFor([&] { return view.complete(); });
        }
        state.counters["peak_MB"] = memory("VmHWM") / 1e6;
        state.counters["now_MB"] = memory("VmRSS") / 1e6;
    }
}
BENCHMARK(FiftyLongRecordings)->Iterations(1)->Unit(benchmark::kSecond)->UseRealTime();

} // namespace
} // namespace ovation::ui
