#!/usr/bin/env python3
"""How long a row that is visible on a listing takes to be in the combined feed, with the real daemon.

    benches/freshness.py TINTINH [SOURCES] [MINUTES] [STORE]

Serves SOURCES department sites on 127.x.y.z, a host each, polled once a minute by `TINTINH run`; each
publishes a row every quarter of an hour. A reader asks for /feed.atom twice a second. STORE is a folder
with `data` and `config.toml` (made by `cargo bench --bench store -- make`) to begin with: its sources are polled.
Prints percentiles of (in the feed - visible on the listing) less the poll gap, and the daemon's peak memory.
"""
import asyncio, os, random, re, shutil, signal, sys, tempfile, time, urllib.request

GAP, EVERY = 60, 900
PORT = random.randint(20000, 29999)

def host(n):
    n += 257
    return f"127.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}"

class Sites:
    def __init__(self, count):
        self.start = time.time()
        self.shift = [random.uniform(0, EVERY) for _ in range(count)]

    def appears(self, n, k):
        return self.start + self.shift[n] + k * EVERY

    def newest(self, n):
        return int((time.time() - self.start - self.shift[n]) // EVERY)

    def answer(self, path, head):
        parts = path.strip("/").split("/")
        if not parts[0].isdigit():
            return 404, b"", ""
        n = int(parts[0])
        if len(parts) == 1:
            newest = self.newest(n)
            tag = f'"{n}-{newest}"'
            if tag in head:
                return 304, b"", tag
            rows = "".join(f"<li class=row><a href='/{n}/{k}.html'>Thông báo số {k} của nguồn {n}</a></li>" for k in range(newest, max(-2, newest - 20), -1))
            return 200, f"<!doctype html><meta charset=utf-8><title>Tin</title><ul>{rows}<li class=row><a href='/{n}/gioi-thieu.html'>Giới thiệu đơn vị</a></li></ul>".encode(), tag
        name = parts[1].removesuffix(".html")
        day = time.strftime("%d/%m/%Y %H:%M")
        text = f"Nội dung thông báo {name} của nguồn {n}, các đơn vị liên quan tổ chức thực hiện."
        return 200, f"<!doctype html><meta charset=utf-8><title>t</title><h1>Thông báo {name} của nguồn {n}</h1><div class=date>{day}</div><div class=body><p>{text}</p></div>".encode(), f'"{n}-{name}"'

    async def serve(self, reader, writer):
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                status, body, tag = self.answer(head.split(" ", 2)[1], head)
                etag = f"ETag: {tag}\r\n" if tag else ""
                writer.write(f"HTTP/1.1 {status} X\r\nContent-Type: text/html; charset=utf-8\r\n{etag}Content-Length: {len(body)}\r\n\r\n".encode() + body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            writer.close()

def configure(folder, count, store):
    listing = '[source.listing.html]\nitem = "li.row"\nlink = "a"\ntitle = "a"\n[[source.recipe]]\ntitle = "h1"\npublished = ".date"\nbody = ".body"\n'
    head = f'[server]\nlisten = "127.0.0.1:0"\n[store]\nmin_free = "1 MB"\n[fetch]\nper_host_gap = "0s"\nallow_private = ["127.0.0.0/8:{PORT}"]\n[defaults]\nschedule = "0 * * * * *"\nrecheck = []\n'
    if store:
        known = re.findall(r'\[\[source\]\]\n(?:(?!\[\[source\]\])[\s\S])*', open(os.path.join(store, "config.toml")).read())[:count]
        blocks = [re.sub(r'url = ".*"', f'url = "http://{host(n)}:{PORT}/{n}/"', block) + listing for n, block in enumerate(known)]
        shutil.copytree(os.path.join(store, "data"), os.path.join(folder, "data"))
    else:
        blocks = [f'[[source]]\nid = "mo-phong/so-{n}"\nurl = "http://{host(n)}:{PORT}/{n}/"\n{listing}' for n in range(count)]
    open(os.path.join(folder, "config.toml"), "w").write(head + "".join(blocks))

def fetch(url):
    with urllib.request.urlopen(url, timeout=30) as answer:
        return answer.read().decode()

async def main():
    program, count, minutes = sys.argv[1], int((sys.argv + [2000])[2] if len(sys.argv) > 2 else 2000), float(sys.argv[3] if len(sys.argv) > 3 else 15)
    store = sys.argv[4] if len(sys.argv) > 4 else None
    folder = tempfile.mkdtemp(prefix="freshness.")
    configure(folder, count, store)
    sites, fed = Sites(count), {}
    server = await asyncio.start_server(sites.serve, "0.0.0.0", PORT, backlog=4096)
    daemon = await asyncio.create_subprocess_exec(program, "--config", os.path.join(folder, "config.toml"), "run", stderr=asyncio.subprocess.PIPE)
    base = None
    while base is None:
        line = (await daemon.stderr.readline()).decode()
        base = (re.search(r"serving feeds at (http://\S+/)", line) or [None, None])[1]
    async def drain():
        while await daemon.stderr.readline():
            pass
    draining = asyncio.create_task(drain())
    begun, opened = time.time(), time.time() - sites.start
    while time.time() - begun < minutes * 60:
        try:
            text = await asyncio.to_thread(fetch, base + "feed.atom")
        except OSError:  # A busy machine; the next answer counts.
            continue
        now = time.time()
        for n, k in re.findall(rf"http://127[\d.]+:{PORT}/(\d+)/(\d+)\.html", text):
            fed.setdefault((int(n), int(k)), now)
        await asyncio.sleep(0.5)
    peak = next(int(line.split()[1]) for line in open(f"/proc/{daemon.pid}/status") if line.startswith("VmHWM"))
    late, missing = [], 0
    settled = begun + 180
    for n in range(count):
        for k in range(sites.newest(n) + 1):
            visible = sites.appears(n, k)
            if visible < settled:
                continue
            if (n, k) in fed:
                late.append(fed[n, k] - visible - GAP)
            elif time.time() - visible > 2 * GAP:
                missing += 1
    daemon.send_signal(signal.SIGTERM)
    await daemon.wait()
    await draining
    server.close()
    shutil.rmtree(folder)
    late.sort()
    at = lambda share: late[min(len(late) - 1, int(len(late) * share))] if late else float("nan")
    print(f"{count} sources, polled every {GAP} s for {minutes} min; store opened after {opened:.1f} s")
    print(f"rows {len(late)}, missing {missing}; in the feed, beyond the poll gap: p50 {at(.5):.1f} s, p99 {at(.99):.1f} s, most {at(1):.1f} s")
    print(f"peak memory of the daemon {peak // 1000} MB")

asyncio.run(main())
