// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/ChartExport.h"

#include <QBuffer>
#include <QPainter>
#include <QSvgGenerator>
#include <QWidget>

#include <array>
#include <cmath>

namespace ovation::ui {

namespace {

constexpr int kPngScale = 2;

constexpr std::array<std::pair<const char*, std::optional<double> PartMetrics::*>, 7> kParts = {
    {{"loss", &PartMetrics::loss},
     {"accuracy", &PartMetrics::accuracy},
     {"precision", &PartMetrics::precision},
     {"recall", &PartMetrics::recall},
     {"f1", &PartMetrics::f1},
     {"roc_auc", &PartMetrics::rocAuc},
     {"average_precision", &PartMetrics::averagePrecision}}};

QByteArray cell(std::optional<double> value) {
    return value && std::isfinite(*value) ? QByteArray::number(*value, 'g', 10) : QByteArray();
}

QByteArray quoted(const std::string& text) {
    QByteArray bytes = QByteArray::fromStdString(text);
    bytes.replace('"', "\"\"");
    return '"' + bytes + '"';
}

QSize sizeOfAll(const std::vector<QWidget*>& widgets) {
    QSize size(1, 1);
    for (const QWidget* widget : widgets)
        size = {std::max(size.width(), widget->width()), size.height() + widget->height()};
    return size;
}

void paintAll(const std::vector<QWidget*>& widgets, QPainter& painter) {
    if (widgets.empty()) return;
    painter.fillRect(QRect({}, sizeOfAll(widgets)), widgets.front()->palette().color(QPalette::Window));
    QPoint place;
    for (QWidget* widget : widgets) {
        widget->render(&painter, place, {}, QWidget::DrawChildren);
        place.ry() += widget->height();
    }
}

} // namespace

QByteArray chartsAsCsv(const RunCurves& run, const std::vector<TrainingRun>& overlays) {
    QByteArray csv = "run,kind,epoch,batch";
    for (const char* part : {"train", "validation"})
        for (const auto& [name, member] : kParts)
            csv += QByteArray(",") + part + "_" + name;
    csv += ",learning_rate,gradient_norm,seconds\n";
    const auto epochs = [&](const TrainingRun& one) {
        for (const EpochMetrics& epoch : one.epochs) {
            csv += quoted(one.name) + ",epoch," + QByteArray::number(static_cast<qlonglong>(epoch.epoch)) + ",";
            for (const PartMetrics* part : {&epoch.train, &epoch.validation})
                for (const auto& [name, member] : kParts)
                    csv += "," + cell(part->*member);
            csv += "," + cell(epoch.learningRate) + "," + cell(epoch.gradientNorm) + "," + cell(epoch.seconds) + "\n";
        }
    };
    epochs(run.run);
    for (const TrainingRun& overlay : overlays)
        if (overlay.id != run.run.id) epochs(overlay);
    for (const BatchMetrics& batch : run.batches)
        csv += quoted(run.run.name) + ",batch," + QByteArray::number(static_cast<qlonglong>(batch.epoch)) + "," +
               QByteArray::number(static_cast<qlonglong>(batch.batch)) + "," + cell(batch.loss) + "," +
               cell(batch.accuracy) + ",,," + cell(batch.f1) + QByteArray(9, ',') + "," + cell(batch.learningRate) +
               "," + cell(batch.gradientNorm) + "," + cell(batch.seconds) + "\n";
    return csv;
}

QImage widgetsAsImage(const std::vector<QWidget*>& widgets) {
    QImage image(sizeOfAll(widgets) * kPngScale, QImage::Format_RGB32);
    image.setDevicePixelRatio(kPngScale);
    QPainter painter(&image);
    paintAll(widgets, painter);
    painter.end();
    return image;
}

QByteArray widgetsAsSvg(const std::vector<QWidget*>& widgets) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QSvgGenerator svg;
    svg.setOutputDevice(&buffer);
    svg.setSize(sizeOfAll(widgets));
    svg.setViewBox(QRect({}, sizeOfAll(widgets)));
    svg.setTitle(QStringLiteral("Ovation"));
    QPainter painter(&svg);
    paintAll(widgets, painter);
    painter.end();
    return bytes;
}

Result<std::string> pngOf(const QImage& image) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    if (!buffer.open(QIODevice::WriteOnly) || !image.save(&buffer, "PNG"))
        return Error{ErrorCode::OutOfMemory, {}, "the picture could not be encoded"};
    return bytes.toStdString();
}

} // namespace ovation::ui
