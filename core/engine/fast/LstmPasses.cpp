// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/fast/LstmPasses.h"

#include "core/engine/fast/MatrixProduct.h"
#include "core/engine/fast/PackedProduct.h"
#include "core/engine/fast/PanelProduct.h"
#include "core/engine/fast/Vectorised.h"

#include <algorithm>
#include <optional>

namespace ovation::fast {
namespace {

/// Units [begin, end) of one row of one step: activates the gates in place, writes cell state and output, the latter
/// also where the next step's product reads it.
OVATION_VECTOR_CLONES
void activate(float* gates, const float* cellBefore, float* cell, float* output, float* outputAgain, int64_t hidden,
              int64_t begin, int64_t end) {
    float* in = gates;
    float* forget = gates + hidden;
    float* candidate = gates + 2 * hidden;
    float* out = gates + 3 * hidden;
#pragma omp simd
    for (int64_t j = begin; j < end; ++j) {
        const float i = vectorSigmoid(in[j]), f = vectorSigmoid(forget[j]);
        const float g = vectorTanh(candidate[j]), o = vectorSigmoid(out[j]);
        const float c = f * cellBefore[j] + i * g;
        in[j] = i;
        forget[j] = f;
        candidate[j] = g;
        out[j] = o;
        cell[j] = c;
        output[j] = outputAgain[j] = o * vectorTanh(c);
    }
}

/// One row of one step of the backward pass: gradients of the gates before activation, and of the cell state before.
OVATION_VECTOR_CLONES
void differentiate(const float* gates, const float* cellBefore, const float* cell, const float* outputGradient,
                   const float* recurrentGradient, float* cellGradient, float* gateGradients, int64_t hidden) {
    const float* in = gates;
    const float* forget = gates + hidden;
    const float* candidate = gates + 2 * hidden;
    const float* out = gates + 3 * hidden;
#pragma omp simd
    for (int64_t j = 0; j < hidden; ++j) {
        const float dh = outputGradient[j] + recurrentGradient[j];
        const float t = vectorTanh(cell[j]);
        const float i = in[j], f = forget[j], g = candidate[j], o = out[j];
        const float dc = cellGradient[j] + dh * o * (1.0f - t * t);
        gateGradients[j] = dc * g * i * (1.0f - i);
        gateGradients[hidden + j] = dc * cellBefore[j] * f * (1.0f - f);
        gateGradients[2 * hidden + j] = dc * i * (1.0f - g * g);
        gateGradients[3 * hidden + j] = dh * t * o * (1.0f - o);
        cellGradient[j] = dc * f;
    }
}

/// Clips from the first to the last one that has a frame t: of clips that are sorted, the longest first, those that do.
int64_t clipsAt(const std::vector<int64_t>& lengths, int64_t t) {
    int64_t count = static_cast<int64_t>(lengths.size());
    while (count > 0 && lengths[static_cast<size_t>(count - 1)] <= t)
        --count;
    return count;
}

/// The recurrence of one direction, one step at a time.
class Recurrence {
public:
    Recurrence(const LstmSizes& sizes, const LstmDirection& direction)
        : m_sizes(sizes),
          m_lengths(direction.lengths),
          m_before(static_cast<size_t>(sizes.batch * sizes.hidden), 0.0f),
          m_now(m_before) {
        if (PanelProduct::suits(sizes.hidden))
            m_panels.emplace(sizes.gates(), sizes.hidden, direction.recurrent, 1, sizes.hidden);
        else
            m_packed.emplace(sizes.batch, sizes.gates(), sizes.hidden, direction.recurrent, 1, sizes.hidden,
                             sizes.hidden, sizes.gates(), PackedProduct::Into::Add);
    }

