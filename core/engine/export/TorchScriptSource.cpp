// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/export/TorchScriptSource.h"

#include <algorithm>
#include <sstream>

namespace ovation {

std::string attributeOf(std::string tensorName) {
    std::replace(tensorName.begin(), tensorName.end(), '.', '_');
    return tensorName;
}

namespace {

std::string self(const std::string& tensorName) {
    return "self." + attributeOf(tensorName);
}

std::string linearCall(const std::string& x, const std::string& name) {
    return "torch.linear(" + x + ", " + self(name + ".weight") + ", " + self(name + ".bias") + ")";
}

/// `text` with each $NAME replaced.
std::string filled(std::string text, const std::vector<std::pair<std::string, std::string>>& values) {
    for (const auto& [name, value] : values)
        for (size_t at = 0; (at = text.find("$" + name, at)) != std::string::npos; at += value.size())
            text.replace(at, name.size() + 1, value);
    return text;
}

// The numbers in `to` are TorchScript's scalar types: 4 is int64, 6 is float32, 7 is float64.

/// Everything about frames that does not depend on their neighbours. pitch_min is inf where there is no pitch.
constexpr const char* kFrameFeatures = R"(
def frame_features(self, samples: Tensor) -> Tuple[Tensor, Tensor]:
    bin_hz = 22050.0 / 2048.0
    frames = torch.constant_pad_nd(samples, [1024, 1024], 0.0).unfold(1, 2048, 512)
    parts = torch.view_as_real(torch.fft_rfft(frames * self.window, None, -1, None))
    power = (parts * parts).sum([3])
    db = torch.log10(torch.clamp(torch.matmul(power, self.mel), 1e-10)) * 10.0
    s = power.sqrt()
    bins = torch.arange(1025, device=samples.device).to(6)
    total = s.sum([2], True)
    safe = torch.where(total > 0.0, total, torch.ones_like(total))
    centroid = (s * bins).sum([2], True) / safe
    distance = bins - centroid
    bandwidth = ((distance * distance * s).sum([2]) / safe.squeeze(2)).sqrt() * bin_hz
    cumulative = s.cumsum(2)
    rolloff = (cumulative < cumulative.narrow(2, 1024, 1) * 0.85).to(6).sum([2]) * bin_hz
    middle, left, right = s.narrow(2, 14, 358), s.narrow(2, 13, 358), s.narrow(2, 15, 358)
    pitch = (middle > s.amax([2], True) * 0.1) & (middle > left) & (middle >= right)
    curvature = right + left - middle * 2.0
    slope = (right - left) / 2.0
    flat = slope.abs() >= curvature.abs()
    shift = torch.where(flat, torch.zeros_like(slope), -slope / torch.where(flat, torch.ones_like(slope), curvature))
    hz = (bins.narrow(0, 14, 358) + shift) * bin_hz
    none = torch.logical_not(pitch)
    heard = hz.masked_fill(none, 0.0)
    negative = samples < -1e-10
    changes = torch.logical_xor(negative.narrow(1, 1, samples.size(1) - 1),
                                negative.narrow(1, 0, samples.size(1) - 1)).to(6)
    crossings = torch.constant_pad_nd(changes, [1025, 1024], 0.0).unfold(1, 2048, 512).narrow(2, 1, 2047)
    scalars = torch.stack([pitch.to(6).sum([2]), heard.sum([2]), heard.amax([2]),
                           hz.masked_fill(none, float('inf')).amin([2]), (frames * frames).mean([2]).sqrt(),
                           crossings.sum([2]) / 2048.0, centroid.squeeze(2) * bin_hz, rolloff, bandwidth], 2)
    return db, scalars
)";

/// onsets (W, L) -> BPM (W): the autocorrelation over 8 s around each frame, averaged, under a prior around 120 BPM.
constexpr const char* kTempo = R"(
def tempo(self, onsets: Tensor) -> Tensor:
    lags = self.tempo_window.size(0)
    x = onsets.to(7)
    behind = x.narrow(1, x.size(1) - 1, 1) * self.tempo_ramp
    x = torch.cat([torch.constant_pad_nd(x, [lags // 2, 0], 0.0), behind], 1)
    pieces = x.unfold(1, lags, 1).narrow(1, 0, onsets.size(1)) * self.tempo_window
    energy = (pieces * pieces).sum([2], True)
    quiet = energy < 1.17549435e-38
    pieces = torch.where(quiet, pieces, pieces / torch.where(quiet, torch.ones_like(energy), energy).sqrt())
    parts = torch.view_as_real(torch.fft_rfft(pieces, 2 * lags, -1, None))
    power = (parts * parts).sum([3]).sum([1])
    spectrum = torch.complex(power, torch.zeros_like(power))
    correlation = torch.fft_irfft(spectrum, 2 * lags, -1, None).narrow(1, 0, lags) / float(onsets.size(1))
    score = torch.log1p(torch.clamp(correlation, 0.0) * 1e6) + self.tempo_prior
    bpm = self.tempo_bpm.index_select(0, torch.argmax(score, 1))
    return bpm.masked_fill(torch.logical_not((onsets > 0.0).any(1)), 0.0)
)";

/// Features of windows of `length` frames: (B * W) of them, recording by recording, and whether anything sounds there.
constexpr const char* kWindowFeatures = R"(
def window_features(self, db: Tensor, scalars: Tensor, starts: Tensor, length: int) -> Tuple[Tensor, Tensor, Tensor]:
    index = (starts.unsqueeze(1) + torch.arange(length, device=db.device)).flatten()
    d = db.index_select(1, index).view([-1, length, 128])
    v = scalars.index_select(1, index).view([-1, length, 9])
    d = torch.maximum(d, (d.flatten(1).amax([1]) - 80.0).view([-1, 1, 1]))
    mfcc = torch.matmul(d, self.dct)
    rise = torch.cat([d.narrow(1, 1, length - 1), d.narrow(1, length - 1, 1)], 1) - d
    upper, places = torch.topk(rise, 65, 2)
    middle = torch.relu(upper.narrow(2, 63, 2)).sum([2]) / 2.0
    onsets = torch.constant_pad_nd(middle, [3, 0], 0.0).narrow(1, 0, length)
    count = v.select(2, 0).sum([1])
    heard = count > 0.0
    zero = torch.zeros_like(count)
    mean = torch.where(heard, v.select(2, 1).sum([1]) / torch.clamp(count, 1.0), zero)
    high = v.select(2, 2).amax([1])
    low = torch.where(heard, v.select(2, 3).amin([1]), zero)
    rms = v.select(2, 4)
    rms_mean = rms.mean([1])
    deviation = rms - rms_mean.unsqueeze(1)
    others = v.narrow(2, 5, 4).mean([1])
    clip = torch.stack([mean, high, low, high - low, rms_mean, rms.amax([1]), (deviation * deviation).mean([1]).sqrt(),
                        others.select(1, 0), self.tempo(onsets), others.select(1, 1), others.select(1, 2),
                        others.select(1, 3)], 1)
    sounds = rms.amax([1]) > 0.0
    return mfcc, clip.masked_fill(torch.logical_not(sounds).unsqueeze(1), 0.0), sounds
)";

constexpr const char* kPrepareClips = R"(
def standardised(self, mfcc: Tensor, lengths: Tensor) -> Tensor:
    frames = torch.arange(mfcc.size(1), device=mfcc.device).unsqueeze(0)
    padding = (frames >= lengths.unsqueeze(1)).unsqueeze(2)
    return ((mfcc - self.mfcc_mean) / self.mfcc_deviation).masked_fill(padding, 0.0)

def attention(self, x: Tensor, lengths: Tensor, in_weight: Tensor, in_bias: Tensor, out_weight: Tensor,
              out_bias: Tensor, heads: int) -> Tensor:
    batch, frames, width = x.size(0), x.size(1), x.size(2)
    qkv = torch.linear(x, in_weight, in_bias).view([batch, frames, 3, heads, width // heads]).permute([2, 0, 3, 1, 4])
    query = qkv[0] / ((width // heads) ** 0.5)
    padding = (torch.arange(frames, device=x.device).unsqueeze(0) >= lengths.unsqueeze(1)).view([batch, 1, 1, frames])
    scores = torch.matmul(query, qkv[1].transpose(2, 3)).masked_fill(padding, -float('inf'))
    mixed = torch.matmul(torch.softmax(scores, -1), qkv[2])
    return torch.linear(mixed.permute([0, 2, 1, 3]).reshape([batch, frames, width]), out_weight, out_bias)

def mean_over_frames(self, x: Tensor, lengths: Tensor) -> Tensor:
    padding = (torch.arange(x.size(1), device=x.device).unsqueeze(0) >= lengths.unsqueeze(1)).unsqueeze(2)
    return x.masked_fill(padding, 0.0).sum([1]) / lengths.unsqueeze(1)
)";

std::string attentionCall(const std::string& prefix, int64_t heads) {
    return "self.attention(x, lengths, " + self(prefix + "in_proj_weight") + ", " + self(prefix + "in_proj_bias") +
           ", " + self(prefix + "out_proj.weight") + ", " + self(prefix + "out_proj.bias") + ", " +
           std::to_string(heads) + ")";
}

/// Layers in both directions over packed sequences; x (B, T, ...), lengths descending.
std::string recurrentLayers(const Architecture& sizes, const std::string& kind) {
    std::ostringstream text;
    text << "    frames = x.size(1)\n"
            "    on_host = lengths.cpu()\n"
            "    zeros = torch.zeros([2, x.size(0), "
         << sizes.hiddenSize << "], device=x.device)\n";
    const bool lstm = kind == "lstm";
    for (int64_t layer = 0; layer < sizes.layers; ++layer) {
        std::string tensors;
        for (const char* direction : {"", "_reverse"})
            for (const char* part : {"weight_ih", "weight_hh", "bias_ih", "bias_hh"})
                tensors +=
                    (tensors.empty() ? "" : ", ") + self(kind + "." + part + "_l" + std::to_string(layer) + direction);
        text << "    data, sizes = torch._pack_padded_sequence(x, on_host, True)\n"
             << (lstm ? "    data, hidden, cell = torch.lstm(data, sizes, [zeros, zeros], ["
                      : "    data, hidden = torch.gru(data, sizes, zeros, [")
             << tensors
             << "], True, 1, 0.0, False, True)\n"
                "    x, counts = torch._pad_packed_sequence(data, sizes, True, 0.0, frames)\n";
    }
    return text.str();
}

std::string bilstmSource(const Architecture& sizes) {
    return "def encode(self, x: Tensor, lengths: Tensor) -> Tensor:\n" + recurrentLayers(sizes, "lstm") +
           "    return " + attentionCall("attention.", sizes.heads) + "\n";
}

std::string transformerSource(const Architecture& sizes) {
    std::ostringstream text;
    const auto norm = [&](const std::string& name, const std::string& x) {
        return "torch.layer_norm(" + x + ", [" + std::to_string(sizes.hiddenSize) + "], " + self(name + ".weight") +
               ", " + self(name + ".bias") + ")";
    };
    text << "def encode(self, x: Tensor, lengths: Tensor) -> Tensor:\n"
            "    angles = torch.arange(x.size(1), device=x.device).to(6).unsqueeze(1) * self.position_rate\n"
            "    positions = torch.stack([angles.sin(), angles.cos()], 2).flatten(1)\n"
            "    x = "
         << linearCall("x", "projection") << " + positions\n";
    for (int64_t layer = 0; layer < sizes.layers; ++layer) {
        const std::string prefix = "encoder.layers." + std::to_string(layer) + ".";
        text << "    x = " << norm(prefix + "norm1", "x + " + attentionCall(prefix + "self_attn.", sizes.heads)) << "\n"
             << "    inner = torch.relu(" << linearCall("x", prefix + "linear1") << ")\n"
             << "    x = " << norm(prefix + "norm2", "x + " + linearCall("inner", prefix + "linear2")) << "\n";
    }
    text << "    return x\n";
    return text.str();
}

std::string fromClipFeatures() {
    const auto relu = [](const std::string& x) { return "torch.relu(" + x + ")"; };
    return R"(
def from_features(self, mfcc: Tensor, clip_values: Tensor, lengths: Tensor) -> Tensor:
    valid = lengths.to(4).clamp(1, mfcc.size(1))
    ordered, order = torch.sort(valid, 0, True)
    x = self.standardised(mfcc.narrow(1, 0, int(valid.max())).index_select(0, order), ordered)
    pooled = self.mean_over_frames(self.encode(x, ordered), ordered).index_select(0, torch.argsort(order))
    clip = (clip_values - self.clip_mean) / self.clip_deviation
    clip = )" +
           relu(linearCall(relu(linearCall("clip", "clip.0")), "clip.1")) + R"(
    joined = torch.cat([pooled, clip], 1)
    logits = )" +
           linearCall(relu(linearCall(relu(linearCall("joined", "head.0")), "head.1")), "head.2") + R"(
    return torch.softmax(logits, 1)
)";
}

constexpr const char* kClipForward = R"(
def features(self, samples: Tensor) -> Tuple[Tensor, Tensor]:
    db, scalars = self.frame_features(samples.to(6))
    start = torch.zeros([1], device=samples.device).to(4)
    mfcc, clip_values, sounds = self.window_features(db, scalars, start, min(db.size(1), $FRAMES))
    return mfcc, clip_values

def forward(self, samples: Tensor) -> Tensor:
    db, scalars = self.frame_features(samples.to(6))
    batch, frames = db.size(0), db.size(1)
    length = min(frames, $WINDOW)
    count = (frames - length + $HOP - 1) // $HOP + 1
    starts = (torch.arange(count, device=samples.device) * $HOP).clamp(0, frames - length)
    parts: List[Tensor] = []
    for first in range(0, count, 8):
        mfcc, clip_values, sounds = self.window_features(db, scalars, starts[first:first + 8], length)
        lengths = torch.ones([mfcc.size(0)], device=samples.device).to(4) * length
        answer = self.from_features(mfcc, clip_values, lengths).select(1, 1) * sounds.to(6)
        parts.append(answer.view([batch, -1]))
    windows = torch.cat(parts, 1)
    cells = torch.arange((frames + $HOP - 1) // $HOP, device=samples.device)
    last = max((frames - 1 - $MIDDLE) // $HOP, 0)
    places = (cells.clamp(0, last) * $HOP + $MIDDLE).clamp(0, frames - 1).unsqueeze(1)
    holds = ((places >= starts) & (places < starts + length)).to(6)
    return torch.matmul(windows, holds.t()) / holds.sum([1])
)";

constexpr const char* kFrameForward = R"(
def features(self, samples: Tensor) -> Tensor:
    power = self.mel_power(samples)
    level = power.mean([2]).unsqueeze(1)
    level = torch.avg_pool1d(level, [2 * $REACH + 1], [1], [$REACH], False, False).squeeze(1).unsqueeze(2)
    known = level > 0.0
    above = power / torch.where(known, level, torch.ones_like(level))
    db = torch.log10(torch.clamp(above, $FLOORPOWER)) * 10.0
    return torch.where(known, db, torch.full_like(db, $FLOORDB))

def shifted_answers(self, log_mel: Tensor, lengths: Tensor) -> Tensor:
    total = self.from_features(log_mel, lengths)
    count, last = total.size(1), log_mel.size(1) - 1
    late = log_mel
    for shift in range(1, 4):
        late = torch.cat([log_mel[:, min(shift, last)].unsqueeze(1), late], 1)
        answers = self.from_features(late, lengths + shift)
        after = torch.cat([answers, answers[:, -1:]], 1)[:, 1:count + 1]
        total = total + answers[:, :count] * (1.0 - shift / 4.0) + after * (shift / 4.0)
    return total / 4.0

def forward(self, samples: Tensor) -> Tensor:
    power = self.mel_power(samples)
    batch, frames = power.size(0), power.size(1)
    lengths = torch.ones([batch], device=samples.device).to(4) * frames
    answers = self.shifted_answers(self.features(samples), lengths)
    sounds = (power.amax([2]) > 0.0).to(6)
    sounds = torch.constant_pad_nd(sounds, [0, answers.size(1) * 4 - frames], 0.0)
    return answers * sounds.view([batch, answers.size(1), 4]).amax([2])
)";

constexpr const char* kMelPower = R"(
def mel_power(self, samples: Tensor) -> Tensor:
    frames = torch.constant_pad_nd(samples.to(6), [$HALF, $HALF], 0.0).unfold(1, $WINDOW, $HOP)
    parts = torch.view_as_real(torch.fft_rfft(frames * self.window, $FFT, -1, None))
    return torch.matmul((parts * parts).sum([3]), self.mel)

def without_padding(self, x: Tensor, lengths: Tensor) -> Tensor:
    padding = torch.arange(x.size(2), device=x.device).unsqueeze(0) >= lengths.unsqueeze(1)
    return x.masked_fill(padding.view([x.size(0), 1, x.size(2), 1]), 0.0)
)";

/// Lengths in any order; answers behind a stretch's end are 0.
std::string fromLogMel(const Architecture& sizes) {
    std::ostringstream text;
    text << "def from_features(self, log_mel: Tensor, lengths: Tensor) -> Tensor:\n"
            "    lengths, order = torch.sort(lengths.to(4).clamp(1, log_mel.size(1)), 0, True)\n"
            "    x = ((log_mel.index_select(0, order) - self.log_mel_mean) / self.log_mel_deviation).unsqueeze(1)\n"
            "    x = self.without_padding(x, lengths)\n";
    for (int layer = 0; layer < 4; ++layer) {
        const std::string place = std::to_string(layer);
        const int stride = layer < 2 ? 2 : 1;
        const int padding = layer == 0 ? 2 : 1;
        if (stride == 2) text << "    lengths = (lengths + 1) // 2\n";
        text << "    x = torch.conv2d(x, " << self("conv." + place + ".weight") << ", None, [" << stride << ", 2], ["
             << padding << ", " << padding << "])\n"
             << "    x = torch.relu(torch.batch_norm(x, " << self("norm." + place + ".weight") << ", "
             << self("norm." + place + ".bias") << ", " << self("norm." + place + ".running_mean") << ", "
             << self("norm." + place + ".running_var") << ", False, 0.1, 1e-05, False))\n"
             << "    x = self.without_padding(x, lengths)\n";
    }
    text << "    x = x.permute([0, 2, 1, 3]).flatten(2)\n"
         << recurrentLayers(sizes, "gru") << "    answers = torch.sigmoid(" << linearCall("x", "head")
         << ".squeeze(2))\n"
            "    padding = torch.arange(frames, device=x.device).unsqueeze(0) >= lengths.unsqueeze(1)\n"
            "    return answers.masked_fill(padding, 0.0).index_select(0, torch.argsort(order))\n";
    return text.str();
}

/// With as many digits as a float needs.
std::string literal(float value) {
    std::ostringstream text;
    text.imbue(std::locale::classic());
    text.precision(9);
    text << std::scientific << value;
    return text.str();
}

} // namespace

std::vector<std::string> clipModuleSource(const Architecture& architecture, int64_t windowFrames, int64_t hopFrames) {
    return {kFrameFeatures,
            kTempo,
            kWindowFeatures,
            kPrepareClips,
            architecture.id == "transformer" ? transformerSource(architecture) : bilstmSource(architecture),
            fromClipFeatures(),
            filled(kClipForward, {{"FRAMES", std::to_string(architecture.frames)},
                                  {"WINDOW", std::to_string(windowFrames)},
                                  {"HOP", std::to_string(hopFrames)},
                                  {"MIDDLE", std::to_string((hopFrames - 1) / 2)}})};
}

std::vector<std::string> frameModuleSource(const Architecture& architecture, const FrameModuleSizes& sizes) {
    return {filled(kMelPower, {{"HALF", std::to_string(sizes.window / 2)},
                               {"WINDOW", std::to_string(sizes.window)},
                               {"HOP", std::to_string(sizes.hop)},
                               {"FFT", std::to_string(sizes.fft)}}),
            fromLogMel(architecture),
            filled(kFrameForward, {{"REACH", std::to_string(sizes.reach)},
                                   {"FLOORPOWER", literal(sizes.floorPower)},
                                   {"FLOORDB", literal(sizes.floorDb)}})};
}

} // namespace ovation
