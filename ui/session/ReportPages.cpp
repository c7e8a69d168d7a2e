// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/ReportPages.h"

#include <QColor>
#include <QFontMetricsF>
#include <QPaintDevice>
#include <QPainter>
#include <QPen>
#include <QTextLayout>

#include <algorithm>
#include <cmath>

namespace ovation::ui {

using reporttext::ReportColumn;
using reporttext::ReportRow;
using reporttext::ReportTable;

namespace {

constexpr double kTextSize = 9, kSmallSize = 8, kMarkSize = 7, kSectionSize = 12, kTitleSize = 18; ///< points
constexpr double kColumnGap = 12;                                                                  ///< points, at least
constexpr double kBarHeight = 16;                                                                  ///< points
constexpr double kLeastScale = 0.4; ///< on paper that is narrower still, the tables are cut off
constexpr double kNameShare = 0.2;  ///< of the width, that names keep at least
constexpr size_t kRowsTogether = 3; ///< with the head of their table
constexpr int kStripMarks = 10;

QColor inkColor() {
    return QColor(0x1d, 0x1f, 0x21);
}
QColor paleInkColor() {
    return QColor(0x44, 0x48, 0x4d);
}
QColor failureInkColor() {
    return QColor(0xa0, 0x1c, 0x1c);
}
QColor blockEdgeColor() {
    return QColor(0xa6, 0x5a, 0);
}

} // namespace

/// A table with its columns' places. Rows are as high as their first cell's lines, or their failure's.
struct ReportPages::Columns {
    ReportTable table;
    std::vector<double> left, width;
    std::vector<Paragraph> names, failures; ///< of each row
    std::vector<double> heights;
};

ReportPages::ReportPages(QPaintDevice& device, const QString& title, const std::vector<RecordingReport>& reports,
                         const QString& date)
    : m_device(device), m_width(device.width()) {
    m_pages.emplace_back();
    const ReportTable overview = reporttext::overview(reports);
    std::vector<ReportTable> applauses;
    for (const RecordingReport& report : reports)
        applauses.push_back(reporttext::applauses(report));
    // Only the names of recordings can wrap.
    double needed = 0;
    const auto need = [&](const ReportTable& table, bool namesWrap) {
        double sum = points(kColumnGap) * static_cast<double>(table.columns.size() - 1);
        const QFont bold = font(kTextSize, true);
        for (size_t i = 0; i < table.columns.size(); ++i) {
            double width = advance(table.columns[i].name, bold);
            for (const ReportRow& row : table.rows)
                if (i < row.cells.size()) width = std::max(width, advance(row.cells[i], bold));
            sum += i == 0 && namesWrap ? std::min(width, kNameShare * m_width) : width;
        }
        needed = std::max(needed, sum);
    };
    need(overview, true);
    for (const ReportTable& table : applauses)
        if (!table.rows.empty()) need(table, false);
    m_scale = std::clamp(m_width / needed, kLeastScale, 1.0);
    m_bottom = device.height() - points(2 * kTextSize);

    addParagraph(paragraph(title.toStdString(), font(kTitleSize, true), m_width), inkColor());
    space(4);
    addParagraph(paragraph(reporttext::about(reports, date.toStdString()), font(kTextSize), m_width), paleInkColor());
    space(8);
    addTable(columnsFor(overview));
    addLegend(reports);
    const bool saysModel = reporttext::severalModels(reports);
    const std::vector<std::string> names = reporttext::namesIn(reports);
    for (size_t i = 0; i < reports.size(); ++i)
        addSection(reports[i], names[i], saysModel);
    addFooters(title);
}

void ReportPages::paint(QPainter& painter, int page) const {
    for (const Drawing& drawing : m_pages[static_cast<size_t>(page)]) {
        painter.save();
        drawing(painter);
        painter.restore();
    }
}

double ReportPages::points(double value) const {
    return value * m_scale * m_device.logicalDpiY() / 72.0;
}

QFont ReportPages::font(double size, bool bold) const {
    QFont font(QStringLiteral("sans-serif"));
    font.setStyleHint(QFont::SansSerif);
    font.setHintingPreference(QFont::PreferNoHinting);
    font.setPointSizeF(size * m_scale);
    font.setBold(bold);
    return font;
}

double ReportPages::advance(const std::string& text, const QFont& font) const {
    return QFontMetricsF(font, &m_device).horizontalAdvance(QString::fromStdString(text));
}

double ReportPages::lineHeight(const QFont& font) const {
    return QFontMetricsF(font, &m_device).height();
}

double ReportPages::rowHeight() const {
    return lineHeight(font(kTextSize)) + points(4);
}

ReportPages::Paragraph ReportPages::paragraph(const std::string& text, const QFont& font, double width) const {
    Paragraph made;
    made.layout = std::make_shared<QTextLayout>(QString::fromStdString(text), font, &m_device);
    QTextOption option(Qt::AlignLeft | Qt::AlignAbsolute);
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    made.layout->setTextOption(option);
    made.layout->setCacheEnabled(true);
    made.layout->beginLayout();
    for (QTextLine line = made.layout->createLine(); line.isValid(); line = made.layout->createLine()) {
        line.setLineWidth(width);
        line.setPosition({0, made.height});
        made.height += line.height();
    }
    made.layout->endLayout();
    return made;
}

void ReportPages::newPage() {
    m_pages.emplace_back();
    m_y = 0;
}

void ReportPages::keep(double height) {
    if (m_y > 0 && height > room()) newPage();
}

void ReportPages::space(double size) {
    if (m_y > 0) m_y += points(size);
}

void ReportPages::addText(const std::string& text, const QFont& font, const QColor& color, double x, double y) {
    const double baseline = y + QFontMetricsF(font, &m_device).ascent();
    add([text = QString::fromStdString(text), font, color, x, baseline](QPainter& painter) {
        painter.setFont(font);
        painter.setPen(color);
        painter.drawText(QPointF(x, baseline), text);
    });
}

void ReportPages::addParagraph(const Paragraph& text, const QColor& color) {
    keep(text.height);
    add([layout = text.layout, color, y = m_y](QPainter& painter) {
        painter.setPen(color);
        layout->draw(&painter, {0, y});
    });
    m_y += text.height;
}

void ReportPages::addRule(double y, double thickness, const QColor& color) {
    const QRectF rule(0, y - points(thickness) / 2, m_width, points(thickness));
    add([rule, color](QPainter& painter) { painter.fillRect(rule, color); });
}

void ReportPages::addFooters(const QString& title) {
    const QFont small = font(kSmallSize);
    const QFontMetricsF metrics(small, &m_device);
    const double y = m_device.height() - metrics.height();
    for (size_t i = 0; i < m_pages.size(); ++i) {
        const std::string number = std::to_string(i + 1) + " of " + std::to_string(m_pages.size());
        const double numberWidth = advance(number, small);
        const QString name = metrics.elidedText(title, Qt::ElideMiddle, m_width - numberWidth - points(kColumnGap));
        m_pages[i].push_back([=, number = QString::fromStdString(number), baseline = y + metrics.ascent(),
                              right = m_width - numberWidth](QPainter& painter) {
            painter.setFont(small);
            painter.setPen(paleInkColor());
            painter.drawText(QPointF(0, baseline), name);
            painter.drawText(QPointF(right, baseline), number);
        });
    }
}

/// Hatched for what was detected, plain for what is only labelled: told apart without colour too.
void ReportPages::addBlock(double left, double top, double width, double height, bool onlyLabelled) {
    const QRectF block(left, top, width, height);
    add([block, onlyLabelled, step = points(3), line = points(0.8), edge = points(0.5)](QPainter& painter) {
        painter.fillRect(block, onlyLabelled ? QColor(0xff, 0xe3, 0xc2) : QColor(0xff, 0xc2, 0x7a));
        if (!onlyLabelled) {
            painter.setPen(QPen(QColor(0xd0, 0x70, 0), line, Qt::SolidLine, Qt::FlatCap));
            for (double x = block.left() - block.height(); x < block.right(); x += step) {
                // From the lower edge at x to the upper one, as far as the block goes.
                const double from = std::max(0.0, block.left() - x), to = std::min(block.height(), block.right() - x);
                if (from < to)
                    painter.drawLine(QPointF(x + from, block.bottom() - from), QPointF(x + to, block.bottom() - to));
            }
        }
        painter.setPen(QPen(blockEdgeColor(), edge));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(block);
    });
}

void ReportPages::addLegend(const std::vector<RecordingReport>& reports) {
    const reporttext::StripLegend legend = reporttext::stripLegend(reports);
    if (legend.strip.empty()) return;
    const QFont small = font(kSmallSize);
    const Paragraph strip = paragraph(legend.strip, small, m_width);
    const Paragraph sources = paragraph(reporttext::sourcesExplained(reports), small, m_width);
    const double line = lineHeight(small) + points(3);
    space(10);
    keep(strip.height + 2 * line + sources.height);
    addParagraph(strip, paleInkColor());
    m_y += points(3);
    for (const auto& [text, onlyLabelled] : {std::pair{legend.detected, false}, std::pair{legend.labelled, true}}) {
        if (text.empty()) continue;
        addBlock(points(0.5), m_y + points(1), points(24), lineHeight(small) - points(2), onlyLabelled);
        addText(text, small, paleInkColor(), points(30), m_y);
        m_y += line;
    }
    if (sources.height > 0) addParagraph(sources, paleInkColor());
}

/// The whole recording, and below it times.
void ReportPages::addStrip(const RecordingReport& report) {
    if (!(report.durationS > 0)) return;
    const double edge = points(0.5), top = m_y + edge, height = points(kBarHeight), whole = m_width - 2 * edge;
    add([strip = QRectF(edge, top, whole, height), edge](QPainter& painter) {
        painter.setPen(QPen(QColor(136, 136, 136), edge));
        painter.setBrush(QColor(240, 240, 238));
        painter.drawRect(strip);
    });
    for (const ReportedApplause& one : report.applause) {
        const double from = std::clamp(one.span.start / report.durationS, 0.0, 1.0) * whole;
        const double to = std::clamp(one.span.end / report.durationS, 0.0, 1.0) * whole;
        const double width = std::max(points(1), to - from);
        addBlock(edge + std::min(from, whole - width), top, width, height, one.onlyLabelled());
    }
    const QFont small = font(kMarkSize);
    const double below = top + height + points(3);
    const auto tick = [&](double x) {
        const QRectF line(std::min(x, m_width - edge), top + height, edge, points(3));
        add([line](QPainter& painter) { painter.fillRect(line, QColor(136, 136, 136)); });
    };
    for (const double time : reporttext::marks(report.durationS, kStripMarks)) {
        const double x = time / report.durationS * whole;
        tick(x);
        addText(reporttext::clock(time, 0), small, paleInkColor(), x, below);
    }
    const std::string end = reporttext::clock(report.durationS, 0);
    tick(m_width);
    addText(end, small, paleInkColor(), m_width - advance(end, small), below);
    m_y = below + lineHeight(small);
}

void ReportPages::addSection(const RecordingReport& report, const std::string& name, bool saysModel) {
    const Paragraph heading = paragraph(name, font(kSectionSize, true), m_width);
    const bool failed = !report.failure.empty();
    const Paragraph text =
        paragraph(failed ? report.failure : reporttext::figures(report, saysModel), font(kTextSize), m_width);
    constexpr double kAbove = 16, kBelowText = 4, kBelowStrip = 5;
    double together = points(kAbove + kBelowText) + heading.height + text.height;
    Columns columns;
    if (!failed) {
        columns = columnsFor(reporttext::applauses(report));
        if (report.durationS > 0) together += points(1 + kBarHeight + 3 + kBelowStrip) + lineHeight(font(kMarkSize));
        const size_t rows = columns.table.rows.size();
        // All of a short table, for one that goes on for a row or two is hard to read.
        if (rows > 0)
            together += tableHead() + rowsHeight(columns, 0, rows <= kRowsTogether + 2 ? rows : kRowsTogether);
    }
    keep(together);
    space(kAbove);
    addParagraph(heading, inkColor());
    addParagraph(text, failed ? failureInkColor() : paleInkColor());
    m_y += points(kBelowText);
    if (failed) return;
    addStrip(report);
    m_y += points(kBelowStrip);
    if (!columns.table.rows.empty()) addTable(columns);
}

ReportPages::Columns ReportPages::columnsFor(const ReportTable& table) const {
    Columns columns;
    columns.table = table;
    const QFont plain = font(kTextSize), bold = font(kTextSize, true);
    const size_t count = table.columns.size();
    double sum = 0;
    for (size_t i = 0; i < count; ++i) {
        double width = advance(table.columns[i].name, bold);
        for (const ReportRow& row : table.rows)
            if (i < row.cells.size()) width = std::max(width, advance(row.cells[i], row.total ? bold : plain));
        columns.width.push_back(std::ceil(width));
        sum += columns.width.back();
    }
    double gap = points(kColumnGap);
    const double over = sum + gap * static_cast<double>(count - 1) - m_width;
    if (over > 0)
        columns.width[0] = std::max(1.0, columns.width[0] - over);
    else
        gap -= over / static_cast<double>(count - 1);
    double x = 0;
    for (const double width : columns.width) {
        columns.left.push_back(x);
        x += width + gap;
    }
    for (const ReportRow& row : table.rows) {
        columns.names.push_back(paragraph(row.cells[0], row.total ? bold : plain, columns.width[0]));
        columns.failures.push_back(row.failure.empty() ? Paragraph()
                                                       : paragraph(row.failure, plain, m_width - columns.left[1]));
        columns.heights.push_back(std::max(
            {rowHeight(), columns.names.back().height + points(4), columns.failures.back().height + points(4)}));
    }
    return columns;
}

double ReportPages::tableHead() const {
    return lineHeight(font(kTextSize, true)) + points(5);
}

double ReportPages::rowsHeight(const Columns& columns, size_t from, size_t to) const {
    double height = 0;
    for (size_t i = from; i < std::min(to, columns.heights.size()); ++i)
        height += columns.heights[i];
    return height;
}

void ReportPages::addTable(const Columns& columns) {
    const size_t count = columns.table.rows.size();
    keep(tableHead() + rowsHeight(columns, 0, kRowsTogether));
    addHead(columns);
    for (size_t i = 0; i < count; ++i) {
        // The last row never stands alone.
        const double wanted = rowsHeight(columns, i, i + 2 == count ? count : i + 1);
        if (i > 0 && wanted > room()) {
            newPage();
            addHead(columns);
        }
        addRow(columns, i);
    }
}

void ReportPages::addHead(const Columns& columns) {
    const QFont bold = font(kTextSize, true);
    for (size_t i = 0; i < columns.table.columns.size(); ++i) {
        const ReportColumn& column = columns.table.columns[i];
        const double free = column.words ? 0 : columns.width[i] - advance(column.name, bold);
        addText(column.name, bold, inkColor(), columns.left[i] + free, m_y + points(2));
    }
    m_y += tableHead();
    addRule(m_y, 0.8, QColor(0x9a, 0x9d, 0xa1));
}

void ReportPages::addRow(const Columns& columns, size_t row) {
    const ReportRow& its = columns.table.rows[row];
    const QFont used = font(kTextSize, its.total);
    const double y = m_y + points(2);
    const auto wrapped = [&](const Paragraph& text, double x, const QColor& color) {
        add([layout = text.layout, color, x, y](QPainter& painter) {
            painter.setPen(color);
            layout->draw(&painter, {x, y});
        });
    };
    if (its.total) addRule(m_y, 0.8, QColor(0x9a, 0x9d, 0xa1));
    wrapped(columns.names[row], columns.left[0], inkColor());
    for (size_t i = 1; i < its.cells.size(); ++i) {
        const double free = columns.table.columns[i].words ? 0 : columns.width[i] - advance(its.cells[i], used);
        addText(its.cells[i], used, inkColor(), columns.left[i] + free, y);
    }
    if (columns.failures[row].layout) wrapped(columns.failures[row], columns.left[1], failureInkColor());
    m_y += columns.heights[row];
    addRule(m_y, 0.3, QColor(0xdc, 0xdc, 0xd8));
}

} // namespace ovation::ui
