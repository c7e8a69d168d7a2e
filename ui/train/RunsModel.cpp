// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/RunsModel.h"

#include "core/models/ModelRegistry.h"
#include "ui/charts/ChartMath.h"
#include "ui/train/HyperparameterForm.h"
#include "ui/train/ModelEstimate.h"

#include <array>

namespace ovation::ui {

namespace {

constexpr int kFingerprintShown = 8;

QString modelName(const std::string& id) {
    const ModelDescription* description = modelDescription(id);
    return description ? QString::fromUtf8(description->name) : QString::fromStdString(id);
}

bool isNumber(int column) {
    switch (column) {
    case RunsModel::Seed:
    case RunsModel::Parameters:
    case RunsModel::Epochs:
    case RunsModel::BestEpoch:
    case RunsModel::Loss:
    case RunsModel::Accuracy:
    case RunsModel::F1:
    case RunsModel::Duration:
        return true;
    default:
        return false;
    }
}

std::optional<double> bestValue(const TrainingRun& run, int column) {
    const EpochMetrics* best = bestEpochOf(run);
    if (!best) return std::nullopt;
    return column == RunsModel::Loss       ? best->validation.loss
           : column == RunsModel::Accuracy ? best->validation.accuracy
                                           : best->validation.f1;
}

} // namespace

const EpochMetrics* bestEpochOf(const TrainingRun& run) {
    for (const EpochMetrics& epoch : run.epochs)
        if (epoch.epoch == run.bestEpoch) return &epoch;
    return nullptr;
}

QString stopText(const TrainingRun& run) {
    switch (run.stopped) {
    case StopReason::Early:
        return RunsModel::tr("early: no better loss for %1 epochs").arg(run.hyperparameters.patience);
    case StopReason::Epochs:
        return RunsModel::tr("all epochs done");
    case StopReason::Cancelled:
        return RunsModel::tr("stopped by you");
    case StopReason::Failed:
        return RunsModel::tr("failed");
    case StopReason::Running:
        return RunsModel::tr("running");
    }
    return {};
}

RunsModel::RunsModel(std::vector<TrainingRun> runs, QObject* parent)
    : QAbstractTableModel(parent), m_runs(std::move(runs)) {}

void RunsModel::setRuns(std::vector<TrainingRun> runs) {
    const bool sameRows = runs.size() == m_runs.size() &&
                          std::equal(runs.begin(), runs.end(), m_runs.begin(),
                                     [](const TrainingRun& a, const TrainingRun& b) { return a.id == b.id; });
    if (sameRows) {
        m_runs = std::move(runs);
        if (!m_runs.empty()) Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
        return;
    }
    beginResetModel();
    m_runs = std::move(runs);
    endResetModel();
    const size_t before = m_checked.size();
    std::erase_if(m_checked, [this](int64_t id) {
        return std::none_of(m_runs.begin(), m_runs.end(), [id](const TrainingRun& run) { return run.id == id; });
    });
    if (m_checked.size() != before) Q_EMIT checksChanged();
}

std::vector<TrainingRun> RunsModel::checkedRuns() const {
    std::vector<TrainingRun> checked;
    for (const TrainingRun& run : m_runs)
        if (m_checked.count(run.id)) checked.push_back(run);
    return checked;
}

int RunsModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_runs.size());
}

int RunsModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QString RunsModel::text(const TrainingRun& run, int column) const {
    switch (column) {
    case Name:
        return QString::fromStdString(run.name);
    case Model:
        return modelName(run.hyperparameters.model);
    case Settings:
        return settingsSummary(run.hyperparameters);
    case Seed:
        return QString::number(run.hyperparameters.seed);
    case Parameters:
        return parametersText(run.parameters);
    case Data:
        return QString::fromStdString(run.dataset.fingerprint).left(kFingerprintShown);
    case Epochs:
        return QString::number(run.epochs.size());
    case BestEpoch:
        return run.bestEpoch > 0 ? QString::number(run.bestEpoch) : tr("n/a");
    case Loss:
    case Accuracy:
    case F1:
        return valueText(bestValue(run, column));
    case Duration:
        return durationText(run.seconds);
    case Stopped:
        return stopText(run);
    case Notes:
        return QString::fromStdString(run.notes);
    default:
        return {};
    }
}

QVariant RunsModel::key(const TrainingRun& run, int column) const {
    switch (column) {
    case Seed:
        return static_cast<qulonglong>(run.hyperparameters.seed);
    case Parameters:
        return static_cast<qlonglong>(run.parameters);
    case Epochs:
        return static_cast<qlonglong>(run.epochs.size());
    case BestEpoch:
        return run.bestEpoch > 0 ? QVariant(static_cast<qlonglong>(run.bestEpoch)) : QVariant();
    case Loss:
    case Accuracy:
    case F1: {
        const auto value = bestValue(run, column);
        return value ? QVariant(*value) : QVariant();
    }
    case Duration:
        return run.seconds;
    default:
        return text(run, column);
    }
}

QVariant RunsModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount()) return {};
    const TrainingRun& its = run(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return text(its, index.column());
    case Qt::UserRole:
        return key(its, index.column());
    case Qt::TextAlignmentRole:
        return QVariant((isNumber(index.column()) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case Qt::CheckStateRole:
        if (index.column() != Name) return {};
        return m_checked.count(its.id) ? Qt::Checked : Qt::Unchecked;
    case Qt::ToolTipRole:
        if (index.column() == Name) return tr("Tick to draw this run's curves over the charts");
        if (index.column() == Data)
            return tr("%1\n%2 training and %3 validation examples")
                .arg(QString::fromStdString(its.dataset.fingerprint))
                .arg(its.dataset.trainExamples)
                .arg(its.dataset.validationExamples);
        return text(its, index.column());
    default:
        return {};
    }
}

bool RunsModel::setData(const QModelIndex& index, const QVariant& value, int role) {
    if (!index.isValid() || role != Qt::CheckStateRole || index.column() != Name) return false;
    const int64_t id = run(index.row()).id;
    if (value.toInt() == Qt::Checked)
        m_checked.insert(id);
    else
        m_checked.erase(id);
    Q_EMIT dataChanged(index, index, {Qt::CheckStateRole});
    Q_EMIT checksChanged();
    return true;
}

QVariant RunsModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant((isNumber(section) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole && section >= Loss && section <= F1)
        return tr("Of the validation part, at the best epoch");
    if (role != Qt::DisplayRole) return {};
    const std::array<QString, ColumnCount> names = {
        tr("Run"),    tr("Val. loss"), tr("Val. accuracy"), tr("Val. F1"),  tr("Best epoch"),
        tr("Epochs"), tr("Duration"),  tr("Model"),         tr("Settings"), tr("Parameters"),
        tr("Seed"),   tr("Data"),      tr("Stopped"),       tr("Notes")};
    return section >= 0 && section < ColumnCount ? names[static_cast<size_t>(section)] : QVariant();
}

Qt::ItemFlags RunsModel::flags(const QModelIndex& index) const {
    Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    if (index.column() == Name) flags |= Qt::ItemIsUserCheckable;
    return flags;
}

} // namespace ovation::ui
