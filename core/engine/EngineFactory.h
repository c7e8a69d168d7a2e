// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What libovation_engine.so exports under C names, for EngineLoader alone.

namespace ovation {
class Engine;
}

extern "C" {
/// Program version that the library was built with: the loader refuses another one's.
const char* ovationEngineVersion();

/// The library's one engine, never destroyed; nullptr where it could not be set up.
ovation::Engine* ovationEngine();
}

namespace ovation {
constexpr const char* kEngineVersionSymbol = "ovationEngineVersion";
constexpr const char* kEngineSymbol = "ovationEngine";
} // namespace ovation
