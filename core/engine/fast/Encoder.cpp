// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/fast/Encoder.h"

#include "core/engine/fast/Interrupt.h"
#include "core/engine/fast/MatrixProduct.h"
#include "core/engine/fast/RowKernels.h"

#include <ATen/Parallel.h>
#include <cmath>
#include <torch/csrc/autograd/custom_function.h>

namespace ovation::fast {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

constexpr int64_t kRowsOfThread = 32; ///< that a thread takes at once
constexpr int64_t kColumns = 64;      ///< likewise

/// A dropout and the clips whose rows it acts on, kept for the backward pass.
struct Site : torch::CustomClassHolder {
    Site(PackedClipsPtr packed, const DropoutKey& drop) : clips(std::move(packed)), key(drop) {}

    const PackedClipsPtr clips;
    const DropoutKey key;

    /// Index of a row's first value among all that the key covers.
    uint32_t index(int64_t row, int64_t columns) const {
        return static_cast<uint32_t>(clips->places[static_cast<size_t>(row)] * columns);
    }
    void keep(AutogradContext* context) const {
        context->saved_data["site"] = c10::IValue::make_capsule(c10::make_intrusive<Site>(clips, key));
    }
    static c10::intrusive_ptr<Site> of(AutogradContext* context) {
        return c10::static_intrusive_pointer_cast<Site>(context->saved_data["site"].toCapsule());
    }
};

template <typename Body>
void forRows(int64_t rows, const Body& body) {
    at::parallel_for(0, rows, kRowsOfThread, [&](int64_t begin, int64_t end) {
        for (int64_t row = begin; row < end; ++row)
            body(row);
    });
}

/// The rows of a * b added up, or those of a: (columns), in an order that does not depend on the number of threads.
torch::Tensor columnSums(const torch::Tensor& a, const torch::Tensor& b = {}) {
    const int64_t columns = a.size(1);
    torch::Tensor sums = torch::empty({columns}, a.options());
    const float* left = a.data_ptr<float>();
    const float* right = b.defined() ? b.data_ptr<float>() : nullptr;
    float* to = sums.data_ptr<float>();
    at::parallel_for(0, columns, kColumns,
                     [&](int64_t begin, int64_t end) { sumColumns(left, right, a.size(0), columns, begin, end, to); });
    return sums;
}

torch::Tensor product(const torch::Tensor& x, const torch::Tensor& weight, const torch::Tensor& bias) {
    const int64_t rows = x.size(0), outputs = weight.size(0), inputs = weight.size(1);
    torch::Tensor y = torch::empty({rows, outputs}, x.options());
    fillRows(y.data_ptr<float>(), bias.data_ptr<float>(), rows, outputs);
    multiply(false, true, rows, outputs, inputs, x.data_ptr<float>(), inputs, weight.data_ptr<float>(), inputs, 1.0f,
             y.data_ptr<float>(), outputs);
    return y;
}

/// Gradients of x, weight and bias from that of the product.
tensor_list differentiateProduct(AutogradContext* context, const torch::Tensor& x, const torch::Tensor& weight,
                                 const torch::Tensor& gradient) {
    const int64_t rows = x.size(0), outputs = weight.size(0), inputs = weight.size(1);
    const float* dY = gradient.data_ptr<float>();
    torch::Tensor inputGradient, weightGradient = torch::empty_like(weight);
    if (context->needs_input_grad(0)) {
        inputGradient = torch::empty_like(x);
        multiply(false, false, rows, inputs, outputs, dY, outputs, weight.data_ptr<float>(), inputs, 0.0f,
                 inputGradient.data_ptr<float>(), inputs);
    }
    multiply(true, false, outputs, inputs, rows, dY, outputs, x.data_ptr<float>(), inputs, 0.0f,
             weightGradient.data_ptr<float>(), inputs);
    Interrupt::here().throwIfRequested();
    return {inputGradient, weightGradient, columnSums(gradient)};
}

struct LinearFunction : torch::autograd::Function<LinearFunction> {
    static torch::Tensor forward(AutogradContext* context, const torch::Tensor& x, const torch::Tensor& weight,
                                 const torch::Tensor& bias) {
        context->save_for_backward({x, weight});
        return product(x, weight, bias);
    }
    static tensor_list backward(AutogradContext* context, tensor_list gradients) {
        const tensor_list saved = context->get_saved_variables();
        return differentiateProduct(context, saved[0], saved[1], gradients[0].contiguous());
    }
};

struct LinearReluFunction : torch::autograd::Function<LinearReluFunction> {
    static torch::Tensor forward(AutogradContext* context, const torch::Tensor& x, const torch::Tensor& weight,
                                 const torch::Tensor& bias, const Site& site) {
        torch::Tensor y = product(x, weight, bias);
        float* values = y.data_ptr<float>();
        const int64_t columns = y.size(1);
        forRows(y.size(0),
                [&](int64_t row) { reluRow(values + row * columns, columns, site.index(row, columns), site.key); });
        context->save_for_backward({x, weight, y});
        context->saved_data["scale"] = static_cast<double>(site.key.scale);
        return y;
    }
    static tensor_list backward(AutogradContext* context, tensor_list gradients) {
        const tensor_list saved = context->get_saved_variables();
        const torch::Tensor outputGradient = gradients[0].contiguous();
        torch::Tensor gradient = torch::empty_like(saved[2]);
        const float* output = saved[2].data_ptr<float>();
        const float* dOutput = outputGradient.data_ptr<float>();
        float* dY = gradient.data_ptr<float>();
        const int64_t columns = gradient.size(1);
        const auto scale = static_cast<float>(context->saved_data["scale"].toDouble());
        forRows(gradient.size(0), [&](int64_t row) {
            const int64_t at = row * columns;
            differentiateRelu(output + at, dOutput + at, columns, scale, dY + at);
        });
        tensor_list result = differentiateProduct(context, saved[0], saved[1], gradient);
        result.emplace_back();
        return result;
    }
};

torch::Tensor dropped(const torch::Tensor& x, const Site& site) {
    torch::Tensor y = torch::empty_like(x);
    const float* from = x.data_ptr<float>();
    float* to = y.data_ptr<float>();
    const int64_t columns = x.size(1);
    forRows(x.size(0), [&](int64_t row) {
        dropRow(from + row * columns, columns, site.index(row, columns), site.key, to + row * columns);
    });
    return y;
}

struct SiteDropout : torch::autograd::Function<SiteDropout> {
    static torch::Tensor forward(AutogradContext* context, const torch::Tensor& x, const Site& site) {
        site.keep(context);
        return dropped(x, site);
    }
    static tensor_list backward(AutogradContext* context, tensor_list gradients) {
        return {dropped(gradients[0].contiguous(), *Site::of(context)), torch::Tensor()};
    }
};

/// What one head of one clip works on.
struct Head {
    Head(const PackedClips& clips, int64_t heads, int64_t width, int64_t number)
        : clip(number / heads),
          head(number % heads),
          length(clips.lengths[static_cast<size_t>(clip)]),
          size(width / heads),
          row(clips.firstRows[static_cast<size_t>(clip)]),
          firstWeight(((clips.firstClip + clip) * heads + head) * clips.frames * clips.frames),
          frames(clips.frames) {}

