#!/usr/bin/env python3
"""Opens every page of the built book in Chromium, as a reader does, and says what is wrong with it.

    .ci/browser/check.py book/html

One browser and one tab, wide and narrow, in all themes. Chromium's DevTools protocol needs no driver and no package: the browser is
started with a pipe, and both sides write JSON messages that end in a zero byte (https://chromedevtools.github.io/devtools-protocol/).
"""

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlparse

HERE = Path(__file__).parent
# A desk and a telephone, in pixels, and the themes to look at there. Width changes no colour, so the rarer themes are seen once.
SIGHTS = {1280: ("light", "rust", "coal", "navy", "ayu"), 390: ("light", "navy")}
TELEPHONE = 390
# An answer that takes longer than this many seconds will not come.
PATIENCE = 120


class Browser:
    """One tab of a headless Chromium that may not reach the network."""

    def __init__(self, program, profile):
        # Chromium reads commands from file 3 and answers on file 4. Numbers from 10 on are in nobody's way.
        above = lambda ends: [fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in ends]
        (read_commands, self.commands), (self.answers, write_answers) = above(os.pipe()), above(os.pipe())
        flags = ["--headless", "--remote-debugging-pipe", f"--user-data-dir={profile}", "--no-first-run", "--disable-gpu",
                 "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update", "--disable-sync",
                 # Whatever asks for a host is refused, here and before any look-up of its name.
                 "--host-resolver-rules=MAP * ~NOTFOUND"]
        if os.geteuid() == 0:
            flags.append("--no-sandbox")  # Chromium refuses to start as root with it.
        self.process = subprocess.Popen(
            ["bash", "-c", f'exec "$0" "$@" 3<&{read_commands} 4>&{write_answers}', program, *flags],
            pass_fds=(read_commands, write_answers), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(read_commands)
        os.close(write_answers)
        self.unread, self.session, self.number = b"", None, 0
        self.faults, self.loaded = [], False
        tab = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=tab, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        # The page for printing opens the printer's dialogue, which nobody would close.
        self.call("Page.addScriptToEvaluateOnNewDocument", source="window.print = () => {}")

    def call(self, method, **params):
        """Sends a command and returns its answer."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.commands, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.receive()
            if answer.get("id") == self.number:
                if "error" in answer:
                    sys.exit(f"error: {method}: {answer['error']['message']}")
                return answer["result"]

    def receive(self):
        """The next message; if it tells of something that happened, that is noted."""
        signal.alarm(PATIENCE)
        while b"\0" not in self.unread:
            more = os.read(self.answers, 1 << 20)
            if not more:
                sys.exit("error: Chromium ended; start it by hand to see why: chromium --headless about:blank")
            self.unread += more
        signal.alarm(0)
        message, self.unread = self.unread.split(b"\0", 1)
        message = json.loads(message)
        self.note(message.get("method"), message.get("params"))
        return message

    def note(self, event, params):
        if event == "Page.loadEventFired":
            self.loaded = True
        elif event == "Network.requestWillBeSent":
            if urlparse(params["request"]["url"]).scheme not in ("file", "data", "blob"):
                self.faults.append(f"asks the network for {params['request']['url']}")
        elif event == "Runtime.exceptionThrown":
            details = params["exceptionDetails"]
            self.faults.append(f"script: {details.get('exception', details).get('description', details['text'])}")
        elif event == "Runtime.consoleAPICalled" and params["type"] in ("error", "assert"):
            words = [str(word.get("value", word.get("description"))) for word in params["args"]]
            self.faults.append(f"console: {' '.join(words)}")
        elif event == "Log.entryAdded" and params["entry"]["level"] == "error":
            self.faults.append(f"console: {params['entry']['text']} {params['entry'].get('url', '')}")

    def open(self, url, width):
        """Loads a page in a window of this width, to the end."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width == TELEPHONE)
        self.faults, self.loaded = [], False
        self.call("Page.navigate", url=url)
        while not self.loaded:
            self.receive()

    def evaluate(self, expression):
        """The value of JavaScript on the page."""
        answer = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True, userGesture=True)
        if "exceptionDetails" in answer:
            sys.exit(f"error: {answer['exceptionDetails']['exception'].get('description')}")
        return answer["result"].get("value")

    def look(self, themes):
        """All that is to be said of the open page in these themes (see page.js)."""
        found = self.evaluate(f"({(HERE / 'page.js').read_text()})({json.dumps(themes)})")
        found["faults"] += self.faults
        self.faults = []
        return found

    def type(self, words):
        for letter in words:
            self.call("Input.dispatchKeyEvent", type="keyDown", text=letter, key=letter)
            self.call("Input.dispatchKeyEvent", type="keyUp", key=letter)

    def close(self):
        self.process.terminate()
        self.process.wait(timeout=PATIENCE)


