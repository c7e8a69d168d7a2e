# SPDX-License-Identifier: GPL-3.0-or-later
"""Cuts 5 s clips at 22 050 Hz mono out of recordings, until there are COUNT of them: half in OUT/applause, half in
OUT/non_applause (a clip that holds too little sound is repeated). For timing, not for learning.

Usage: make_clips.py OUT COUNT AUDIO..."""
import pathlib
import sys

import numpy as np
import scipy.signal
import soundfile

RATE, SECONDS = 22050, 5


def clips(paths):
    while True:
        for path in paths:
            samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
            mono = samples.mean(1)
            if rate != RATE:
                common = np.gcd(rate, RATE)
                mono = scipy.signal.resample_poly(mono, RATE // common, rate // common).astype(np.float32)
            mono = np.resize(mono, max(len(mono), SECONDS * RATE))
            for first in range(0, len(mono) - SECONDS * RATE + 1, SECONDS * RATE):
                yield mono[first : first + SECONDS * RATE]


out, count, sources = pathlib.Path(sys.argv[1]), int(sys.argv[2]), clips(sys.argv[3:])
for index in range(count):
    folder = out / ("applause" if index % 2 else "non_applause")
    folder.mkdir(parents=True, exist_ok=True)
    soundfile.write(folder / f"clip-{index:04}.wav", next(sources), RATE, subtype="PCM_16")
