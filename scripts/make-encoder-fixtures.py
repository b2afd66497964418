#!/usr/bin/env python3
"""Writes tiny random encoders with the answers that transformers gives, for the parity tests.

Usage: VENV/bin/python scripts/make-encoder-fixtures.py [DIRECTORY]

VENV needs torch, transformers 5 and safetensors. DIRECTORY is Tests/ModelsTests/Fixtures unless given. Every folder
holds a model as Hugging Face tools write it, and expected.json: token ids with the scores, probabilities, pooled
vectors and, for one model, the last hidden state. They are computed in float64 from the stored weights and rounded to
float32, so the same versions give the same bytes on every machine.
"""

import json
import math
import pathlib
import sys

import torch
import transformers
from safetensors.torch import save_file

VOCABULARY = 60
POSITIONS = 26
LENGTHS = [1, 2, 3, 7, 8, 15, 24]
TEXTS = ["a bad cab", "Abe, decade!", "face to face: 3 of 4", "zzz", "", "Fée — bead"]


def bert(**more):
    values = dict(vocab_size=VOCABULARY, hidden_size=24, num_hidden_layers=2, num_attention_heads=2,
                  intermediate_size=37, max_position_embeddings=POSITIONS, type_vocab_size=2)
    return values | more


def roberta(**more):
    return bert(type_vocab_size=1, layer_norm_eps=1e-5, pad_token_id=1, bos_token_id=0, eos_token_id=2) | more


def distilbert(**more):
    values = dict(vocab_size=VOCABULARY, dim=24, n_layers=2, n_heads=3, hidden_dim=41,
                  max_position_embeddings=POSITIONS)
    return values | more


def labels(*names):
    return dict(id2label=dict(enumerate(names)), label2id={name: i for i, name in enumerate(names)})


ENTITIES = labels("O", "B-PER", "I-PER", "B-LOC", "I-LOC")

# Name, class, configuration, and what is special about how it is stored.
MODELS = [
    ("bert-sequence", "BertForSequenceClassification", bert(**labels("good", "fair", "bad")),
     dict(pairs=True, tokenizer="wordpiece")),
    ("bert-tokens-f16", "BertForTokenClassification",
     bert(hidden_size=16, intermediate_size=33, **ENTITIES), dict(dtype=torch.float16, tokenizer="wordpiece")),
    ("bert-bare-sharded", "BertModel", bert(hidden_size=32, intermediate_size=64), dict(shards=3, hidden=True)),
    ("bert-masked-old-names", "BertForMaskedLM", bert(hidden_act="silu", num_attention_heads=3), dict(old_names=True)),
    ("bert-regression", "BertForSequenceClassification",
     bert(hidden_size=16, hidden_act="gelu_pytorch_tanh", problem_type="regression", **labels("score")),
     dict(pairs=True)),
    ("distilbert-sequence", "DistilBertForSequenceClassification",
     distilbert(activation="relu", **labels("no", "yes")), dict()),
    ("distilbert-tokens", "DistilBertForTokenClassification", distilbert(n_heads=2, **ENTITIES), dict()),
    ("roberta-sequence", "RobertaForSequenceClassification",
     roberta(hidden_act="gelu_new", **labels("low", "middle", "high")), dict(tokenizer="bpe")),
    ("xlm-roberta-multi-label", "XLMRobertaForSequenceClassification",
     roberta(problem_type="multi_label_classification", num_attention_heads=3,
             **labels("sport", "money", "art", "law")), dict()),
    ("xlm-roberta-tokens", "XLMRobertaForTokenClassification", roberta(hidden_size=16, **ENTITIES), dict()),
    ("electra-sequence", "ElectraForSequenceClassification",
     bert(embedding_size=12, **labels("no", "yes")), dict(pairs=True)),
    ("electra-tokens-bf16", "ElectraForTokenClassification",
     bert(embedding_size=24, num_attention_heads=3, **ENTITIES), dict(dtype=torch.bfloat16)),
    ("sentence-mean", "BertModel", bert(hidden_size=32, num_attention_heads=2, intermediate_size=51),
     dict(pooling="mean", normalise=True, limit=20, tokenizer="wordpiece")),
    ("sentence-cls", "RobertaModel", roberta(hidden_size=16), dict(pooling="cls", normalise=False)),
    ("sentence-max", "DistilBertModel", distilbert(n_heads=2), dict(pooling="max", normalise=True)),
]


