// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/TrainingRun.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace ovation {

/// A training run as the bytes of a TensorBoard event file: records as TFRecord has them (length, masked CRC32C,
/// tensorflow.Event message), one scalar for every defined metric of every epoch.
std::string tensorBoardEvents(const TrainingRun& run);

/// CRC-32C (Castagnoli), and the form in which records store it.
uint32_t crc32c(std::string_view bytes);
uint32_t maskedCrc32c(std::string_view bytes);

} // namespace ovation
