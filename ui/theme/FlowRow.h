// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLayout>

#include <initializer_list>
#include <memory>
#include <vector>

namespace ovation::ui {

/// Items beside each other, and in further rows where a row has no room for them. What expands, or asks for no width
/// of its own, takes what is left of its row. At least as wide as the widest item.
class FlowRow : public QLayout {
public:
    explicit FlowRow(QWidget* parent = nullptr);
    ~FlowRow() override;

    void addTogether(std::initializer_list<QWidget*> widgets); ///< in one row, whatever comes
    void addStretch(int share = 1);                            ///< of what is left; all have the same

    void addItem(QLayoutItem* item) override; ///< takes it over
    int count() const override;
    QLayoutItem* itemAt(int index) const override;
    QLayoutItem* takeAt(int index) override;
    QSize sizeHint() const override; ///< all in one row
    QSize minimumSize() const override;
    Qt::Orientations expandingDirections() const override;
    bool hasHeightForWidth() const override;
    int heightForWidth(int width) const override;
    void setGeometry(const QRect& rect) override;

private:
    int arrange(const QRect& rect, bool apply) const; ///< gives the height that it takes

    std::vector<std::unique_ptr<QLayoutItem>> m_items;
};

} // namespace ovation::ui
