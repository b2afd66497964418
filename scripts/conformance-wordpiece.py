#!/usr/bin/env python3
"""Writes texts with the ids and offsets that the tokenizers library gives them, for conformance-wordpiece.sh.

For each tokenizer variant, OUT/<variant>/tokenizer.json and OUT/<variant>/cases.bin. A case is, in little-endian
32-bit numbers: the length of the text in bytes, the text, the number of pieces, and an id, a start and an end each.

Usage: conformance-wordpiece.py DATA WORKLOADS_OR_NONE TOKENIZER_JSON OUT [RANDOM_STRINGS [VARIANT...]]
"""
import array
import json
import pathlib
import random
import subprocess
import sys
import tarfile
import tempfile

from tokenizers import Tokenizer

CODE_POINTS = [c for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF]


def jsonl(path):
    raw = subprocess.run(["zstd", "-dcq", path], check=True, capture_output=True).stdout
    return [json.loads(line)["text"] for line in raw.splitlines() if line.strip()]


def archive(path):
    with tempfile.TemporaryDirectory() as folder:
        raw = subprocess.run(["zstd", "-dcq", path], check=True, capture_output=True).stdout
        tar = pathlib.Path(folder) / "a.tar"
        tar.write_bytes(raw)
        with tarfile.open(tar) as members:
            return {m.name: members.extractfile(m).read() for m in members if m.isfile()}


def corpus(data):
    texts = jsonl(data / "udhr_first12.jsonl.zst")
    naughty = archive(data / "naughty_strings.tar.zst")
    texts += json.loads(naughty["blns.json"])
    for name in ("utf8", "naughty_strings", "sentencepiece_text"):
        for content in archive(data / f"{name}.tar.zst").values():
            lossy = content.decode("utf-8", "replace")
            texts += lossy.split("\n")
            if len(content) < 1_000_000:
                texts.append(lossy)
    return texts


def code_points():
    for c in CODE_POINTS:
        yield chr(c)
        yield "Wo" + chr(c) + "rd"


def random_texts(count, contents, vocabulary):
    """Texts that mix scripts, marks, blanks and the spellings of tokens."""
    rng = random.Random(20240229)
    blocks = [(0x20, 0x7F), (0x20, 0x7F), (0, 0x20), (0x80, 0x250), (0x300, 0x370), (0x300, 0x370), (0x370, 0x530),
              (0x590, 0x700), (0x900, 0xE00), (0xE00, 0x1000), (0x1100, 0x1200), (0x1AB0, 0x1B00), (0x1DC0, 0x1F00),
              (0x1F00, 0x2000), (0x2000, 0x2070), (0x20D0, 0x2100), (0x2100, 0x2300), (0x3000, 0x3100),
              (0x4E00, 0xA000), (0xAC00, 0xD7A4), (0xF900, 0xFB00), (0xFB00, 0xFE30), (0xFE30, 0x10000),
              (0x10000, 0x11000), (0x11000, 0x12000), (0x1D100, 0x1D200), (0x1E000, 0x1F000), (0x1F300, 0x1FA00),
              (0x20000, 0x30000), (0xE0000, 0xE0200), (0x16FE0, 0x17000), (0x302A, 0x3030)]
    marks = "\u0301\u0323\u0345\u0327\u302e\u302f\U0001d165\U0001d16d\U0001d172\U00016ff0\u0344\u0f73\u1dfa\u09be"
    words = [w[2:] if w.startswith("##") else w for w in vocabulary]
    for _ in range(count):
        parts = []
        favourites = rng.sample(blocks, 3)
        for _ in range(rng.randrange(1, 14)):
            kind = rng.random()
            if kind < 0.45:
                low, high = rng.choice(favourites)
                parts.append("".join(chr(rng.randrange(low, high)) for _ in range(rng.randrange(1, 6))))
            elif kind < 0.6:
                parts.append("".join(rng.choice(marks) for _ in range(rng.randrange(1, 5))))
            elif kind < 0.75:
                parts.append(rng.choice([" ", " ", "\t", "\n", "\u00a0", "\u3000", "\u200b", "\x85", "  "]))
            elif kind < 0.87:
                word = rng.choice(words)
                parts.append(rng.choice([word, word.upper(), word.capitalize()]))
            elif kind < 0.98:
                content = rng.choice(contents)
                parts.append(rng.choice([content, content, content, content.lower(), content[:-1], content[1:]]))
            else:
                parts.append(rng.choice(words)[:1] * rng.randrange(90, 120))
        text = "".join(parts)
        yield text.encode("utf-8", "replace").decode("utf-8")


