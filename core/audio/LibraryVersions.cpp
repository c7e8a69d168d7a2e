// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/LibraryVersions.h"

#include <mpg123.h>
#include <sndfile.h>
#include <soxr.h>
#include <vorbis/codec.h>

namespace ovation {

std::string audioLibraryVersions() {
    return std::string(sf_version_string()) + ", mpg123 API " + std::to_string(MPG123_API_VERSION) + ", " +
           vorbis_version_string() + ", " + soxr_version();
}

} // namespace ovation
