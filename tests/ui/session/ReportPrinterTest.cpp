// SPDX-License-Identifier: GPL-3.0-or-later
// Where things lie on the pages of a report, read from what is drawn.
#include "ui/session/ReportPrinter.h"

#include <QBuffer>
#include <QPageRanges>
#include <QPaintEngine>
#include <QPainter>
#include <QPainterPath>
#include <QPdfWriter>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

using namespace ovation;
using namespace ovation::ui;

namespace {

struct DrawnText {
    QString text;
    double left = 0, right = 0, baseline = 0;
};

struct DrawnPage {
    std::vector<DrawnText> texts;
    std::vector<QRectF> shapes; ///< and pictures
};

/// Takes down what is drawn, in the device's units from the upper left corner inside the margins.
class DrawnPages final : public QPaintEngine {
public:
    DrawnPages() : QPaintEngine(AllFeatures) {}
    bool begin(QPaintDevice*) override { return true; }
    bool end() override { return true; }
    Type type() const override { return User; }
    void updateState(const QPaintEngineState&) override {}
    void drawTextItem(const QPointF& at, const QTextItem& item) override {
        const QPointF start = painter()->combinedTransform().map(at);
        const QPointF end = painter()->combinedTransform().map(at + QPointF(item.width(), 0));
        pages.back().texts.push_back({item.text(), start.x(), end.x(), start.y()});
    }
    void drawRects(const QRectF* rects, int count) override {
        for (int i = 0; i < count; ++i)
            shape(rects[i]);
    }
    void drawLines(const QLineF* lines, int count) override {
        for (int i = 0; i < count; ++i)
            shape(QRectF(lines[i].p1(), lines[i].p2()).normalized());
    }
    void drawPath(const QPainterPath& path) override { shape(path.boundingRect()); }
    void drawPolygon(const QPointF* points, int count, PolygonDrawMode) override {
        shape(QPolygonF(QList<QPointF>(points, points + count)).boundingRect());
    }
    void drawPixmap(const QRectF& rect, const QPixmap&, const QRectF&) override { shape(rect); }
    void drawImage(const QRectF& rect, const QImage&, const QRectF&, Qt::ImageConversionFlags) override { shape(rect); }

    std::vector<DrawnPage> pages{1};

private:
    void shape(const QRectF& rect) { pages.back().shapes.push_back(painter()->combinedTransform().mapRect(rect)); }
};

class Paper final : public QPdfWriter {
public:
    explicit Paper(QPageSize::PageSizeId size) : QPdfWriter(&m_buffer) {
        m_buffer.open(QIODevice::WriteOnly);
        setPageSize(QPageSize(size));
        setResolution(300);
    }
    bool newPage() override {
        m_drawn.pages.emplace_back();
        return true;
    }
    double points(double value) const { return value * 300 / 72; }
    /// Texts that were drawn in pieces put together.
    std::vector<DrawnPage> pages() const {
        std::vector<DrawnPage> joined = m_drawn.pages;
        for (DrawnPage& page : joined) {
            std::ranges::sort(page.texts, {}, [](const DrawnText& t) { return std::pair(t.baseline, t.left); });
            std::vector<DrawnText> texts;
            for (const DrawnText& text : page.texts) {
                if (!texts.empty() && std::abs(texts.back().baseline - text.baseline) < points(0.5) &&
                    std::abs(text.left - texts.back().right) < points(0.3)) {
                    texts.back().text += text.text;
                    texts.back().right = text.right;
                } else {
                    texts.push_back(text);
                }
            }
            page.texts = std::move(texts);
        }
        return joined;
    }

protected:
    QPaintEngine* paintEngine() const override { return &m_drawn; }

private:
    QBuffer m_buffer;
    mutable DrawnPages m_drawn;
};

ReportedApplause applauseAt(double start, double length, ApplauseSource source) {
    return {{start, start + length},
            source == ApplauseSource::Labelled ? std::nullopt : std::optional(0.957),
            -39.8,
            source};
}

/// So many recordings as long as in a day's work; the third could not be read.
std::vector<RecordingReport> manyReports(int count = 18) {
    std::vector<RecordingReport> reports;
    for (int i = 0; i < count; ++i) {
        RecordingReport report;
        report.path = "/archive/recording-" + std::to_string(i) + "-obama-address-of-the-week.wav";
        report.durationS = 187 + 600 * i;
        report.loudness = -31.2;
        report.model = "Applause of the evening";
        report.decoder = DecoderOptions{.threshold = 0.45};
        if (i == 2)
            report.failure = "\"recording-2\" ends in the middle of a block, and what comes before it is silent from "
                             "the beginning on; nothing can be said of it.";
        for (int k = 0; k < (i * 5) % 9; ++k)
            report.applause.push_back(applauseAt(report.durationS / 9 * (k + 0.5), 7.03,
                                                 k % 4 == 0 ? ApplauseSource::Labelled : ApplauseSource::Detected));
        report.applause.push_back(applauseAt(report.durationS - 8, 8, ApplauseSource::Accepted));
        if (!report.failure.empty()) report.applause.clear();
        reports.push_back(std::move(report));
    }
    return reports;
}

std::vector<QString> textsOf(const DrawnPage& page) {
    std::vector<QString> texts;
    for (const DrawnText& text : page.texts)
        texts.push_back(text.text);
    return texts;
}

bool says(const DrawnPage& page, const QString& text) {
    return std::ranges::any_of(page.texts, [&](const DrawnText& one) { return one.text.contains(text); });
}

bool saysExactly(const DrawnPage& page, const QString& text) {
    return std::ranges::find(page.texts, text, &DrawnText::text) != page.texts.end();
}

class ReportOnPaper : public testing::TestWithParam<QPageSize::PageSizeId> {};

INSTANTIATE_TEST_SUITE_P(Sizes, ReportOnPaper,
                         testing::Values(QPageSize::A4, QPageSize::Letter, QPageSize::A5, QPageSize::A6));

} // namespace

