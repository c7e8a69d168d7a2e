// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/report/ApplauseReport.h"
#include "core/report/ReportText.h"

#include <QFont>
#include <QString>

#include <functional>
#include <memory>
#include <vector>

class QColor;
class QPaintDevice;
class QPainter;
class QTextLayout;

namespace ovation::ui {

/// A report laid out on pages of a device's size, in its own units. A heading stays with its strip and the first rows
/// of its table, and a table that goes on repeats its head. Any thread.
class ReportPages {
public:
    /// `device` has to outlive this, and keep its page. `date` as in reportHtml().
    ReportPages(QPaintDevice& device, const QString& title, const std::vector<RecordingReport>& reports,
                const QString& date);

    int count() const { return static_cast<int>(m_pages.size()); }
    void paint(QPainter& painter, int page) const;

private:
    using Drawing = std::function<void(QPainter&)>;
    struct Paragraph {
        std::shared_ptr<QTextLayout> layout;
        double height = 0;
    };
    struct Columns;

    double points(double value) const; ///< in the device's units, smaller where the paper is too narrow for the tables
    QFont font(double size, bool bold = false) const;
    double advance(const std::string& text, const QFont& font) const;
    double lineHeight(const QFont& font) const;
    double rowHeight() const;
    Paragraph paragraph(const std::string& text, const QFont& font, double width) const;

    double room() const { return m_bottom - m_y; }
    void newPage();
    void keep(double height); ///< a new page where that does not fit on this one
    void space(double size);
    void add(Drawing drawing) { m_pages.back().push_back(std::move(drawing)); }

    void addText(const std::string& text, const QFont& font, const QColor& color, double x, double y);
    void addParagraph(const Paragraph& text, const QColor& color);
    void addRule(double y, double thickness, const QColor& color);
    void addLegend(const std::vector<RecordingReport>& reports);
    void addStrip(const RecordingReport& report);
    void addBlock(double left, double top, double width, double height, bool onlyLabelled);
    void addSection(const RecordingReport& report, const std::string& name, bool saysModel);
    void addFooters(const QString& title);

    Columns columnsFor(const reporttext::ReportTable& table) const;
    double tableHead() const;
    double rowsHeight(const Columns& columns, size_t from, size_t to) const;
    void addTable(const Columns& columns);
    void addHead(const Columns& columns);
    void addRow(const Columns& columns, size_t row);

    QPaintDevice& m_device;
    double m_width = 0, m_bottom = 0; ///< of what is written on
    double m_scale = 1;
    double m_y = 0;
    std::vector<std::vector<Drawing>> m_pages;
};

} // namespace ovation::ui
