// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main/CheatSheet.h"

#include "core/base/Version.h"
#include "ui/main/ActionTable.h"
#include "ui/main/MessageBar.h"
#include "ui/theme/Theme.h"

#include <QCoreApplication>
#include <QDialog>
#include <QTextBrowser>
#include <QVBoxLayout>

#include <algorithm>
#include <vector>

namespace ovation::ui {

namespace {

constexpr size_t kColumns = 4;

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

/// All sections in columns, the longest of which is as short as can be.
QString sheet(const ActionSet& actions) {
    const std::vector<Section> all = sections(actions);
    int longest = 0;
    for (const Section& section : all)
        longest = std::max(longest, section.rows);
    while (columnStarts(all, longest).size() > kColumns)
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
    auto* text = new QTextBrowser(dialog);
    text->setFrameShape(QFrame::NoFrame);
    text->document()->setDocumentMargin(2 * kGrid);
    text->setHtml(sheet(actions));
    QObject::connect(&actions, &ActionSet::keysChanged, text, [text, &actions] { text->setHtml(sheet(actions)); });
    layout->addWidget(text);
    dialog->resize(159 * kGrid, 88 * kGrid);
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
