"""A headless Chromium of its own, spoken to over a pipe in the DevTools protocol: no driver, no port.

    with browser.Browser() as chromium:
        page = chromium.open(path_of_a_page)
        page.evaluate("document.title")

Every page counts what it asks of the network and what it writes to its console.
"""

import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
# No step of a test takes longer; a browser that hangs fails its test, not the machine.
LIMIT_SECONDS = 60
KEYS = {
    "Enter": (13, "\r"), "Tab": (9, ""), " ": (32, " "), "ArrowRight": (39, ""),
    "ArrowLeft": (37, ""), "ArrowDown": (40, ""), "Home": (36, ""), "End": (35, ""),
}  # fmt: skip


def program():
    """Where a Chromium is, or nothing."""
    named = os.environ.get("REHOME_CHROMIUM")
    if named:
        return named
    return next(filter(None, map(shutil.which, NAMES)), None)


class Browser:
    def __init__(self):
        self._directory = tempfile.mkdtemp(prefix="rehome-chromium-")
        command_read, command_write = _pipe()
        answer_read, answer_write = _pipe()
        # fmt: off
        flags = ["--headless", "--remote-debugging-pipe", "--no-first-run", "--disable-gpu",
                 "--disable-dev-shm-usage", "--disable-background-networking", "--no-proxy-server",
                 "--hide-scrollbars", "--disable-extensions", f"--user-data-dir={self._directory}"]
        # fmt: on
        # Root has no sandbox of Chromium's; the only page is one of ours, and it loads nothing.
        flags += ["--no-sandbox"] if os.geteuid() == 0 else []

        def connect():
            os.dup2(command_read, 3)
            os.dup2(answer_write, 4)

        self._process = subprocess.Popen(
            [program(), *flags, "about:blank"], pass_fds=(3, 4), preexec_fn=connect,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={"PATH": os.environ["PATH"], "HOME": self._directory, "LANG": "C.UTF-8"},
        )  # fmt: skip
        os.close(command_read)
        os.close(answer_write)
        self._to, self._from = command_write, answer_read
        self._buffer = b""
        self._number = 0
        self.events = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.kill()
        self._process.wait()
        os.close(self._to)
        os.close(self._from)
        shutil.rmtree(self._directory, ignore_errors=True)

    def open(self, path, *, width=1280, height=900, dark=False, script=True):
        """Opens the file in a tab of its own and waits until its script has run."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = Page(self, session, target)
        for domain in ("Page", "Runtime", "Network", "Log"):
            page.call(f"{domain}.enable")
        if not script:
            page.call("Emulation.setScriptExecutionDisabled", value=True)
        page.resize(width, height)
        page.dark(dark)
        page.call("Page.setLifecycleEventsEnabled", enabled=True)
        began = time.monotonic()
        loader = page.call("Page.navigate", url=f"file://{path}")["loaderId"]
        # That of about:blank may come late.
        page.wait_for("Page.lifecycleEvent", name="load", loaderId=loader)
        page.load_seconds = time.monotonic() - began
        return page

    def call(self, method, session=None, **parameters):
        self._number += 1
        number = self._number
        message = {"id": number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        self._send(json.dumps(message).encode() + b"\0")
        end = time.monotonic() + LIMIT_SECONDS
        while True:
            answer = self._read(end)
            if answer.get("id") != number:
                self.events.append(answer)
                continue
            if "error" in answer:
                raise AssertionError(f"{method}: {answer['error']}")
            return answer["result"]

    def read_event(self, end):
        self.events.append(self._read(end))

    def _send(self, data):
        while data:
            data = data[os.write(self._to, data) :]

    def _read(self, end):
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._from], [], [], max(0, end - time.monotonic()))
            if not ready:
                raise AssertionError("Chromium does not answer")
            piece = os.read(self._from, 1 << 20)
            if not piece:
                raise AssertionError("Chromium has ended")
            self._buffer += piece
        message, self._buffer = self._buffer.split(b"\0", 1)
        return json.loads(message)


class Page:
    def __init__(self, browser, session, target):
        self._browser = browser
        self._session = session
        self._target = target
        self.load_seconds = 0.0

    def call(self, method, **parameters):
        return self._browser.call(method, self._session, **parameters)

    def close(self):
        self._browser.call("Target.closeTarget", targetId=self._target)

    def evaluate(self, expression):
        """The value of an expression, a promise's when it comes."""
        result = self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in result:
            raise AssertionError(f"{expression[:200]}: {result['exceptionDetails']}")
        return result["result"].get("value")

    def timed(self, expression):
        """Milliseconds until the page has done it and is laid out anew."""
        return self.evaluate(
            "(async () => { const begin = performance.now(); " + expression + "; "
            "document.body.offsetHeight; "
            "return performance.now() - begin; })()"
        )

    def wait_until(self, expression):
        end = time.monotonic() + LIMIT_SECONDS
        while not self.evaluate(expression):
            if time.monotonic() > end:
                raise AssertionError(f"never true: {expression}")
            time.sleep(0.02)

    def press(self, key, shift=False):
        code, text = KEYS.get(key, (0, key))
        base = {"key": key, "windowsVirtualKeyCode": code, "modifiers": 8 if shift else 0}
        self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **base)
        self.call("Input.dispatchKeyEvent", type="keyUp", **base)

    def write(self, text):
        self.call("Input.insertText", text=text)

    def resize(self, width, height):
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=False,
        )  # fmt: skip

    def dark(self, on):
        feature = {"name": "prefers-color-scheme", "value": "dark" if on else "light"}
        self.call("Emulation.setEmulatedMedia", features=[feature])

    def screenshot(self, path, whole=True):
        shot = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        with open(path, "wb") as file:
            file.write(base64.b64decode(shot["data"]))

    def requests(self):
        """Addresses that the page asked for, but for itself."""
        asked = self._of("Network.requestWillBeSent")
        return [it["request"]["url"] for it in asked][1:]

    def complaints(self):
        """What went wrong in it: exceptions, errors and warnings of console, log and policy."""
        told = [it["exceptionDetails"] for it in self._of("Runtime.exceptionThrown")]
        told += [it["entry"] for it in self._of("Log.entryAdded")]
        told += [it for it in self._of("Runtime.consoleAPICalled")]
        return told

    def wait_for(self, event, **wanted):
        end = time.monotonic() + LIMIT_SECONDS
        while not any(wanted.items() <= it.items() for it in self._of(event)):
            self._browser.read_event(end)

    def _of(self, method):
        return [
            it["params"]
            for it in self._browser.events
            if it.get("method") == method and it.get("sessionId") == self._session
        ]


def _pipe():
    """Two ends above the numbers that Chromium wants for its own."""
    ends = os.pipe()
    moved = tuple(fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in ends)
    for end in ends:
        os.close(end)
    return moved
