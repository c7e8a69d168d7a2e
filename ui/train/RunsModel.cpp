// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/RunsModel.h"

#include "core/models/ModelRegistry.h"
#include "ui/charts/ChartMath.h"
#include "ui/train/HyperparameterForm.h"
#include "ui/train/ModelEstimate.h"
#include "ui/train/RunComparisonView.h"

#include <algorithm>
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
    case RunsModel::RocAuc:
    case RunsModel::AveragePrecision:
    case RunsModel::Duration:
        return true;
    default:
        return false;
    }
}

QString withOrigins(QString text, const TrainingRun& run) {
    if (!run.begunFrom.empty()) text += RunsModel::tr("; began from %1").arg(QString::fromStdString(run.begunFrom));
    QStringList teachers;
    for (const std::string& teacher : run.taughtBy)
        teachers << QString::fromStdString(teacher);
    return teachers.isEmpty() ? text : text + RunsModel::tr("; taught by %1").arg(teachers.join(QStringLiteral(", ")));
}

std::optional<RunMetric> metricOf(int column) {
    switch (column) {
    case RunsModel::Loss:
        return RunMetric::Loss;
    case RunsModel::Accuracy:
        return RunMetric::Accuracy;
    case RunsModel::F1:
        return RunMetric::F1;
    case RunsModel::RocAuc:
        return RunMetric::RocAuc;
    case RunsModel::AveragePrecision:
        return RunMetric::AveragePrecision;
    default:
        return std::nullopt;
    }
}

} // namespace

