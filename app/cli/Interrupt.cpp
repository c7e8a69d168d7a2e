// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Interrupt.h"

#include <csignal>

namespace ovation::cli {

namespace {

const CancelToken* interrupted = nullptr;

extern "C" void onSignal(int) {
    interrupted->cancel(); // a lock-free atomic store
}

} // namespace

CancelToken cancelOnInterrupt() {
    static const CancelToken token;
    interrupted = &token;
    struct sigaction action {};
    action.sa_handler = onSignal;
    action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
    return token;
}

} // namespace ovation::cli
