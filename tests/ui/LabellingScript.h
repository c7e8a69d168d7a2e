// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/ui/StudioWindow.h"

#include "core/project/ProjectData.h"

#include <map>
#include <string>
#include <tuple>
#include <vector>

namespace ovation::ui::test {

/// Labels as a test compares them: by the recording's file name, sorted; frames and class.
using LabelsByFile = std::map<std::string, std::vector<std::tuple<int64_t, int64_t, LabelClass>>>;
LabelsByFile labelsOf(const ProjectData& project);

/// A studio with a window that is shown and active.
struct OpenStudio {
    explicit OpenStudio(const QString& settingsFile);
    bool openProject(const QString& path); ///< and waits

    Session session;
    Player player;
    Settings settings;
    MainWindow window{&session, &player, &settings};
};

/// What a person does who labels a folder of recordings, as real events on the real window: drops the folder, marks ten
/// segments with the mouse, ten with the keyboard, changes classes, takes everything back and makes it again. Each step
/// is one edit. The labels that must be there after each are worked out here, from pixels and cursor, not asked of the
/// program.
class LabellingScript {
public:
    static constexpr int kRecordings = 3;
    static constexpr int kMarks = 10; ///< with the mouse, and as many with the keyboard
    static constexpr int kClassChanges = 8;
    static constexpr int kSteps = 2 * kMarks + kClassChanges;

    /// With `sound`, keyboard marks are made while it plays; otherwise the cursor is put with clicks on the ruler.
    LabellingScript(OpenStudio& studio, bool sound);

    /// Writes recordings of bursts of noise into a folder of its own under `folder`, whose path is returned.
    static QString writeRecordings(const Folder& folder);

    bool dropFolder(const QString& folder); ///< onto the window, and waits for the recordings
    bool step(int i);                       ///< 0 to kSteps - 1, in order; false where the window did not do it
    bool undo();                            ///< with its key
    bool redo();

    const std::vector<LabelsByFile>& expected() const { return m_expected; } ///< [n]: after n steps

private:
    bool markWithMouse(int i);
    bool markWithKeys(int i);
    bool changeClass(int i);
    bool showRecording(int i);
    void key(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier);
    QPoint pointAt(double seconds, const QRectF& lane) const;
    int64_t frameUnder(QPoint point) const;
    bool cursorPasses(int64_t frame);
    bool noteMark(int64_t begin, int64_t end);

    OpenStudio& m_studio;
    const bool m_sound;
    LabelClass m_class = LabelClass::Applause; ///< of what is marked next
    std::vector<LabelsByFile> m_expected{{}};
};

} // namespace ovation::ui::test
