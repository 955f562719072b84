"""Learns which group of links on a page is its listing, and prints the weights for `listing/auto/weight.rs`.

    pip install lxml==6.0.2 numpy scipy
    cargo build --release --example listing_looks
    TINTINH_WCXB=… python3 benches/train/listings.py target/release/examples/listing_looks /tmp/listings

Learns from made pages alone: every list of `tests/automatic/pages/*.txt` in every frame of theirs, the recordings of
`tests/sites`, and those lists in place of the article on pages of WCXB (Murrough Foley, 2026, CC-BY-4.0), without the
hosts held out. Prints the F1 of lists and frames of which the weights had seen neither.
"""

import copy
import glob
import gzip
import hashlib
import json
import os
import random
import re
import subprocess
import sys
from urllib.parse import urlparse

import numpy as np
from lxml import etree
from lxml import html as markup
from scipy.optimize import minimize

PAGES = "tests/automatic/pages"
URL = "https://court.vidu.example/decisions/"
SPREAD = 1e-3  # of the weights
TEXTS = ("offices", "traps", "later", "again", "world")


def lists(name):
    source = open(f"{PAGES}.rs").read()
    return re.findall(r'"((?:[^"\\]|\\.)*)"', re.search(rf"const {name}: &\[&str\] =\s*&\[(.*?)\];", source, re.S).group(1))


PARTIES, TOPICS, NEWS, MONTHS = map(lists, ("PARTIES", "TOPICS", "NEWS", "MONTHS"))


def filled(text, n, m):
    day, month = 1 + (n * 7 + m) % 28, (n + m) % 12
    of = lambda words: words[(n + 3 * m) % len(words)]
    values = {
        "{n}": str(n), "{nn}": f"{n:02}", "{m}": str(m), "{party}": of(PARTIES), "{topic}": of(TOPICS),
        "{tin}": f"{of(NEWS)} (đợt {n + m})", "{month}": MONTHS[month], "{Mon}": MONTHS[month][:3],
        "{american}": f"{MONTHS[month]} {day}, 2023", "{slashed}": f"{month + 1}/{day}/2023", "{vn}": f"{day:02}/{month + 1:02}/2023",
    }
    for name, value in values.items():
        text = text.replace(name, value)
    return text


def written(template, n=0, m=0):
    if "[[" not in template:
        return filled(template, n, m)
    before, rest = template.split("[[", 1)
    depth, end = 1, 0
    while depth:
        step = rest[end : end + 2]
        depth += (step == "[[") - (step == "]]")
        end += 2 if step in ("[[", "]]") else 1
    count, row = rest[: end - 2].split(" ", 1)
    return filled(before, n, m) + "".join(written(row, at, n) for at in range(1, int(count) + 1)) + written(rest[end:], n, m)


def rows(text):
    return [link.replace("&amp;", "&") for link in re.findall(r'href="\+([^"]*)"', text)]


def bare(text):
    return re.sub(r"\s+", " ", text or "").strip()


def templates():
    frames, bodies = {}, []
    for text in TEXTS:
        for part in open(f"{PAGES}/{text}.txt").read().split("\n== ")[1:]:
            head, body = part.split("\n", 1)
            if head.startswith("frame "):
                frames[f"{text}.{head[6:]}"] = body
            else:
                bodies.append((head.split(": ", 1)[1], body))
    return frames, bodies


def made(frames, bodies):
    for frame, around in frames.items():
        for name, body in bodies:
            text = written(around.replace("{list}", body))
            yield {"frame": frame, "list": name, "url": URL, "html": text.replace('href="+', 'href="'), "links": rows(text)}


def recorded():
    for folder in sorted(glob.glob("tests/sites/*/*/")):
        if os.path.exists(folder + "listing.html") and os.path.exists(folder + "expected.json"):
            listing = json.load(open(folder + "expected.json"))["listing"]
            html = open(folder + "listing.html", encoding="utf-8", errors="replace").read()
            yield {"frame": folder, "list": folder, "url": listing["url"], "html": html, "links": listing["links"], "weight": 20.0}


def is_held_out(url):
    value = 7
    for byte in (urlparse(url).hostname or "").encode():
        value = (value * 31 + byte) & 0xFFFFFFFF
    return value % 5 == 0


def body_of(tree, text):
    """The smallest element that holds most paragraphs of the article."""
    body = tree.find("body")
    paragraphs = [bare(line)[:60] for line in text.split("\n") if len(bare(line)) > 80][:12]
    chains = []
    for paragraph in paragraphs if body is not None else []:
        element = body
        if paragraph not in bare(element.text_content()):
            continue
        while len(inner := [child for child in element if isinstance(child.tag, str) and paragraph in bare(child.text_content())]) == 1:
            element = inner[0]
        chains.append([element, *element.iterancestors()])
    if len(chains) < 3:
        return None
    holder = next((one for one in chains[0] if sum(one in chain for chain in chains) >= 0.8 * len(chains)), None)
    return None if holder is None or holder.tag in ("html", "body", "p") else holder


