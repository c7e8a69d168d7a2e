// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Interrupt.h"

#include <csignal>

namespace ovation::cli {

namespace {

const CancelToken* interrupted = nullptr;
bool endsByBrokenPipes = false; ///< until cancelOnInterrupt()

extern "C" void onSignal(int) {
    interrupted->cancel(); // a lock-free atomic store
}

} // namespace

CancelToken cancelOnInterrupt() {
    static const CancelToken token;
    interrupted = &token;
    struct sigaction action {};
    action.sa_handler = onSignal;
    sigemptyset(&action.sa_mask);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        struct sigaction before {};
        if (sigaction(signal, nullptr, &before) == 0 && before.sa_handler == SIG_IGN) continue;
        // A terminal that closes may tell of it twice: by itself, and through its shell.
        action.sa_flags = signal == SIGHUP ? SA_RESTART : static_cast<int>(SA_RESETHAND | SA_RESTART);
        sigaction(signal, &action, nullptr);
    }
    if (std::signal(SIGPIPE, SIG_IGN) == SIG_DFL) endsByBrokenPipes = true;
    return token;
}

void endByBrokenPipe() {
    if (!endsByBrokenPipes) return;
    std::signal(SIGPIPE, SIG_DFL);
    std::raise(SIGPIPE);
}

} // namespace ovation::cli