TEST_P(ReportOnPaper, NothingLiesOutsideTheMargins) {
    Paper paper(GetParam());
    paintReport(paper, QStringLiteral("Applause"), manyReports());
    const auto pages = paper.pages();
    ASSERT_GT(pages.size(), 2U);
    size_t shapes = 0;
    for (const DrawnPage& page : pages) {
        for (const DrawnText& text : page.texts) {
            EXPECT_GE(text.left, -1) << text.text.toStdString();
            EXPECT_LE(text.right, paper.width() + 1) << text.text.toStdString();
            EXPECT_LE(text.baseline, paper.height()) << text.text.toStdString();
        }
        for (const QRectF& shape : page.shapes) {
            EXPECT_GE(shape.left(), -1);
            EXPECT_LE(shape.right(), paper.width() + 1);
            EXPECT_LE(shape.bottom(), paper.height() + 1);
        }
        shapes += page.shapes.size();
    }
    EXPECT_GT(shapes, 18U);
}

TEST_P(ReportOnPaper, CellsDoNotTouch) {
    Paper paper(GetParam());
    paintReport(paper, QStringLiteral("Applause"), manyReports());
    size_t neighbours = 0;
    for (const DrawnPage& page : paper.pages())
        for (size_t i = 1; i < page.texts.size(); ++i) {
            const DrawnText &left = page.texts[i - 1], &right = page.texts[i];
            if (std::abs(left.baseline - right.baseline) > paper.points(0.5)) continue;
            EXPECT_GE(right.left - left.right, paper.points(2.5))
                << "\"" << left.text.toStdString() << "\" and \"" << right.text.toStdString() << "\"";
            ++neighbours;
        }
    EXPECT_GT(neighbours, 100U);
}

TEST_P(ReportOnPaper, StripsEndWithTheRecording) {
    Paper paper(GetParam());
    auto reports = manyReports(1);
    reports[0].applause = {applauseAt(0, 1, ApplauseSource::Detected), applauseAt(180, 7, ApplauseSource::Detected)};
    paintReport(paper, QStringLiteral("Applause"), reports);
    bool found = false, timed = false;
    for (const DrawnPage& page : paper.pages()) {
        const double one = paper.width() / 187.0;
        found = found || std::ranges::any_of(page.shapes, [&](const QRectF& shape) {
                    return std::abs(shape.left() - 180 * one) < paper.points(2) &&
                           std::abs(shape.right() - 187 * one) < paper.points(2) && shape.height() > paper.points(5);
                });
        timed = timed || std::ranges::any_of(page.texts, [&](const DrawnText& text) {
                    return text.text == QStringLiteral("3:07") && text.right > paper.width() - paper.points(2);
                });
    }
    EXPECT_TRUE(found) << "the last applause ends where the strip does, and the strip with the text";
    EXPECT_TRUE(timed) << "the duration stands at the end";
}

