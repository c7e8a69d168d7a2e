// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/benchmarks/Window.h"
#include "ui/timeline/TimelineCanvas.h"

#include <QImage>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <map>

namespace ovation::ui {
namespace {

constexpr QSize kScreen{1920, 1080};

/// The whole timeline with everything on it: a long recording's peaks, labels, a detection.
struct Timeline {
    Timeline() {
        const std::string path = benchmarks::longRecording();
        reader = std::move(*AudioReader::open(path));
        peaks = std::make_shared<const WaveformPeaks>(*WaveformPeaks::compute(path, {}));
        scene.theme = Theme::of(QApplication::palette());
        scene.layout = TimelineLayout::of(kScreen);
        scene.axis = TimeAxis(reader->info().frames, reader->info().sampleRate, scene.layout.ruler.width());
        scene.hasSpeech = true;
        scene.peaks = peaks;
        for (int64_t i = 0; i < 180; ++i) {
            Segment segment;
            segment.id = i + 1;
            segment.range = {(i * 60 + 50) * benchmarks::kLongRate, (i * 60 + 60) * benchmarks::kLongRate};
            segment.labelClass = i % 5 == 0 ? LabelClass::Unsure : LabelClass::Applause;
            segments.push_back(segment);
        }
        detection.curve.stepS = 0.5;
        for (int64_t i = 0; i < benchmarks::kLongSeconds * 2; ++i)
            detection.curve.values.push_back(i / 2 % 60 >= 50 ? 0.95F : 0.04F);
        scene.segments = &segments;
        scene.detection = &detection;
    }

    /// Tiles that the picture needs are there, as they are once a person has stayed a moment.
    void load() {
        for (const TileKey& key : visibleTiles(scene.axis, 1, scene.spectrogram.scale))
            if (!tiles.contains(key))
                tiles[key] = std::make_shared<const SpectrogramTile>(*computeTile(*reader, key, {}));
    }

    void paint(QImage& screen) {
        canvas.outdate(TimelineCanvas::Waveform | TimelineCanvas::Spectrogram);
        QPainter painter(&screen);
        canvas.paint(painter, QRegion(screen.rect()), scene, kScreen, QApplication::font(), [this](const TileKey& key) {
            const auto found = tiles.find(key);
            return found == tiles.end() ? nullptr : found->second;
        });
    }

    TimelineScene scene;
    TimelineCanvas canvas;
    std::unique_ptr<AudioReader> reader;
    std::shared_ptr<const WaveformPeaks> peaks;
    std::vector<Segment> segments;
    Detection detection;
    std::map<TileKey, std::shared_ptr<const SpectrogramTile>> tiles;
};

Timeline& timeline() {
    benchmarks::beginWindow(); // before the canvas, which holds a QPixmap
    static Timeline timeline;
    return timeline;
}

/// Paints after each `step` and reports the slowest pictures, too.
template <typename Step>
void paintWhile(benchmark::State& state, Step step) {
    Timeline& line = timeline();
    QImage screen(kScreen, QImage::Format_RGB32);
    std::vector<double> taken;
    line.load();
    line.paint(screen); // fonts and the like are loaded once
    for (auto _ : state) {
        state.PauseTiming();
        step(line.scene.axis);
        line.load();
        state.ResumeTiming();
        const auto begin = std::chrono::steady_clock::now();
        line.paint(screen);
        taken.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count());
    }
    std::ranges::sort(taken);
    state.counters["p99_ms"] = taken[taken.size() * 99 / 100];
    state.counters["max_ms"] = taken.back();
}

/// Scrolls by a twentieth of what is visible, there and back; the argument is the visible seconds.
void TimelineScroll(benchmark::State& state) {
    const auto span = static_cast<double>(state.range(0));
    timeline().scene.axis.setVisible({4000, 4000 + span});
    int steps = 0;
    paintWhile(state, [&](TimeAxis& axis) { axis.scrollBy(++steps / 40 % 2 == 0 ? span / 20 : -span / 20); });
}
BENCHMARK(TimelineScroll)
    ->Arg(10800)
    ->Arg(3600)
    ->Arg(600)
    ->Arg(60)
    ->Arg(5)
    ->Iterations(200)
    ->Unit(benchmark::kMillisecond);

/// From the whole recording down to single samples and back.
void TimelineZoom(benchmark::State& state) {
    timeline().scene.axis.showAll();
    int steps = 0;
    paintWhile(state, [&](TimeAxis& axis) { axis.zoomBy(++steps / 90 % 2 == 0 ? 1.17 : 1 / 1.17, 5432.1); });
}
BENCHMARK(TimelineZoom)->Iterations(360)->Unit(benchmark::kMillisecond);

} // namespace
} // namespace ovation::ui