    /// Index of a query's first attention weight among all that the key covers.
    uint32_t index(int64_t query) const { return static_cast<uint32_t>(firstWeight + query * frames); }

    const int64_t clip, head, length, size, row, firstWeight, frames;
};

struct AttentionFunction : torch::autograd::Function<AttentionFunction> {
    static torch::Tensor forward(AutogradContext* context, const torch::Tensor& projected, const Site& site,
                                 int64_t heads, bool differentiable) {
        const PackedClips& clips = *site.clips;
        const int64_t width = projected.size(1) / 3, stride = 3 * width;
        const float* in = projected.data_ptr<float>();
        torch::Tensor output = torch::empty({clips.rows(), width}, projected.options());
        float* out = output.data_ptr<float>();
        // Attention before dropout, a square for each head of each clip.
        const int64_t square = clips.frames * clips.frames;
        const torch::Tensor attention =
            torch::empty({differentiable ? clips.clips() * heads * square : 0}, projected.options());
        float* kept = attention.data_ptr<float>();
        const Interrupt interrupt = Interrupt::here();
        at::parallel_for(0, clips.clips() * heads, 1, [&](int64_t begin, int64_t end) {
            std::vector<float> own(static_cast<size_t>(differentiable ? 0 : square));
            std::vector<float> dropped(static_cast<size_t>(site.key.threshold > 0 ? square : 0));
            for (int64_t i = begin; i < end && !interrupt.requested(); ++i) {
                const Head h(clips, heads, width, i);
                const int64_t n = h.length;
                const float* query = in + h.row * stride + h.head * h.size;
                float* rows = differentiable ? kept + i * square : own.data();
                multiply(false, true, n, n, h.size, query, stride, query + width, stride, 0.0f, rows, n);
                const float scale = 1.0f / std::sqrt(static_cast<float>(h.size));
                for (int64_t q = 0; q < n; ++q) {
                    softmax(rows + q * n, n, scale);
                    if (!dropped.empty()) dropRow(rows + q * n, n, h.index(q), site.key, dropped.data() + q * n);
                }
                multiply(false, false, n, h.size, n, dropped.empty() ? rows : dropped.data(), n, query + 2 * width,
                         stride, 0.0f, out + h.row * width + h.head * h.size, width);
            }
        });
        interrupt.throwIfRequested();
        if (differentiable) {
            context->save_for_backward({projected, attention});
            context->saved_data["heads"] = heads;
            site.keep(context);
        }
        return output;
    }

