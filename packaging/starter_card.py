#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the starter model's card: starter_card.py HISTORY.json SCORES.json DATA... > CARD.md

HISTORY is that of `ovation train`, SCORES that of `ovation evaluate --unseen --json` on the same data."""
import csv
import json
import os
import sys


def sources(folders):
    """Who made the recordings, as the manifests in the data folders say: source -> (recordings, licences)."""
    found = {}
    for folder in folders:
        manifest = os.path.join(folder, "MANIFEST.csv")
        if not os.path.exists(manifest):
            continue
        for row in csv.DictReader(open(manifest, newline="")):
            if not os.path.exists(os.path.join(folder, row.get("file") or "")):
                continue  # left out
            name = row.get("source") or row.get("source_package") or ""
            count, licences = found.get(name, (0, set()))
            found[name] = (count + 1, licences | {row.get("licence") or row.get("license") or ""})
    return found


def shown(value, digits=3):
    return "n/a" if value is None else f"{value:.{digits}f}"


def wilson(hits, total):
    """95 % interval of a share."""
    if total == 0:
        return "n/a"
    z = 1.96
    p = hits / total
    middle = (p + z * z / (2 * total)) / (1 + z * z / total)
    half = z * ((p * (1 - p) + z * z / (4 * total)) / total) ** 0.5 / (1 + z * z / total)
    return f"{hits} of {total} ({100 * max(0, middle - half):.0f} to {100 * min(1, middle + half):.0f} %)"


def main():
    history, scores = json.load(open(sys.argv[1])), json.load(open(sys.argv[2]))
    dataset, settings, pooled = history["dataset"], history["hyperparameters"], scores["pooled"]
    intervals = pooled["intervals"]
    clips = [r for r in scores["recordings"] if "/clips/" in r["file"]]
    positive = [r for r in clips if "/applause" in os.path.dirname(r["file"])]
    negative = [r for r in clips if r not in positive]
    found = sum(1 for r in positive if r["confusion"][1][1] > 0)
    alarms = sum(1 for r in negative if r["confusion"][0][1] > 0)
    best = next(e for e in history["epochs"] if e["epoch"] == history["best_epoch"])

    print("# Starter model\n")
    print(f"`starter.safetensors`: the compact frame network ({history['parameters']:,} parameters), an answer for every "
          "80 ms. Made by `packaging/train-starter.sh`; the recordings themselves are not distributed with it.\n")
    print("## Training\n")
    print(f"- {dataset['train_recordings']} recordings to train on, {dataset['validation_recordings']} held back; "
          "recordings of one source on one side.")
    print(f"- {settings['steps_per_epoch']} steps of {settings['batch_size']} examples of {settings['example_s']:g} s in "
          f"each of {len(history['epochs'])} epochs, mixed afresh from the training recordings; seed {settings['seed']}, "
          f"{history['threads']} threads; the weights are those of epoch {history['best_epoch']}.")
    if history.get("notes"):
        print(f"- {history['notes']}")
    print(f"- Fingerprint of the data: `{dataset['fingerprint']}`.\n")
    print("## Scores on recordings that it never saw\n")
    print(f"{len(scores['recordings'])} of the recordings held back; those that share a sound with one that it may have "
          f"seen are not counted (`packaging/starter-not-scored.txt`). All but {len(scores['recordings']) - len(clips)} of them are clips of "
          "one sound: how it does on real speeches is barely measured here.\n")
    print("| score | value | 95 % |\n|---|---|---|")
    rows = [("Frame F1 (10 ms)", pooled["frame_f1"], "frame_f1"), ("Segment F1 (1 s)", pooled["segment_f1"], "segment_f1")]
    rows += [(f"Event F1 ({collar} s)", value, f"event_f1_{collar}") for collar, value in pooled["event_f1"].items()]
    rows += [("Average precision", pooled["average_precision"], "average_precision"),
             ("False alarms per hour", pooled["false_alarms_per_hour"], "false_alarms_per_hour")]
    for title, value, name in rows:
        low, high = intervals.get(name, (None, None))
        print(f"| {title} | {shown(value)} | {shown(low)} to {shown(high)} |")
    print(f"| Applause clips found | {wilson(found, len(positive))} | |")
    print(f"| Clips of other sounds with a false alarm | {wilson(alarms, len(negative))} | |")
    print(f"\nBy frame, without the decoder: F1 {shown(best['validation']['f1'])}, ROC-AUC "
          f"{shown(best['validation']['roc_auc'])}. The decoder's options were chosen on these same recordings, so "
          "scores with segments are a little kinder than they will be elsewhere.\n")
    print("## Limits\n")
    print("- The applause it learnt from is mostly short, clean and close; few quiet halls, few large ones.\n"
          "- Laughter, booing, rain, surf and the surface of old records can raise false alarms; a few people clapping far "
          "from the microphone can be missed.\n"
          "- Labels were read from spectrograms, not by ear; edges of real recordings are good to about 0.3 s.\n"
          "- Correct some segments of your own archive and train from this model: that is what it is for.\n")
    print("## Where the recordings come from\n")
    print("| source | recordings | licence as stated there |\n|---|---|---|")
    for name, (count, licences) in sorted(sources(sys.argv[3:]).items()):
        clean = lambda text: text.replace("|", "/").replace("\n", " ")
        print(f"| {clean(name) or 'not named'} | {count} | {clean('; '.join(sorted(licences)))[:160]} |")


main()
