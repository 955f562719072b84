#!/usr/bin/env python3
"""What pages and searches cost in a running daemon, however many articles it holds.

    python3 benches/newsroom.py http://127.0.0.1:8080/ PID [INDEX_FOLDER]

For each kind of page: CPU of one request alone (median and p99 over many different pages of the
kind, from the scheduler's clock of the daemon's threads), and CPU a request and p99 of the wait
with 100 readers at once. Then the same for searches. Last, the size of the index against the raw
text, as the API hands it out, of a sample of articles.
"""

import glob
import json
import os
import random
import statistics
import sys
import threading
import time
import urllib.parse
import urllib.request

BASE, PID = sys.argv[1].rstrip("/"), int(sys.argv[2])
READERS, REQUESTS, ALONE = 100, 1000, 150


def get(path):
    with urllib.request.urlopen(BASE + path, timeout=120) as answer:
        return answer.read()


def cpu():
    """Nanoseconds that all threads of the daemon have run; a thread that ended takes its own along."""
    total = 0
    for file in glob.glob(f"/proc/{PID}/task/*/schedstat"):
        try:
            total += int(open(file).read().split()[0])
        except FileNotFoundError:
            pass
    return total


def p(values, part):
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


def alone(paths):
    spent = []
    for path in paths:
        before = cpu()
        get(path)
        spent.append((cpu() - before) / 1e6)
    return spent


def together(paths):
    waits, lock, todo = [], threading.Lock(), iter(paths)

    def reader():
        while True:
            with lock:
                path = next(todo, None)
            if path is None:
                return
            began = time.monotonic()
            get(path)
            with lock:
                waits.append((time.monotonic() - began) * 1e3)

    before = cpu()
    readers = [threading.Thread(target=reader) for _ in range(READERS)]
    [one.start() for one in readers]
    [one.join() for one in readers]
    return (cpu() - before) / 1e6 / len(waits), p(waits, 0.99)


def report(name, paths):
    paths = list(paths)
    get(paths[0])
    spent = alone(paths[:ALONE])
    mean, wait = together((paths * (REQUESTS // len(paths) + 1))[:REQUESTS])
    print(f"{name:12} alone: CPU p50 {p(spent, .5):7.2f} ms  p99 {p(spent, .99):7.2f} ms   "
          f"100 readers: CPU {mean:7.2f} ms a page, p99 wait {wait:8.1f} ms", flush=True)


random.seed(8)
head = json.loads(get("/api/v1/head"))
print(f"{head['articles']} articles, seq {head['seq']}")
sources = [source["id"] for source in json.loads(get("/api/v1/sources"))["sources"]]
places = ["/"]
articles = []
listed = json.loads(get("/api/v1/articles?limit=500"))
days = [article["published"][:10] for article in listed["articles"] if article["published"]]
first = json.loads(get("/api/v1/changes?after=0&limit=1"))["changes"][0]
for _ in range(ALONE):
    seq = random.randrange(head["seq"])
    change = json.loads(get(f"/api/v1/changes?after={seq}&limit=1"))["changes"][0]
    articles.append(change["article"])
cursor, cursors = listed["next"], []
while cursor and len(cursors) < ALONE:
    cursors.append(cursor)
    cursor = json.loads(get("/api/v1/articles?limit=500&cursor=" + cursor))["next"]
words = "cấp nước|đất đai|kế hoạch|thu hồi|thông báo|hội nghị|quyết định|đầu tư|y tế|giáo dục|giao thông|môi trường|tuyển dụng|bình thuận|lâm đồng".split("|")
questions = words + [f"{a} {b}" for a in words for b in words if a < b][:60] + [f'"{word}"' for word in words] + [f"{word} is:edited" for word in words]
questions = [urllib.parse.quote(question) for question in questions]

report("newest", places * ALONE)
report("older", (f"/?before={cursor}" for cursor in cursors or [""]))
report("filtered", (f"/?source={source}" for source in sources[:ALONE] or [""]))
report("edited", ["/?kind=edited"] * ALONE)
report("article", (f"/articles/{article}" for article in articles))
report("changes", ["/changes"] * ALONE)
report("today", ["/today"] * ALONE)
report("sources", (f"/sources?from={start}" for start in range(0, max(len(sources), 1), 60)))
report("source", (f"/sources/{source}/" for source in sources[:ALONE]))
report("search", (f"/search?q={question}" for question in questions))
report("search best", (f"/search?sort=best&q={question}" for question in questions))

waits = []
for question in questions * 3:
    began = time.monotonic()
    get(f"/api/v1/search?limit=10&q={question}")
    waits.append((time.monotonic() - began) * 1e3)
print(f"search of the API, one after the other: p50 {statistics.median(waits):.1f} ms, p99 {p(waits, .99):.1f} ms")

if len(sys.argv) > 3:
    index = sum(os.path.getsize(os.path.join(folder, name)) for folder, _, names in os.walk(sys.argv[3]) for name in names)
    sizes = []
    for article in articles:
        reading = json.loads(get(f"/api/v1/articles/{article}"))
        sizes.append(len((reading["title"] + "\n" + (reading["text"] or "")).encode()))
    raw = statistics.mean(sizes) * head["articles"]
    print(f"index {index / 1e6:.0f} MB, raw text about {raw / 1e6:.0f} MB: {index / raw:.2f} x")
