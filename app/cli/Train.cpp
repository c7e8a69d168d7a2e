// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Commands.h"

namespace ovation::cli {

void addTrain(CLI::App&, const Common&, Run&) {}

} // namespace ovation::cli
