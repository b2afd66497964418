#!/usr/bin/env python3
"""Runs batchd and other runtimes over the same records in turns; called by compare-peers.sh."""
import argparse
import json
import os
import statistics
import subprocess
import sys

PEERS = {"onnxruntime": "peer_onnxruntime.py", "openvino": "peer_openvino.py", "ctranslate2": "peer_ctranslate2.py"}
PRECISIONS = {"float32": "fp32", "bfloat16": "bf16", "int8": "int8"}


def run(command):
    process = subprocess.run(command, capture_output=True, text=True)
    lines = [line for line in process.stdout.splitlines() if line.startswith("{")]
    if process.returncode or not lines:
        return None
    return json.loads(lines[-1])


def spread(values):
    return f"{statistics.median(values):.1f} ({min(values):.1f}-{max(values):.1f})"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("--batchd", "--peers", "--model", "--workloads", "--cache"):
        parser.add_argument(name, required=True)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--precisions", default="float32,bfloat16,int8")
    parser.add_argument("--names", default="short,mixed,long")
    parser.add_argument("--batches", default="16,32,64")
    parser.add_argument("--scale", type=float, default=1, help="share of each workload that is run")
    parser.add_argument("--threads", default="2")
    parser.add_argument("--max-length", default="512")
    options = parser.parse_args()

    records = {"short": 8192, "mixed": 4096, "long": 512}
    for name in options.names.split(","):
        source = os.path.join(options.workloads, f"{name}.jsonl.zst")
        limit = str(max(int(records.get(name, 1000) * options.scale), 32))
        for precision in options.precisions.split(","):
            def ours():
                return run([options.batchd, "bench", "model", options.model, "--input", source, "--precision",
                            precision, "--threads", options.threads, "--limit", limit])

            def theirs(peer, batch, count):
                return run([sys.executable, os.path.join(options.peers, PEERS[peer]), "--model", options.model,
                            "--input", source, "--precision", PRECISIONS[precision], "--threads", options.threads,
                            "--batch", batch, "--limit", count, "--max-length", options.max_length,
                            "--cache", options.cache])

            # Each peer at the batch that suits it best, found on a quarter of the records.
            best = {}
            for peer in PEERS:
                tried = {}
                for batch in options.batches.split(","):
                    line = theirs(peer, batch, str(max(int(limit) // 4, 32)))
                    if line:
                        tried[batch] = line["records_per_s"]
                if tried:
                    best[peer] = max(tried, key=tried.get)
                else:
                    print(f"{name} {precision}: {peer} does not run", flush=True)
            rates = {peer: [] for peer in best}
            mine, ratios, cpu, rss, isa = [], [], [], 0, ""
            for _ in range(options.rounds):
                line = ours()
                if line is None:
                    sys.exit(f"batchd failed on {name} in {precision}")
                mine.append(line["records_per_s"])
                rss, isa = max(rss, line["peak_rss_mb"]), line["isa"]
                found = {}
                for peer, batch in best.items():
                    other = theirs(peer, batch, limit)
                    if other:
                        rates[peer].append(other["records_per_s"])
                        found[peer] = other
                if found:
                    fastest = max(found.values(), key=lambda other: other["records_per_s"])
                    ratios.append(line["records_per_s"] / fastest["records_per_s"])
                    cheapest = min(found.values(), key=lambda other: other["cpu_s"])
                    cpu.append(cheapest["cpu_s"] / line["cpu_s"])
            others = ", ".join(f"{peer} {spread(values)} at {best[peer]}" for peer, values in rates.items() if values)
            print(f"{name} {precision} ({limit} records, {isa}): batchd {spread(mine)} records/s, {rss:.0f} MB; {others}")
            if ratios:
                print(f"{name} {precision}: ratio to the best {statistics.median(ratios):.2f} "
                      f"({min(ratios):.2f}-{max(ratios):.2f}), by CPU seconds {statistics.median(cpu):.2f}", flush=True)


if __name__ == "__main__":
    main()
