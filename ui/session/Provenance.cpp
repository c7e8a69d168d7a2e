// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/Provenance.h"

#include <QCoreApplication>
#include <QFileInfo>

namespace ovation::ui {

namespace {

QString inWords(const char* text) {
    return QCoreApplication::translate("Provenance", text);
}

QString joined(const QString& what, QStringList details) {
    details.removeAll(QString());
    return details.isEmpty() ? what : what + QStringLiteral(": ") + details.join(QStringLiteral(", "));
}

} // namespace

QString provenanceText(const Segment& segment) {
    const QString source = QString::fromStdString(segment.source);
    const QString score = segment.score >= 0 ? QString::number(segment.score, 'f', 2) : QString();
    switch (segment.origin) {
    case Origin::Drawn:
        return inWords("drawn");
    case Origin::Imported:
        if (source.isEmpty()) return inWords("whole clip");
        return joined(inWords("imported"), {QFileInfo(source).fileName(), score});
    case Origin::Accepted:
        return joined(inWords("accepted"), {source, score});
    case Origin::Rejected:
        return joined(inWords("rejected"), {source, score});
    case Origin::Proposed:
        return joined(inWords("proposed"), {score});
    }
    return {};
}

QString provenanceSentence(const Segment& segment) {
    const QString source =
        segment.source.empty() ? inWords("an unnamed source") : QString::fromStdString(segment.source);
    const QString score =
        segment.score >= 0 ? inWords(", with a score of %1").arg(segment.score, 0, 'f', 2) : QString();
    switch (segment.origin) {
    case Origin::Drawn:
        return inWords("Drawn by hand.");
    case Origin::Imported:
        if (segment.source.empty()) return inWords("Dropped on a bin as a whole clip.");
        return inWords("Imported from %1%2.").arg(source, score);
    case Origin::Accepted:
        return inWords("Found by %1 and accepted%2.").arg(source, score);
    case Origin::Rejected:
        return inWords("Found by %1 and rejected%2.").arg(source, score);
    case Origin::Proposed:
        return inWords("Proposed by %1 and accepted%2.").arg(source, score);
    }
    return {};
}

} // namespace ovation::ui
