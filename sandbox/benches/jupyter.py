#!/usr/bin/env python3
"""A worker of the sandbox beside a Jupyter kernel: cold start, warm call, idle memory.

    pip install ipykernel jupyter_client psutil
    cargo build --release -p gimlet-sandbox --examples && cargo build --release
    python3 sandbox/benches/jupyter.py target/release/examples/figures target/release/gimlet

The two take turns, so that whatever else the machine does falls on both. A kernel is asked as a
notebook's front end asks it: by jupyter_client, until the output and the end of the call are there.
"""

import re
import statistics
import subprocess
import sys
import time

import psutil
from jupyter_client.manager import start_new_kernel

ROUNDS = 5
COLD = 4
WARM = 200
CODE = "print(37 * 91)"
EXPECTED = "3367\n"
UNITS = {"s": 1.0, "ms": 1e-3, "µs": 1e-6, "ns": 1e-9}


def call(client):
    """Seconds until the output of a call and its end have come."""
    start = time.perf_counter()
    message = client.execute(CODE)
    text = ""
    while True:
        answer = client.get_iopub_msg(timeout=60)
        if answer["parent_header"].get("msg_id") != message:
            continue
        if answer["msg_type"] == "stream":
            text += answer["content"]["text"]
        elif answer["msg_type"] == "status" and answer["content"]["execution_state"] == "idle":
            break
    client.get_shell_msg(timeout=60)
    if text != EXPECTED:
        raise SystemExit(f"the kernel printed {text!r}")
    return time.perf_counter() - start


def jupyter():
    """One round: cold starts, warm calls and resident bytes of a kernel."""
    cold = []
    for n in range(COLD):
        start = time.perf_counter()
        manager, client = start_new_kernel(kernel_name="python3")
        call(client)
        cold.append(time.perf_counter() - start)
        if n + 1 == COLD:
            resident = psutil.Process(manager.provisioner.process.pid).memory_info().rss
            warm = [call(client) for _ in range(WARM)]
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    return statistics.median(cold), statistics.median(warm), resident


def gimlet(figures, host):
    """One round: the same three of a worker, by the example that measures it."""
    text = subprocess.run([figures, host], check=True, capture_output=True, text=True).stdout

    def median(name):
        value, unit = re.search(rf"^{name}: median ([\d.]+)(ns|µs|ms|s),", text, re.M).groups()
        return float(value) * UNITS[unit]

    resident = int(re.search(r"^idle worker: (\d+) kB", text, re.M)[1]) * 1024
    return median("cold start to first result"), median("warm call"), resident


def main():
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    rounds = [(gimlet(*sys.argv[1:]), jupyter()) for _ in range(ROUNDS)]
    print(f"medians of {ROUNDS} rounds       gimlet      Jupyter   ratio: median, least, most")
    shown = [("cold start to first result", 1e3, "ms"), ("warm call", 1e3, "ms"), ("idle, resident", 2**-20, "MiB")]
    for at, (name, scale, unit) in enumerate(shown):
        ours, theirs = ([side[at] * scale for side in pair] for pair in zip(*rounds))
        ratios = [b / a for a, b in zip(ours, theirs)]
        figures = [statistics.median(ours), statistics.median(theirs)]
        spread = [statistics.median(ratios), min(ratios), max(ratios)]
        print(f"{name:28}", *(f"{x:8.2f} {unit:3}" for x in figures), *(f"{x:6.1f}" for x in spread))


if __name__ == "__main__":
    main()
