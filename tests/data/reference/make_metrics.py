#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes metrics.json: random scores with their truths, and what scikit-learn says of them.

Debian: python3-sklearn python3-numpy. Undefined metrics are null. usage: make_metrics.py > metrics.json
"""
import json
import warnings

import numpy as np
from sklearn import metrics
from sklearn.linear_model import LogisticRegression

warnings.filterwarnings("ignore")
random = np.random.default_rng(20)


def defined(value, is_defined):
    return float(value) if is_defined else None


def case(kind, truth, score, threshold):
    predicted = score >= threshold
    tn, fp, fn, tp = metrics.confusion_matrix(truth, predicted, labels=[0, 1]).ravel()
    both = 0 < truth.sum() < len(truth)
    fpr, tpr, _ = metrics.roc_curve(truth, score, drop_intermediate=False) if both else ([], [], [])
    return {
        "kind": kind,
        "truth": truth.tolist(),
        "score": [float(x) for x in score],
        "threshold": threshold,
        "confusion": [[int(tn), int(fp)], [int(fn), int(tp)]],
        "accuracy": float(metrics.accuracy_score(truth, predicted)),
        "precision": defined(metrics.precision_score(truth, predicted), tp + fp > 0),
        "recall": defined(metrics.recall_score(truth, predicted), tp + fn > 0),
        "f1": defined(metrics.f1_score(truth, predicted), tp + fp + fn > 0),
        "roc_auc": defined(metrics.roc_auc_score(truth, score) if both else 0, both),
        "average_precision": defined(metrics.average_precision_score(truth, score) if truth.sum() else 0, truth.sum() > 0),
        "brier": float(metrics.brier_score_loss(truth, score, pos_label=1)),
        "log_loss": float(metrics.log_loss(truth, np.clip(score, 1e-7, 1 - 1e-7), labels=[0, 1])),
        "roc": [[float(x), float(y)] for x, y in zip(fpr, tpr)],
    }


cases = []
for number in range(24):
    count = int(random.integers(2, 40))
    kind = ["plain", "ties", "only applause", "only other", "all alike", "perfect"][number % 6]
    truth = random.integers(0, 2, count)
    score = np.float32(random.random(count)).astype(float)
    if kind == "ties":
        score = np.float32(np.round(score * 4) / 4).astype(float)
    if kind == "only applause":
        truth[:] = 1
    if kind == "only other":
        truth[:] = 0
    if kind == "all alike":
        score[:] = 0.5
    if kind == "perfect":
        score = np.float32(0.5 * score + 0.5 * truth).astype(float)
    cases.append(case(kind, truth, score, [0.5, 0.25, 0.75][number % 3]))
rows = np.float32(random.normal(size=(40, 3)))
labels = (rows[:, 0] - 0.5 * rows[:, 2] + random.normal(size=40) > 0.3).astype(int)
fit = LogisticRegression(tol=1e-10, max_iter=10000).fit(rows, labels)
regression = {
    "rows": [[float(x) for x in row] for row in rows],
    "labels": labels.tolist(),
    "weights": [float(x) for x in fit.coef_[0]] + [float(fit.intercept_[0])],
}
print('{"regression":' + json.dumps(regression, separators=(",", ":")) + ',\n"cases":[')
print(",\n".join(json.dumps(c, separators=(",", ":")) for c in cases))
print("]}")
