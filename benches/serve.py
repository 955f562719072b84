#!/usr/bin/env python3
"""CPU a request of the combined feed, against nginx serving the same bytes as files, in one run.

cargo build --release && python3 benches/serve.py target/release/tintinh [feeds | growth SMALL LARGE]

Needs nginx and wrk (Debian). Loopback only. Prints microseconds of CPU a request of either and the ratio,
for 304, gzip and plain; the median of interleaved rounds. With `feeds` it asks for a thousand feeds instead, as a hundred
subscribers of each do every minute, and prints how much of one core that takes. With `growth` it serves two stores that
`cargo bench --bench store -- make DIR COUNT` made (1,000 and 1,000,000 articles) and prints what the larger one costs more.
"""
import gzip, http.server, os, pathlib, re, signal, socket, statistics, subprocess, sys, tempfile, threading, time, urllib.request

ARTICLES, ROUNDS, SECONDS, CONNECTIONS = 120, 5, 3, 16

# A thousand feeds (sources in three formats each), a hundred subscribers each, every minute.
SOURCES, FORMATS, SUBSCRIBERS, INTERVAL = 334, ("atom", "rss", "json"), 100, 60
# Of the requests, how many find nothing new: a department publishes some two articles a day, a reader asks 1,440 times.
UNCHANGED = 0.9
TICK = os.sysconf("SC_CLK_TCK")


class Site(http.server.BaseHTTPRequestHandler):
    """A department with a listing of articles of some four kilobytes of text."""

    def do_GET(self):
        if self.path == "/tin":
            rows = "".join(f"<li class=row><a href='/{n}.html'>Thông báo số {n}</a> <span class=date>22/11/2021</span></li>" for n in range(ARTICLES))
            body = f"<!doctype html><meta charset=utf-8><title>Tin</title><ul>{rows}</ul>"
        elif self.path == "/robots.txt":
            body = ""
        else:
            text = "".join(f"<p>Đoạn {n} của {self.path}: các đơn vị liên quan căn cứ chức năng, nhiệm vụ tổ chức thực hiện.</p>" for n in range(30))
            body = f"<!doctype html><meta charset=utf-8><title>x</title><h1>Thông báo {self.path}</h1><div class=date>22/11/2021 08:30</div><div class=body>{text}</div>"
        self.answer(body)

    def answer(self, body):
        data = body.encode()
        self.send_response(200)
        self.send_header("content-type", "text/html; charset=utf-8")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def cpu_seconds(pids):
    total = 0
    for pid in pids:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICK


def get(url, headers={}):
    request = urllib.request.Request(url, headers=headers)
    try:
        with urllib.request.urlopen(request) as response:
            return response.status, response.headers, response.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def load(url, headers, pids):
    """Requests answered and CPU spent while wrk asks."""
    before = cpu_seconds(pids)
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s"] + [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    said = subprocess.run(command + [url], capture_output=True, text=True, check=True).stdout
    answered = int(re.search(r"(\d+) requests in", said).group(1))
    assert "Socket errors" not in said, said
    return (cpu_seconds(pids) - before) / answered * 1e6


class Departments(http.server.BaseHTTPRequestHandler):
    """Many small departments at one address: a listing of five articles each."""

    def do_GET(self):
        if self.path.startswith("/tin/"):
            source = self.path.split("/")[2]
            rows = "".join(f"<li class=row><a href='/bai/{source}/{n}.html'>Thông báo số {n}</a> <span class=date>22/11/2021</span></li>" for n in range(5))
            body = f"<!doctype html><meta charset=utf-8><title>Tin</title><ul>{rows}</ul>"
        elif self.path == "/robots.txt":
            body = ""
        else:
            text = "".join(f"<p>Đoạn {n} của {self.path}: các đơn vị liên quan căn cứ chức năng, nhiệm vụ tổ chức thực hiện.</p>" for n in range(10))
            body = f"<!doctype html><meta charset=utf-8><title>x</title><h1>Thông báo {self.path}</h1><div class=date>22/11/2021 08:30</div><div class=body>{text}</div>"
        Site.answer(self, body)

    log_message = Site.log_message


