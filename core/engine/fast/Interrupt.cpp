// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/fast/Interrupt.h"

namespace ovation::fast {
namespace {

thread_local const CancelToken* t_token = nullptr;

} // namespace

Interrupt::Scope::Scope(const CancelToken& token) : m_before(t_token) {
    t_token = &token;
}

Interrupt::Scope::~Scope() {
    t_token = m_before;
}

Interrupt Interrupt::here() {
    return Interrupt(t_token);
}

} // namespace ovation::fast
