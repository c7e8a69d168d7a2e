# SPDX-License-Identifier: GPL-3.0-or-later
"""The origin's procedure: the network in python3-torch, the features of every clip computed anew in each epoch. Ends
with the seconds that it took.

Usage: origin.py FOLDER [EPOCHS [THREADS]]   FOLDER holds class folders of 5 s clips at 22 050 Hz mono"""
import json
import pathlib
import random
import sys
import time

import numpy as np
import soundfile
import torch

from seed_features import features
from seed_network import Trainer

FRAMES = 200


def load(path):
    samples, _ = soundfile.read(path, dtype="float32")
    mfcc, clip_values = features(samples)
    mfcc = np.pad(mfcc[:, :FRAMES], ((0, 0), (0, max(0, FRAMES - mfcc.shape[1]))))
    return torch.from_numpy(np.ascontiguousarray(mfcc.T, np.float32)), torch.from_numpy(clip_values)


def batches(paths):
    for first in range(0, len(paths), 16):
        chosen = paths[first : first + 16]
        mfcc, clip_values = zip(*(load(path) for path in chosen))
        labels = torch.tensor([int(path.parent.name.startswith("applause")) for path in chosen])
        yield torch.stack(mfcc), torch.stack(clip_values), labels


def main():
    epochs = int(sys.argv[2]) if len(sys.argv) > 2 else 2
    torch.set_num_threads(int(sys.argv[3]) if len(sys.argv) > 3 else 2)
    start = time.perf_counter()
    paths = sorted(pathlib.Path(sys.argv[1]).rglob("*.wav"))
    random.Random(1).shuffle(paths)
    cut = int(0.8 * len(paths))
    trainer = Trainer()
    for _ in range(epochs):
        for batch in batches(paths[:cut]):
            trainer.step(*batch)
        trainer.network.eval()
        with torch.no_grad():
            for mfcc, clip_values, _ in batches(paths[cut:]):
                trainer.network(mfcc, clip_values)
    print(json.dumps({"clips": len(paths), "epochs": epochs, "seconds": time.perf_counter() - start}))


main()
