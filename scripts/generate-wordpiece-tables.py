#!/usr/bin/env python3
"""Writes Sources/Tokenizers/WordPiece/UnicodeTables.swift from what the tokenizers library does to every code point.

Each property is asked of the library itself, since its parts follow different versions of Unicode.

Usage: VENV/bin/python scripts/generate-wordpiece-tables.py OUTPUT
"""
import sys
import unicodedata

from tokenizers import AddedToken, Tokenizer, normalizers, pre_tokenizers
from tokenizers.models import WordPiece

CODE_POINTS = [c for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF]
HANGUL = range(0xAC00, 0xD7A4)
SPACES = {9, 10, 13}


def bert(**options):
    every = dict(clean_text=False, handle_chinese_chars=False, strip_accents=False, lowercase=False)
    return normalizers.BertNormalizer(**{**every, **options})


def alphabet(number):
    """A number in digits of five bits, the lowest first, each with a bit that says whether more follow."""
    out = ""
    while True:
        digit, number = number & 31, number >> 5
        out += chr(0x30 + (digit | (32 if number else 0)))
        if not number:
            return out


def zigzag(number):
    return number * 2 if number >= 0 else -number * 2 - 1


def runs(code_points):
    out = []
    for c in sorted(code_points):
        # Surrogates are never asked for, so a run may go on beyond them.
        if out and (out[-1][1] == c - 1 or (out[-1][1] == 0xD7FF and c == 0xE000)):
            out[-1][1] = c
        else:
            out.append([c, c])
    return out


def encode_ranges(code_points):
    out, last = "", 0
    for first, end in runs(code_points):
        out += alphabet(first - last) + alphabet(end - first)
        last = end
    return out


def encode_classes(classes):
    out, last = "", 0
    for value_run in class_runs(classes):
        first, end, value = value_run
        out += alphabet(first - last) + alphabet(end - first) + alphabet(value)
        last = end
    return out


def class_runs(classes):
    out = []
    for c in sorted(classes):
        if out and out[-1][1] == c - 1 and out[-1][2] == classes[c]:
            out[-1][1] = c
        else:
            out.append([c, c, classes[c]])
    return out


def encode_lowercase(mapping):
    """Runs of code points, one or two apart, that have the same distance to their lower case."""
    out, last, items = "", 0, sorted(mapping.items())
    while items:
        first, delta = items[0][0], items[0][1] - items[0][0]
        best = 1, 1
        for stride in (1, 2):
            count = 1
            while (count < len(items) and items[count][0] == first + count * stride
                   and items[count][1] - items[count][0] == delta):
                count += 1
            best = max(best, (count, stride))
        count, stride = best
        out += alphabet(first - last) + alphabet(count - 1) + alphabet(stride - 1) + alphabet(zigzag(delta))
        last = items[count - 1][0]
        items = items[count:]
    return out


def encode_decompositions(mapping):
    out, last, last_target = "", 0, 0
    for c in sorted(mapping):
        target = mapping[c]
        out += alphabet(c - last) + alphabet(len(target)) + alphabet(zigzag(target[0] - last_target))
        out += "".join(alphabet(t) for t in target[1:])
        last, last_target = c, target[0]
    return out


def combining_classes():
    """Code points move past marks of a higher class, and stay beside marks of their own."""
    nfd = normalizers.NFD().normalize_str

    def moves(char):
        return nfd(char) == char and nfd("a\u0345" + char + "\u0334") != "a\u0345" + char + "\u0334"

    marks = [c for c in CODE_POINTS if c not in HANGUL and moves(chr(c))]
    representatives = {}
    for c in marks:
        representatives.setdefault(unicodedata.combining(chr(c)), chr(c))
    out = {}
    for c in marks:
        char = chr(c)
        stays = [v for v, r in representatives.items() if nfd(r + char) == r + char and nfd(char + r) == char + r]
        assert len(stays) == 1, (hex(c), stays)
        out[c] = stays[0]
    return out


def word_characters():
    """What the regular expression \\w matches: a token that must stand alone is not found beside it."""
    tokenizer = Tokenizer(WordPiece({"[UNK]": 0}, unk_token="[UNK]"))
    tokenizer.add_tokens([AddedToken("q#q", single_word=True, normalized=False)])
    return [c for c in CODE_POINTS if tokenizer.encode(chr(c) + "q#q", add_special_tokens=False).ids[-1] == 0]


def swift(name, comment, text):
    lines = [text[i:i + 112] for i in range(0, len(text), 112)]
    body = "\n".join("        " + line for line in lines)
    return f'    /// {comment}\n    static let {name}: StaticString = #"""\n{body}\n        """#\n'


def main():
    clean, strip = bert(clean_text=True), bert(strip_accents=True)
    nfd, lower = normalizers.NFD(), normalizers.Lowercase()
    cut = pre_tokenizers.BertPreTokenizer().pre_tokenize_str
    pieces = {c: len(cut("a" + chr(c) + "a")) for c in CODE_POINTS}
    lowered = {c: lower.normalize_str(chr(c)) for c in CODE_POINTS}
    assert [c for c in CODE_POINTS if len(lowered[c]) != 1] == [0x130]
    decomposed = {c: nfd.normalize_str(chr(c)) for c in CODE_POINTS if c not in HANGUL}
    tables = [
        ("others", "What `clean_text` removes: controls, formats, private use.",
         encode_ranges(c for c in CODE_POINTS if clean.normalize_str(chr(c)) == "" and c not in (0, 0xFFFD))),
        ("spaces", "What separates words.", encode_ranges(c for c in CODE_POINTS if pieces[c] == 2)),
        ("punctuation", "What is a word of its own.", encode_ranges(c for c in CODE_POINTS if pieces[c] == 3)),
        ("marks", "Nonspacing marks, which `strip_accents` removes.",
         encode_ranges(c for c in CODE_POINTS if strip.normalize_str(chr(c)) == "")),
        ("wordCharacters", "What a token that must stand alone may not touch.", encode_ranges(word_characters())),
        ("combiningClasses", "Canonical combining classes other than 0.", encode_classes(combining_classes())),
        ("lowercase", "Lower case of one code point; U+0130 alone has two.",
         encode_lowercase({c: ord(l) for c, l in lowered.items() if len(l) == 1 and l != chr(c)})),
        ("decompositions", "Full canonical decompositions, Hangul syllables aside.",
         encode_decompositions({c: [ord(t) for t in d] for c, d in decomposed.items() if d != chr(c)})),
    ]
    with open(sys.argv[1], "w", encoding="utf-8") as out:
        out.write("// Written by scripts/generate-wordpiece-tables.py.\n\n")
        out.write("/// What the tokenizers library 0.23 knows of Unicode, as numbers in digits of five bits.\n")
        out.write("enum UnicodeTables {\n" + "\n".join(swift(*table) for table in tables) + "}\n")


main()
