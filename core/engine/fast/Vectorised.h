// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Elementwise mathematics written so that compilers turn loops over it into vector instructions: no branches, no calls.

#include <bit>
#include <cstdint>

/// Compiles a function for several instruction sets and chooses at load time. Not under sanitizers, whose run-time is
/// not ready when the choice is made.
#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define OVATION_VECTOR_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define OVATION_VECTOR_CLONES
#endif
#define OVATION_INLINE static inline __attribute__((always_inline))

namespace ovation::fast {

/// e^x to about 2 units in the last place; x is clamped to [-87, 88]. Range reduction by ln 2 in two parts and a
/// polynomial of degree 6 (Cephes expf).
OVATION_INLINE float vectorExp(float x) {
    x = x < -87.0f ? -87.0f : x;
    x = x > 88.0f ? 88.0f : x;
    const float shifted = x * 1.44269504088896341f + 12582912.0f; // rounds to the nearest integer: 1.5 * 2^23
    const float n = shifted - 12582912.0f;
    float r = x - n * 0.693359375f;
    r = r + n * 2.12194440e-4f;
    float p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * (r * r) + r + 1.0f;
    const int32_t exponent = static_cast<int32_t>(n);
    return p * std::bit_cast<float>((exponent + 127) << 23);
}

OVATION_INLINE float vectorSigmoid(float x) {
    return 1.0f / (1.0f + vectorExp(-x));
}

/// tanh: near 0 an odd polynomial (Cephes tanhf), elsewhere by e^(2x), so that small values keep their relative
/// exactness.
OVATION_INLINE float vectorTanh(float x) {
    const float square = x * x;
    float p = -5.70498872745e-3f;
    p = p * square + 2.06390887954e-2f;
    p = p * square - 5.37397155531e-2f;
    p = p * square + 1.33314422036e-1f;
    p = p * square - 3.33332819422e-1f;
    const float small = p * square * x + x;
    const float large = 1.0f - 2.0f / (vectorExp(2.0f * x) + 1.0f);
    return square < 0.390625f ? small : large;
}

/// A well-mixed 32-bit hash of a counter: random numbers that any thread can make for any position.
/// Mixing constants: C. Wellons, "Prospecting for hash functions" (public domain).
OVATION_INLINE uint32_t hashOf(uint32_t counter, uint32_t key) {
    uint32_t x = counter * 0x9e3779b9u ^ key;
    x ^= x >> 16;
    x *= 0x7feb352du;
    x ^= x >> 15;
    x *= 0x846ca68bu;
    x ^= x >> 16;
    return x;
}

} // namespace ovation::fast