EXTRA_TOKENS = [
    dict(content="<sep>", normalized=False), dict(content="[SEP]x", normalized=False, rstrip=True),
    dict(content="Wörld", normalized=True), dict(content="new york", normalized=True, single_word=True),
    dict(content="中国", normalized=True, lstrip=True), dict(content="<l>", normalized=False, lstrip=True),
    dict(content="<r>", normalized=False, rstrip=True), dict(content="<lr>", normalized=True, lstrip=True, rstrip=True),
    dict(content="solo", normalized=False, single_word=True), dict(content="Hé", normalized=True),
    dict(content="the", normalized=False), dict(content="theatre", normalized=False),
    dict(content="<both>", normalized=False, lstrip=True, rstrip=True), dict(content="가", normalized=True),
    dict(content="ing", normalized=True, single_word=True),
]


def added(document):
    """The document with tokens of every property, and a low limit for words."""
    changed = json.loads(json.dumps(document))
    base = dict(single_word=False, lstrip=False, rstrip=False, normalized=True, special=False)
    changed["added_tokens"] += [{**base, "id": 40000 + i, **token} for i, token in enumerate(EXTRA_TOKENS)]
    changed["model"]["max_input_chars_per_word"] = 20
    return changed


def of_characters(document):
    """The document with a piece for every character of two planes, so that each has its own offsets."""
    changed = json.loads(json.dumps(document))
    special = [token["content"] for token in changed["added_tokens"]]
    characters = [chr(c) for c in CODE_POINTS if c < 0x20000]
    pieces = special + characters + ["##" + c for c in characters]
    changed["model"]["vocab"] = {piece: number for number, piece in enumerate(pieces)}
    changed["post_processor"] = None
    return changed


def variants(document):
    """The tokenizer as it is, and with other options, added tokens and pieces."""
    yield "as-is", document, True
    combinations = [
        ("cased", dict(lowercase=False, strip_accents=None)), ("lower-accents", dict(strip_accents=False)),
        ("cased-stripped", dict(lowercase=False, strip_accents=True)),
        ("whole-chinese", dict(handle_chinese_chars=False)),
        ("unclean", dict(clean_text=False)),
        ("bare", dict(clean_text=False, handle_chinese_chars=False, strip_accents=False, lowercase=False)),
    ]
    for name, options in combinations:
        changed = json.loads(json.dumps(document))
        changed["normalizer"].update(options)
        yield name, changed, True
    for name, options in (
        ("added", {}), ("added-cased", dict(lowercase=False)), ("added-unclean", dict(clean_text=False)),
    ):
        changed = added(document)
        changed["normalizer"].update(options)
        yield name, changed, False
    characters = of_characters(document)
    yield "characters", characters, True
    yield "characters-added", added(characters), False
    characters["normalizer"].update(strip_accents=False, handle_chinese_chars=False)
    yield "characters-accented", characters, False
    changed = json.loads(json.dumps(document))
    changed["normalizer"] = None
    changed["model"]["continuing_subword_prefix"] = "s"
    changed["post_processor"] = None
    yield "no-normalizer", changed, False


def write_cases(tokenizer, texts, path):
    texts = [t for t in texts]
    with open(path, "wb") as out:
        for start in range(0, len(texts), 20000):
            batch = texts[start:start + 20000]
            for text, encoding in zip(batch, tokenizer.encode_batch(batch, add_special_tokens=False)):
                content = text.encode()
                ids = encoding.ids
                numbers = array.array("I", [len(ids)])
                for token, (first, end) in zip(ids, encoding.offsets):
                    numbers.extend((token, first, end))
                out.write(len(content).to_bytes(4, "little") + content + numbers.tobytes())
    return len(texts)


def main():
    data, workloads, tokenizer_json, out = sys.argv[1:5]
    data, out = pathlib.Path(data), pathlib.Path(out)
    count = int(sys.argv[5]) if len(sys.argv) > 5 else 100_000
    data = data / "conformance" if (data / "conformance").is_dir() else data
    document = json.loads(pathlib.Path(tokenizer_json).read_text(encoding="utf-8"))
    document["truncation"] = document["padding"] = None
    texts = corpus(data)
    if workloads != "none":
        for path in sorted(pathlib.Path(workloads).glob("*.jsonl.zst")):
            texts += jsonl(path)
    singles = list(code_points())
    wanted = sys.argv[6:]
    for name, changed, is_exhaustive in variants(document):
        if wanted and name not in wanted:
            continue
        folder = out / name
        folder.mkdir(parents=True)
        content = json.dumps(changed, ensure_ascii=False)
        (folder / "tokenizer.json").write_text(content, encoding="utf-8")
        tokenizer = Tokenizer.from_str(content)
        contents = [t["content"] for t in changed["added_tokens"]]
        cases = texts + list(random_texts(count, contents, list(changed["model"]["vocab"])))
        if is_exhaustive:
            cases = cases + singles
        print(name, write_cases(tokenizer, cases, folder / "cases.bin"), "texts", flush=True)


main()
