// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/FlowRow.h"

#include "ui/theme/Theme.h"

#include <QHBoxLayout>
#include <QStyle>
#include <QWidget>

#include <algorithm>
#include <utility>

namespace ovation::ui {

namespace {

constexpr int kEnoughText = 20 * kGrid; ///< for what is cut where it has no room

bool asksForNothing(QLayoutItem& item) {
    return item.widget() && item.widget()->sizePolicy().horizontalPolicy() == QSizePolicy::Ignored;
}

bool takesTheRest(QLayoutItem& item) {
    return asksForNothing(item) || item.expandingDirections().testFlag(Qt::Horizontal);
}

bool standsInARow(QLayoutItem& item) {
    return item.spacerItem() || !item.isEmpty();
}

int wantedWidth(QLayoutItem& item) {
    if (item.spacerItem()) return 0;
    return asksForNothing(item) ? std::min(item.widget()->sizeHint().width(), kEnoughText) : item.sizeHint().width();
}

} // namespace

FlowRow::FlowRow(QWidget* parent) : QLayout(parent) {
    setContentsMargins(0, 0, 0, 0);
    setSpacing(kGrid);
}

FlowRow::~FlowRow() {
    while (const std::unique_ptr<QLayoutItem> item{takeAt(0)}) // each leaves the list before it goes
        ;
}

void FlowRow::addTogether(std::initializer_list<QWidget*> widgets) {
    auto* group = new QHBoxLayout;
    group->setSpacing(kGrid);
    for (QWidget* widget : widgets)
        group->addWidget(widget);
    addChildLayout(group);
    addItem(group);
}

void FlowRow::addStretch(int) {
    addItem(new QSpacerItem(0, 0, QSizePolicy::Expanding, QSizePolicy::Minimum));
}

void FlowRow::addItem(QLayoutItem* item) {
    m_items.emplace_back(item);
    invalidate();
}

int FlowRow::count() const {
    return static_cast<int>(m_items.size());
}

QLayoutItem* FlowRow::itemAt(int index) const {
    return index >= 0 && index < count() ? m_items[static_cast<size_t>(index)].get() : nullptr;
}

QLayoutItem* FlowRow::takeAt(int index) {
    if (index < 0 || index >= count()) return nullptr;
    QLayoutItem* item = m_items[static_cast<size_t>(index)].release();
    m_items.erase(m_items.begin() + index);
    return item;
}

QSize FlowRow::sizeHint() const {
    QSize size;
    int shown = 0;
    for (const auto& item : m_items) {
        if (item->isEmpty()) continue;
        size = {size.width() + wantedWidth(*item), std::max(size.height(), item->sizeHint().height())};
        ++shown;
    }
    const QMargins margins = contentsMargins();
    return size + QSize(std::max(0, shown - 1) * spacing() + margins.left() + margins.right(),
                        margins.top() + margins.bottom());
}

QSize FlowRow::minimumSize() const {
    QSize size;
    for (const auto& item : m_items)
        if (!item->isEmpty()) size = size.expandedTo(item->minimumSize());
    const QMargins margins = contentsMargins();
    return size + QSize(margins.left() + margins.right(), margins.top() + margins.bottom());
}

Qt::Orientations FlowRow::expandingDirections() const {
    return Qt::Horizontal;
}

bool FlowRow::hasHeightForWidth() const {
    return true;
}

int FlowRow::heightForWidth(int width) const {
    return arrange({0, 0, width, 0}, false);
}

void FlowRow::setGeometry(const QRect& rect) {
    QLayout::setGeometry(rect);
    arrange(rect, true);
}

int FlowRow::arrange(const QRect& rect, bool apply) const {
    const QMargins margins = contentsMargins();
    const QRect area = rect.marginsRemoved(margins);
    int y = area.top();
    for (size_t next = 0; next < m_items.size();) {
        std::vector<QLayoutItem*> row;
        int used = 0, height = 0, shown = 0;
        int64_t sharing = 0;
        for (; next < m_items.size(); ++next) {
            QLayoutItem* item = m_items[next].get();
            if (!standsInARow(*item)) continue;
            const int beside = item->spacerItem() || shown == 0 ? 0 : spacing();
            if (shown > 0 && used + beside + wantedWidth(*item) > area.width()) break;
            used += beside + wantedWidth(*item);
            if (!item->spacerItem()) ++shown;
            if (takesTheRest(*item)) ++sharing;
            if (!item->spacerItem()) height = std::max(height, item->sizeHint().height());
            row.push_back(item);
        }
        if (shown == 0) continue;
        int left = std::max(0, area.width() - used);
        int x = area.left();
        bool first = true;
        for (QLayoutItem* item : row) {
            int width = std::min(wantedWidth(*item), area.width());
            if (takesTheRest(*item)) {
                const int share = left / static_cast<int>(sharing--);
                left -= share;
                width += share;
            }
            if (!item->spacerItem()) {
                if (!std::exchange(first, false)) x += spacing();
                const int own = std::min(height, item->sizeHint().height());
                const QRect place(x, y + (height - own) / 2, width, own);
                const Qt::LayoutDirection direction =
                    parentWidget() ? parentWidget()->layoutDirection() : Qt::LeftToRight;
                if (apply) item->setGeometry(QStyle::visualRect(direction, area, place));
            }
            x += width;
        }
        y += height + spacing();
    }
    return std::max(0, y - spacing() - area.top()) + margins.top() + margins.bottom();
}

} // namespace ovation::ui