    /// Frame t: `gates` (B, 4H) hold the input projections and are activated in place; writes cell states (B, H), which
    /// may stand where those of the step before stood, and outputs (rows of outputs()).
    void advance(int64_t t, float* gates, const float* cellsBefore, float* cells, float* output) {
        const LstmSizes& s = m_sizes;
        const int64_t clips = clipsAt(m_lengths, t);
        if (m_packed && !m_first) m_packed->run(m_before.data(), gates);
        const int64_t units = m_panels ? PanelProduct::kColumns : s.hidden;
        for (int64_t begin = 0; begin < s.hidden; begin += units) {
            if (m_panels && !m_first)
                for (int64_t gate = 0; gate < 4; ++gate)
                    m_panels->add(gate * s.hidden + begin, clips, m_before.data(), s.hidden, gates, s.gates());
            for (int64_t b = 0; b < clips; ++b)
                if (t < m_lengths[static_cast<size_t>(b)])
                    activate(gates + b * s.gates(), cellsBefore + b * s.hidden, cells + b * s.hidden,
                             output + b * s.outputs(), m_now.data() + b * s.hidden, s.hidden, begin, begin + units);
        }
        for (int64_t b = 0; b < s.batch; ++b) {
            if (t < m_lengths[static_cast<size_t>(b)]) continue;
            std::fill_n(cells + b * s.hidden, s.hidden, 0.0f);
            std::fill_n(output + b * s.outputs(), s.hidden, 0.0f);
            std::fill_n(m_now.data() + b * s.hidden, s.hidden, 0.0f);
        }
        std::swap(m_before, m_now);
        m_first = false;
    }

private:
    const LstmSizes m_sizes;
    const std::vector<int64_t>& m_lengths;
    std::optional<PanelProduct> m_panels;
    std::optional<PackedProduct> m_packed;
    std::vector<float> m_before, m_now; ///< outputs (B, H) of the last step and of this one
    bool m_first = true;
};

} // namespace

void runForward(const LstmSizes& s, const LstmDirection& direction, float* gates, float* cells, float* output) {
    const std::vector<float> zeros(static_cast<size_t>(s.batch * s.hidden), 0.0f);
    Recurrence recurrence(s, direction);
    const float* cellsBefore = zeros.data();
    for (int64_t step = 0; step < s.frames && !direction.interrupt.requested(); ++step) {
        const int64_t t = direction.reverse ? s.frames - 1 - step : step;
        float* cellsNow = cells + t * s.batch * s.hidden;
        recurrence.advance(t, gates + t * s.batch * s.gates(), cellsBefore, cellsNow,
                           output + t * s.batch * s.outputs());
        cellsBefore = cellsNow;
    }
}

void runInference(const LstmSizes& s, const LstmDirection& direction, const float* x, const float* input,
                  const float* bias, float* output) {
    constexpr int64_t kFrames = 16;
    std::vector<float> gates(static_cast<size_t>(kFrames * s.batch * s.gates()));
    std::vector<float> cells(static_cast<size_t>(s.batch * s.hidden), 0.0f);
    Recurrence recurrence(s, direction);
    for (int64_t done = 0; done < s.frames && !direction.interrupt.requested(); done += kFrames) {
        const int64_t count = std::min(kFrames, s.frames - done);
        const int64_t first = direction.reverse ? s.frames - done - count : done;
        fillRows(gates.data(), bias, count * s.batch, s.gates());
        multiply(false, true, count * s.batch, s.gates(), s.input, x + first * s.batch * s.input, s.input, input,
                 s.input, 1.0f, gates.data(), s.gates());
        for (int64_t step = 0; step < count; ++step) {
            const int64_t at = direction.reverse ? count - 1 - step : step;
            recurrence.advance(first + at, gates.data() + at * s.batch * s.gates(), cells.data(), cells.data(),
                               output + (first + at) * s.batch * s.outputs());
        }
    }
}

void runBackward(const LstmSizes& s, const LstmDirection& direction, const float* gates, const float* cells,
                 const float* outputGradients, float* gateGradients) {
    const std::vector<float> zeros(static_cast<size_t>(s.hidden), 0.0f);
    std::vector<float> cellGradients(static_cast<size_t>(s.batch * s.hidden), 0.0f);
    std::vector<float> recurrentGradients(static_cast<size_t>(s.batch * s.hidden), 0.0f);
    std::optional<PanelProduct> panels;
    std::optional<PackedProduct> packed;
    if (PanelProduct::suits(s.hidden))
        panels.emplace(s.hidden, s.gates(), direction.recurrent, s.hidden, 1);
    else
        packed.emplace(s.batch, s.hidden, s.gates(), direction.recurrent, s.hidden, 1, s.gates(), s.hidden,
                       PackedProduct::Into::Overwrite);
    for (int64_t step = s.frames - 1; step >= 0 && !direction.interrupt.requested(); --step) {
        const int64_t t = direction.reverse ? s.frames - 1 - step : step;
        const int64_t before = direction.reverse ? t + 1 : t - 1;
        float* gradientsNow = gateGradients + t * s.batch * s.gates();
        for (int64_t b = 0; b < s.batch; ++b) {
            const int64_t row = t * s.batch + b;
            float* cellGradient = cellGradients.data() + b * s.hidden;
            if (t >= direction.lengths[static_cast<size_t>(b)]) {
                std::fill_n(gradientsNow + b * s.gates(), s.gates(), 0.0f);
                std::fill_n(cellGradient, s.hidden, 0.0f);
                continue;
            }
            const float* cellBefore = step > 0 ? cells + (before * s.batch + b) * s.hidden : zeros.data();
            differentiate(gates + row * s.gates(), cellBefore, cells + row * s.hidden,
                          outputGradients + row * s.outputs(), recurrentGradients.data() + b * s.hidden, cellGradient,
                          gradientsNow + b * s.gates(), s.hidden);
        }
        if (step == 0) break;
        if (packed) packed->run(gradientsNow, recurrentGradients.data());
        // Clips without this frame have had none before in this direction's way back, or will have none: their
        // gradients stay 0, or are not read again.
        const int64_t clips = clipsAt(direction.lengths, t);
        for (int64_t first = 0; panels && first < s.hidden; first += PanelProduct::kColumns)
            panels->overwrite(first, clips, gradientsNow, s.gates(), recurrentGradients.data(), s.hidden);
    }
}

} // namespace ovation::fast
