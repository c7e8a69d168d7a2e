// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/features/FrameStream.h"

#include "core/audio/MonoStream.h"

#include <vector>

namespace ovation {
namespace {

constexpr size_t kSamplesAtOnce = size_t{1} << 15; ///< samples read at once: 1.5 s

class ComputedFrames : public FrameStream {
public:
    explicit ComputedFrames(std::unique_ptr<MonoStream> stream) : m_stream(std::move(stream)) {}

    double durationS() const override { return m_stream->info().durationS(); }

    Result<bool> read(FrameFeatures& out) override {
        const int64_t before = out.frames();
        while (!m_ended && out.frames() == before) {
            const auto n = m_stream->read(m_block);
            if (!n) return n.error();
            m_ended = *n == 0;
            if (m_ended)
                m_extractor.finish(out);
            else
                m_extractor.push(std::span(m_block).first(static_cast<size_t>(*n)), out);
        }
        return out.frames() > before;
    }

private:
    std::unique_ptr<MonoStream> m_stream;
    FrameExtractor m_extractor;
    std::vector<float> m_block = std::vector<float>(kSamplesAtOnce);
    bool m_ended = false;
};

} // namespace

Result<std::unique_ptr<FrameStream>> openFrames(const std::string& path) {
    auto stream = MonoStream::open(path, seed::kSampleRate);
    if (!stream) return stream.error();
    return std::unique_ptr<FrameStream>(std::make_unique<ComputedFrames>(std::move(*stream)));
}

void appendFrames(const FrameFeatures& from, int64_t first, int64_t end, FrameFeatures& to) {
    const int64_t columns = seed::kMelBands;
    to.melPower.columns = columns;
    to.melPower.rows += end - first;
    to.melPower.values.insert(to.melPower.values.end(), from.melPower.values.begin() + first * columns,
                              from.melPower.values.begin() + end * columns);
    to.scalars.insert(to.scalars.end(), from.scalars.begin() + first, from.scalars.begin() + end);
}

void clearFrames(FrameFeatures& frames) {
    frames.melPower.rows = 0;
    frames.melPower.values.clear();
    frames.scalars.clear();
}

} // namespace ovation
