// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/ProjectData.h"
#include "core/training/WindowScores.h"

#include <QWidget>

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QPushButton;
class QSlider;
class QStackedLayout;
class QTabWidget;
class QTableWidget;
class QTimer;

namespace ovation {
struct WindowEvaluation;
}

namespace ovation::ui {

class ClipPicture;
class EvaluationPlot;
class RuleLegend;
class Session;

/// What a model is worth on its validation recordings: curves with one threshold, figures with intervals beside simple
/// rules, recordings, and the worst mistakes, to be heard and looked at.
class EvaluationPanel : public QWidget {
    Q_OBJECT
public:
    explicit EvaluationPanel(Session* session, QWidget* parent = nullptr);

    void evaluate(); ///< as the button does
    double threshold() const { return m_threshold; }
    void setThreshold(double threshold);

    QTableWidget* mistakes() const { return m_mistakes; }
    QTableWidget* recordings() const { return m_recordings; }
    QTableWidget* figures() const { return m_figures; }
    ClipPicture* picture() const { return m_picture; }
    EvaluationPlot* plot(int kind) const { return m_plots[static_cast<size_t>(kind)]; }

Q_SIGNALS:
    void playRequested(ovation::SpeechId speech, double startS, double endS);

protected:
    void showEvent(QShowEvent* event) override;

private:
    QWidget* buildBar();
    QWidget* buildMistakes();
    void take(std::shared_ptr<const WindowEvaluation> evaluation);
    void refill(); ///< the tables: those in sight now, the others when they are
    void fillShown();
    void fillMistakes();
    void fillRecordings();
    void fillFigures();
    void updateButton();
    void showCounted();
    std::optional<size_t> chosenWindow() const;
    void showChosen();
    void hearChosen();
    SpeechId speechOf(const ScoredWindow& window) const;
    QString nameOf(int32_t recording) const;

    Session* m_session;
    std::shared_ptr<const WindowEvaluation> m_evaluation;
    std::vector<std::string> m_names; ///< of its recordings, as namesApart() calls them
    double m_threshold = 0.5;
    QPushButton* m_start;
    QLabel* m_summary;
    QLabel* m_counted; ///< what the figures count, and at which threshold
    QSlider* m_slider;
    QDoubleSpinBox* m_spin;
    RuleLegend* m_rules = nullptr; ///< of the first two plots
    std::vector<EvaluationPlot*> m_plots;
    QComboBox* m_which; ///< of the mistakes
    QTableWidget* m_mistakes;
    QTableWidget* m_recordings;
    QTableWidget* m_figures;
    ClipPicture* m_picture;
    QTabWidget* m_pages;
    QStackedLayout* m_stack;
    QTimer* m_refill; ///< the tables follow a threshold that is dragged a moment later
    std::set<const QTableWidget*> m_unfilled;
};

} // namespace ovation::ui
