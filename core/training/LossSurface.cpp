// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/LossSurface.h"

#include "core/base/Files.h"
#include "core/training/Hyperparameters.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>

namespace ovation {

namespace fs = std::filesystem;

namespace {

constexpr double kLeastLoss = 1e-6; ///< for logarithms

std::string fileOf(const std::string& folder, int64_t epoch) {
    char name[40];
    std::snprintf(name, sizeof name, "/epoch-%06lld.safetensors", static_cast<long long>(epoch));
    return folder + name;
}

double logOf(double loss) {
    return std::log(std::max(loss, kLeastLoss));
}

/// Lowest and highest of the finite values' logarithms.
std::pair<double, double> rangeOf(const LossSurface& surface) {
    double low = std::numeric_limits<double>::infinity(), high = -low;
    for (const double value : surface.loss) {
        if (!std::isfinite(value)) continue;
        low = std::min(low, logOf(value));
        high = std::max(high, logOf(value));
    }
    return {low, high};
}

} // namespace

std::string weightPathRoot() {
    const char* chosen = std::getenv("OVATION_CACHE");
    if (!chosen || !*chosen) return cacheFolder() + "/paths";
    return std::string(chosen) == "off" ? std::string() : std::string(chosen) + "/paths";
}

std::string pathFolderOf(const std::string& root, const std::string& trainingJson, const std::string& fingerprint) {
    // An extended run goes on with its path, on however many threads.
    std::string settings = trainingJson;
    if (auto values = hyperparametersFromJson(trainingJson)) {
        values->epochs = 1;
        values->threads = 0;
        auto fields = nlohmann::ordered_json::parse(toJson(*values));
        // Paths of programs that did not have these are found where they change nothing.
        const Hyperparameters plain;
        if (values->splitSeed == plain.splitSeed) fields.erase("split_seed");
        if (values->teacherShare == plain.teacherShare) fields.erase("teacher_share");
        settings = fields.dump();
    }
    return root + "/" + hashOf(settings + fingerprint);
}

PathKeeper::PathKeeper(std::string folder, size_t most) : m_folder(std::move(folder)), m_most(most) {}

size_t PathKeeper::mostFor(int64_t parameters) {
    constexpr int64_t kBytes = int64_t{256} << 20;
    return static_cast<size_t>(std::clamp<int64_t>(kBytes / std::max<int64_t>(4 * parameters, 1), 4, 16));
}

Result<void> PathKeeper::put(int64_t epoch, const TensorMap& weights) {
    std::error_code error;
    if (m_kept.empty()) { // the folder may hold what an earlier run of the same settings left; a resumed one goes on
        fs::create_directories(m_folder, error);
        if (epoch == 0) {
            for (const fs::directory_entry& entry : fs::directory_iterator(m_folder, error))
                fs::remove(entry.path(), error);
        } else {
            for (const int64_t kept : readPath(m_folder).epochs)
                if (kept < epoch) m_kept.push_back(kept);
            if (m_kept.size() > 1) m_step = std::max<int64_t>(1, m_kept.back() - m_kept[m_kept.size() - 2]);
        }
    }
    if (epoch % m_step != 0) return {};
    if (const auto written = writeFileAtomically(fileOf(m_folder, epoch), writeSafetensors(weights, {})); !written)
        return written;
    m_kept.push_back(epoch);
    while (m_kept.size() > m_most) {
        m_step *= 2;
        std::erase_if(m_kept, [&](int64_t kept) {
            if (kept % m_step == 0) return false;
            fs::remove(fileOf(m_folder, kept), error);
            return true;
        });
    }
    return {};
}

WeightPath readPath(const std::string& folder) {
    WeightPath path;
    std::set<std::string> files;
    std::error_code error;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, error))
        if (entry.path().extension() == ".safetensors") files.insert(entry.path().string());
    for (const std::string& file : files) {
        long long epoch = -1;
        if (std::sscanf(fs::path(file).filename().c_str(), "epoch-%lld", &epoch) != 1) continue;
        const auto bytes = readFile(file);
        if (!bytes) continue;
        auto content = readSafetensors(*bytes, file);
        if (!content) continue;
        path.epochs.push_back(epoch);
        path.weights.push_back(std::move(content->tensors));
    }
    return path;
}

void limitPaths(const std::string& root, size_t kept) {
    std::error_code error;
    std::vector<std::pair<fs::file_time_type, fs::path>> folders;
    for (const fs::directory_entry& entry : fs::directory_iterator(root, error))
        if (entry.is_directory(error)) folders.emplace_back(entry.last_write_time(error), entry.path());
    std::ranges::sort(folders, std::ranges::greater{});
    for (size_t i = kept; i < folders.size(); ++i)
        fs::remove_all(folders[i].second, error);
}

