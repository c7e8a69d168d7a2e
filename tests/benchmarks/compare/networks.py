#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Trains networks on part of some data, several seeds each, and scores each model on the rest: a table of means and
deviations.

  networks.py DATA... --output FOLDER [--networks NAME=OPTIONS ...] [--seeds 3] [--baseline] [--leave-out NAME ...]

DATA: folders with a MANIFEST.csv (columns file, class, source_group or recording_group or source, source_path), clips
below clips/CLASS and labelled recordings with a .txt of the same name. Held back are all real recordings (speeches/ of
a folder that also holds composed ones), every other composed one (*.mix.json names what it is made of), and of each
class of clips about two fifths of the groups. Whatever shares a group with something held back is not trained on.
In OPTIONS, {output} is FOLDER, where the models of the networks named before are: NAME-SEED.safetensors.
What is finished in FOLDER is not done again, so the script can be stopped and started. Needs the built `ovation`
(OVATION, or build/release/bin/ovation)."""
import argparse
import csv
import fnmatch
import glob
import json
import os
import random
import shutil
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))
NETWORKS = {
    "seed": "--preset seed --epochs 6",
    "transformer": "--preset transformer --epochs 12",
    "crnn": "--preset compact",
    "taught": "--preset compact " + " ".join(f"--teacher {{output}}/crnn-{seed}.safetensors" for seed in (1, 2, 3)),
}


def left_out():
    lists = [os.path.join(ROOT, "packaging", "starter-left-out.txt")]
    return [line.strip() for path in lists for line in open(path) if line.strip() and not line.startswith("#")]


def items(folders, unwanted=()):
    """Each recording: path, kind (clip, composed, real, speech), class, groups; not those that `unwanted` names."""
    found, by_source = [], {}
    for folder in folders:
        rows = list(csv.DictReader(open(os.path.join(folder, "MANIFEST.csv"), newline="")))
        skipped = {path for pattern in left_out() for path in glob.glob(os.path.join(folder, pattern + "*"))}
        skipped |= {path for pattern in left_out() for path in glob.glob(os.path.join(folder, pattern, "*"))}
        real = os.path.isdir(os.path.join(folder, "composed"))
        for row in rows:
            path = os.path.join(folder, row["file"])
            top = row["file"].split("/")[0]
            if path in skipped or top not in ("clips", "composed", "speeches") or not os.path.exists(path):
                continue
            if any(fnmatch.fnmatch(os.path.basename(path), pattern) for pattern in unwanted):
                continue
            group = row.get("source_group") or row.get("recording_group") or row["file"]
            if row.get("source_group"):
                by_source[(row["source"].replace("/", "+"), row["source_path"].lstrip("/"))] = group
            kind = {"clips": "clip", "composed": "composed", "speeches": "real" if real else "speech"}[top]
            found.append({"folder": folder, "file": row["file"], "path": path, "kind": kind,
                          "class": row.get("class") or row["file"].split("/")[1], "groups": {group}})
    for item in found:
        mix = os.path.splitext(item["path"])[0] + ".mix.json"
        if item["kind"] != "composed" or not os.path.exists(mix):
            continue
        groups = set()
        for source in json.load(open(mix))["sources"]:
            name, place = source[0], source[1]
            same = {g for (a, b), g in by_source.items() if a == name and (b.endswith(place) or place.endswith(b))}
            groups |= same or {name + ":" + place}
        item["groups"] = groups
    return found


def split(found):
    """Marks each item "train", "validation" or "out" (shares a source with something held back)."""
    draw = random.Random(0)
    composed = sorted(i["file"] for i in found if i["kind"] == "composed")
    held = set(composed[1::2])
    groups = set()
    for item in found:
        if item["file"] in held or item["kind"] == "real":
            groups |= item["groups"]
    by_class = {}
    for item in found:
        if item["kind"] == "clip":
            by_class.setdefault(item["class"], set()).update(item["groups"])
    for name in sorted(by_class):
        names = sorted(by_class[name])
        draw.shuffle(names)
        wanted = round(0.4 * len(names)) or (1 if len(names) == 1 and draw.random() < 0.4 else 0)
        for group in names:
            if sum(n in groups for n in names) >= wanted:
                break
            groups.add(group)
    for item in found:
        if item["file"] in held or item["kind"] == "real":
            item["part"] = "validation"
        elif item["groups"] & groups:
            item["part"] = "validation" if item["kind"] == "clip" else "out"
        else:
            item["part"] = "train"


def link(found, output):
    for part in ("train", "validation"):
        shutil.rmtree(os.path.join(output, part), ignore_errors=True)
    for item in found:
        if item["part"] == "out":
            continue
        # All clips below one folder: a class folder counts as one beside another class only.
        folder = "together" if item["kind"] == "clip" else os.path.basename(item["folder"].rstrip("/"))
        base = os.path.join(output, item["part"], folder)
        target = os.path.join(base, item["file"])
        os.makedirs(os.path.dirname(target), exist_ok=True)
        os.symlink(os.path.abspath(item["path"]), target)
        labels = os.path.splitext(item["path"])[0] + ".txt"
        if item["kind"] != "clip" and os.path.exists(labels):
            os.symlink(os.path.abspath(labels), os.path.splitext(target)[0] + ".txt")
        manifest = os.path.join(item["folder"], "MANIFEST.csv")
        if folder != "together" and not os.path.exists(os.path.join(base, "MANIFEST.csv")):
            shutil.copy(manifest, os.path.join(base, "MANIFEST.csv"))


def run(command, **options):
    print("$", " ".join(command), file=sys.stderr, flush=True)
    return subprocess.run(command, **options)


def subset(kind, output):
    """Folders of one kind among what is held back."""
    names = {"clips": "clips", "composed": "composed", "real": "speeches"}
    return [p for p in sorted(glob.glob(os.path.join(output, "validation", "*", names[kind]))) if os.path.isdir(p)]


def scores(binary, output, name, arguments):
    """Scores by kind of recording; kept in FOLDER."""
    kept = os.path.join(output, name + ".scores.json")
    if os.path.exists(kept):
        return json.load(open(kept))
    result = {}
    for kind in ("composed", "real", "clips"):
        folders = subset(kind, output)
        if not folders:
            continue
        ran = run([binary, "-q", "evaluate", *folders, *arguments, "--json"], stdout=subprocess.PIPE)
        result[kind] = json.loads(ran.stdout)
    json.dump(result, open(kept + ".part", "w"))
    os.replace(kept + ".part", kept)
    return result


def clip_counts(evaluation):
    positive = [r for r in evaluation["recordings"] if "/clips/applause" in r["file"]]
    negative = [r for r in evaluation["recordings"] if "/clips/applause" not in r["file"]]
    return (sum(r["confusion"][1][1] > 0 for r in positive), len(positive),
            sum(r["confusion"][0][1] > 0 for r in negative), len(negative))


def figures(result):
    row = {}
    for kind in ("composed", "real"):
        pooled = result[kind]["pooled"]
        row[kind + " frame F1"] = pooled["frame_f1"]
        row[kind + " segment F1"] = pooled["segment_f1"]
        for collar in ("0.2", "0.5", "1.0"):
            row[f"{kind} event F1 {collar}"] = pooled["event_f1"].get(collar)
        row[kind + " AP"] = pooled["average_precision"]
        row[kind + " false alarms/h"] = pooled["false_alarms_per_hour"]
    found, of, alarms, others = clip_counts(result["clips"])
    row["applause clips found %"] = 100 * found / of if of else None
    row["other clips alarmed %"] = 100 * alarms / others if others else None
    return row


def shown(values):
    values = [v for v in values if v is not None]
    if not values:
        return "n/a"
    digits = 1 if max(abs(v) for v in values) > 2 else 3
    mean = statistics.mean(values)
    return f"{mean:.{digits}f}" + (f" ± {statistics.stdev(values):.{digits}f}" if len(values) > 1 else "")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="+")
    parser.add_argument("--output", required=True)
    parser.add_argument("--networks", nargs="*", default=[f"{k}={v}" for k, v in NETWORKS.items()])
    parser.add_argument("--models", nargs="*", default=[], help="NAME=FILE: models to score that are trained already")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--threads", default="2")
    parser.add_argument("--leave-out", nargs="*", default=[], help="names of files to use nowhere (patterns), such as "
                        "copies that the training's check finds on both sides")
    parser.add_argument("--baseline", action="store_true", help="score energy and flatness without a model, too")
    arguments = parser.parse_args()
    binary = os.environ.get("OVATION", os.path.join(ROOT, "build", "release", "bin", "ovation"))
    found = items(arguments.data, arguments.leave_out)
    split(found)
    if not os.path.isdir(os.path.join(arguments.output, "validation")):
        link(found, arguments.output)
    for part in ("train", "validation", "out"):
        kinds = {}
        for item in found:
            if item["part"] == part:
                name = "applause clips" if item["class"] == "applause" else \
                    "other clips" if item["kind"] == "clip" else item["kind"]
                kinds[name] = kinds.get(name, 0) + 1
        print(part + ": " + ", ".join(f"{v} {k}" for k, v in sorted(kinds.items())))
    training = sorted(glob.glob(os.path.join(arguments.output, "train", "*")))
    validation = sorted(glob.glob(os.path.join(arguments.output, "validation", "*")))
    table = {}
    if arguments.baseline:
        table["energy"] = [figures(scores(binary, arguments.output, "energy", ["--baseline", "energy"]))]
    for network in arguments.networks:
        name, options = network.split("=", 1)
        options = options.replace("{output}", arguments.output)
        for seed in range(1, arguments.seeds + 1):
            model = os.path.join(arguments.output, f"{name}-{seed}.safetensors")
            if not os.path.exists(model):
                run([binary, "train", *training, "--validation", *validation, *options.split(), "--seed", str(seed),
                     "--threads", arguments.threads, "--output", model, "--history", model + ".json"],
                    stdout=open(model + ".log", "w"), check=True)
            table.setdefault(name, []).append(
                figures(scores(binary, arguments.output, f"{name}-{seed}", ["--model", model])))
            print_table(table)
    for named in arguments.models:
        name, model = named.split("=", 1)
        table[name] = [figures(scores(binary, arguments.output, name, ["--model", model]))]
    print_table(table)


def print_table(table):
    if not table:
        return
    names = list(next(iter(table.values()))[0])
    print("\n| | " + " | ".join(f"{n} ({len(rows)})" for n, rows in table.items()) + " |")
    print("|---|" + "---|" * len(table))
    for name in names:
        print(f"| {name} | " + " | ".join(shown([r[name] for r in rows]) for rows in table.values()) + " |")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