    static tensor_list backward(AutogradContext* context, tensor_list gradients) {
        const tensor_list saved = context->get_saved_variables();
        const torch::Tensor outputGradient = gradients[0].contiguous();
        const auto site = Site::of(context);
        const PackedClips& clips = *site->clips;
        const int64_t heads = context->saved_data["heads"].toInt();
        const int64_t width = saved[0].size(1) / 3, stride = 3 * width, square = clips.frames * clips.frames;
        const float* in = saved[0].data_ptr<float>();
        const float* kept = saved[1].data_ptr<float>();
        const float* dOut = outputGradient.data_ptr<float>();
        torch::Tensor gradient = torch::empty_like(saved[0]);
        float* dIn = gradient.data_ptr<float>();
        const Interrupt interrupt = Interrupt::here();
        at::parallel_for(0, clips.clips() * heads, 1, [&](int64_t begin, int64_t end) {
            std::vector<float> scores(static_cast<size_t>(square));
            std::vector<float> dropped(static_cast<size_t>(site->key.threshold > 0 ? square : 0));
            for (int64_t i = begin; i < end && !interrupt.requested(); ++i) {
                const Head h(clips, heads, width, i);
                const int64_t n = h.length, at = h.row * stride + h.head * h.size;
                const float* rows = kept + i * square;
                const float* dHead = dOut + h.row * width + h.head * h.size;
                if (!dropped.empty())
                    for (int64_t q = 0; q < n; ++q)
                        dropRow(rows + q * n, n, h.index(q), site->key, dropped.data() + q * n);
                multiply(true, false, n, h.size, n, dropped.empty() ? rows : dropped.data(), n, dHead, width, 0.0f,
                         dIn + at + 2 * width, stride);
                multiply(false, true, n, n, h.size, dHead, width, in + at + 2 * width, stride, 0.0f, scores.data(), n);
                const float scale = 1.0f / std::sqrt(static_cast<float>(h.size));
                for (int64_t q = 0; q < n; ++q)
                    differentiateScores(rows + q * n, n, h.index(q), site->key, scale, scores.data() + q * n);
                multiply(false, false, n, h.size, n, scores.data(), n, in + at + width, stride, 0.0f, dIn + at, stride);
                multiply(true, false, n, h.size, n, scores.data(), n, in + at, stride, 0.0f, dIn + at + width, stride);
            }
        });
        interrupt.throwIfRequested();
        return {gradient, torch::Tensor(), torch::Tensor(), torch::Tensor()};
    }
};

struct AddNormaliseFunction : torch::autograd::Function<AddNormaliseFunction> {
    static torch::Tensor forward(AutogradContext* context, const torch::Tensor& x, const torch::Tensor& added,
                                 const torch::Tensor& weight, const torch::Tensor& bias, const Site& site,
                                 bool differentiable) {
        const int64_t rows = x.size(0), columns = x.size(1);
        const torch::Tensor output = torch::empty_like(x);
        const torch::Tensor normal = differentiable ? torch::empty_like(x) : output;
        torch::Tensor factors = torch::empty({rows}, x.options());
        const float* from = x.data_ptr<float>();
        const float* more = added.data_ptr<float>();
        const float* scale = weight.data_ptr<float>();
        const float* shift = bias.data_ptr<float>();
        float* middle = normal.data_ptr<float>();
        float* to = output.data_ptr<float>();
        float* factor = factors.data_ptr<float>();
        forRows(rows, [&](int64_t row) {
            const int64_t at = row * columns;
            factor[row] = addNormaliseRow(from + at, more + at, columns, site.index(row, columns), site.key, scale,
                                          shift, middle + at, to + at);
        });
        if (differentiable) {
            context->save_for_backward({normal, factors, weight});
            site.keep(context);
        }
        return output;
    }

