// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/CancelToken.h"

#include <exception>

namespace ovation::fast {

/// Lets a cancel reach into the middle of a training step. The thread that runs the step opens a Scope; the functions
/// below it take here() and hand it to their worker threads.
class Interrupt {
public:
    /// Thrown on the thread that runs the step, between parallel regions, once the token is cancelled.
    struct Requested : std::exception {
        const char* what() const noexcept override { return "cancelled within a step"; }
    };

    /// Watches `token` for what this thread does, as long as the scope lives.
    class Scope {
    public:
        explicit Scope(const CancelToken& token);
        ~Scope();
        Scope(const Scope&) = delete;
        Scope& operator=(const Scope&) = delete;

    private:
        const CancelToken* m_before;
    };

    /// The interrupt of the calling thread; never requested outside a Scope.
    static Interrupt here();

    bool requested() const { return m_token && m_token->cancelled(); }
    void throwIfRequested() const {
        if (requested()) throw Requested();
    }

private:
    explicit Interrupt(const CancelToken* token) : m_token(token) {}
    const CancelToken* m_token;
};

} // namespace ovation::fast
