// SPDX-License-Identifier: GPL-3.0-or-later
// A project of 50 recordings with 10 000 segments in all, each put in by an edit of its own: opening it, and one more
// edit. `history` is how many edits there are already.
#include "core/project/ProjectStore.h"
#include "tests/support/TemporaryFolder.h"

#include <benchmark/benchmark.h>

using namespace ovation;

namespace {

constexpr int64_t kSpeeches = 50;
constexpr int64_t kRate = 44100;

Edit marking(int64_t id) {
    Edit edit;
    edit.id = id;
    edit.speech = 1 + id % kSpeeches;
    edit.text = "Mark applause";
    Segment segment;
    segment.id = id;
    segment.range = {id / kSpeeches * 2 * kRate, (id / kSpeeches * 2 + 1) * kRate};
    edit.added = {segment};
    return edit;
}

std::string project(const test::TemporaryFolder& folder, int64_t history) {
    const std::string path = folder.path() + "/p.ovation";
    std::vector<Speech> speeches;
    for (int64_t id = 1; id <= kSpeeches; ++id) {
        Speech speech;
        speech.id = id;
        speech.path = folder.path() + "/" + std::to_string(id) + ".wav";
        speech.frames = 3600 * kRate;
        speech.sampleRate = kRate;
        speech.channels = 2;
        speech.contentHash = std::to_string(id);
        speeches.push_back(speech);
    }
    std::vector<Edit> edits;
    for (int64_t id = 1; id <= history; ++id)
        edits.push_back(marking(id));
    auto store = ProjectStore::create(path);
    if (!store || !(*store)->addSpeeches(speeches, edits)) std::abort();
    return path;
}

void openProject(benchmark::State& state) {
    const test::TemporaryFolder folder;
    const std::string path = project(folder, state.range(0));
    for (auto _ : state) {
        auto store = ProjectStore::open(path);
        benchmark::DoNotOptimize((*store)->load(ProjectStore::Moved::Leave));
    }
}
BENCHMARK(openProject)->ArgName("history")->Arg(100)->Arg(10000)->Unit(benchmark::kMillisecond);

/// An edit, its undoing and its redoing, each on disk.
void storeEdit(benchmark::State& state) {
    const test::TemporaryFolder folder;
    auto store = *ProjectStore::open(project(folder, state.range(0)));
    int64_t id = state.range(0);
    for (auto _ : state) {
        const Edit edit = marking(++id);
        if (!store->pushEdit(edit) || !store->undo(edit) || !store->redo(edit)) std::abort();
    }
}
BENCHMARK(storeEdit)->ArgName("history")->Arg(100)->Arg(10000)->Unit(benchmark::kMicrosecond);

/// The same in memory, as the window does it; one recording holds all segments.
void applyEdit(benchmark::State& state) {
    ProjectData data;
    for (int64_t id = 1; id <= state.range(0); ++id) {
        Edit edit = marking(id * kSpeeches);
        data.apply(edit);
    }
    int64_t id = state.range(0) / 2 * kSpeeches + 1;
    for (auto _ : state) {
        Edit edit = marking(id * kSpeeches);
        edit.added[0].id = 1 << 30;
        data.apply(edit);
        data.apply(edit.inverse());
    }
}
BENCHMARK(applyEdit)->ArgName("segments")->Arg(100)->Arg(10000)->Unit(benchmark::kMicrosecond);

} // namespace
