// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Error.h"

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace ovation {
namespace {

struct Wording {
    const char* what; ///< with %f where the file's name belongs
    const char* remedy;
};

Wording wordingOf(ErrorCode code) {
    switch (code) {
    case ErrorCode::FileNotFound:
        return {"%f was not found", "Check the name, or whether it has been moved."};
    case ErrorCode::NoPermission:
        return {"%f may not be used", "Ask for permission to it, or choose another place."};
    case ErrorCode::IsFolder:
        return {"%f is a folder, not a file", "Choose a file in it."};
    case ErrorCode::DiskFull:
        return {"%f could not be written because the disk is full", "Free some space, or choose another disk."};
    case ErrorCode::ReadFailed:
        return {"%f could not be read", "Check the disk or the connection to it."};
    case ErrorCode::WriteFailed:
        return {"%f could not be written", "Choose another place."};
    case ErrorCode::FileChanged:
        return {"%f has changed since it was added", "Put the former file back, or add this one under another name."};
    case ErrorCode::OutputTaken:
        return {"%f has been written for another recording of that name meanwhile",
                "Run this again: it gets another name then."};
    case ErrorCode::EmptyFile:
        return {"%f is empty (0 bytes)", "Copy it again from where it came."};
    case ErrorCode::NotAudio:
        return {"%f is not a sound file that can be read", "WAV, FLAC, Ogg, MP3, AIFF and the like can be."};
    case ErrorCode::TruncatedAudio:
        return {"%f ends before its end", "Copy it again from where it came."};
    case ErrorCode::DamagedAudio:
        return {"%f is damaged", "Copy it again from where it came."};
    case ErrorCode::OverlongAudio:
        return {"%f is longer than its header has room for", "Convert it to FLAC, W64 or RF64, or split it."};
    case ErrorCode::ZeroLengthAudio:
        return {"%f holds no samples", "Choose a recording with sound in it."};
    case ErrorCode::UnsupportedSampleRate:
        return {"%f has a sample rate that makes no sense", "Convert it to a rate between 1 000 and 768 000 Hz."};
    case ErrorCode::UnsupportedChannels:
        return {"%f has too many channels", "Convert it to at most 64 channels."};
    case ErrorCode::UnknownLabelFormat:
        return {"%f is in no label format known here",
                "Audacity, CSV, TextGrid, ELAN, RTTM, WebVTT, JAMS, Raven and JSON can be read."};
    case ErrorCode::BadLabelFile:
        return {"%f cannot be understood as labels", "Correct it there."};
    case ErrorCode::NoData:
        return {"No labelled recordings were found", "Give recordings with label files, or class folders of clips."};
    case ErrorCode::OneClass:
        return {"All examples have the same label, so there is nothing to learn",
                "Label both applause and other sounds."};
    case ErrorCode::FatalFinding:
        return {"The dataset check found a fatal fault", "Mend it before training."};
    case ErrorCode::NotAModel:
        return {"%f is not a model of Ovation", "Choose a .safetensors file that Ovation has written."};
    case ErrorCode::DamagedModel:
        return {"The model %f is damaged", "Copy it again, or train it anew."};
    case ErrorCode::NewerModel:
        return {"The model %f was written by a newer Ovation", "Update this one."};
    case ErrorCode::WrongArchitecture:
        return {"The model's architecture does not fit", "Choose a model or sizes that this version knows."};
    case ErrorCode::EngineUnavailable:
        return {"The part that runs networks could not be loaded", "Install LibTorch again, or rebuild."};
    case ErrorCode::BadHyperparameter:
        return {"A setting is out of its range", "Correct it."};
    case ErrorCode::BadCheckpoint:
        return {"The checkpoint %f does not fit this training",
                "Start anew, or give the settings and data it was made with."};
    case ErrorCode::CheckpointsInUse:
        return {"Another training is writing its checkpoints into %f", "Wait for its end, or name another folder."};
    case ErrorCode::NotFinite:
        return {"The loss is no longer a number", "Lower the learning rate, or clip the gradient."};
    case ErrorCode::PeerLost:
        return {"The processes of this training cannot reach each other",
                "Start all of them again, with --resume where there are checkpoints."};
    case ErrorCode::NotAProject:
        return {"%f is not a project of Ovation", "Choose an .ovation file."};
    case ErrorCode::NewerProject:
        return {"The project %f was written by a newer Ovation", "Update this one."};
    case ErrorCode::DamagedProject:
        return {"The project %f is damaged", "Open a copy of it from a backup."};
    case ErrorCode::ProjectInUse:
        return {"The project %f is open in another window", "Close it there, or go on here for reading only."};
    case ErrorCode::ReadOnlyProject:
        return {"The project %f can only be read", "Save it under another name to change it."};
    case ErrorCode::NoSoundDevice:
        return {"There is no sound device, so nothing can be heard",
                "Everything else works; connect one and try again, or start Ovation again if that does not help."};
    case ErrorCode::PrintFailed:
        return {"The printer %f did not take the report", "Check the printer, or save the report as PDF."};
    case ErrorCode::NotInstalled:
        return {"%f is missing in this installation of Ovation", "Install Ovation again, with all of its files."};
    case ErrorCode::Cancelled:
        return {"Cancelled", ""};
    case ErrorCode::OutOfMemory:
        return {"There is not enough memory", "Choose a smaller batch or a smaller network, or close other programs."};
    case ErrorCode::WrongUsage:
        return {"Wrong usage", "See --help."};
    case ErrorCode::Internal:
        return {"Something went wrong inside Ovation", "Please report it."};
    }
    return {"Something went wrong", ""};
}

/// The first folder on the way to a file that is not there; "" where all are.
std::string missingFolder(const std::string& file) {
    std::error_code ignored;
    std::filesystem::path missing;
    for (auto folder = std::filesystem::path(file).parent_path();
         !folder.empty() && !std::filesystem::exists(folder, ignored); folder = folder.parent_path())
        missing = folder;
    return missing.string();
}

/// File names may hold line breaks and a terminal's control sequences.
std::string oneLine(std::string text) {
    for (char& c : text)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
    return text;
}

} // namespace

std::string describe(const Error& error) {
    const Wording wording = wordingOf(error.code);
    std::string text = wording.what;
    const std::string file = error.file.empty() ? "The file" : "\"" + oneLine(error.file) + "\"";
    const auto place = text.find("%f");
    if (place != std::string::npos)
        text.replace(place, 2, file);
    else if (!error.file.empty())
        text = file + ": " + text;
    if (error.line > 0) text += ", line " + std::to_string(error.line);
    if (!error.detail.empty()) text += ": " + oneLine(error.detail);
    if (text.back() != '.') text += '.';
    if (*wording.remedy) text += std::string(" ") + wording.remedy;
    return text;
}

Error errorFromErrno(int errnoValue, std::string file, ErrorCode fallback) {
    ErrorCode code = fallback;
    switch (errnoValue) {
    case ENOENT:
    case ENOTDIR:
        code = ErrorCode::FileNotFound;
        break;
    case EACCES:
    case EPERM:
    case EROFS:
        code = ErrorCode::NoPermission;
        break;
    case EISDIR:
        code = ErrorCode::IsFolder;
        break;
    case ENOSPC:
    case EDQUOT:
        code = ErrorCode::DiskFull;
        break;
    case ENOMEM:
        code = ErrorCode::OutOfMemory;
        break;
    default:
        break;
    }
    if (code == ErrorCode::FileNotFound && fallback == ErrorCode::WriteFailed)
        if (const std::string folder = missingFolder(file); !folder.empty())
            return {fallback, std::move(file), "there is no folder \"" + folder + "\"", 0};
    return {code, std::move(file), code == fallback || errnoValue == EROFS ? std::strerror(errnoValue) : "", 0};
}

} // namespace ovation
