# SPDX-License-Identifier: GPL-3.0-or-later
"""From the start of ovation-studio to its window on the screen, in milliseconds: until a tenth of the screen has been
painted over, and until what was painted by then had stopped changing for 0.3 s. Watches the pixels of a virtual screen
that it starts itself (Xvfb keeps them in a file), not the window system's messages about them.

Usage: window_start.py PROGRAM [ROUNDS [ARGUMENT...]]"""
import json
import mmap
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

WIDTH, HEIGHT, QUIET_S, LIMIT_S = 1440, 900, 0.3, 20


def start_screen(folder):
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-fbdir", folder, "-nolisten", "tcp"],
        pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    display = os.read(read, 16).decode().strip()
    file = open(pathlib.Path(folder) / "Xvfb_screen0", "rb")
    pixels = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
    return server, f":{display}", memoryview(pixels)[-WIDTH * HEIGHT * 4 :]


def measure(program, arguments):
    with tempfile.TemporaryDirectory() as folder:
        server, display, screen = start_screen(folder)
        environment = dict(os.environ, DISPLAY=display, QT_QPA_PLATFORM="xcb", XDG_CONFIG_HOME=folder + "/config",
                           XDG_DATA_HOME=folder + "/data", XDG_CACHE_HOME=folder + "/cache")
        try:
            # One pixel in each square of 8 x 8 tells enough, and takes well under a millisecond to look at.
            def look():
                rows = (row * WIDTH * 4 for row in range(0, HEIGHT, 8))
                return b"".join(bytes(screen[row : row + WIDTH * 4 : 32]) for row in rows)

            empty = look()
            needed = len(empty) // 10
            start = time.perf_counter()
            studio = subprocess.Popen([program, *arguments], env=environment, stderr=subprocess.DEVNULL)
            shown = last_change = None
            before = empty
            while time.perf_counter() - start < LIMIT_S:
                now = look()
                at = time.perf_counter()
                if now != before:
                    before, last_change = now, at
                    if shown is None and sum(a != b for a, b in zip(now, empty)) >= needed:
                        shown = at
                if shown is not None and at - last_change > QUIET_S:
                    break
                time.sleep(0.001)
            studio.send_signal(signal.SIGTERM)
            studio.wait()
            if shown is None:
                raise SystemExit("no window was seen")
            return {"shown_ms": 1000 * (shown - start), "settled_ms": 1000 * (last_change - start)}
        finally:
            server.terminate()
            server.wait()


def main():
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    for _ in range(rounds):
        print(json.dumps({name: round(value) for name, value in measure(sys.argv[1], sys.argv[3:]).items()}))


main()
