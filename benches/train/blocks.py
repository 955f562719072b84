"""Learns which blocks of a page belong to its article, and writes the trees as Rust constants.

    TINTINH_WCXB=… cargo run --release --example block_features /tmp/features
    pip install lightgbm==4.7.0 rapidfuzz
    TINTINH_WCXB=… python3 benches/train/blocks.py /tmp/features src/scrape/article/readable/weights.rs

Learns from the articles of WCXB (Murrough Foley, 2026, CC-BY-4.0) and nothing else.
Prints the word F1 of pages that no tree had seen (five folds), by which the settings were chosen.
"""

import collections
import json
import os
import re
import sys

import lightgbm
import numpy as np
from rapidfuzz.distance import LCSseq

COUNT = 108
ROUNDS = 70
LEAVES = 24
BORDER = 0.4


def words(text):
    return re.findall(r"\w+", text.lower())


def align(blocks, truth):
    """Share of each block's words that stand in the truth, in order and beside one another."""
    tokens, owner = [], []
    for at, block in enumerate(blocks):
        tokens += block["w"]
        owner += [at] * len(block["w"])
    ids = collections.defaultdict(lambda: len(ids))
    a, b = [ids[w] for w in tokens], [ids[w] for w in truth]
    if len(a) * len(b) > 150_000_000:  # memory of the alignment
        seen = collections.Counter(truth)
        return [sum(w in seen for w in block["w"]) / max(1, len(block["w"])) if len(block["w"]) > 6 else 0.0 for block in blocks]
    where = [-1] * len(a)
    for op in LCSseq.opcodes(a, b):
        if op.tag == "equal":
            for i in range(op.src_end - op.src_start):
                where[op.src_start + i] = op.dest_start + i
    shares, start = [], 0
    for block in blocks:
        n = len(block["w"])
        own = where[start : start + n]
        start += n
        good = 0
        for i, to in enumerate(own):
            beside = (i > 0 and own[i - 1] == to - 1) or (i + 1 < n and own[i + 1] == to + 1) or n == 1
            good += to >= 0 and beside
        shares.append(good / n if n else 0.0)
    return shares


def load(folder):
    truth = {}
    for line in open(os.path.join(os.environ["TINTINH_WCXB"], "truth.jsonl")):
        row = json.loads(line)
        truth[row["id"]] = words(row["text"])
    pages, at = [], 0
    numbers = np.fromfile(os.path.join(folder, "numbers.f32"), dtype="<f4").reshape(-1, COUNT)
    for line in open(os.path.join(folder, "blocks.jsonl")):
        page = json.loads(line)
        page["blocks"] = [{"w": words(text)} for text in page["blocks"]]
        n = len(page["blocks"])
        page["x"] = numbers[at : at + n]
        at += n
        page["truth"] = truth[page["id"]]
        page["share"] = np.array(align(page["blocks"], page["truth"]))
        page["y"] = (page["share"] >= 0.6).astype(int)
        length = np.array([len(block["w"]) for block in page["blocks"]], dtype=float)
        # Every page counts alike, long blocks more; a block far longer than the truth does not drown it.
        page["weight"] = (np.minimum(length, 300) + 2.0) / max(60.0, len(page["truth"])) * 100
        page["weight"] = np.minimum(page["weight"], 60)
        pages.append(page)
    return pages


def f1(page, kept):
    got = collections.Counter(w for block, keep in zip(page["blocks"], kept) if keep for w in block["w"])
    want = collections.Counter(page["truth"])
    both = sum((got & want).values())
    if both == 0:
        return 0.0, 0.0, 0.0
    p, r = both / sum(got.values()), both / sum(want.values())
    return 2 * p * r / (p + r), p, r


def train(pages):
    settings = dict(
        objective="binary", num_leaves=LEAVES, learning_rate=0.12, min_data_in_leaf=60, feature_fraction=0.5, bagging_fraction=0.8,
        bagging_freq=1, lambda_l2=5.0, max_bin=127, verbose=-1, num_threads=2, seed=7, min_sum_hessian_in_leaf=20.0,
    )
    data = lightgbm.Dataset(
        np.concatenate([p["x"] for p in pages]), np.concatenate([p["y"] for p in pages]), weight=np.concatenate([p["weight"] for p in pages])
    )
    return lightgbm.train(settings, data, ROUNDS)


def folds(pages, count=5):
    """By host, so that no site is on both sides."""
    hosts = {}
    rows = {json.loads(l)["id"]: json.loads(l)["url"] for l in open(os.path.join(os.environ["TINTINH_WCXB"], "truth.jsonl"))}
    out = []
    for page in pages:
        host = rows[page["id"]].split("/")[2].removeprefix("www.")
        out.append(hosts.setdefault(host, len(hosts)) % count)
    return np.array(out)


def trees_as_rust(model):
    nodes, roots = [], []

    def walk(node):
        at = len(nodes)
        if "leaf_value" in node:
            nodes.append(f"l({node['leaf_value']:.4f})")
            return
        nodes.append(None)
        walk(node["left_child"])
        right = len(nodes)
        walk(node["right_child"])
        threshold = np.float32(node["threshold"])
        absent_left = node["default_left"] if node["missing_type"] == "NaN" else 0.0 <= node["threshold"]
        nodes[at] = f"n({node['split_feature']}, {str(bool(absent_left)).lower()}, {threshold:.6g}_f32, {right})".replace("_f32", "" if "." in f"{threshold:.6g}" or "e" in f"{threshold:.6g}" else ".0")

    for tree in model.dump_model()["tree_info"]:
        roots.append(len(nodes))
        walk(tree["tree_structure"])
    lines = []
    for i in range(0, len(nodes), 8):
        lines.append("    " + ", ".join(nodes[i : i + 8]) + ",")
    roots = ", ".join(map(str, roots))
    body = "\n".join(lines)
    return f"/// Nodes of all trees.\n#[rustfmt::skip]\n#[expect(clippy::approx_constant, reason = \"a learned border that happens to lie near one\")]\npub static NODES: &[Node] = &[\n{body}\n];\n\n/// Where its trees begin.\n#[rustfmt::skip]\npub static ROOTS: &[u16] = &[{roots}];\n"


def main():
    pages = load(sys.argv[1])
    print("best possible with these blocks:", np.array([f1(p, p["y"]) for p in pages]).mean(axis=0).round(4), "pages", len(pages))
    fold = folds(pages)
    unseen = [None] * len(pages)
    for k in range(5):
        model = train([page for page, own in zip(pages, fold) if own != k])
        for i in np.flatnonzero(fold == k):
            unseen[i] = model.predict(pages[i]["x"])
    for border in (0.3, 0.35, 0.4, 0.45, 0.5):
        print("unseen, border", border, "F1 P R", np.array([f1(p, s > border) for p, s in zip(pages, unseen)]).mean(axis=0).round(4))
    per = np.array([f1(p, s > BORDER) for p, s in zip(pages, unseen)])
    for i in per[:, 0].argsort()[:20]:
        print(pages[i]["id"], per[i].round(3))
    if len(sys.argv) > 2:
        with open(sys.argv[2], "w") as out:
            out.write("//! Weights of the learned judge of blocks, written by `benches/train/blocks.py`.\n//! Learned from the articles of WCXB (Murrough Foley, 2026, CC-BY-4.0).\n\nuse crate::scrape::article::readable::forest::{Node, l, n};\n\n")
            out.write(trees_as_rust(train(pages)))


if __name__ == "__main__":
    main()