def configuration(own, source, sources):
    recipe = '[source.listing.html]\nitem = "li.row"\nlink = "a"\ndate = ".date"\n[[source.recipe]]\ntitle = "h1"\npublished = ".date"\nbody = ".body"\n'
    return (
        f'[server]\nlisten = "127.0.0.1:{own}"\n[store]\nmin_free = "1 MB"\n[fetch]\nper_host_gap = "0s"\nallow_private = ["{source}"]\n'
        '[defaults]\nschedule = "0 0 0 1 1 *"\n' + "".join(f'[[source]]\nid = "{id}"\nurl = "http://{source}{path}"\n{recipe}' for id, path in sources)
    )


def serving(own, path, is_full):
    """Waits until a feed is there as it should be."""
    until = time.time() + 300
    while True:
        try:
            if is_full(get(f"http://127.0.0.1:{own}{path}")[2]):
                return
        except OSError:
            pass
        assert time.time() < until, "the feed does not fill"
        time.sleep(0.5)


# Each thread asks for feeds in turn, mostly with the tag it was given before.
SCRIPT = """
local addresses, tags, unchanged = {}, {}, %s
for line in io.lines("%s") do
  local address, tag = line:match("^(%%S+) (%%S+)$")
  addresses[#addresses + 1] = address; tags[#tags + 1] = tag
end
function request()
  local at = math.random(#addresses)
  local headers = { ["Accept-Encoding"] = "gzip" }
  if math.random() < unchanged then headers["If-None-Match"] = tags[at] end
  return wrk.format("GET", addresses[at], headers)
end
"""


def a_thousand_feeds(tintinh):
    site = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Departments)
    threading.Thread(target=site.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        own = free_port()
        ids = [f"vi-du/so-{n}" for n in range(SOURCES)]
        text = configuration(own, f"127.0.0.1:{site.server_port}", [(id, f"/tin/{n}") for n, id in enumerate(ids)])
        (folder / "config.toml").write_text(text)
        daemon = subprocess.Popen([tintinh, "--config", str(folder / "config.toml"), "run"], stderr=subprocess.DEVNULL)
        try:
            for id in ids:
                serving(own, f"/sources/{id}/feed.atom", lambda feed: feed.count(b"<entry>") == 5)
            lines, sizes = [], []
            for id in ids:
                for extension in FORMATS:
                    path = f"/sources/{id}/feed.{extension}"
                    _, headers, body = get(f"http://127.0.0.1:{own}{path}", {"Accept-Encoding": "gzip"})
                    lines.append(f"{path} {headers['ETag']}")
                    sizes.append(len(body))
            (folder / "feeds").write_text("\n".join(lines) + "\n")
            (folder / "mix.lua").write_text(SCRIPT % (UNCHANGED, folder / "feeds"))
            time.sleep(2)
            rounds = []
            for _ in range(ROUNDS):
                before = cpu_seconds([daemon.pid])
                command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "-s", str(folder / "mix.lua"), f"http://127.0.0.1:{own}"]
                said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
                answered = int(re.search(r"(\d+) requests in", said).group(1))
                assert "Socket errors" not in said and "Non-2xx" not in said.replace("Non-2xx or 3xx responses: 0", ""), said
                rounds.append((cpu_seconds([daemon.pid]) - before) / answered)
            cost = statistics.median(rounds)
            rate = len(lines) * SUBSCRIBERS / INTERVAL
            print(f"{len(lines)} feeds ({statistics.mean(sizes):.0f} bytes compressed) x {SUBSCRIBERS} subscribers, each every {INTERVAL} s: {rate:.0f} requests/s")
            print(f"{UNCHANGED:.0%} of them 304: {cost * 1e6:.1f} µs CPU a request, {cost * rate:.3f} of one core   (wanted: at most 1)")
        finally:
            daemon.send_signal(signal.SIGTERM)
            daemon.wait(60)


def over_a_store(tintinh, folder, cases):
    """Microseconds of CPU a request of each case, over a store that is there; archives and an index are made beside it."""
    own = free_port()
    text = pathlib.Path(folder, "config.toml").read_text().replace('listen = "127.0.0.1:0"', f'listen = "127.0.0.1:{own}"')
    config = pathlib.Path(folder, "serve.toml")
    config.write_text(text)
    daemon = subprocess.Popen([tintinh, "--config", str(config), "run"], stderr=subprocess.DEVNULL)
    try:
        serving(own, "/feed.atom", lambda feed: feed.count(b"<entry>") >= 100)
        # What was not followed yet (archives, index) is followed first.
        quiet = cpu_seconds([daemon.pid])
        while True:
            time.sleep(3)
            now = cpu_seconds([daemon.pid])
            if now - quiet < 0.1:
                break
            quiet = now
        tag = get(f"http://127.0.0.1:{own}/feed.atom", {"Accept-Encoding": "gzip"})[1]["ETag"]
        costs = {}
        for name, (path, headers) in cases.items():
            headers = {key: value.replace("TAG", tag) for key, value in headers.items()}
            rounds = [load(f"http://127.0.0.1:{own}{path}", headers, [daemon.pid]) for _ in range(ROUNDS)]
            costs[name] = statistics.median(rounds)
        return costs
    finally:
        daemon.send_signal(signal.SIGTERM)
        daemon.wait(120)


