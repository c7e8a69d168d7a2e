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

namespace ovation::ui {

namespace {

QString sheet() {
    QString html = QStringLiteral("<table cellspacing='0' cellpadding='3'>");
    QString menu;
    const auto row = [&](const QString& name, const QString& keys, const QString& tip) {
        html += QStringLiteral("<tr><td>%1</td><td><b>%2</b>&nbsp;&nbsp;</td><td>%3</td></tr>")
                    .arg(name.toHtmlEscaped(), keys.toHtmlEscaped(), tip.toHtmlEscaped());
    };
    for (const ActionEntry& entry : actionTable()) {
        const QByteArray top = QByteArray(entry.menu).split('>').first();
        const QString title = QCoreApplication::translate("Actions", top.constData()).remove(QLatin1Char('&'));
        if (title != menu)
            html += QStringLiteral("<tr><td colspan='3'><br><b>%1</b></td></tr>").arg(title.toHtmlEscaped());
        menu = title;
        if (!*entry.id || !*entry.shortcuts) continue;
        QStringList keys;
        for (const QString& key : QString::fromLatin1(entry.shortcuts).split(QLatin1Char(' ')))
            keys << QKeySequence(key).toString(QKeySequence::NativeText);
        row(QCoreApplication::translate("Actions", entry.text).remove(QLatin1Char('&')),
            keys.join(QStringLiteral(", ")), QCoreApplication::translate("Actions", entry.tip));
    }
    return html + QStringLiteral("</table>");
}

} // namespace

void CheatSheet::show(QWidget* window) {
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
    text->setHtml(sheet());
    layout->addWidget(text);
    dialog->resize(96 * kGrid, 72 * kGrid);
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
