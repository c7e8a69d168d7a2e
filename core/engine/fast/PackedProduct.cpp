// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/fast/PackedProduct.h"

#include <dnnl.hpp>
#include <unordered_map>

namespace ovation::fast {

namespace {

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

struct PackedProduct::Primitive {
    Primitive(const dnnl::memory::desc& a, const dnnl::memory::desc& b, const dnnl::memory::desc& c,
              const dnnl::matmul::primitive_desc& description, const float* values)
        : stream(processor()),
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

    dnnl::stream stream;
    dnnl::matmul product;
    dnnl::memory left, packed, result;
    std::unordered_map<int, dnnl::memory> arguments;
};

PackedProduct::PackedProduct(int64_t m, int64_t n, int64_t k, const float* b, int64_t rowStride, int64_t columnStride,
                             int64_t lda, int64_t ldc, Into into) {
    const dnnl::memory::desc a({m, k}, kFloat, dnnl::memory::dims{lda, 1});
    const dnnl::memory::desc c({m, n}, kFloat, dnnl::memory::dims{ldc, 1});
    const dnnl::memory::desc weights({k, n}, kFloat, dnnl::memory::dims{rowStride, columnStride});
    m_primitive = std::make_unique<Primitive>(a, weights, c, describeProduct(a, c, k, n, into), b);
}

PackedProduct::~PackedProduct() = default;

void PackedProduct::run(const float* a, float* c) {
    m_primitive->left.set_data_handle(const_cast<float*>(a));
    m_primitive->result.set_data_handle(c);
    m_primitive->product.execute(m_primitive->stream, m_primitive->arguments);
    m_primitive->stream.wait();
}

} // namespace ovation::fast
