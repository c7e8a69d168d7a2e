// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/MonoStream.h"

#include "core/base/TimeRange.h"

#include <soxr.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace ovation {
namespace {

constexpr size_t kBlock = 16384;

struct SoxrDeleter {
    void operator()(soxr_t resampler) const { soxr_delete(resampler); }
};
using SoxrPointer = std::unique_ptr<std::remove_pointer_t<soxr_t>, SoxrDeleter>;

} // namespace

struct MonoStream::Impl {
    std::unique_ptr<AudioReader> reader;
    SoxrPointer resampler; // none where the rates are equal
    int sampleRate = 0;
    int64_t inputLeft = 0; // frames of the stretch not yet read
    int64_t expected = 0;  // samples of the whole stretch
    int64_t given = 0;     // samples given so far
    std::vector<float> input = std::vector<float>(kBlock);
    size_t inputBegin = 0;
    size_t inputEnd = 0;
    bool inputEnded = false;

    Result<int64_t> readInput(std::span<float> samples) {
        const auto wanted = static_cast<size_t>(std::min<int64_t>(static_cast<int64_t>(samples.size()), inputLeft));
        if (wanted == 0) return int64_t{0};
        auto n = reader->readMono(samples.first(wanted));
        if (n) inputLeft -= *n;
        return n;
    }

    /// 0, or why the recording ends here although its header promises more.
    Result<int64_t> checkEnd() {
        if (reader->position() < reader->info().frames) return int64_t{0};
        float none = 0;
        return reader->readMono(std::span(&none, 1));
    }

    Result<int64_t> resample(std::span<float> out) {
        size_t done = 0;
        while (done < out.size()) {
            if (inputBegin == inputEnd && !inputEnded) {
                auto n = readInput(input);
                if (!n) return n;
                inputBegin = 0;
                inputEnd = static_cast<size_t>(*n);
                inputEnded = *n == 0;
            }
            size_t used = 0;
            size_t made = 0;
            const bool flush = inputBegin == inputEnd;
            const auto* in = flush ? nullptr : input.data() + inputBegin;
            if (const auto error = soxr_process(resampler.get(), in, inputEnd - inputBegin, &used, out.data() + done,
                                                out.size() - done, &made))
                return Error{ErrorCode::Internal, reader->path(), std::string("resampling failed: ") + error};
            inputBegin += used;
            done += made;
            if (flush && made == 0) break;
        }
        return static_cast<int64_t>(done);
    }
};

MonoStream::MonoStream(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}

MonoStream::~MonoStream() = default;

Result<std::unique_ptr<MonoStream>> MonoStream::open(const std::string& path, int sampleRate, double startS,
                                                     double durationS) {
    auto reader = AudioReader::open(path);
    if (!reader) return reader.error();
    auto impl = std::make_unique<Impl>();
    impl->reader = std::move(*reader);
    impl->sampleRate = sampleRate;
    const AudioInfo& info = impl->reader->info();
    const double lastS = info.durationS() + 1;
    const int64_t begin = std::clamp<int64_t>(toFrame(std::clamp(startS, 0.0, lastS), info.sampleRate), 0, info.frames);
    int64_t length = info.frames - begin;
    if (durationS >= 0) length = std::min(length, toFrame(std::min(durationS, lastS), info.sampleRate));
    if (auto moved = impl->reader->seek(begin); !moved) return moved.error();
    impl->inputLeft = length;
    impl->expected = length;
    if (info.sampleRate != sampleRate) {
        impl->expected = static_cast<int64_t>(
            std::ceil(static_cast<double>(length) * static_cast<double>(sampleRate) / info.sampleRate));
        const auto quality = soxr_quality_spec(SOXR_HQ, 0);
        soxr_error_t error = nullptr;
        impl->resampler.reset(soxr_create(info.sampleRate, sampleRate, 1, &error, nullptr, &quality, nullptr));
        if (!impl->resampler) return Error{ErrorCode::Internal, path, error ? error : "no resampler"};
    }
    return std::unique_ptr<MonoStream>(new MonoStream(std::move(impl)));
}

const AudioInfo& MonoStream::info() const {
    return m_impl->reader->info();
}

int MonoStream::sampleRate() const {
    return m_impl->sampleRate;
}

int64_t MonoStream::expectedSamples() const {
    return m_impl->expected;
}

int64_t MonoStream::nonFiniteSamples() const {
    return m_impl->reader->nonFiniteSamples();
}

Result<int64_t> MonoStream::read(std::span<float> samples) {
    const int64_t left = m_impl->expected - m_impl->given;
    if (left <= 0) return m_impl->checkEnd();
    if (static_cast<int64_t>(samples.size()) > left) samples = samples.first(static_cast<size_t>(left));
    if (samples.empty()) return int64_t{0};
    auto n = m_impl->resampler ? m_impl->resample(samples) : m_impl->readInput(samples);
    if (!n) return n;
    if (*n == 0 && m_impl->resampler && m_impl->inputLeft == 0) {
        // soxr rounds the length, the reference rounds it up.
        std::fill(samples.begin(), samples.end(), 0.0F);
        n = static_cast<int64_t>(samples.size());
    }
    m_impl->given += *n;
    return n;
}

Result<std::vector<float>> readMono(const std::string& path, int sampleRate, double startS, double durationS) {
    auto stream = MonoStream::open(path, sampleRate, startS, durationS);
    if (!stream) return stream.error();
    std::vector<float> samples(static_cast<size_t>((*stream)->expectedSamples()));
    size_t done = 0;
    while (true) {
        auto n = (*stream)->read(std::span(samples).subspan(done));
        if (!n) return n.error();
        if (*n == 0) break;
        done += static_cast<size_t>(*n);
    }
    samples.resize(done);
    return samples;
}

} // namespace ovation