def growth(tintinh, small, large):
    gzip_ = {"Accept-Encoding": "gzip"}
    cases = {"304": ("/feed.atom", {"If-None-Match": "TAG", **gzip_}), "gzip": ("/feed.atom", gzip_), "plain": ("/feed.atom", {}), "newest": ("/", {})}
    a, b = over_a_store(tintinh, small, cases), over_a_store(tintinh, large, cases)
    for name in cases:
        print(f"{name:6} small store {a[name]:8.1f} µs   large store {b[name]:8.1f} µs   ratio {b[name] / a[name]:.2f}   (wanted: at most 1.1)")


def main():
    tintinh = os.path.abspath(sys.argv[1])
    if sys.argv[2:] == ["feeds"]:
        return a_thousand_feeds(tintinh)
    if sys.argv[2:3] == ["growth"]:
        return growth(tintinh, *sys.argv[3:])
    site = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=site.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        folder.chmod(0o755)
        own, static = free_port(), free_port()
        (folder / "config.toml").write_text(configuration(own, f"127.0.0.1:{site.server_port}", [("vi-du/so-cong-thuong", "/tin")]))
        daemon = subprocess.Popen([tintinh, "--config", str(folder / "config.toml"), "run"], stderr=subprocess.DEVNULL)
        nginx = None
        try:
            feed = f"http://127.0.0.1:{own}/feed.atom"
            serving(own, "/feed.atom", lambda feed: feed.count(b"<entry>") >= 100)
            time.sleep(3)
            _, headers, plain = get(feed)
            _, gzip_headers, compressed = get(feed, {"Accept-Encoding": "gzip"})
            assert gzip.decompress(compressed) == plain
            root = folder / "root"
            root.mkdir()
            (root / "feed.atom").write_bytes(plain)
            (root / "feed.atom.gz").write_bytes(compressed)
            (folder / "nginx.conf").write_text(
                f"worker_processes 2; pid {folder}/nginx.pid; error_log /dev/null; daemon off; user root;\nevents {{ worker_connections 1024; }}\n"
                f"http {{ access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000; types {{ application/atom+xml atom; }}\n"
                f"server {{ listen 127.0.0.1:{static}; root {root}; gzip_static on; }} }}\n"
            )
            nginx = subprocess.Popen(["nginx", "-c", str(folder / "nginx.conf")], stderr=subprocess.DEVNULL)
            time.sleep(1)
            workers = [int(pid) for pid in subprocess.run(["pgrep", "-P", str(nginx.pid)], capture_output=True, text=True).stdout.split()]
            file = f"http://127.0.0.1:{static}/feed.atom"
            _, file_headers, _ = get(file, {"Accept-Encoding": "gzip"})
            cases = {
                "304": ({"If-None-Match": gzip_headers["ETag"], "Accept-Encoding": "gzip"}, {"If-None-Match": file_headers["ETag"], "Accept-Encoding": "gzip"}),
                "gzip": ({"Accept-Encoding": "gzip"},) * 2,
                "plain": ({},) * 2,
            }
            print(f"feed: {len(plain)} bytes, {len(compressed)} compressed, {plain.count(b'<entry>')} entries")
            for name, (ours, theirs) in cases.items():
                assert get(feed, ours)[0] == get(file, theirs)[0] == (304 if name == "304" else 200)
                rounds = [(load(feed, ours, [daemon.pid]), load(file, theirs, workers)) for _ in range(ROUNDS)]
                a, b = (statistics.median(side) for side in zip(*rounds))
                print(f"{name:6} tintinh {a:8.1f} µs   nginx {b:8.1f} µs   ratio {a / b:.2f}   (wanted: at most 1.25)")
        finally:
            for process in filter(None, (daemon, nginx)):
                process.send_signal(signal.SIGTERM)
                process.wait(30)


if __name__ == "__main__":
    main()
