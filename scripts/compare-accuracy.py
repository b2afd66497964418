#!/usr/bin/env python3
"""Compares batchd's answers with torch's, for compare-accuracy.sh.

compare-accuracy.py torch-embed MODEL INPUT OUTPUT       embeddings by torch, one sorted batch after the other
compare-accuracy.py cosine REFERENCE OTHER               worst and mean cosine of two files of embeddings
compare-accuracy.py torch-classify MODEL INPUT OUTPUT    labels and probabilities by torch
compare-accuracy.py accuracy INPUT OUTPUT                share of records whose label is right
compare-accuracy.py torch-ner MODEL INPUT OUTPUT         entities by transformers' own pipeline
compare-accuracy.py span-f1 INPUT OUTPUT                 span F1, types mapped to those of the model
compare-accuracy.py slices INPUT OUTPUT                  whether every entity's word is the text between start and end
"""
import json
import sys

import numpy as np


def records(path):
    if path.endswith(".zst"):
        import io
        import zstandard
        stream = io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(open(path, "rb"), read_across_frames=True))
    else:
        stream = open(path)
    return [json.loads(line) for line in stream if line.strip()]


def write(path, rows):
    with open(path, "w") as out:
        for row in rows:
            out.write(json.dumps(row) + "\n")


def run_torch(model, tokenizer, texts, maximum, finish, batch=32):
    import torch
    torch.set_grad_enabled(False)
    order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
    results = [None] * len(texts)
    for start in range(0, len(order), batch):
        rows = order[start:start + batch]
        inputs = tokenizer([texts[i] for i in rows], padding=True, truncation=True, max_length=maximum,
                           return_tensors="pt")
        for row, value in zip(rows, finish(model(**inputs), inputs)):
            results[row] = value
    return results


def torch_embed(path, source, target):
    import torch
    from transformers import AutoModel, AutoTokenizer
    model = AutoModel.from_pretrained(path, dtype=torch.float32).eval()
    tokenizer = AutoTokenizer.from_pretrained(path)
    rows = records(source)

    def mean(output, inputs):
        mask = inputs["attention_mask"].unsqueeze(-1).float()
        pooled = (output.last_hidden_state * mask).sum(1) / mask.sum(1)
        return torch.nn.functional.normalize(pooled).numpy()

    maximum = min(512, model.config.max_position_embeddings)
    try:
        maximum = json.load(open(f"{path}/sentence_bert_config.json"))["max_seq_length"]
    except FileNotFoundError:
        pass
    values = run_torch(model, tokenizer, [row["text"] for row in rows], maximum, mean)
    write(target, ({"id": row["id"], "embedding": value.tolist()} for row, value in zip(rows, values)))


def torch_classify(path, source, target):
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer
    model = AutoModelForSequenceClassification.from_pretrained(path, dtype=torch.float32).eval()
    tokenizer = AutoTokenizer.from_pretrained(path)
    rows = records(source)
    values = run_torch(model, tokenizer, [row["text"] for row in rows], 512,
                       lambda output, _: torch.softmax(output.logits, -1).numpy())
    names = model.config.id2label
    write(target, ({"id": row["id"], "label": names[int(value.argmax())], "probability": float(value.max())}
                   for row, value in zip(rows, values)))


def torch_ner(path, source, target):
    import torch
    from transformers import pipeline
    run = pipeline("token-classification", model=path, aggregation_strategy="first", dtype=torch.float32)
    rows = records(source)
    with torch.no_grad():
        write(target, ({"id": row["id"], "entities": [
            {"entity_group": e["entity_group"], "start": int(e["start"]), "end": int(e["end"]),
             "score": float(e["score"]), "word": e["word"]} for e in run(row["text"])]} for row in rows))


def cosine(reference, other):
    a = {row["id"]: row["embedding"] for row in records(reference)}
    b = {row["id"]: row["embedding"] for row in records(other)}
    if a.keys() != b.keys():
        sys.exit(f"{len(a)} records against {len(b)}, {len(a.keys() ^ b.keys())} ids differ")
    x, y = (np.array([m[key] for key in a], np.float64) for m in (a, b))
    values = (x * y).sum(1) / np.linalg.norm(x, axis=1) / np.linalg.norm(y, axis=1)
    print(f"{len(values)} records, cosine: worst {values.min():.7f}, mean {values.mean():.7f}")


def accuracy(source, answers):
    labels = {row["id"]: row["label"] for row in records(source)}
    given = records(answers)
    if len(given) != len(labels):
        sys.exit(f"{len(labels)} records, {len(given)} answers")
    right = sum(labels[row["id"]] == row["label"] for row in given)
    print(f"{len(given)} records, {right} right, accuracy {100 * right / len(given):.3f}")


# wnut17's types in the words of a model of PER, LOC, ORG, MISC.
TYPES = {"person": "PER", "location": "LOC", "corporation": "ORG", "group": "ORG",
         "product": "MISC", "creative-work": "MISC"}


def span_f1(source, answers):
    gold = {(row["id"], e["start"], e["end"], TYPES.get(e["type"], e["type"]))
            for row in records(source) for e in row["entities"]}
    given = {(row["id"], e["start"], e["end"], e["entity_group"])
             for row in records(answers) for e in row["entities"]}
    right = len(gold & given)
    print(f"{len(gold)} spans, {len(given)} given, {right} right, F1 {200 * right / (len(gold) + len(given)):.3f}")


def slices(source, answers):
    texts = {row["id"]: row["text"] for row in records(source)}
    entities = [(row["id"], e) for row in records(answers) for e in row["entities"]]
    wrong = [e for key, e in entities if texts[key][e["start"]:e["end"]] != e["word"]]
    print(f"{len(entities)} entities, {len(wrong)} whose word is not the text at start and end")
    if wrong:
        sys.exit(1)


COMMANDS = {"torch-embed": torch_embed, "torch-classify": torch_classify, "torch-ner": torch_ner,
            "cosine": cosine, "accuracy": accuracy, "span-f1": span_f1, "slices": slices}

if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in COMMANDS:
        sys.exit(__doc__)
    COMMANDS[sys.argv[1]](*sys.argv[2:])
