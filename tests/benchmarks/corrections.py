#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether correcting 20 segments of one new recording and training again improves the archive's remaining recordings.

Usage: corrections.py ARCHIVE --base MODEL [--first N] [--seeds N] [--telephone] [--ovation FILE]
ARCHIVE is a folder of recordings with label files (Audacity) of the same stem that MODEL was not trained on. The first N
of them, end to end, are the new recording; the person's part is played by the labels: detected segments, the least
certain first, are accepted with the labelled edges or rejected, and where fewer than 20 are detected, missed ones are
marked. All other time of the new recording stays unknown. --telephone makes the archive one of old telephone
recordings (300 to 3400 Hz, overdriven, with hiss), which no model has heard. Needs sox.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

CORRECTIONS = 20
SOUND = {".flac", ".mp3", ".wav", ".ogg"}


def run(*command, quiet=True):
    result = subprocess.run([str(c) for c in command], capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{result.stderr}")
    return result.stdout


def labels_of(path):
    rows = [line.split("\t") for line in path.read_text().splitlines() if line and not line.startswith("\\")]
    return [(float(row[0]), float(row[1]), row[2].strip().lower() if len(row) > 2 else "applause") for row in rows]


def write_labels(path, labels):
    path.write_text("".join(f"{a:.6f}\t{b:.6f}\t{text}\n" for a, b, text in sorted(labels)))


def seconds_of(path):
    return float(run("soxi", "-D", path))


def as_telephone(source, target):
    hiss = target.with_suffix(".hiss.wav")
    run("sox", "-R", "-n", "-r", "22050", "-c", "1", hiss, "synth", seconds_of(source), "pinknoise", "vol", "-38dB")
    filtered = target.with_suffix(".filtered.wav")
    run("sox", "-R", source, "-r", "22050", filtered, "remix", "-", "highpass", "-2", "300", "lowpass", "-2", "3400",
        "overdrive", "12", "6", "gain", "-n", "-6")
    run("sox", "-R", "-m", "-v", "1", filtered, "-v", "1", hiss, target)
    hiss.unlink()
    filtered.unlink()


def overlap(a, b):
    return max(0.0, min(a[1], b[1]) - max(a[0], b[0]))


def correct(detected, truth, duration):
    """What a person's 20 verdicts leave as labels; and how many of each."""
    applause = [(a, b) for a, b, text in truth if text in ("applause", "clap", "clapping")]
    unsure = [(a, b) for a, b, text in truth if text not in ("applause", "clap", "clapping")]
    labels, done = [], {"accepted": 0, "rejected": 0, "marked": 0}
    for segment in sorted(detected, key=lambda d: d[2])[:CORRECTIONS]:
        span = (segment[0], segment[1])
        inside = [true for true in applause if overlap(span, true) > 0]
        if sum(overlap(span, true) for true in inside) >= 0.5 * (span[1] - span[0]):
            labels += [(*true, "applause") for true in inside]
            done["accepted"] += 1
        elif not any(overlap(span, other) for other in unsure):
            labels.append((*span, "not applause"))
            done["rejected"] += 1
    for true in applause:
        if sum(done.values()) >= CORRECTIONS:
            break
        if not any(overlap(true, d) for d in detected):
            labels.append((*true, "applause"))
            done["marked"] += 1
    labels = sorted(set(labels))
    known, at = [], 0.0
    for start, end, _ in labels:
        if start > at:
            known.append((at, start, "unsure"))
        at = max(at, end)
    if at < duration:
        known.append((at, duration, "unsure"))
    return labels + known, done


def score(options, folder, model):
    pooled = json.loads(run(options.ovation, "--quiet", "evaluate", folder, "--model", model, "--json"))["pooled"]
    return {"frame F1": pooled["frame_f1"], "event F1 0.5": pooled["event_f1"]["0.5"],
            "event F1 1.0": pooled["event_f1"]["1.0"], "average precision": pooled["average_precision"],
            "false alarms/h": pooled["false_alarms_per_hour"]}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("archive", type=pathlib.Path)
    parser.add_argument("--base", required=True)
    parser.add_argument("--first", type=int, default=3)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--telephone", action="store_true")
    parser.add_argument("--ovation", default=str(pathlib.Path(__file__).parents[2] / "build/release/bin/ovation"))
    parser.add_argument("--train", nargs=argparse.REMAINDER, default=[], help="further arguments of ovation train")
    options = parser.parse_args()
    files = sorted(p for p in options.archive.iterdir() if p.suffix in SOUND and p.with_suffix(".txt").exists())
    if len(files) <= options.first:
        sys.exit("the archive is too small")
    with tempfile.TemporaryDirectory() as work:
        work = pathlib.Path(work)
        new, rest, parts = work / "new", work / "rest", work / "parts"
        for folder in (new, rest, parts):
            folder.mkdir()
        made = []
        for number, file in enumerate(files):
            target = (parts if number < options.first else rest) / (file.stem + ".wav")
            if options.telephone:
                as_telephone(file, target)
            else:
                run("sox", "-R", file, "-r", "22050", target, "remix", "-")
            made.append(target)
            if number >= options.first:
                target.with_suffix(".txt").write_text(file.with_suffix(".txt").read_text())
        run("sox", *made[:options.first], new / "recording.wav")
        truth, at = [], 0.0
        for file, part in zip(files, made[:options.first]):
            truth += [(a + at, b + at, text) for a, b, text in labels_of(file.with_suffix(".txt"))]
            at += seconds_of(part)
        run(options.ovation, "--quiet", "detect", new / "recording.wav", "--model", options.base, "--output",
            work / "found", "--format", "json")
        found = json.loads((work / "found" / "recording.json").read_text())["labels"]
        labels, done = correct([(l["start_s"], l["end_s"], l["score"]) for l in found], truth, at)
        write_labels(new / "recording.txt", labels)
        print(f"new recording: {at:.0f} s, {sum(1 for t in truth if t[2] == 'applause')} applauses; "
              + ", ".join(f"{count} {what}" for what, count in done.items()))
        before = score(options, rest, options.base)
        print(f"{len(made) - options.first} remaining recordings")
        print("  before: " + ", ".join(f"{name} {value:.3f}" for name, value in before.items()), flush=True)
        better = 0
        for seed in range(1, options.seeds + 1):
            model = work / f"again{seed}.safetensors"
            run(options.ovation, "--quiet", "train", new, "--from", options.base, "--corrections", "--seed", seed,
                "--output", model, *options.train)
            after = score(options, rest, model)
            better += after["frame F1"] > before["frame F1"]
            print(f"  after (seed {seed}): " + ", ".join(f"{name} {value:.3f}" for name, value in after.items()),
                  flush=True)
    print(f"frame F1 of the remaining recordings is better with {better} of {options.seeds} seeds")
    return 0 if better == options.seeds else 1


if __name__ == "__main__":
    sys.exit(main())
