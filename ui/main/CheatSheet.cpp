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

#include <vector>

namespace ovation::ui {

namespace {

constexpr int kColumns = 3;

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
        result.back().html +=
            QStringLiteral("<tr><td>%1&nbsp;&nbsp;</td><td style='white-space:nowrap'><b>%2</b></td></tr>")
                .arg(plainText(entry).toHtmlEscaped(), keysText(keys).toHtmlEscaped());
        ++result.back().rows;
    }
    return result;
}

/// All sections in columns of about equal length.
QString sheet(const ActionSet& actions) {
    const std::vector<Section> all = sections(actions);
    int total = 0;
    for (const Section& section : all)
        total += section.rows;
    QString html = QStringLiteral("<table width='100%'><tr>");
    size_t next = 0;
    int done = 0;
    for (int column = 1; column <= kColumns; ++column) {
        html += QStringLiteral("<td valign='top'><table cellspacing='0' cellpadding='2'>");
        while (next < all.size() && (column == kColumns || done + all[next].rows / 2 < total * column / kColumns)) {
            html += all[next].html + QStringLiteral("<tr><td>&nbsp;</td></tr>");
            done += all[next++].rows;
        }
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
    dialog->resize(140 * kGrid, 88 * kGrid);
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
