// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/ModelBundle.h"

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace ovation {

/// The loss on a plane through the trained weights, and the way that training took across it. Directions are normalised
/// by filter as in Li et al., Visualizing the Loss Landscape of Neural Nets (2018).
struct LossSurface {
    struct Point {
        double x = 0, y = 0;
        int64_t epoch = 0; ///< 0: before the first
    };
    std::string model;      ///< whose weights are in the middle
    std::string directions; ///< "path" or "random"; both in units of each filter's own length
    int64_t steps = 0;      ///< in each direction; the trained weights are at (0, 0)
    double lowX = 0, highX = 0, lowY = 0, highY = 0;
    std::vector<double> loss; ///< (y, x), row-major; not finite where the network gives no number
    std::vector<Point> path;  ///< projected onto the plane
    double shown = 0;         ///< share of the path's variance that lies in the plane; 0 without a path
    int64_t examples = 0;     ///< that the loss is the mean of

    double at(int64_t x, int64_t y) const { return loss[static_cast<size_t>(y * steps + x)]; }
};

struct SurfaceOptions {
    bool alongPath = true; ///< else random directions; also where no path was kept
    int64_t steps = 21;    ///< made odd
    double reach = 1;      ///< random: half the width, 1 is as far as each filter's weights are long
    uint64_t seed = 1;
    int64_t mostExamples = 64;
};

/// Weights that training went through, oldest first.
struct WeightPath {
    std::vector<int64_t> epochs;
    std::vector<TensorMap> weights;
};

/// Where paths are kept: "paths" in $OVATION_CACHE, or where that is not set, in cacheFolder(); "" where it is "off".
std::string weightPathRoot();

/// Where a training with these settings on these data keeps its path: a folder in `root`.
std::string pathFolderOf(const std::string& root, const std::string& trainingJson, const std::string& fingerprint);

/// Keeps weights of epochs in a folder, at most `most` of them: with more, every second one goes and the step doubles.
class PathKeeper {
public:
    PathKeeper(std::string folder, size_t most);

    /// As many as fit into about 256 MB, 4 to 16.
    static size_t mostFor(int64_t parameters);

    Result<void> put(int64_t epoch, const TensorMap& weights);

private:
    std::string m_folder;
    size_t m_most;
    int64_t m_step = 1;
    std::vector<int64_t> m_kept;
};

/// What was kept, up to the best epoch or beyond. Empty where there is nothing.
WeightPath readPath(const std::string& folder);

constexpr size_t kPathsKept = 3; ///< the newest

/// Removes all but the newest `kept` folders of `root`.
void limitPaths(const std::string& root, size_t kept = kPathsKept);

/// SVG of the contour map with the path.
std::string toSvg(const LossSurface& surface);
std::string toJson(const LossSurface& surface);

/// Lines of equal value: pairs of ends in units of cells, by marching squares.
struct ContourLine {
    double level = 0;
    double x1 = 0, y1 = 0, x2 = 0, y2 = 0;
};
/// At `levels` levels that are spread evenly over the logarithm of the loss.
std::vector<ContourLine> contoursOf(const LossSurface& surface, int levels);

} // namespace ovation
