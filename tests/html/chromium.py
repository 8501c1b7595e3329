"""Chromium without a window, driven by the DevTools protocol over a pipe.

Needs nothing but Python and Chromium: requests and answers are JSON, each
ended by a 0 byte, on the descriptors 3 and 4 of the browser.  All waiting is
bounded.  What the page logs as an error, throws, or is forbidden by its
policy is kept in `complaints`; what it asks of the network in `requests`.
"""

import base64
import json
import os
import selectors
import shutil
import subprocess
import tempfile
import time

PATIENCE = 180  # seconds for one answer, on a machine that is busy


def find():
    """The browser's program, or None."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        path = shutil.which(name)
        if path:
            return path
    return None


class Trouble(Exception):
    """The browser did not do what it was asked."""


class Browser:
    """A browser with one page."""

    def __init__(self, program):
        self.profile = tempfile.mkdtemp()
        self.serial = 0
        self.buffer = b""
        self.events = []
        self.complaints = []
        self.requests = []
        self.session = None
        to_read, self.out = os.pipe()
        self.into, to_write = os.pipe()
        self.process = self._launch(program, to_read, to_write)
        os.close(to_read)
        os.close(to_write)
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.into, selectors.EVENT_READ)
        self._attach()

    def _launch(self, program, to_read, to_write):
        environment = dict(os.environ, HOME=self.profile)
        environment.pop("LD_PRELOAD", None)

        # the descriptors 3 and 4 may be the pipes' own: go through others
        def places():
            reading = os.dup2(to_read, 103, inheritable=False)
            writing = os.dup2(to_write, 104, inheritable=False)
            os.dup2(reading, 3)
            os.dup2(writing, 4)

        return subprocess.Popen(
            [program, "--headless=new", "--no-sandbox", "--disable-gpu",
             "--disable-dev-shm-usage", "--no-first-run",
             "--disable-background-networking", "--disable-component-update",
             "--disable-extensions", "--hide-scrollbars", "--lang=en-US",
             "--force-color-profile=srgb", "--remote-debugging-pipe",
             "--user-data-dir=" + self.profile, "about:blank"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, env=environment, close_fds=False,
            preexec_fn=places)

    def _attach(self):
        target = self.send("Target.createTarget", url="about:blank",
                           _session=False)["targetId"]
        self.session = self.send("Target.attachToTarget", targetId=target,
                                 flatten=True, _session=False)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(domain + ".enable")

    def close(self):
        try:
            self.send("Browser.close", _session=False)
            self.process.wait(10)
        except (Trouble, OSError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()
        os.close(self.out)
        os.close(self.into)
        shutil.rmtree(self.profile, ignore_errors=True)

    def _message(self, until):
        while b"\0" not in self.buffer:
            if not self.selector.select(max(0, until - time.monotonic())):
                raise Trouble("the browser does not answer")
            piece = os.read(self.into, 1 << 20)
            if not piece:
                raise Trouble("the browser has ended")
            self.buffer += piece
        line, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(line)

    def _event(self, message):
        method = message.get("method")
        values = message.get("params", {})
        if method == "Runtime.exceptionThrown":
            self.complaints.append(json.dumps(values["exceptionDetails"]))
        elif method == "Runtime.consoleAPICalled":
            if values["type"] in ("error", "warning", "assert"):
                self.complaints.append(json.dumps(values["args"]))
        elif method == "Log.entryAdded":
            self.complaints.append(json.dumps(values["entry"]))
        elif method == "Page.javascriptDialogOpening":
            self.complaints.append("a dialog: " + values["message"])
        elif method == "Network.requestWillBeSent":
            self.requests.append(values["request"]["url"])
        self.events.append(method)

    def send(self, method, _session=True, **values):
        """Asks, and waits for the answer."""
        self.serial += 1
        request = {"id": self.serial, "method": method, "params": values}
        if _session:
            request["sessionId"] = self.session
        os.write(self.out, json.dumps(request).encode() + b"\0")
        until = time.monotonic() + PATIENCE
        while True:
            message = self._message(until)
            if message.get("id") == self.serial:
                if "error" in message:
                    raise Trouble(method + ": " + str(message["error"]))
                return message["result"]
            self._event(message)

    def value(self, expression):
        """What an expression of JavaScript is in the page, as JSON has it."""
        answer = self.send("Runtime.evaluate", expression=expression,
                           returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise Trouble(expression + ": "
                          + json.dumps(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def wait(self, expression):
        """Until an expression is true."""
        until = time.monotonic() + PATIENCE
        while not self.value(expression):
            if time.monotonic() > until or self.complaints:
                raise Trouble("never came true: " + expression + " "
                              + str(self.complaints))
            time.sleep(0.05)

    def settle(self):
        """Until the page has drawn what it was going to draw."""
        self.value("new Promise(done => requestAnimationFrame(() => "
                   "requestAnimationFrame(() => done(true))))")

    def open(self, path, ready):
        self.complaints.clear()
        self.requests.clear()
        self.events.clear()
        self.send("Page.navigate", url="file://" + path)
        until = time.monotonic() + PATIENCE
        while "Page.loadEventFired" not in self.events:
            self._event(self._message(until))
        self.wait(ready)
        self.settle()

    def size(self, width, height, ratio=1):
        self.send("Emulation.setDeviceMetricsOverride", width=width,
                  height=height, deviceScaleFactor=ratio, mobile=False)
        self.settle()

    def scheme(self, name):
        self.send("Emulation.setEmulatedMedia", media="", features=[
            {"name": "prefers-color-scheme", "value": name},
            {"name": "prefers-reduced-motion", "value": "reduce"}])
        self.settle()

    def move(self, x, y):
        self.send("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
        self.settle()

    def click(self, x, y):
        self.move(x, y)
        for kind in ("mousePressed", "mouseReleased"):
            self.send("Input.dispatchMouseEvent", type=kind, x=x, y=y,
                      button="left", clickCount=1)
        self.settle()

    def key(self, name, text=None):
        code = {"Enter": 13, "Escape": 27, "Backspace": 8, "Tab": 9,
                "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39,
                "ArrowDown": 40}.get(name, 0)
        down = {"type": "keyDown", "key": name, "code": name,
                "windowsVirtualKeyCode": code}
        if text:
            down["text"] = text
        self.send("Input.dispatchKeyEvent", **down)
        self.send("Input.dispatchKeyEvent", type="keyUp", key=name,
                  code=name, windowsVirtualKeyCode=code)
        self.settle()

    def picture(self, path, whole=True):
        """The page, or what can be seen of it, as PNG."""
        answer = self.send("Page.captureScreenshot",
                           captureBeyondViewport=whole)
        data = base64.b64decode(answer["data"])
        if path:
            with open(path, "wb") as f:
                f.write(data)
        return data

    def paper(self):
        """The page as PDF."""
        return base64.b64decode(self.send(
            "Page.printToPDF", preferCSSPageSize=True)["data"])