std::vector<ContourLine> contoursOf(const LossSurface& surface, int levels) {
    std::vector<ContourLine> lines;
    const auto [low, high] = rangeOf(surface);
    if (!(high > low)) return lines;
    for (int number = 0; number < levels; ++number) {
        const double level = low + (high - low) * (number + 0.5) / levels;
        for (int64_t y = 0; y + 1 < surface.steps; ++y)
            for (int64_t x = 0; x + 1 < surface.steps; ++x) {
                const std::array<std::array<int64_t, 2>, 4> corners{{{x, y}, {x + 1, y}, {x + 1, y + 1}, {x, y + 1}}};
                std::vector<std::pair<double, double>> crossings;
                bool finite = true;
                for (size_t side = 0; side < 4; ++side) {
                    const auto& a = corners[side];
                    const auto& b = corners[(side + 1) % 4];
                    const double va = logOf(surface.at(a[0], a[1])) - level, vb = logOf(surface.at(b[0], b[1])) - level;
                    finite = finite && std::isfinite(surface.at(a[0], a[1]));
                    if ((va < 0) == (vb < 0)) continue;
                    const double share = va / (va - vb);
                    crossings.emplace_back(static_cast<double>(a[0]) + share * static_cast<double>(b[0] - a[0]),
                                           static_cast<double>(a[1]) + share * static_cast<double>(b[1] - a[1]));
                }
                if (!finite) continue;
                for (size_t i = 0; i + 1 < crossings.size(); i += 2)
                    lines.push_back({std::exp(level), crossings[i].first, crossings[i].second, crossings[i + 1].first,
                                     crossings[i + 1].second});
            }
    }
    return lines;
}

namespace {

/// From blue for 0 to orange for 1, as SVG 1.1 writes colours: hue 240 to 20 degrees, saturation 60 %, lightness 45 %.
std::string colourOf(double share) {
    const double sector = (240 - 220 * share) / 60;
    constexpr double kChroma = 0.54, kLeast = 0.18;
    const auto channel = [&](double from) { // highest within 1 of `from`, which is a sector
        const double away = std::abs(sector - from);
        const double value = std::clamp(2 - std::min(away, 6 - away), 0.0, 1.0);
        return static_cast<int>(std::lround(255 * (kLeast + kChroma * value)));
    };
    char text[8];
    std::snprintf(text, sizeof text, "#%02x%02x%02x", channel(0) & 0xff, channel(2) & 0xff, channel(4) & 0xff);
    return text;
}

} // namespace

std::string toSvg(const LossSurface& surface) {
    constexpr double kSize = 480, kEdge = 24, kScale = 80; // the scale of colours is to the right
    const double cell = kSize / static_cast<double>(std::max<int64_t>(1, surface.steps - 1));
    std::string svg;
    char text[320];
    const auto add = [&](const char* format, auto... values) {
        std::snprintf(text, sizeof text, format, values...);
        svg += text;
    };
    add("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" font-family=\"sans-serif\" "
        "font-size=\"11\">\n<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n",
        kSize + 2 * kEdge + kScale, kSize + 2 * kEdge);
    const auto [low, high] = rangeOf(surface);
    const auto px = [&](double x) { return kEdge + x * cell; };
    const auto py = [&](double y) { return kEdge + kSize - y * cell; };
    for (const ContourLine& line : contoursOf(surface, 16)) {
        const double share = high > low ? (logOf(line.level) - low) / (high - low) : 0;
        add("<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>\n", px(line.x1), py(line.y1),
            px(line.x2), py(line.y2), colourOf(share).c_str());
    }
    if (high > low) {
        constexpr int kBands = 60, kMarks = 5;
        const double left = kSize + 2 * kEdge, top = 2 * kEdge, height = kSize - 2 * kEdge;
        add("<text x=\"%.0f\" y=\"%.0f\">loss</text>\n", left, top - 10);
        for (int i = 0; i < kBands; ++i)
            add("<rect x=\"%.0f\" y=\"%.1f\" width=\"14\" height=\"%.1f\" fill=\"%s\"/>\n", left,
                top + height * i / kBands, height / kBands + 0.5, colourOf(1 - (i + 0.5) / kBands).c_str());
        for (int i = 0; i < kMarks; ++i)
            add("<text x=\"%.0f\" y=\"%.1f\">%.4g</text>\n", left + 20, top + height - height * i / (kMarks - 1) + 4,
                std::exp(low + (high - low) * i / (kMarks - 1)));
    }
    const auto cellX = [&](double x) {
        return (x - surface.lowX) / (surface.highX - surface.lowX) * static_cast<double>(surface.steps - 1);
    };
    const auto cellY = [&](double y) {
        return (y - surface.lowY) / (surface.highY - surface.lowY) * static_cast<double>(surface.steps - 1);
    };
    std::string points;
    for (const LossSurface::Point& point : surface.path) {
        std::snprintf(text, sizeof text, "%.1f,%.1f ", px(cellX(point.x)), py(cellY(point.y)));
        points += text;
    }
    if (!points.empty())
        svg += "<polyline fill=\"none\" stroke=\"black\" stroke-width=\"2\" points=\"" + points + "\"/>\n";
    for (const LossSurface::Point& point : surface.path)
        add("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\"/>\n", px(cellX(point.x)), py(cellY(point.y)));
    add("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"5\" fill=\"#d55e00\"/>\n</svg>\n", px(cellX(0)), py(cellY(0)));
    return svg;
}

std::string toJson(const LossSurface& surface) {
    nlohmann::ordered_json json{{"model", surface.model},
                                {"directions", surface.directions},
                                {"steps", surface.steps},
                                {"x", {surface.lowX, surface.highX}},
                                {"y", {surface.lowY, surface.highY}},
                                {"shown", surface.shown},
                                {"examples", surface.examples}};
    auto& loss = json["loss"] = nlohmann::ordered_json::array();
    for (const double value : surface.loss)
        loss.push_back(std::isfinite(value) ? nlohmann::ordered_json(value) : nlohmann::ordered_json(nullptr));
    auto& path = json["path"] = nlohmann::ordered_json::array();
    for (const LossSurface::Point& point : surface.path)
        path.push_back({{"epoch", point.epoch}, {"x", point.x}, {"y", point.y}});
    return json.dump(1) + "\n";
}

} // namespace ovation
