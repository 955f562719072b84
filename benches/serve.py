#!/usr/bin/env python3
"""CPU a request of the combined feed, against nginx serving the same bytes as files, in one run.

cargo build --release && python3 benches/serve.py target/release/tintinh

Needs nginx and wrk (Debian). Loopback only. Prints microseconds of CPU a request of either and the ratio,
for 304, gzip and plain; the median of interleaved rounds.
"""
import gzip, http.server, os, pathlib, re, signal, socket, statistics, subprocess, sys, tempfile, threading, time, urllib.request

ARTICLES, ROUNDS, SECONDS, CONNECTIONS = 120, 5, 3, 16
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


def main():
    tintinh = os.path.abspath(sys.argv[1])
    site = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=site.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        folder.chmod(0o755)
        own, static = free_port(), free_port()
        source = f"127.0.0.1:{site.server_port}"
        (folder / "config.toml").write_text(
            f'[server]\nlisten = "127.0.0.1:{own}"\n[store]\nmin_free = "1 MB"\n[fetch]\nper_host_gap = "0s"\nallow_private = ["{source}"]\n'
            f'[defaults]\nschedule = "0 0 0 1 1 *"\n[[source]]\nid = "vi-du/so-cong-thuong"\nurl = "http://{source}/tin"\n'
            '[source.listing.html]\nitem = "li.row"\nlink = "a"\ndate = ".date"\n[[source.recipe]]\ntitle = "h1"\npublished = ".date"\nbody = ".body"\n'
        )
        daemon = subprocess.Popen([tintinh, "--config", str(folder / "config.toml"), "run"], stderr=subprocess.DEVNULL)
        nginx = None
        try:
            feed = f"http://127.0.0.1:{own}/feed.atom"
            until = time.time() + 120
            while True:
                try:
                    _, headers, plain = get(feed)
                    if plain.count(b"<entry>") >= 100:
                        break
                except OSError:
                    pass
                assert time.time() < until, "the feed does not fill"
                time.sleep(0.5)
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
