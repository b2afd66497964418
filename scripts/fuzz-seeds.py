#!/usr/bin/python3
"""Writes what fuzzing starts from: the lines and files that users have, and small model files.

Usage: scripts/fuzz-seeds.py TARGET DIRECTORY
"""

import json
import pathlib
import struct
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def lines():
    """Every line of the sample files, and every example of the schemas."""
    for path in sorted((ROOT / "spool" / "samples").glob("*.jsonl")):
        yield from path.read_bytes().splitlines()
    for path in sorted((ROOT / "schemas").glob("*.schema.json")):
        for example in json.loads(path.read_text()).get("examples", []):
            yield json.dumps(example, ensure_ascii=False).encode()


def compressed(content, *options):
    return subprocess.run(["zstd", "-q", "-c", *options], input=content, stdout=subprocess.PIPE, check=True).stdout


def files():
    """Sample files behind the byte that says how they are read: plain, in one frame, in several."""
    for path in sorted((ROOT / "spool" / "samples").glob("*.jsonl")):
        content = path.read_bytes()[:3000]
        half = len(content) // 2
        skippable = struct.pack("<II", 0x184D2A5B, 4) + b"note"
        for flags in (0, 2):
            yield bytes([flags | 1]) + content
            yield bytes([flags]) + compressed(content)
            yield bytes([flags]) + compressed(content, "--no-check", "-1")
            yield bytes([flags]) + compressed(content[:half]) + skippable + compressed(content[half:]) + compressed(b"")
    yield b"\x01\xef\xbb\xbf{}\r\n\r\n \n{}"
    yield b"\x01" + b"x" * 40 + b"\r\n" + "é".encode() * 20


def safetensors():
    """Files with tensors of several kinds."""
    for tensors in (
        {},
        {"a": ("F32", [2, 3], 24)},
        {"a": ("F16", [3], 6), "b": ("BF16", [], 2), "c": ("I8", [0, 5], 0), "d": ("U8", [4], 4)},
        {"embeddings.word": ("F64", [2], 16), "é\n": ("BOOL", [1], 1)},
    ):
        begin, header = 0, {"__metadata__": {"format": "pt"}}
        for name, (element, shape, size) in tensors.items():
            header[name] = {"dtype": element, "shape": shape, "data_offsets": [begin, begin + size]}
            begin += size
        text = json.dumps(header).encode()
        yield struct.pack("<Q", len(text)) + text + bytes(range(begin))


def main():
    target, directory = sys.argv[1:]
    seeds = {"lines": lines, "reader": files, "safetensors": safetensors}[target]
    for number, seed in enumerate(seeds()):
        (pathlib.Path(directory) / f"seed-{number:03}").write_bytes(seed)


main()
