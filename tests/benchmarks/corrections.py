#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether correcting 20 segments of one new recording and training again improves the archive's remaining recordings.

Usage: corrections.py FOLDER... --base MODEL [MODEL...] [--archives NAME...] [--turns N] [--seeds N] [--ovation FILE]
FOLDER holds recordings with label files (Audacity) of the same stem that no MODEL was trained on; together they are an
archive. By turns, other ones of them, end to end until they hold 20 applauses, are the new recording, and the rest
remain. The person's part is played by the labels: detected segments, the least certain first, are accepted with the
labelled edges or rejected, and where fewer than 20 are detected, missed ones are marked. The second and a half beside
what was accepted or marked is known by that; all other time of the new recording stays unknown. --archives makes the
recordings ones that no model has heard: from a telephone, a hall, a worn tape, shortwave radio; plain: as they are.
Exits with 1 unless frame F1 of the remaining recordings is better in the mean. Needs sox.
"""
import argparse
import json
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile

CORRECTIONS = 20
BESIDE_S = 1.5  # as training with corrections has it for recordings of a project
SOUND = {".flac", ".mp3", ".wav", ".ogg"}
SCORES = ("frame F1", "event F1 0.5", "event F1 1.0", "average precision", "false alarms/h")


def run(*command):
    result = subprocess.run([str(c) for c in command], capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{result.stderr}")
    return result.stdout


def labels_of(path):
    rows = [line.split("\t") for line in path.read_text().splitlines() if line and not line.startswith("\\")]
    return [(float(row[0]), float(row[1]), row[2].strip().lower() if len(row) > 2 else "applause") for row in rows]


def is_applause(text):
    return text in ("applause", "clap", "clapping")


def write_labels(path, labels):
    path.write_text("".join(f"{a:.6f}\t{b:.6f}\t{text}\n" for a, b, text in sorted(labels)))


def seconds_of(path):
    return float(run("soxi", "-D", path))


# What an archive does to a recording, and its noise.
ARCHIVES = {
    "plain": ("remix -", None),
    "telephone": ("remix - highpass -2 300 lowpass -2 3400 overdrive 12 6 gain -n -6", "pinknoise vol -38dB"),
    "hall": ("remix - gain -6 lowpass -1 3000 reverb 85 40 100 100 20 2 gain -n -6", "brownnoise vol -30dB"),
    "tape": ("remix - highpass -2 120 lowpass -2 5000 gain -n -12 "
             "compand 0.02,0.6 -60,-25,-30,-12,-10,-8,0,-6 0 -90 0.05 flanger 2 3 0 50 0.4 gain -n -6",
             "whitenoise vol -32dB lowpass 6000"),
    "shortwave": ("remix - highpass -2 300 lowpass -2 2700 lowpass -2 2700 gain -n -9 "
                  "compand 0.01,0.4 -50,-20,-20,-10,0,-6 0 -90 0.02 tremolo 0.17 50 overdrive 14 10 gain -n -8",
                  "whitenoise vol -24dB highpass 300 lowpass 2700 tremolo 0.3 60"),
}


def as_in(archive, source, target):
    effects, noise = ARCHIVES[archive]
    seconds = seconds_of(source)
    if noise is None:
        run("sox", "-R", source, "-r", 22050, target, *effects.split())
        return
    hiss, sound = target.with_suffix(".hiss.wav"), target.with_suffix(".sound.wav")
    run("sox", "-R", "-n", "-r", 22050, "-c", 1, hiss, "synth", seconds, *noise.split())
    run("sox", "-R", source, "-r", 22050, sound, *effects.split(), "trim", 0, seconds)
    run("sox", "-R", "-m", "-v", 1, sound, "-v", 1, hiss, target)
    hiss.unlink()
    sound.unlink()


def overlap(a, b):
    return max(0.0, min(a[1], b[1]) - max(a[0], b[0]))


def free(span, taken):
    """The parts of a span that nothing covers."""
    parts, at = [], span[0]
    for start, end in sorted(taken):
        if start > at:
            parts.append((at, min(start, span[1])))
        at = max(at, end)
    parts.append((at, span[1]))
    return [(a, b) for a, b in parts if b - a > 1e-6]


def correct(detected, truth, duration):
    """What a person's 20 verdicts leave as labels; and how many of each."""
    applause = [(a, b) for a, b, text in truth if is_applause(text)]
    unsure = [(a, b) for a, b, text in truth if not is_applause(text)]
    labels, done = set(), {"accepted": 0, "rejected": 0, "marked": 0}
    judged = sorted(detected, key=lambda d: d[2])[:CORRECTIONS]
    for segment in judged:
        span = (segment[0], segment[1])
        inside = [true for true in applause if overlap(span, true) > 0]
        if sum(overlap(span, true) for true in inside) >= 0.5 * (span[1] - span[0]):
            labels |= {(*true, "applause") for true in inside}
            done["accepted"] += 1
        elif not any(overlap(span, other) for other in unsure):
            labels.add((*span, "not applause"))
            done["rejected"] += 1
    for true in applause:
        if sum(done.values()) >= CORRECTIONS:
            break
        if not any(overlap(true, d) for d in detected):
            labels.add((*true, "applause"))
            done["marked"] += 1
    taken = [(a, b) for a, b, _ in labels] + unsure + [(d[0], d[1]) for d in detected if d not in judged]
    for a, b, _ in sorted(l for l in labels if l[2] == "applause"):
        for span in ((max(0.0, a - BESIDE_S), a), (b, min(duration, b + BESIDE_S))):
            parts = free(span, taken)
            labels |= {(*part, "not applause") for part in parts}
            taken += parts
    return list(labels) + [(*part, "unsure") for part in free((0.0, duration), [(a, b) for a, b, _ in labels])], done