QString stopText(const TrainingRun& run) {
    switch (run.stopped) {
    case StopReason::Early:
        return run.hyperparameters.patience == 1
                   ? RunsModel::tr("early: no better loss for an epoch")
                   : RunsModel::tr("early: no better loss for %1 epochs").arg(run.hyperparameters.patience);
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

QString scoresText() {
    return RunsModel::tr(
        "Scores are of the validation part, at the best epoch and the threshold 0.5. Counted are windows; for a "
        "frame network single answers. Evaluation counts windows with every network, at the threshold "
        "chosen there.");
}

RunsModel::RunsModel(std::vector<TrainingRun> runs, QObject* parent)
    : QAbstractTableModel(parent), m_runs(std::move(runs)) {}

void RunsModel::setRuns(std::vector<TrainingRun> runs) {
    const auto rowOf = [](const std::vector<TrainingRun>& list, int64_t id) {
        return static_cast<int>(std::ranges::find(list, id, &TrainingRun::id) - list.begin());
    };
    const int wanted = static_cast<int>(runs.size());
    if (runs.empty() && !m_runs.empty()) { // what is being typed into a row goes with it, unasked for
        beginResetModel();
        m_runs.clear();
        endResetModel();
    }
    for (int row = rowCount() - 1; row >= 0; --row) {
        if (rowOf(runs, run(row).id) < wanted) continue;
        beginRemoveRows({}, row, row);
        m_runs.erase(m_runs.begin() + row);
        endRemoveRows();
    }
    for (int row = 0; row < wanted; ++row) {
        TrainingRun& now = runs[static_cast<size_t>(row)];
        const int before = rowOf(m_runs, now.id);
        if (before == rowCount()) {
            beginInsertRows({}, row, row);
            m_runs.insert(m_runs.begin() + row, std::move(now));
            endInsertRows();
            continue;
        }
        if (before > row) {
            beginMoveRows({}, before, before, {}, row);
            std::rotate(m_runs.begin() + row, m_runs.begin() + before, m_runs.begin() + before + 1);
            endMoveRows();
        }
        update(row, std::move(now));
    }
    const size_t before = m_checked.size();
    std::erase_if(m_checked, [&](int64_t id) { return rowOf(m_runs, id) == rowCount(); });
    if (m_checked.size() != before) Q_EMIT checksChanged();
}

/// Tells of name and notes only where they differ: an editor there keeps what is being typed.
void RunsModel::update(int row, TrainingRun now) {
    TrainingRun& its = m_runs[static_cast<size_t>(row)];
    const bool renamedNow = its.name != now.name, notedNow = its.notes != now.notes;
    its = std::move(now);
    Q_EMIT dataChanged(index(row, Name + 1), index(row, Notes - 1));
    if (renamedNow) Q_EMIT dataChanged(index(row, Name), index(row, Name));
    if (notedNow) Q_EMIT dataChanged(index(row, Notes), index(row, Notes));
}

std::optional<Interval> RunsModel::intervalOf(const TrainingRun& run, RunMetric metric) const {
    Made& made = m_intervals[{run.id, metric}];
    if (made.from != run.byRecording) made = {run.byRecording, shownInterval(run, metric)};
    return made.interval;
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
        return withOrigins(settingsSummary(run.hyperparameters), run);
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
    case RocAuc:
    case AveragePrecision: {
        const auto interval = intervalOf(run, *metricOf(column));
        return withInterval(bestValue(run, *metricOf(column)),
                            interval ? std::optional(std::pair(interval->low, interval->high)) : std::nullopt);
    }
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
    case F1:
    case RocAuc:
    case AveragePrecision: {
        const auto value = bestValue(run, *metricOf(column));
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
    case Qt::EditRole:
        return text(its, index.column());
    case Qt::UserRole:
        return key(its, index.column());
    case Qt::TextAlignmentRole:
        return QVariant((isNumber(index.column()) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case Qt::CheckStateRole:
        if (index.column() != Name) return {};
        return m_checked.count(its.id) ? Qt::Checked : Qt::Unchecked;
    case Qt::ToolTipRole:
        if (index.column() == Name)
            return tr("Tick (Space) to draw this run's curves over the charts and to compare it; a double click or F2 "
                      "renames it");
        if (index.column() == Notes && its.notes.empty()) return tr("A double click writes a note");
        if (index.column() == Data)
            return tr("%1\nExamples: %2 for training, %3 for validation")
                .arg(QString::fromStdString(its.dataset.fingerprint))
                .arg(its.dataset.trainExamples)
                .arg(its.dataset.validationExamples);
        return text(its, index.column());
    default:
        return {};
    }
}

bool RunsModel::setData(const QModelIndex& index, const QVariant& value, int role) {
    if (!index.isValid()) return false;
    const int64_t id = run(index.row()).id;
    if (role == Qt::EditRole && (index.column() == Name || index.column() == Notes)) {
        const QString written = value.toString().trimmed();
        if (written == text(run(index.row()), index.column()) || (written.isEmpty() && index.column() == Name))
            return false;
        if (index.column() == Name)
            Q_EMIT renamed(id, written);
        else
            Q_EMIT notesEdited(id, written);
        return true;
    }
    if (role != Qt::CheckStateRole || index.column() != Name) return false;
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
    if (role == Qt::ToolTipRole && section >= Loss && section <= AveragePrecision)
        return scoresText() + QLatin1Char('\n') + tr("In brackets: the 95 % interval over the recordings.");
    if (role != Qt::DisplayRole) return {};
    const std::array<QString, ColumnCount> names = {
        tr("Run"),        tr("Val. loss"), tr("Val. accuracy"), tr("Val. F1"), tr("Val. ROC-AUC"), tr("Val. AP"),
        tr("Best epoch"), tr("Epochs"),    tr("Duration"),      tr("Model"),   tr("Settings"),     tr("Parameters"),
        tr("Seed"),       tr("Data"),      tr("Stopped"),       tr("Notes")};
    return section >= 0 && section < ColumnCount ? names[static_cast<size_t>(section)] : QVariant();
}

Qt::ItemFlags RunsModel::flags(const QModelIndex& index) const {
    Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    if (index.column() == Name) flags |= Qt::ItemIsUserCheckable;
    if (index.column() == Name || index.column() == Notes) flags |= Qt::ItemIsEditable;
    return flags;
}

} // namespace ovation::ui
