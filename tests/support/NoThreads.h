// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdlib>
#include <pthread.h>

namespace ovation::test {

/// While it lives, no thread can be started: new ones would get a stack larger than any address space.
class NoThreads {
public:
    NoThreads() {
        pthread_attr_t huge;
        if (pthread_getattr_default_np(&m_before) != 0 || pthread_attr_init(&huge) != 0 ||
            pthread_attr_setstacksize(&huge, size_t{1} << 50) != 0 || pthread_setattr_default_np(&huge) != 0)
            std::abort();
        pthread_attr_destroy(&huge);
    }
    ~NoThreads() {
        pthread_setattr_default_np(&m_before);
        pthread_attr_destroy(&m_before);
    }
    NoThreads(const NoThreads&) = delete;
    NoThreads& operator=(const NoThreads&) = delete;

private:
    pthread_attr_t m_before{};
};

} // namespace ovation::test
