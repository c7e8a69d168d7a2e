// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTemporaryDir>
#include <QWidget>

#include <memory>

class QLabel;
class QPushButton;
class QSoundEffect;

namespace ovation {
struct AugmentationExample;
}

namespace ovation::ui {

class ClipPicture;
class Session;

/// What the augmentation settings do, by ear and as a picture: a window of the training part before and after.
class AugmentationPanel : public QWidget {
    Q_OBJECT
public:
    explicit AugmentationPanel(Session* session, QWidget* parent = nullptr);

    void makeAnother();    ///< as the button does
    QString words() const; ///< what was done to the example

private:
    void take(const std::shared_ptr<const AugmentationExample>& example);
    void hear(bool after);
    void play(const QString& file);

    Session* m_session;
    std::shared_ptr<const AugmentationExample> m_example;
    uint64_t m_next = 0;
    int m_hearings = 0; ///< asked for; the newest is played
    QPushButton* m_another;
    QPushButton* m_hearBefore;
    QPushButton* m_hearAfter;
    QLabel* m_words;
    ClipPicture* m_picture;
    QSoundEffect* m_sound = nullptr; ///< made when something is first heard
    QTemporaryDir m_folder;
};

} // namespace ovation::ui
