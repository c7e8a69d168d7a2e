// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/ModelRegistry.h"

#include <string>
#include <vector>

namespace ovation {

// The exported module's program, in TorchScript (Python's syntax). Tensors are the module's attributes: those of the
// network under attributeOf() their names, and the tables of the features.

/// A TorchScript attribute's name has no dots.
std::string attributeOf(std::string tensorName);

/// Method after method, each to be defined once those before it are.
/// Clip models: forward(samples (B, N)) -> (B, A), features(samples) -> mfcc (B, T, 13), clip_values (B, 12), and
/// from_features(mfcc, clip_values, lengths (B)) -> (B, 2). `windowFrames`: of the windows that forward() slides by
/// `hopFrames`; features() are those of the first architecture.frames frames.
std::vector<std::string> clipModuleSource(const Architecture& architecture, int64_t windowFrames, int64_t hopFrames);

/// Frame models: forward(samples (B, N)) -> (B, A), features(samples) -> log_mel (B, T, bands), and
/// from_features(log_mel, lengths (B)) -> (B, A).
struct FrameModuleSizes {
    int window, fft, hop, reach; ///< samples, and frames of the level to each side
    float floorDb, floorPower;
};
std::vector<std::string> frameModuleSource(const Architecture& architecture, const FrameModuleSizes& sizes);

} // namespace ovation
