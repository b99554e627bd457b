"""Chromium without a driver: its debugging protocol over two pipes, JSON messages that end in a zero byte."""

import asyncio
import base64
import itertools
import json
import os
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
    "--remote-debugging-pipe", "--no-first-run", "--hide-scrollbars",
)  # fmt: skip
PHONE = {"width": 360, "height": 740, "deviceScaleFactor": 2, "mobile": True}
DESK = {"width": 1100, "height": 800, "deviceScaleFactor": 1, "mobile": False}


def chromium() -> str | None:
    """The browser of this machine."""
    return next(
        (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
    )


class Page:
    """One tab. Scripts of pages are switched off; what tests ask is evaluated from outside."""

    def __init__(self, reader: asyncio.StreamReader, writer: Any) -> None:
        self._reader = reader
        self._writer = writer
        self._ids = itertools.count(1)
        self._session: str | None = None
        self.events: list[dict[str, Any]] = []

    async def call(self, method: str, **params: Any) -> dict[str, Any]:
        number = next(self._ids)
        message: dict[str, Any] = {"id": number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        self._writer.write(json.dumps(message).encode() + b"\0")
        while True:
            found = await self._next()
            if found.get("id") == number:
                assert "error" not in found, found["error"]
                return found["result"]
            self.events.append(found)

    async def _next(self) -> dict[str, Any]:
        async with asyncio.timeout(30):
            return json.loads((await self._reader.readuntil(b"\0"))[:-1])

    async def loaded(self) -> None:
        """Returns when the page that is on its way has loaded."""
        while not any(event["method"] == "Page.loadEventFired" for event in self.events):
            self.events.append(await self._next())

    async def start(self) -> None:
        target = (await self.call("Target.createTarget", url="about:blank"))["targetId"]
        self._session = (await self.call("Target.attachToTarget", targetId=target, flatten=True))["sessionId"]
        for domain in ("Page", "Network", "Log", "Runtime"):
            await self.call(f"{domain}.enable")
        await self.call("Emulation.setScriptExecutionDisabled", value=True)

    async def look(self, *, device: dict[str, Any], scheme: str, language: str) -> None:
        """Like whom the page is opened: size, light or dark, and the browser's language."""
        await self.call("Emulation.setDeviceMetricsOverride", **device)
        await self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        await self.call("Network.setExtraHTTPHeaders", headers={"Accept-Language": language})

    async def open(self, url: str) -> None:
        self.events.clear()
        await self.call("Page.navigate", url=url)
        await self.loaded()

    async def asked(self, expression: str) -> Any:
        found = await self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    async def press(self, key: str) -> None:
        codes = {"Tab": 9, "Enter": 13}
        text = {"text": "\r"} if key == "Enter" else {}
        for kind in ("keyDown", "keyUp"):
            more = text if kind == "keyDown" else {}
            await self.call(
                "Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=codes[key], **more
            )

    async def tab_to(self, words: str) -> None:
        """Goes on with the Tab key until what has the focus reads `words`."""
        for _ in range(20):
            await self.press("Tab")
            if await self.asked("document.activeElement.innerText") == words:
                return
        raise AssertionError(f"the keyboard does not reach {words!r}")

    async def picture(self, file: Path) -> None:
        shot = await self.call("Page.captureScreenshot", captureBeyondViewport=True)
        await asyncio.to_thread(file.write_bytes, base64.b64decode(shot["data"]))

    def complaints(self) -> list[str]:
        """What the browser would print in its console: refused styles, failed loads."""
        return [event["params"]["entry"]["text"] for event in self.events if event["method"] == "Log.entryAdded"]


_LAUNCH = """
import fcntl, os, sys
theirs = [fcntl.fcntl(int(number), fcntl.F_DUPFD, 10) for number in sys.argv[1:3]]
for wanted, given in zip((3, 4), theirs):
    os.dup2(given, wanted)
os.execv(sys.argv[3], sys.argv[3:])
"""
"""The protocol wants the file descriptors 3 and 4, whatever ours are; those may be among them."""


@asynccontextmanager
async def opened(program: str, profile: Path) -> AsyncIterator[Page]:
    """A browser with one tab."""
    (their_in, our_out), (our_in, their_out) = os.pipe(), os.pipe()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _LAUNCH, str(their_in), str(their_out), program, *FLAGS, f"--user-data-dir={profile}",
        pass_fds=(their_in, their_out), stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    os.close(their_in)
    os.close(their_out)
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=2**26)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(our_in, "rb"))
    writer, _ = await loop.connect_write_pipe(asyncio.Protocol, os.fdopen(our_out, "wb"))
    page = Page(reader, writer)
    try:
        await page.start()
        yield page
    finally:
        writer.close()
        process.kill()
        await process.wait()