def replaced(folder, bodies, a_page=3):
    """Pages of the world with a list where their article was."""
    random.seed(4)
    order = random.sample(bodies, len(bodies))
    at = 0
    for line in open(f"{folder}/truth.jsonl"):
        truth = json.loads(line)
        if is_held_out(truth["url"]):
            continue
        raw = gzip.open(f"{folder}/pages/{truth['id']}.html.gz").read().decode("utf-8", "replace")
        whole = markup.document_fromstring(raw.encode(), parser=markup.HTMLParser(encoding="utf-8"))
        holder = body_of(whole, truth["text"])
        if holder is None:
            continue
        path = whole.getroottree().getpath(holder)
        for _ in range(a_page):
            name, body = order[at % len(order)]
            at += 1
            scale = random.choice([1, 1, 0.3, 2.5])
            body = re.sub(r"\[\[(\d+) ", lambda found: f"[[{max(2, round(int(found.group(1)) * scale))} ", body, count=1)
            text = written(body)
            tree = copy.deepcopy(whole)
            place(tree, tree.getroottree().xpath(path)[0], text, truth["title"] or "")
            url = f"https://{urlparse(truth['url']).netloc}/decisions/"
            html = etree.tostring(tree, encoding="unicode", method="html")
            yield {"frame": "wcxb " + truth["id"], "list": name, "url": url, "html": html, "links": rows(text), "weight": 3.0}


def place(tree, holder, text, title):
    headings = list(tree.iter("h1"))
    inside = [heading for heading in headings if holder in heading.iterancestors()]
    for heading in headings:
        if heading not in inside and bare(title)[:20].lower() in bare(heading.text_content()).lower():
            heading[:] = []
            heading.text = "Decisions"
    if inside or not headings:
        text = "<h1>Decisions</h1>" + text
    holder[:] = []
    holder.text = None
    holder.append(markup.fragment_fromstring(text.replace('href="+', 'href="'), create_parent="div"))
    if (named := tree.find(".//title")) is not None:
        named.text = "Decisions | Site"


def fit(pages):
    """Weights that make the group with the best rows the likeliest one."""
    looks, right = np.concatenate([page[1] for page in pages]), np.concatenate([page[2] for page in pages])
    owner = np.concatenate([[at] * len(page[2]) for at, page in enumerate(pages)])
    starts = np.r_[0, np.flatnonzero(np.diff(owner)) + 1]
    share = np.array([page[3] for page in pages])
    share /= share.sum()

    def loss(weights):
        score = looks @ weights
        likely = np.exp(score - np.maximum.reduceat(score, starts)[owner])
        likely /= np.add.reduceat(likely, starts)[owner]
        mean = np.add.reduceat(likely * right, starts)
        kept = np.maximum(mean, 1e-4)
        slope = looks.T @ ((share / kept)[owner] * likely * (right - mean[owner]))
        return -(share * np.log(kept)).sum() + SPREAD * weights @ weights, 2 * SPREAD * weights - slope

    return minimize(loss, np.zeros(looks.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 500}).x


def mean(pages, weights):
    return np.mean([right[np.argmax(looks @ weights)] for _, looks, right, _ in pages]) if pages else float("nan")


def part(text, count):
    return int(hashlib.md5(text.encode()).hexdigest(), 16) % count


def main():
    reader, folder = sys.argv[1:3]
    os.makedirs(folder, exist_ok=True)
    frames, bodies = templates()
    names, pages = [], []
    with open(f"{folder}/pages.jsonl", "w") as out:
        for page in (*made(frames, bodies), *recorded(), *replaced(os.environ["TINTINH_WCXB"], bodies)):
            page["name"] = f"{page['frame']} / {page['list']}"
            out.write(json.dumps(page) + "\n")
    with open(f"{folder}/looks.jsonl", "w") as out:
        subprocess.run([reader, f"{folder}/pages.jsonl"], stdout=out, check=True)
    for line in open(f"{folder}/looks.jsonl"):
        page = json.loads(line)
        if groups := page["groups"]:
            looks, right = np.array([look for _, look in groups]), np.array([f1 for f1, _ in groups])
            names.append((page["frame"], page["list"]))
            pages.append((page["frame"].split(" ")[0], looks, right, page["weight"] or 1.0))
    able = lambda at: pages[at][2].max() > 0.05
    unseen = []
    for a in range(5):
        for b in range(3):
            apart = lambda at: (part(names[at][1], 5) == a, part(names[at][0], 3) == b)
            weights = fit([pages[at] for at in range(len(pages)) if not any(apart(at)) and able(at)])
            unseen += [(pages[at][0], mean([pages[at]], weights)) for at in range(len(pages)) if all(apart(at))]
    for kind in ("made", "tests", "wcxb"):
        of = lambda frame: "wcxb" if frame == "wcxb" else "tests" if frame.startswith("tests") else "made"
        print(f"{kind}: unseen {np.mean([f1 for frame, f1 in unseen if of(frame) == kind]):.3f}")
    weights = fit([page for at, page in enumerate(pages) if able(at)])
    print(f"all, seen: {mean(pages, weights):.3f}; with the best group always: {np.mean([page[2].max() for page in pages]):.3f}")
    print("const WEIGHTS: [f32; COUNT] = [" + ", ".join(f"{weight:.2f}" for weight in weights) + "];")


main()