def randomise(model, generator):
    """Gives every weight a value that makes a difference: no gain is 1, no bias 0, no attention uniform."""
    for name, value in sorted(model.state_dict().items()):
        if not value.is_floating_point():
            continue
        noise = torch.randn(value.shape, generator=generator, dtype=torch.float32)
        is_norm = "norm" in name.lower()
        if is_norm and name.endswith("weight"):
            noise = 1 + 0.3 * noise
        elif value.dim() == 1:
            noise = 0.2 * noise
        elif "embeddings." in name:
            noise = 0.8 * noise
        else:
            sharpening = 1.8 if any(part in name for part in ("query", "key", "q_lin", "k_lin")) else 1.2
            noise = noise * sharpening / math.sqrt(value.shape[1])
        value.copy_(noise)


def store(model, folder, options):
    dtype = options.get("dtype", torch.float32)
    state = {}
    for name, value in sorted(model.state_dict().items()):
        # The decoder of a masked language model is tied to the embeddings, and stored once.
        if name == "cls.predictions.decoder.weight" or name == "cls.predictions.decoder.bias":
            continue
        if options.get("old_names"):
            name = name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta")
        state[name] = value.to(dtype).contiguous() if value.is_floating_point() else value
    metadata = {"format": "pt"}
    shards = options.get("shards")
    if not shards:
        save_file(state, folder / "model.safetensors", metadata)
        return
    names = list(state)
    places = {}
    for index in range(shards):
        file = f"model-{index + 1:05}-of-{shards:05}.safetensors"
        part = {name: state[name] for name in names[index::shards]}
        save_file(part, folder / file, metadata)
        places |= {name: file for name in part}
    total = sum(value.numel() * value.element_size() for value in state.values())
    write_json(folder / "model.safetensors.index.json",
               {"metadata": {"total_size": total}, "weight_map": dict(sorted(places.items()))})


def write_json(path, value):
    path.write_text(json.dumps(value, indent=1, sort_keys=False, ensure_ascii=False) + "\n")


def write_sentence_files(folder, width, options):
    modules = [("", "Transformer"), ("1_Pooling", "Pooling")]
    if options["normalise"]:
        modules.append(("2_Normalize", "Normalize"))
    write_json(folder / "modules.json", [
        {"idx": i, "name": str(i), "path": path, "type": f"sentence_transformers.models.{kind}"}
        for i, (path, kind) in enumerate(modules)])
    (folder / "1_Pooling").mkdir()
    flags = dict(cls="cls_token", mean="mean_tokens", max="max_tokens")
    write_json(folder / "1_Pooling" / "config.json", {"word_embedding_dimension": width} | {
        f"pooling_mode_{flag}": options["pooling"] == mode for mode, flag in flags.items()} | {
        "pooling_mode_mean_sqrt_len_tokens": False})
    if "limit" in options:
        write_json(folder / "sentence_bert_config.json", {"max_seq_length": options["limit"], "do_lower_case": False})


def wordpiece(folder):
    """A WordPiece tokenizer over few letters, by tokenizer.json as transformers writes it."""
    letters = "abcdefotz"
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + list(letters) + ["##" + letter for letter in letters]
    words += list("0123456789") + list(".,:!?-'") + ["ab", "bad", "face", "##ab", "##ce", "of", "to", "dec", "##ade"]
    assert len(words) <= VOCABULARY
    from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
    vocabulary = {word: i for i, word in enumerate(words)}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]", max_input_chars_per_word=100))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS]:0 $A:0 [SEP]:0", pair="[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    tokenizer.add_special_tokens(words[:5])
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    (folder / "vocab.txt").write_text("\n".join(words) + "\n")
    write_json(folder / "tokenizer_config.json", {
        "tokenizer_class": "BertTokenizer", "do_lower_case": True, "model_max_length": POSITIONS - 2,
        "cls_token": "[CLS]", "sep_token": "[SEP]", "pad_token": "[PAD]", "unk_token": "[UNK]",
        "mask_token": "[MASK]"})
    return tokenizer