def search(browser, start):
    """Types a word into the search field and looks at what comes."""
    browser.open(start.as_uri(), 1280)
    browser.evaluate("document.getElementById('mdbook-search-toggle').click()")
    browser.type("gradient")
    results = browser.evaluate("""(async () => {
        const results = document.getElementById("mdbook-searchresults");
        for (let i = 0; i < 100 && !results.children.length; i++) await new Promise((soon) => setTimeout(soon, 50));
        return results.children.length;
    })()""")
    faults = browser.look(SIGHTS[1280])["faults"]
    return results, faults if results else ["nothing found", *faults]


def dead_links(pages):
    """Links to files that are not there and to places that their page does not have."""
    for page, (_, links) in pages.items():
        for link in sorted(links):
            address, place = urldefrag(link)
            if urlparse(address).scheme != "file":
                continue
            target = Path(unquote(urlparse(address).path))
            if not target.is_file():
                yield page, f"link to {target}, which is not there"
            elif place and target in pages and unquote(place) not in pages[target][0]:
                yield page, f"link to {target.name}#{place}, which that page does not have"


def check(browser, site):
    """The pages of a site, and all their faults: page and fault, and at which widths it was seen."""
    pages, faults = {}, {}
    for page in sorted(site.rglob("*.html")):
        ids, links = pages.setdefault(page, (set(), set()))
        for width, themes in SIGHTS.items():
            browser.open(page.as_uri(), width)
            found = browser.look(themes)
            ids.update(found["ids"])
            links.update(found["links"])
            for fault in found["faults"]:
                faults.setdefault((page, fault), []).append(f"{width} px")
    return pages, faults | {dead: [] for dead in dead_links(pages)}


def main():
    site = Path(sys.argv[1]).resolve()
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        sys.exit("error: no Chromium on this machine; install it (apt-get install chromium)")
    if not (site / "index.html").is_file():
        sys.exit(f"error: {site}: no book here; build it with `cargo run -p book`")
    signal.signal(signal.SIGALRM, lambda *_: sys.exit(f"error: Chromium has not answered for {PATIENCE} seconds"))
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = Browser(program, profile)
        try:
            # A check that finds nothing wrong is worth something only if it would have found it.
            _, known = check(browser, HERE / "broken")
            wanted = (HERE / "broken/faults.txt").read_text().splitlines()
            missed = [fault for fault in wanted if not any(fault in seen for _, seen in known)]
            if missed:
                sys.exit(f"error: the check no longer sees: {'; '.join(missed)}")
            pages, faults = check(browser, site)
            results, found = search(browser, site / "index.html")
            faults |= {(site / "index.html", f"search: {fault}"): [] for fault in found}
        finally:
            browser.close()
    for (page, fault), widths in faults.items():
        print(f"{page.relative_to(site)}: {fault}" + (f" [{', '.join(widths)}]" if widths else ""))
    print(f"{len(pages)} pages at {' and '.join(map(str, SIGHTS))} px; "
          f"{results} results for \"gradient\"; {len(faults)} faults; {len(wanted)} planted faults seen")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
