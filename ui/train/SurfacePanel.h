// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include <memory>

class QComboBox;
class QLabel;
class QPushButton;
class QSpinBox;
class QStackedLayout;

namespace ovation {
struct LossSurface;
}

namespace ovation::ui {

class Session;
struct JobStatus;
class SurfacePicture;

/// The mountain around the trained weights and the way down that training took.
class SurfacePanel : public QWidget {
    Q_OBJECT
public:
    explicit SurfacePanel(Session* session, QWidget* parent = nullptr);

    void compute(); ///< as the button does; or cancels what is being computed
    SurfacePicture* picture() const { return m_picture; }
    QString title() const;            ///< names the model that the surface was computed from
    QString words() const;            ///< what is said of the surface
    void saveTo(const QString& path); ///< the picture (.png, .svg) or the values (.json)

private:
    void take(const std::shared_ptr<const LossSurface>& surface);
    void updateButton();
    void showProgress(const JobStatus& status);
    void save();

    Session* m_session;
    std::shared_ptr<const LossSurface> m_surface;
    QPushButton* m_start;
    QComboBox* m_directions;
    QSpinBox* m_steps;
    QPushButton* m_save;
    QLabel* m_progress; ///< of the computation under way
    QLabel* m_title;    ///< whose surface it is
    QLabel* m_words;
    QLabel* m_pointed;
    SurfacePicture* m_picture;
    QStackedLayout* m_stack;
    int m_job = 0; ///< of the computation under way; 0 until known
};

} // namespace ovation::ui