    static tensor_list backward(AutogradContext* context, tensor_list gradients) {
        const tensor_list saved = context->get_saved_variables();
        const auto site = Site::of(context);
        const torch::Tensor outputGradient = gradients[0].contiguous();
        const torch::Tensor& normal = saved[0];
        torch::Tensor gradient = torch::empty_like(normal), addedGradient = torch::empty_like(normal);
        const int64_t columns = normal.size(1);
        const float* middle = normal.data_ptr<float>();
        const float* factor = saved[1].data_ptr<float>();
        const float* scale = saved[2].data_ptr<float>();
        const float* dTo = outputGradient.data_ptr<float>();
        float* dFrom = gradient.data_ptr<float>();
        float* dMore = addedGradient.data_ptr<float>();
        forRows(normal.size(0), [&](int64_t row) {
            const int64_t at = row * columns;
            differentiateNormalise(middle + at, factor[row], scale, dTo + at, columns, site->index(row, columns),
                                   site->key, dFrom + at, dMore + at);
        });
        return {gradient,        addedGradient,  columnSums(outputGradient, normal), columnSums(outputGradient),
                torch::Tensor(), torch::Tensor()};
    }
};

} // namespace

PackedClips::PackedClips(const std::vector<int64_t>& each, int64_t longest, int64_t first)
    : lengths(each), frames(longest), firstClip(first) {
    for (size_t clip = 0; clip < lengths.size(); ++clip) {
        firstRows.push_back(rows());
        for (int64_t frame = 0; frame < lengths[clip]; ++frame)
            places.push_back((firstClip + static_cast<int64_t>(clip)) * frames + frame);
    }
}

torch::Tensor linear(const torch::Tensor& x, const torch::Tensor& weight, const torch::Tensor& bias) {
    return LinearFunction::apply(x.contiguous(), weight.contiguous(), bias.contiguous());
}

torch::Tensor linearRelu(const torch::Tensor& x, const torch::Tensor& weight, const torch::Tensor& bias,
                         const PackedClipsPtr& clips, const DropoutKey& key) {
    return LinearReluFunction::apply(x.contiguous(), weight.contiguous(), bias.contiguous(), Site(clips, key));
}

torch::Tensor dropout(const torch::Tensor& x, const PackedClipsPtr& clips, const DropoutKey& key) {
    return key.threshold > 0 ? SiteDropout::apply(x.contiguous(), Site(clips, key)) : x;
}

torch::Tensor selfAttention(const torch::Tensor& projected, const PackedClipsPtr& clips, int64_t heads,
                            const DropoutKey& key) {
    return AttentionFunction::apply(projected.contiguous(), Site(clips, key), heads, at::GradMode::is_enabled());
}

torch::Tensor addNormalise(const torch::Tensor& x, const torch::Tensor& added, const torch::Tensor& weight,
                           const torch::Tensor& bias, const PackedClipsPtr& clips, const DropoutKey& key) {
    return AddNormaliseFunction::apply(x.contiguous(), added.contiguous(), weight.contiguous(), bias.contiguous(),
                                       Site(clips, key), at::GradMode::is_enabled());
}

} // namespace ovation::fast
