// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/Sweep.h"

#include "core/dataset/Random.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace ovation {

namespace {

using Kind = HyperparameterField::Kind;

constexpr int64_t kUsualSteps = 3;
constexpr int64_t kMostSteps = 100;

Error badSweep(std::string detail) {
    return {ErrorCode::BadHyperparameter, "", std::move(detail)};
}

std::string_view withoutSpaces(std::string_view text) {
    const size_t first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool takesNumbers(const HyperparameterField& field) {
    return field.kind == Kind::Integer || field.kind == Kind::Real;
}

/// The number of a range's end, checked as the field checks it.
Result<double> endOfRange(const HyperparameterField& field, std::string_view text) {
    Hyperparameters checked;
    if (const auto set = setFromText(checked, field, withoutSpaces(text)); !set) return set.error();
    return field.number(checked);
}

/// The number at `share` (0 to 1) of the way from low to high. A range that begins at 0 has no factors.
double pointOfRange(const SweepAxis& axis, double share) {
    double value = axis.low + share * (axis.high - axis.low);
    if (axis.field->logarithmic && axis.low > 0) value = axis.low * std::pow(axis.high / axis.low, share);
    if (axis.field->kind == Kind::Integer) return std::round(value);
    // Ends stay what was typed; between them four digits are more than anyone can tell apart.
    if (share == 0) return axis.low;
    if (share == 1) return axis.high;
    if (value == 0) return value;
    const double scale = std::pow(10.0, 3 - std::floor(std::log10(std::abs(value))));
    return std::round(value * scale) / scale;
}

Result<void> checkAxes(const std::vector<SweepAxis>& axes) {
    if (axes.empty()) return badSweep("No field was chosen to vary.");
    for (size_t i = 0; i < axes.size(); ++i)
        for (size_t j = 0; j < i; ++j)
            if (axes[i].field == axes[j].field)
                return badSweep(std::string(axes[i].field->label) + " is varied twice.");
    return {};
}

void putSweepValue(Hyperparameters& values, const SweepAxis& axis, const std::string& value) {
    (void)setFromText(values, *axis.field, value); // checked when the axis was read
}

} // namespace

Result<SweepAxis> sweepAxis(std::string_view fieldName, std::string_view text) {
    SweepAxis axis;
    axis.field = hyperparameterField(fieldName);
    if (!axis.field) return badSweep("There is no setting \"" + std::string(fieldName) + "\".");
    const std::string label = axis.field->label;
    text = withoutSpaces(text);
    if (text.empty()) return badSweep(label + ": give values (a, b, c) or a range (a..b).");
    if (const size_t dots = text.find(".."); dots != std::string_view::npos) {
        if (!takesNumbers(*axis.field))
            return badSweep(label + " takes values, not a range: it must be " + rangeText(*axis.field) + ".");
        std::string_view rest = text.substr(dots + 2);
        axis.steps = kUsualSteps;
        if (const size_t colon = rest.find(':'); colon != std::string_view::npos) {
            const std::string_view count = withoutSpaces(rest.substr(colon + 1));
            const auto [end, status] = std::from_chars(count.data(), count.data() + count.size(), axis.steps);
            if (status != std::errc{} || end != count.data() + count.size() || axis.steps < 2 ||
                axis.steps > kMostSteps)
                return badSweep(label + ": after the colon stands the number of steps, 2 to 100.");
            rest = rest.substr(0, colon);
        }
        const auto low = endOfRange(*axis.field, text.substr(0, dots)), high = endOfRange(*axis.field, rest);
        if (!low) return low.error();
        if (!high) return high.error();
        if (!(*low < *high)) return badSweep(label + ": the range must go from a smaller to a larger number.");
        axis.low = *low;
        axis.high = *high;
        return axis;
    }
    while (true) {
        const size_t comma = text.find(',');
        const std::string value(withoutSpaces(text.substr(0, comma)));
        Hyperparameters checked;
        if (const auto fits = setFromText(checked, *axis.field, value); !fits) return fits.error();
        if (std::ranges::find(axis.values, value) == axis.values.end()) axis.values.push_back(value);
        if (comma == std::string_view::npos) return axis;
        text = text.substr(comma + 1);
    }
}

Result<std::vector<Hyperparameters>> gridSweep(const Hyperparameters& base, const std::vector<SweepAxis>& axes) {
    if (const auto fit = checkAxes(axes); !fit) return fit.error();
    std::vector<Hyperparameters> runs = {base};
    for (const SweepAxis& axis : axes) {
        std::vector<Hyperparameters> more;
        for (const Hyperparameters& run : runs) {
            for (const std::string& value : axis.values) {
                more.push_back(run);
                putSweepValue(more.back(), axis, value);
            }
            for (int64_t step = 0; axis.values.empty() && step < axis.steps; ++step) {
                more.push_back(run);
                axis.field->setNumber(
                    more.back(), pointOfRange(axis, static_cast<double>(step) / static_cast<double>(axis.steps - 1)));
                // Whole numbers may come twice in a narrow range.
                if (more.size() > 1 && step > 0 && more.back() == more[more.size() - 2]) more.pop_back();
            }
            if (more.size() > kMostSweepRuns)
                return badSweep("The sweep would have more than " + std::to_string(kMostSweepRuns) +
                                " runs; give fewer values, or draw at random.");
        }
        runs = std::move(more);
    }
    for (const Hyperparameters& run : runs)
        if (const auto errors = validate(run); !errors.empty()) return badSweep(errors.front().text);
    return runs;
}

Result<std::vector<Hyperparameters>> randomSweep(const Hyperparameters& base, const std::vector<SweepAxis>& axes,
                                                 size_t count, uint64_t seed) {
    if (const auto fit = checkAxes(axes); !fit) return fit.error();
    if (count == 0 || count > kMostSweepRuns)
        return badSweep("A random sweep has 1 to " + std::to_string(kMostSweepRuns) + " runs.");
    Random random(seed);
    std::vector<Hyperparameters> runs;
    std::string problem;
    for (size_t tries = 0; runs.size() < count && tries < 20 * count; ++tries) {
        Hyperparameters run = base;
        for (const SweepAxis& axis : axes) {
            if (axis.values.empty())
                axis.field->setNumber(run, pointOfRange(axis, random.uniform()));
            else
                putSweepValue(run, axis, axis.values[random.below(axis.values.size())]);
        }
        if (const auto errors = validate(run); !errors.empty())
            problem = errors.front().text;
        else if (std::ranges::find(runs, run) == runs.end())
            runs.push_back(std::move(run));
    }
    if (runs.empty()) return badSweep(problem);
    return runs;
}

std::vector<Hyperparameters> seedRepeats(const Hyperparameters& base, size_t count) {
    std::vector<Hyperparameters> runs(count, base);
    for (size_t i = 0; i < count; ++i)
        runs[i].seed = (base.seed + i) % 4294967296ULL;
    return runs;
}

} // namespace ovation