def byte_pairs(folder):
    """A byte-level BPE tokenizer, whose kind is recognised."""
    from tokenizers import Tokenizer, models, pre_tokenizers
    words = ["<s>", "<pad>", "</s>", "<unk>"] + list("abcdefghij") + ["ab", "cd"]
    tokenizer = Tokenizer(models.BPE({word: i for i, word in enumerate(words)}, [("a", "b"), ("c", "d")]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    write_json(folder / "tokenizer_config.json", {"tokenizer_class": "RobertaTokenizer",
                                                  "model_max_length": int(1e30)})


def sequences(model, options, generator, tokenizer):
    """Token ids, and token types and texts where there are some."""
    config = model.config
    is_offset = config.model_type in ("roberta", "xlm-roberta")
    longest = options.get("limit", POSITIONS - 2 if is_offset or tokenizer else POSITIONS)
    first = config.pad_token_id + 1 if is_offset else 0
    cases = []
    for length in [length for length in LENGTHS if length < longest] + [longest]:
        ids = torch.randint(first, VOCABULARY, (length,), generator=generator).tolist()
        cases.append(dict(ids=ids))
        if options.get("pairs") and length > 2:
            cut = length // 2
            cases.append(dict(ids=ids, types=[0] * cut + [1] * (length - cut)))
    if is_offset:
        cases.append(dict(ids=[0, 5, 1, 9, 1, 1, 30, 2]))
    for text in TEXTS if options.get("tokenizer") == "wordpiece" else []:
        cases.append(dict(text=text, ids=tokenizer.encode(text).ids))
    return cases


def rounded(tensor):
    return [float(f"{value:.9g}") for value in tensor.to(torch.float32).flatten().tolist()]


def pooled(hidden, options):
    pooling = options.get("pooling", "mean")
    vector = dict(mean=hidden.mean(0), cls=hidden[0], max=hidden.max(0).values)[pooling]
    if options.get("normalise", True):
        vector = torch.nn.functional.normalize(vector, dim=0, eps=1e-12)
    return vector


def answer(model, case, options):
    inputs = dict(input_ids=torch.tensor([case["ids"]]), attention_mask=torch.ones(1, len(case["ids"]), dtype=torch.long))
    if "types" in case:
        inputs["token_type_ids"] = torch.tensor([case["types"]])
    name = type(model).__name__
    if not name.endswith("Classification"):
        body = model if name.endswith("Model") else model.base_model
        hidden = body(**inputs).last_hidden_state[0]
        more = dict(hidden=rounded(hidden)) if options.get("hidden") else {}
        return more | dict(embedding=rounded(pooled(hidden, options)))
    logits = model(**inputs).logits[0]
    kind = model.config.problem_type
    if kind == "regression":
        return dict(logits=rounded(logits))
    probabilities = logits.sigmoid() if kind == "multi_label_classification" else logits.softmax(-1)
    return dict(logits=rounded(logits), probabilities=rounded(probabilities))


def make(root, seed, name, kind, values, options):
    folder = root / name
    folder.mkdir()
    generator = torch.Generator().manual_seed(seed)
    model_class = getattr(transformers, kind)
    config = model_class.config_class(**values)
    config.architectures = [kind]
    config._attn_implementation = "eager"
    model = model_class(config).eval()
    randomise(model, generator)
    model.tie_weights()
    config.save_pretrained(folder)
    store(model, folder, options)
    if "pooling" in options:
        write_sentence_files(folder, config.hidden_size, options)
    makers = dict(wordpiece=wordpiece, bpe=byte_pairs)
    tokenizer = makers[options["tokenizer"]](folder) if "tokenizer" in options else None
    # Answers belong to the weights as they are stored.
    model = model.to(options.get("dtype", torch.float32)).to(torch.float64)
    cases = [case | answer(model, case, options) for case in sequences(model, options, generator, tokenizer)]
    lines = ",\n".join(json.dumps(case, ensure_ascii=False, separators=(",", ":")) for case in cases)
    (folder / "expected.json").write_text(
        '{"transformers":"%s","cases":[\n%s\n]}\n' % (transformers.__version__, lines))


def main():
    here = pathlib.Path(__file__).resolve().parent.parent
    root = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else here / "Tests/ModelsTests/Fixtures"
    root.mkdir(parents=True, exist_ok=True)
    torch.set_grad_enabled(False)
    torch.set_num_threads(1)
    for seed, (name, kind, values, options) in enumerate(MODELS):
        if (root / name).exists():
            sys.exit(f"{root / name} exists; remove it first")
        make(root, seed, name, kind, values, options)
    size = sum(file.stat().st_size for file in root.rglob("*") if file.is_file())
    print(f"{len(MODELS)} models, {size} bytes in {root}")


main()
