// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Version.h"

namespace ovation {

const char* version() {
    return OVATION_VERSION;
}

} // namespace ovation
