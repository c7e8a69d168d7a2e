// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace ovation {

/// What went wrong, as a value that callers can test. Each code has one sentence in describe().
enum class ErrorCode {
    // files
    FileNotFound,
    NoPermission,
    IsFolder,
    DiskFull,
    ReadFailed,
    WriteFailed,
    FileChanged,
    OutputTaken, ///< another process has written it for something else meanwhile
    // audio
    EmptyFile,
    NotAudio,
    TruncatedAudio,
    DamagedAudio,
    OverlongAudio, ///< longer than its header has room for
    ZeroLengthAudio,
    UnsupportedSampleRate,
    UnsupportedChannels,
    // labels
    UnknownLabelFormat,
    BadLabelFile,
    // data sets
    NoData,
    OneClass,
    FatalFinding,
    // models
    NotAModel,
    DamagedModel,
    NewerModel,
    WrongArchitecture,
    EngineUnavailable,
    // training
    BadHyperparameter,
    BadCheckpoint,
    CheckpointsInUse,
    NotFinite,
    PeerLost,
    // projects
    NotAProject,
    NewerProject,
    DamagedProject,
    ProjectInUse,
    ReadOnlyProject,
    // devices
    NoSoundDevice,
    PrintFailed,
    // everything else
    NotInstalled, ///< a file that comes with Ovation
    Cancelled,
    OutOfMemory,
    WrongUsage,
    Internal,
};

/// An error: the code, the file it is about (may be empty), the line in that file (0: none), and a detail in plain
/// English that completes the sentence (may be empty). A value; safe to copy between threads.
struct Error {
    ErrorCode code = ErrorCode::Internal;
    std::string file;
    std::string detail;
    int line = 0;
};

/// One sentence or two, without a line break: what is wrong, with which file, and what to do about it.
std::string describe(const Error& error);

/// The error that the operating system's errno stands for (ENOSPC -> DiskFull, EACCES -> NoPermission, ...).
/// `fallback` is used where errno says nothing more exact.
Error errorFromErrno(int errnoValue, std::string file, ErrorCode fallback);

} // namespace ovation
