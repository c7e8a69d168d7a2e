// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main/CheatSheet.h"

#include "core/base/Version.h"
#include "ui/main/ActionTable.h"
#include "ui/main/MessageBar.h"
#include "ui/theme/Theme.h"

#include <QCoreApplication>
#include <QDialog>
#include <QDialogButtonBox>
#include <QResizeEvent>
#include <QScopedValueRollback>
#include <QScreen>
#include <QTextBrowser>
#include <QVBoxLayout>

#include <algorithm>
#include <vector>

namespace ovation::ui {

namespace {

constexpr size_t kMostColumns = 4;

struct Section {
    QString html;
    int rows = 0;
};

/// One section for each menu, with the commands that have keys.
std::vector<Section> sections(const ActionSet& actions) {
    std::vector<Section> result;
    QString menu;
    for (const ActionEntry& entry : actionTable()) {
        if (!*entry.id) continue;
        const QList<QKeySequence> keys = actions.keys(entry.id);
        if (keys.isEmpty()) continue;
        if (const QString title = menuText(entry); title != menu) {
            menu = title;
            result.push_back({QStringLiteral("<tr><td colspan='2'><b>%1</b></td></tr>").arg(title.toHtmlEscaped()), 2});
        }
        result.back().html += QStringLiteral("<tr><td style='white-space:nowrap'>%1&nbsp;</td><td "
                                             "style='white-space:nowrap'><b>%2</b></td></tr>")
                                  .arg(plainText(entry).toHtmlEscaped(), keysText(keys).toHtmlEscaped());
        ++result.back().rows;
    }
    return result;
}

/// Where a new column begins, with none longer than `longest`; the sections stay in order.
std::vector<size_t> columnStarts(const std::vector<Section>& all, int longest) {
    std::vector<size_t> starts;
    int rows = 0;
    for (size_t i = 0; i < all.size(); ++i) {
        rows += all[i].rows;
        if (i > 0 && rows <= longest) continue;
        starts.push_back(i);
        rows = all[i].rows;
    }
    return starts;
}

/// All sections in so many columns at most, the longest of which is as short as can be.
QString sheet(const ActionSet& actions, size_t columns) {
    const std::vector<Section> all = sections(actions);
    int longest = 0;
    for (const Section& section : all)
        longest = std::max(longest, section.rows);
    while (columnStarts(all, longest).size() > columns)
        ++longest;
    QString html = QStringLiteral("<table width='99%'><tr>");
    const std::vector<size_t> starts = columnStarts(all, longest);
    for (size_t column = 0; column < starts.size(); ++column) {
        html += QStringLiteral("<td valign='top'><table cellspacing='0' cellpadding='2'>");
        const size_t end = column + 1 < starts.size() ? starts[column + 1] : all.size();
        for (size_t i = starts[column]; i < end; ++i)
            html += all[i].html + QStringLiteral("<tr><td>&nbsp;</td></tr>");
        html += QStringLiteral("</table></td>");
    }
    return html + QStringLiteral("</tr></table>");
}

/// The sheet in as many columns as there is room for.
class SheetView : public QTextBrowser {
public:
    SheetView(const ActionSet& actions, QWidget* parent) : QTextBrowser(parent), m_actions(actions) {}

    void fill() {
        const QScopedValueRollback filling(m_filling, true); // scroll bars that come and go resize it
        for (size_t columns = kMostColumns; columns > 0; --columns) {
            setHtml(sheet(m_actions, columns));
            const double wide = document()->size().width(); // first: scroll bars come with it
            if (wide <= viewport()->width()) break;
        }
    }

protected:
    void resizeEvent(QResizeEvent* event) override {
        QTextBrowser::resizeEvent(event);
        if (!m_filling && event->size().width() != event->oldSize().width()) fill();
    }

private:
    const ActionSet& m_actions;
    bool m_filling = false;
};

} // namespace

void CheatSheet::show(QWidget* window, const ActionSet& actions) {
    static const auto name = QStringLiteral("CheatSheet");
    if (auto* open = window->findChild<QDialog*>(name)) {
        open->raise();
        open->activateWindow();
        return;
    }
    auto* dialog = new QDialog(window);
    dialog->setObjectName(name);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(QCoreApplication::translate("CheatSheet", "Keys"));
    auto* layout = new QVBoxLayout(dialog);
    layout->setContentsMargins(0, 0, 0, 0);
    auto* text = new SheetView(actions, dialog);
    text->setFrameShape(QFrame::NoFrame);
    text->document()->setDocumentMargin(2 * kGrid);
    text->fill();
    QObject::connect(&actions, &ActionSet::keysChanged, text, &SheetView::fill);
    layout->addWidget(text);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, dialog);
    buttons->setContentsMargins(kGrid, kGrid, kGrid, kGrid);
    QObject::connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::reject);
    layout->addWidget(buttons);
    constexpr QSize kFrame{2 * kGrid, 5 * kGrid};
    dialog->resize(QSize(159 * kGrid, 92 * kGrid).boundedTo(window->screen()->availableGeometry().size() - kFrame));
    dialog->show();
}

void CheatSheet::showAbout(MessageBar* messages) {
    messages->showNews(
        QCoreApplication::translate("CheatSheet", "Ovation %1 learns to hear applause in speeches. Free software under "
                                                  "the GNU General Public License, version 3 or later. It opens no "
                                                  "network connection: your recordings stay on this computer.")
            .arg(QString::fromLatin1(version())));
}

} // namespace ovation::ui
