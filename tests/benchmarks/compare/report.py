# SPDX-License-Identifier: GPL-3.0-or-later
"""The best of each measurement in a folder of compare.sh, as a table."""
import json
import pathlib
import sys

folder = pathlib.Path(sys.argv[1])


def best(name, pick, choose=min):
    values = [pick(json.loads(path.read_text())) for path in folder.glob(f"{name}-[0-9]*.json")]
    return choose(values) if values else None


def row(what, own, peer, unit, ratio):
    print(f"| {what} | {own:.0f} {unit} | {peer:.0f} {unit} | {ratio:.2f}x |")


step = best("ovation", lambda j: j["train_step_ms"]["fast"])
torch_step = min(best(f"torch{threads}", lambda j: j["step_ms"]) for threads in (1, 2))
features = best("ovation", lambda j: j["features_x_realtime"], max)
peer_features = best("features", lambda j: j["features_x_realtime"], max)
print("| what | Ovation | peer | ratio |\n|---|---|---|---|")
row("training step, batch 16 x 200 (python3-torch, its better number of threads)", step, torch_step, "ms", torch_step / step)
row("all seed features, one thread (numpy, scipy)", features, peer_features, "x real time", features / peer_features)
job, origin = best("job", lambda j: j["seconds"]), best("origin", lambda j: j["seconds"])
if job:
    row("860 clips of 5 s, 2 epochs, files to model (the origin's procedure)", job, origin, "s", origin / job)
print()
for name, pick in {
    "matrix products, GFLOP/s": lambda j: j["sgemm_gflops"],
    "share of them that the step reaches": lambda j: j["step_share_of_sgemm"],
    "MFCC, x real time": lambda j: j["mfcc_x_realtime"],
    "detection by the seed's network, hop 1 s, x real time": lambda j: j["detect_x_realtime"]["bilstm-attention"],
    "detection by the transformer, hop 1 s, x real time": lambda j: j["detect_x_realtime"]["transformer"],
}.items():
    print(f"{name}: {best('ovation', pick, max):.4g}")
