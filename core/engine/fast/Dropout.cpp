// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/fast/Dropout.h"

#include "core/engine/fast/Vectorised.h"

#include <ATen/Parallel.h>
#include <algorithm>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/types.h>

namespace ovation::fast {
namespace {

OVATION_VECTOR_CLONES
void applyMask(const float* x, float* y, int64_t begin, int64_t end, uint32_t shift, uint32_t key, uint32_t threshold,
               float scale) {
    for (int64_t i = begin; i < end; ++i) {
        const float keep = hashOf(static_cast<uint32_t>(i) + shift, key) < threshold ? 0.0f : scale;
        y[i] = x[i] * keep;
    }
}

/// How a tensor that holds some of a batch's clips lies in the tensor that holds them all: runs of `own` elements, each
/// of them in a run of `whole` elements there.
struct Place {
    int64_t own, whole, first;

    Place(const torch::Tensor& x, const DropoutKey& key, int64_t clipDimension) {
        const int64_t clips = x.size(clipDimension);
        if (key.clips <= 0 || key.clips == clips) {
            own = whole = std::max<int64_t>(x.numel(), 1);
            first = 0;
            return;
        }
        int64_t perClip = 1;
        for (int64_t i = clipDimension + 1; i < x.dim(); ++i)
            perClip *= x.size(i);
        own = std::max<int64_t>(clips * perClip, 1);
        whole = key.clips * perClip;
        first = key.firstClip * perClip;
    }
};

torch::Tensor masked(const torch::Tensor& x, const DropoutKey& key, int64_t clipDimension) {
    const torch::Tensor input = x.contiguous();
    torch::Tensor output = torch::empty_like(input);
    const float* from = input.data_ptr<float>();
    float* to = output.data_ptr<float>();
    const Place place(input, key, clipDimension);
    at::parallel_for(0, input.numel(), 1 << 15, [&](int64_t begin, int64_t end) {
        while (begin < end) {
            const int64_t run = begin / place.own;
            const int64_t last = std::min(end, (run + 1) * place.own);
            const int64_t shift = run * (place.whole - place.own) + place.first;
            applyMask(from, to, begin, last, static_cast<uint32_t>(shift), key.key, key.threshold, key.scale);
            begin = last;
        }
    });
    return output;
}

class DropoutFunction : public torch::autograd::Function<DropoutFunction> {
public:
    static torch::Tensor forward(torch::autograd::AutogradContext* context, const torch::Tensor& x, int64_t key,
                                 int64_t threshold, double scale, int64_t firstClip, int64_t clips,
                                 int64_t clipDimension) {
        context->saved_data["key"] = key;
        context->saved_data["threshold"] = threshold;
        context->saved_data["scale"] = scale;
        context->saved_data["firstClip"] = firstClip;
        context->saved_data["clips"] = clips;
        context->saved_data["clipDimension"] = clipDimension;
        return masked(
            x,
            {static_cast<uint32_t>(key), static_cast<uint32_t>(threshold), static_cast<float>(scale), firstClip, clips},
            clipDimension);
    }

    static torch::autograd::tensor_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::tensor_list gradients) {
        const DropoutKey key{static_cast<uint32_t>(context->saved_data["key"].toInt()),
                             static_cast<uint32_t>(context->saved_data["threshold"].toInt()),
                             static_cast<float>(context->saved_data["scale"].toDouble()),
                             context->saved_data["firstClip"].toInt(), context->saved_data["clips"].toInt()};
        return {masked(gradients[0], key, context->saved_data["clipDimension"].toInt()),
                torch::Tensor(),
                torch::Tensor(),
                torch::Tensor(),
                torch::Tensor(),
                torch::Tensor(),
                torch::Tensor()};
    }
};

} // namespace

DropoutKey DropoutKey::draw(double p) {
    const int64_t number = torch::randint(0, int64_t{1} << 32, {1}, torch::kLong).item<int64_t>();
    return {static_cast<uint32_t>(number), static_cast<uint32_t>(p * 4294967295.0),
            static_cast<float>(1.0 / (1.0 - p))};
}

torch::Tensor dropout(const torch::Tensor& x, double p, bool training) {
    if (!training || p <= 0) return x;
    return dropout(x, DropoutKey::draw(p));
}

torch::Tensor dropout(const torch::Tensor& x, const DropoutKey& key, int64_t clipDimension) {
    return DropoutFunction::apply(x, static_cast<int64_t>(key.key), static_cast<int64_t>(key.threshold),
                                  static_cast<double>(key.scale), key.firstClip, key.clips, clipDimension);
}

} // namespace ovation::fast
