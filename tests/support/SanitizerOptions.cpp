// SPDX-License-Identifier: GPL-3.0-or-later

// What the sanitizers of the asan and tsan presets are told, so that a run needs no environment: settings, and what is
// known about libraries that are not ours and were built without sanitizers.

extern "C" {

const char* __asan_default_options();
const char* __lsan_default_suppressions();
const char* __ubsan_default_options();
const char* __tsan_default_options();
const char* __tsan_default_suppressions();

const char* __asan_default_options() {
    return "detect_stack_use_after_return=1:strict_string_checks=1";
}

const char* __lsan_default_suppressions() {
    return
        // Registers operators, types and devices when it is loaded, in tables that are never taken down.
        "leak:libtorch_cpu\n"
        "leak:libc10\n"
        // GCC's OpenMP keeps its threads' memory for the next parallel region.
        "leak:libgomp\n"
        // Keeps kernels that it has generated, and its threads' scratch memory.
        "leak:libdnnl\n";
}

const char* __ubsan_default_options() {
    return "print_stacktrace=1:halt_on_error=1";
}

const char* __tsan_default_options() {
    return "history_size=7:second_deadlock_stack=1";
}

const char* __tsan_default_suppressions() {
    return
        // GCC's OpenMP was built without the sanitizer, which therefore does not see that its barriers order what the
        // threads of a parallel region do before and after.
        "race:libgomp\n"
        "called_from_lib:libgomp\n"
        // Likewise: their locks and atomics are not seen.
        "called_from_lib:libtorch_cpu\n"
        "called_from_lib:libc10\n"
        "called_from_lib:libdnnl\n"
        "called_from_lib:libgloo\n"
        // Qt and GLib hand events from thread to thread under locks of theirs that are made of atomics alone: what was
        // put into an event before it was posted, and the event itself, look unordered with who takes it.
        "race:QMetaObject::invokeMethodImpl\n"
        "race:QThreadPoolPrivate::enqueueTask\n"
        "race:QRunnable::create\n"
        "race:QWaitCondition::~QWaitCondition\n"
        "race:ui/session/Settings.cpp\n" // writes its file through Qt's pool of threads
        // Paint parts of a picture on that pool's threads.
        "called_from_lib:libQt6Core\n"
        "called_from_lib:libQt6Gui\n"
        "race:libglib-2.0\n"
        // The loader frees the tables of a thread that has ended.
        "race:_dl_deallocate_tls\n";
}

} // extern "C"
