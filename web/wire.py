"""What goes on the wire: assets under an address of their content, everything compressed."""

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from brotli_asgi import BrotliMiddleware
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from markupsafe import Markup
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

STATIC = Path(__file__).resolve().parent / "static"
SPRITE = "vendor/icons.svg"
DIGEST_LETTERS = 12

QUALITY = 4
"""Of Brotli: higher ones cost more time per page than they save on a slow line."""

KEEP = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
KEPT_STATUSES = (200, 206, 304)

_SYMBOL = re.compile(r'<symbol id="([a-z0-9-]+)"[^>]*>(.*?)</symbol>', re.DOTALL)
_BETWEEN = re.compile(r">\s+<")
_VERSIONED = re.compile(r"^v-[0-9a-f]+/")
_PACKED = (".woff2", ".png")
"""Files already compressed: doing it again only costs time."""

_STREAM = "text/event-stream"


class AssetAddresses:
    """Addresses of static files that change with the content of the whole folder.

    One digest for all: what a module or a sheet names beside itself (`./keys.js`,
    `../vendor/font.woff2`) then has the same address from wherever it is asked, and may be kept.
    Files are those there when the program started: a page names some seventy.
    """

    def __init__(self, folder: Path = STATIC) -> None:
        files = {one.relative_to(folder).as_posix(): one for one in _files(folder)}
        self._names = frozenset(files)
        self._icons = _read_icons(folder / SPRITE)
        self.version = _digest(files)

    def __call__(self, name: str) -> str:
        """`/static/v-<digest>/<name>`; a file that is not there keeps its bare address."""
        return f"/static/v-{self.version}/{name}" if name in self._names else f"/static/{name}"

    def draw_icon(self, name: str, kind: str = "") -> Markup:
        """The picture `name` of the sprite, for the eye alone; `kind` is a class of its own.

        Drawn in the page: what `<use>` names in another file, Chromium clones in each icon, then
        again once the file has come, and lays the page out twice.
        """
        return _draw(self._icons.get(name, ""), kind)


class Assets(StaticFiles):
    """Static files, with or without their version before them.

    Only the present version may be kept: a page left open during an update still finds its files.
    """

    def __init__(self, folder: Path, version: str) -> None:
        super().__init__(directory=folder)
        self._current = f"v-{version}/"

    def get_path(self, scope: Scope) -> str:
        """The file asked for, without the version."""
        asked = super().get_path(scope).replace(os.sep, "/")
        return os.path.normpath(_VERSIONED.sub("", asked))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the file, saying how long it may be kept."""
        current = self._current in scope["path"]

        async def send_kept(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] in KEPT_STATUSES:
                MutableHeaders(scope=message)["Cache-Control"] = KEEP if current else ASK_AGAIN
            await send(message)

        await super().__call__(scope, receive, send_kept)


class Compressed:
    """Brotli, or gzip, for whoever takes it; not for files already packed nor for live streams.

    A stream is sent as it comes: compressing it could hold an event back.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._compress = BrotliMiddleware(app, quality=QUALITY)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        plain = scope["type"] != "http" or scope["path"].endswith(_PACKED)
        if plain or _STREAM in Headers(scope=scope).get("accept", ""):
            await self.app(scope, receive, send)
        else:
            await self._compress(scope, receive, send)


def add_wire(app: FastAPI, assets: AssetAddresses) -> None:
    """Serve the assets, and compress every answer; before what must see it last."""
    app.mount("/static", Assets(STATIC, assets.version), name="static")
    app.add_middleware(Compressed)


def _files(folder: Path) -> Iterator[Path]:
    return (one for one in sorted(folder.rglob("*")) if one.is_file())


def _digest(files: Mapping[str, Path]) -> str:
    """One digest of every file of the folder: names and contents."""
    told = hashlib.sha256()
    for name, path in files.items():
        told.update(name.encode())
        told.update(hashlib.sha256(path.read_bytes()).digest())
    return told.hexdigest()[:DIGEST_LETTERS]


def _read_icons(sprite: Path) -> Mapping[str, str]:
    """The drawing of each icon of the sprite, by its name; none before `python -m web.assets`."""
    if not sprite.is_file():
        return {}
    return dict(_SYMBOL.findall(_BETWEEN.sub("><", sprite.read_text(encoding="utf-8"))))


@cache
def _draw(drawing: str, kind: str) -> Markup:
    return Markup(
        '<svg class="icon {}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>'
    ).format(kind, Markup(drawing))  # noqa: S704 - a package's drawing, put there when installed
