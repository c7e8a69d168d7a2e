// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/ProjectStore.h"

#include <QString>
#include <gtest/gtest.h>

namespace ovation::ui::test {

/// A project file with the recordings 1 to `count`, each of 30 s at 16 kHz; `more` adds what belongs to one.
template <typename More>
void writeManyRecordings(const QString& project, SpeechId count, const More& more) {
    auto store = ProjectStore::create(project.toStdString());
    ASSERT_TRUE(store);
    for (SpeechId id = 1; id <= count; ++id) {
        Speech speech;
        speech.id = id;
        speech.path = OVATION_EXAMPLE "/speeches/kennedy-en.flac";
        speech.frames = 480'000;
        speech.sampleRate = 16000;
        speech.channels = 1;
        ASSERT_TRUE((*store)->putSpeech(speech));
        more(**store, id);
    }
}

} // namespace ovation::ui::test
