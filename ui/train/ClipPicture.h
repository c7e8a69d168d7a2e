// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QImage>
#include <QWidget>

#include <memory>
#include <vector>

namespace ovation {
struct ClipView;
}

namespace ovation::ui {

/// A clip's spectrogram with the attention over time below it, on the same axis.
class ClipPicture : public QWidget {
    Q_OBJECT
public:
    explicit ClipPicture(QWidget* parent = nullptr);

    /// nullptr for none; `text` stands in its place.
    void setView(std::shared_ptr<const ClipView> view, double startS, const QString& text = {});

    const std::vector<float>& attention() const;

    QSize minimumSizeHint() const override;
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    std::shared_ptr<const ClipView> m_view;
    QImage m_image; ///< (frames, bands), low bands at the bottom
    double m_startS = 0;
    QString m_text;
};

} // namespace ovation::ui
