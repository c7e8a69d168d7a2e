// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/AudioWriter.h"

#include "core/audio/AudioReader.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <memory>
#include <sndfile.h>
#include <unistd.h>
#include <vector>

namespace ovation {

namespace {

struct CloseSoundFile {
    void operator()(SNDFILE* file) const { sf_close(file); }
};
using SoundFile = std::unique_ptr<SNDFILE, CloseSoundFile>;

/// Bits that the samples of a file have, as far as a WAV or FLAC file can keep them.
int resolutionOf(const std::string& path) {
    SF_INFO info{};
    const SoundFile file(sf_open(path.c_str(), SFM_READ, &info));
    if (!file) return 16;
    switch (info.format & SF_FORMAT_SUBMASK) {
    case SF_FORMAT_PCM_24:
    case SF_FORMAT_PCM_32:
    case SF_FORMAT_ALAC_20:
    case SF_FORMAT_ALAC_24:
    case SF_FORMAT_ALAC_32:
        return 24;
    case SF_FORMAT_FLOAT:
    case SF_FORMAT_DOUBLE:
        return 32;
    default:
        return 16;
    }
}

int formatFor(ClipFormat format, int bits) {
    if (format == ClipFormat::Flac) return SF_FORMAT_FLAC | (bits > 16 ? SF_FORMAT_PCM_24 : SF_FORMAT_PCM_16);
    return SF_FORMAT_WAV | (bits > 24 ? SF_FORMAT_FLOAT : bits > 16 ? SF_FORMAT_PCM_24 : SF_FORMAT_PCM_16);
}

/// Removes the file when it goes, unless it was named.
struct Unfinished {
    std::string path;
    ~Unfinished() {
        if (!path.empty()) ::unlink(path.c_str());
    }
};

} // namespace

std::map<int, std::string> audioTags(const std::string& path) {
    std::map<int, std::string> tags;
    SF_INFO info{};
    const SoundFile file(sf_open(path.c_str(), SFM_READ, &info));
    if (!file) return tags;
    for (int kind = SF_STR_FIRST; kind <= SF_STR_LAST; ++kind)
        if (const char* text = sf_get_string(file.get(), kind); text && *text) tags[kind] = text;
    return tags;
}

Result<void> copyAudio(const std::string& from, int64_t begin, int64_t end, const std::string& to, ClipFormat format,
                       const std::string& comment) {
    auto reader = AudioReader::open(from);
    if (!reader) return reader.error();
    const AudioInfo& source = (*reader)->info();
    if (auto moved = (*reader)->seek(begin); !moved) return moved;

    Unfinished partial{to + ".partial"};
    const int descriptor = ::open(partial.path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (descriptor < 0) {
        partial.path.clear();
        return errorFromErrno(errno, to, ErrorCode::WriteFailed);
    }
    SF_INFO info{};
    info.samplerate = source.sampleRate;
    info.channels = source.channels;
    info.format = formatFor(format, resolutionOf(from));
    errno = 0;
    SoundFile file(sf_open_fd(descriptor, SFM_WRITE, &info, /*close_desc=*/0));
    if (!file) {
        const Error error = errno == ENOSPC ? errorFromErrno(ENOSPC, to, ErrorCode::WriteFailed)
                                            : Error{ErrorCode::WriteFailed, to, sf_strerror(nullptr), 0};
        ::close(descriptor);
        return error;
    }
    std::map<int, std::string> tags = audioTags(from);
    if (!comment.empty()) {
        std::string& text = tags[SF_STR_COMMENT];
        text = text.empty() ? comment : comment + "; " + text;
    }
    tags.erase(SF_STR_SOFTWARE); // of the program that wrote the recording
    for (const auto& [kind, text] : tags)
        sf_set_string(file.get(), kind, text.c_str());
    sf_command(file.get(), SFC_SET_CLIPPING, nullptr, SF_TRUE);

    constexpr int64_t kBlockFrames = 8192;
    std::vector<float> block(static_cast<size_t>(kBlockFrames * source.channels));
    bool failed = false;
    for (int64_t left = end - begin; left > 0 && !failed;) {
        const auto got = (*reader)->read(block, std::min(left, kBlockFrames));
        if (!got) {
            file.reset();
            ::close(descriptor);
            return got.error();
        }
        if (*got == 0) break;
        errno = 0;
        failed = sf_writef_float(file.get(), block.data(), *got) != *got;
        left -= *got;
    }
    int reason = failed ? errno : 0;
    errno = 0;
    if (sf_close(file.release()) != 0 && !failed) {
        failed = true;
        reason = errno;
    }
    if (::fsync(descriptor) != 0 && !failed) {
        failed = true;
        reason = errno;
    }
    ::close(descriptor);
    if (failed) return errorFromErrno(reason == 0 ? EIO : reason, to, ErrorCode::WriteFailed);
    if (::rename(partial.path.c_str(), to.c_str()) != 0) return errorFromErrno(errno, to, ErrorCode::WriteFailed);
    partial.path.clear();
    return {};
}

} // namespace ovation