def score(options, folder, model):
    pooled = json.loads(run(options.ovation, "--quiet", "evaluate", folder, "--model", model, "--json"))["pooled"]
    return [pooled["frame_f1"], pooled["event_f1"]["0.5"], pooled["event_f1"]["1.0"], pooled["average_precision"],
            pooled["false_alarms_per_hour"]]


def one_archive(options, archive, files, work):
    """Differences of the scores, one row for each turn, model and seed."""
    made = []
    for file in files:
        target = work / (file.stem + ".wav")
        as_in(archive, file, target)
        target.with_suffix(".txt").write_text(file.with_suffix(".txt").read_text())
        made.append(target)
    rows = []
    for turn in range(options.turns):
        order = sorted(made)
        random.Random(turn).shuffle(order)
        first, truth, at, count = [], [], 0.0, 0
        while order and count < CORRECTIONS:
            file = order.pop()
            labels = labels_of(file.with_suffix(".txt"))
            truth += [(a + at, b + at, text) for a, b, text in labels]
            at += seconds_of(file)
            first.append(file)
            count += sum(is_applause(text) for _, _, text in labels)
        if not order:
            sys.exit("the archive is too small")
        with tempfile.TemporaryDirectory(dir=work) as folder:
            new, rest, out = (pathlib.Path(folder, name) for name in ("new", "rest", "out"))
            for made_folder in (new, rest, out):
                made_folder.mkdir()
            run("sox", *first, new / "recording.wav")
            for file in order:
                for path in (file, file.with_suffix(".txt")):
                    (rest / path.name).symlink_to(path)
            for base in options.base:
                run(options.ovation, "--quiet", "detect", new / "recording.wav", "--model", base, "--output",
                    out / "found", "--format", "json")
                found = json.loads((out / "found" / "recording.json").read_text())["labels"]
                labels, done = correct([(l["start_s"], l["end_s"], l["score"]) for l in found], truth, at)
                write_labels(new / "recording.txt", labels)
                before = score(options, rest, base)
                for seed in range(1, options.seeds + 1):
                    model = out / "again.safetensors"
                    run(options.ovation, "--quiet", "train", new, "--from", base, "--corrections",
                        "--seed", seed, "--output", model, *options.train)
                    after = score(options, rest, model)
                    rows.append([y - x for x, y in zip(before, after)])
                    print(f"{archive}, turn {turn + 1}, {pathlib.Path(base).stem}, seed {seed}: {count} applauses in "
                          f"{at:.0f} s, " + ", ".join(f"{n} {what}" for what, n in done.items() if n)
                          + f"; {len(order)} remaining: "
                          + ", ".join(f"{name} {x:.3f} to {y:.3f}" for name, x, y in zip(SCORES, before, after)),
                          flush=True)
    return rows


def summary(rows):
    texts = []
    for name, differences in zip(SCORES, zip(*rows)):
        spread = f" ± {statistics.stdev(differences):.4f}" if len(differences) > 1 else ""
        texts.append(f"{name} {statistics.mean(differences):+.4f}{spread}")
    return (", ".join(texts) + f"; frame F1 better in {sum(r[0] > 0 for r in rows)}, worse in "
            f"{sum(r[0] < 0 for r in rows)} of {len(rows)}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+", type=pathlib.Path)
    parser.add_argument("--base", nargs="+", required=True)
    parser.add_argument("--archives", nargs="+", choices=sorted(ARCHIVES), default=["plain"])
    parser.add_argument("--turns", type=int, default=1)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--ovation", default=str(pathlib.Path(__file__).parents[2] / "build/release/bin/ovation"))
    parser.add_argument("--train", nargs=argparse.REMAINDER, default=[], help="further arguments of ovation train")
    options = parser.parse_args()
    files = sorted((p for folder in options.folders for p in folder.iterdir()
                    if p.suffix in SOUND and p.with_suffix(".txt").exists()), key=lambda p: p.name)
    rows = []
    for archive in options.archives:
        with tempfile.TemporaryDirectory() as work:
            rows.append(one_archive(options, archive, files, pathlib.Path(work)))
    for archive, some in zip(options.archives, rows):
        print(f"{archive}: {summary(some)}")
    together = [row for some in rows for row in some]
    print(f"all: {summary(together)}")
    return 0 if statistics.mean(row[0] for row in together) > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
