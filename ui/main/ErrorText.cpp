// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main/ErrorText.h"

namespace ovation::ui {

QString errorText(const Error& error) {
    QString text = QString::fromStdString(describe(error)).trimmed();
    if (!text.isEmpty()) text[0] = text[0].toUpper();
    if (!text.isEmpty() && !text.endsWith(QLatin1Char('.'))) text += QLatin1Char('.');
    return text;
}

} // namespace ovation::ui