TEST_P(ReportOnPaper, HeadingsStayWithTheirStripsAndFirstRows) {
    Paper paper(GetParam());
    auto reports = manyReports();
    for (size_t i = 0; i < reports.size(); ++i) // a length that tells whose row it is
        for (ReportedApplause& one : reports[i].applause)
            one.span.end = one.span.start + 100 + static_cast<double>(i) + (&one - reports[i].applause.data()) * 0.1;
    paintReport(paper, QStringLiteral("Applause"), reports);
    const auto pages = paper.pages();
    for (size_t i = 0; i < reports.size(); ++i) {
        if (reports[i].applause.empty()) continue;
        // The last page with the name: names are in the first table too.
        const QString name = QStringLiteral("recording-%1-").arg(i), row = QStringLiteral("%1.0 s").arg(100 + i);
        size_t last = 0;
        for (size_t page = 0; page < pages.size(); ++page)
            if (says(pages[page], name)) last = page;
        EXPECT_TRUE(saysExactly(pages[last], row))
            << name.toStdString() << " is on page " << last + 1 << " and its table is not";
    }
}

TEST_P(ReportOnPaper, TablesThatGoOnRepeatTheirHead) {
    Paper paper(GetParam());
    auto reports = manyReports(1);
    reports[0].durationS = 6000;
    reports[0].applause.clear();
    for (int i = 0; i < 200; ++i)
        reports[0].applause.push_back(applauseAt(i * 30, 10.3, ApplauseSource::Detected));
    paintReport(paper, QStringLiteral("Applause"), reports);
    size_t rows = 0;
    for (const DrawnPage& page : paper.pages()) {
        const auto texts = textsOf(page);
        const auto here = std::ranges::count(texts, QStringLiteral("-39.8 LUFS"));
        if (here == 0) continue;
        EXPECT_THAT(texts, testing::Contains(QStringLiteral("Loudness")));
        rows += static_cast<size_t>(here);
    }
    EXPECT_EQ(rows, 200U);
}

TEST(ReportPrinter, SaysWhatIsCountedAndWhereItIsFrom) {
    Paper paper(QPageSize::A4);
    paintReport(paper, QStringLiteral("Applause"), manyReports(2));
    QString all;
    for (const DrawnPage& page : paper.pages())
        for (const DrawnText& text : page.texts)
            all += text.text + QLatin1Char(' ');
    all = all.simplified();
    for (const char* words : {"Made on 2", "Applause of the evening", "threshold of 0.45",
                              "what was detected and not rejected where nothing is labelled",
                              "2 labelled; 5 detected, 2 of them accepted", "Source", "applause that was detected",
                              "applause that is only labelled", "\"accepted\": found by the model and accepted"})
        EXPECT_TRUE(all.contains(QLatin1String(words))) << words << "\n" << all.toStdString();
}

TEST(ReportPrinter, OnlyTheChosenPagesArePrinted) {
    Paper all(QPageSize::A4), some(QPageSize::A4);
    paintReport(all, QStringLiteral("Applause"), manyReports());
    QPageRanges ranges;
    ranges.addPage(2);
    some.setPageRanges(ranges);
    paintReport(some, QStringLiteral("Applause"), manyReports());
    ASSERT_EQ(some.pages().size(), 1U);
    EXPECT_EQ(textsOf(some.pages()[0]), textsOf(all.pages()[1]));
}

TEST(ReportPrinter, WithoutAnyApplauseOrRecordingIsStillAPage) {
    Paper empty(QPageSize::A4), silent(QPageSize::A4);
    paintReport(empty, QStringLiteral("Applause"), {});
    EXPECT_TRUE(says(empty.pages()[0], QStringLiteral("Applause")));
    auto reports = manyReports(1);
    reports[0].applause.clear();
    paintReport(silent, QStringLiteral("Applause"), reports);
    EXPECT_TRUE(says(silent.pages()[0], QStringLiteral("0 applauses")));
}
