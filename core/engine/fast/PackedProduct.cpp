// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/fast/PackedProduct.h"

#include <dnnl.hpp>
#include <unordered_map>

namespace ovation::fast {

namespace {

constexpr int64_t kPanels = 4;
constexpr int64_t kLeastPanel = int64_t{1} << 18; ///< values of B in a panel that is worth a call of its own
constexpr auto kFloat = dnnl::memory::data_type::f32;

dnnl::engine& processor() {
    static dnnl::engine engine(dnnl::engine::kind::cpu, 0);
    return engine;
}

dnnl::matmul::primitive_desc describeProduct(const dnnl::memory::desc& a, const dnnl::memory::desc& c, int64_t k,
                                             int64_t n, PackedProduct::Into into) {
    const dnnl::memory::desc anyLayout({k, n}, kFloat, dnnl::memory::format_tag::any);
    dnnl::primitive_attr attributes;
    if (into == PackedProduct::Into::Add) {
        dnnl::post_ops add;
        add.append_sum(1.0f);
        attributes.set_post_ops(add);
    }
    return {dnnl::matmul::desc(a, anyLayout, c), attributes, processor()};
}

} // namespace

struct PackedProduct::Panel {
    Panel(const dnnl::memory::desc& a, const dnnl::memory::desc& b, const dnnl::memory::desc& c,
          const dnnl::matmul::primitive_desc& description, const float* values, int64_t first)
        : firstColumn(first),
          stream(processor()),
          product(description),
          left(a, processor(), nullptr),
          packed(description.weights_desc(), processor()),
          result(c, processor(), nullptr) {
        // oneDNN takes no pointers to const; a reorder's source is only read.
        const dnnl::memory source(b, processor(), const_cast<float*>(values));
        dnnl::reorder(source, packed).execute(stream, const_cast<dnnl::memory&>(source), packed);
        stream.wait();
        arguments = {{DNNL_ARG_SRC, left}, {DNNL_ARG_WEIGHTS, packed}, {DNNL_ARG_DST, result}};
    }

    const int64_t firstColumn; ///< of C
    dnnl::stream stream;
    dnnl::matmul product;
    dnnl::memory left, packed, result;
    std::unordered_map<int, dnnl::memory> arguments;
};

PackedProduct::PackedProduct(int64_t m, int64_t n, int64_t k, const float* b, int64_t rowStride, int64_t columnStride,
                             int64_t lda, int64_t ldc, Into into) {
    const int64_t panels = k * n >= kPanels * kLeastPanel && n % kPanels == 0 ? kPanels : 1;
    const int64_t columns = n / panels;
    const dnnl::memory::desc a({m, k}, kFloat, dnnl::memory::dims{lda, 1});
    const dnnl::memory::desc c({m, columns}, kFloat, dnnl::memory::dims{ldc, 1});
    const dnnl::memory::desc weights({k, columns}, kFloat, dnnl::memory::dims{rowStride, columnStride});
    const dnnl::matmul::primitive_desc description = describeProduct(a, c, k, columns, into);
    for (int64_t first = 0; first < n; first += columns)
        m_panels.push_back(std::make_unique<Panel>(a, weights, c, description, b + first * columnStride, first));
}

PackedProduct::~PackedProduct() = default;

void PackedProduct::run(const float* a, float* c) {
    for (size_t i = 0; i < m_panels.size(); ++i) {
        Panel& panel = *m_panels[m_backwards ? m_panels.size() - 1 - i : i];
        panel.left.set_data_handle(const_cast<float*>(a));
        panel.result.set_data_handle(c + panel.firstColumn);
        panel.product.execute(panel.stream, panel.arguments);
        panel.stream.wait();
    }
    m_backwards = !m_backwards;
}

} // namespace ovation::fast
