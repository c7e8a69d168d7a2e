#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether detection stays the same where a recording is quieter, coded as MP3, limited to 8 kHz, or shifted.

Usage: robustness.py DATA... [--ovation FILE] [--model FILE]
DATA are folders of recordings with label files (Audacity) of the same stem. Needs sox with libsox-fmt-mp3. Prints a
table; exits with 1 where a segment's edge moves by more than 0.25 s, a segment comes or goes, or a variant's frame F1
against the labels differs from the original's by more than 0.03.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

EDGE_S, F1 = 0.25, 0.03
SOUND = {".flac", ".mp3", ".wav", ".ogg"}


def sox(source, target, *effects, options=()):
    subprocess.run(["sox", "-D", str(source), *options, str(target), *effects], check=True,
                   stderr=subprocess.DEVNULL)


def rate_of(path):
    return int(subprocess.run(["soxi", "-r", str(path)], check=True, capture_output=True, text=True).stdout)


def shifted(seconds=None, samples=None):
    """A variant that begins with silence, and by how much it is late."""
    def make(source, target):
        count = samples if samples is not None else round(seconds * rate_of(source))
        sox(source, target, "pad", f"{count}s")
        return count / rate_of(source)
    return ".flac", make


def plain(suffix, *effects, options=()):
    def make(source, target):
        sox(source, target, *effects, options=options)
        return 0.0
    return suffix, make


VARIANTS = {
    "-20 dB": plain(".flac", "vol", "-20dB"),
    "MP3 64 kbit/s": plain(".mp3", options=("-C", "64")),
    "8 kHz band limit": plain(".flac", "rate", "-v", "16000"),
    "shift 1 sample": shifted(samples=1),
    "shift 100 samples": shifted(samples=100),
    "shift 0.04 s": shifted(0.04),
    "shift 0.1 s": shifted(0.1),
    "shift 0.37 s": shifted(0.37),
    "shift 1 s": shifted(1.0),
}


def labels_of(path):
    rows = [line.split("\t") for line in path.read_text().splitlines() if line and not line.startswith("\\")]
    return [(float(row[0]), float(row[1]), row[2].strip().lower() if len(row) > 2 else "applause") for row in rows]


def detect(program, model, files, output):
    command = [program, "--quiet", "detect", *map(str, files), "--output", str(output), "--format", "json"]
    subprocess.run(command + (["--model", model] if model else []), check=True)
    found = {}
    for file in files:
        content = json.loads((output / (file.stem + ".json")).read_text())
        found[file.stem] = ([(l["start_s"], l["end_s"]) for l in content["labels"]], content["duration_s"])
    return found


def counts(segments, labels, duration):
    """True and false positives and false negatives in frames of 10 ms, unsure time left out."""
    frames = round(duration * 100)
    truth, said, masked = bytearray(frames), bytearray(frames), bytearray(frames)
    for start, end, text in labels:
        target = truth if text in ("applause", "clap", "clapping") else masked if text in ("unsure", "?") else None
        if target is not None:
            for i in range(max(0, round(start * 100)), min(frames, round(end * 100))):
                target[i] = 1
    for start, end in segments:
        for i in range(max(0, round(start * 100)), min(frames, round(end * 100))):
            said[i] = 1
    tp = sum(1 for i in range(frames) if said[i] and truth[i] and not masked[i])
    fp = sum(1 for i in range(frames) if said[i] and not truth[i] and not masked[i])
    fn = sum(1 for i in range(frames) if truth[i] and not said[i] and not masked[i])
    return tp, fp, fn


def f1(tp, fp, fn):
    return 2 * tp / (2 * tp + fp + fn) if tp + fp + fn else None


def text(value, digits=3):
    return "n/a" if value is None else f"{value:.{digits}f}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", nargs="+", type=pathlib.Path)
    parser.add_argument("--ovation", default=str(pathlib.Path(__file__).parents[2] / "build/release/bin/ovation"))
    parser.add_argument("--model", default="")
    options = parser.parse_args()
    files = sorted(p for folder in options.data for p in folder.rglob("*")
                   if p.suffix in SOUND and p.with_suffix(".txt").exists())
    if not files:
        sys.exit("no recording with a label file (.txt) beside it")
    labels = {p.stem: labels_of(p.with_suffix(".txt")) for p in files}
    failed = False
    with tempfile.TemporaryDirectory() as work:
        work = pathlib.Path(work)
        original = detect(options.ovation, options.model, files, work / "original")
        pooled = [0, 0, 0]
        for stem, (segments, duration) in original.items():
            pooled = [a + b for a, b in zip(pooled, counts(segments, labels[stem], duration))]
        print(f"{len(files)} recordings, {sum(len(s) for s, _ in original.values())} segments, "
              f"frame F1 {text(f1(*pooled))} as they are")
        print(f"{'variant':18} {'segments':>8} {'come':>5} {'gone':>5} {'edges > 0.25 s':>14} {'worst edge':>10} "
              f"{'frame F1':>8} {'worst recording':>15}")
        for number, (name, (suffix, make)) in enumerate(VARIANTS.items()):
            folder = work / f"v{number}"
            folder.mkdir()
            made, late = [], {}
            for file in files:
                target = folder / (file.stem + suffix)
                late[file.stem] = make(file, target)
                made.append(target)
            found = detect(options.ovation, options.model, made, work / f"o{number}")
            come = gone = moved = 0
            worst, worst_f1, where, pooled_now = 0.0, 0.0, "", [0, 0, 0]
            notes = []
            for stem, (before, duration) in original.items():
                now = [(max(0.0, a - late[stem]), b - late[stem]) for a, b in found[stem][0]]
                left = list(now)
                for start, end in before:
                    overlapping = [s for s in left if s[0] < end and s[1] > start]
                    if not overlapping:
                        gone += 1
                        notes.append(f"{stem} {start:.2f}-{end:.2f} is gone")
                        continue
                    best = max(overlapping, key=lambda s: min(s[1], end) - max(s[0], start))
                    left.remove(best)
                    off = max(abs(best[0] - start), abs(best[1] - end))
                    worst = max(worst, off)
                    if off > EDGE_S:
                        moved += 1
                        notes.append(f"{stem} {start:.2f}-{end:.2f} became {best[0]:.2f}-{best[1]:.2f}")
                come += len(left)
                notes += [f"{stem} {a:.2f}-{b:.2f} has come" for a, b in left]
                here = counts(now, labels[stem], duration)
                pooled_now = [a + b for a, b in zip(pooled_now, here)]
                was, is_now = f1(*counts(before, labels[stem], duration)), f1(*here)
                if was is not None and is_now is not None and abs(is_now - was) > worst_f1:
                    worst_f1, where = abs(is_now - was), stem
            bad = come or gone or moved or abs((f1(*pooled_now) or 0) - (f1(*pooled) or 0)) > F1
            failed = failed or bool(bad)
            print(f"{name:18} {sum(len(s) for s, _ in found.values()):8} {come:5} {gone:5} {moved:14} "
                  f"{worst:9.2f}s {text(f1(*pooled_now)):>8} {worst_f1:.3f} {where}", flush=True)
            for note in notes:
                print("    " + note)
    print("not robust" if failed else "robust: every edge within 0.25 s, frame F1 within 0.03")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
