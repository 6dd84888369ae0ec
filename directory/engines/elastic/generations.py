"""Generations on a server: one index a build, two aliases that say which one is in service.

<name>-<uuid7>     an index; never written again once it is in service
<name>             alias of the one in service
<name>-precedent   alias of the one before, kept for `recours index rollback`
"""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from elasticsearch import ApiError, Elasticsearch, NotFoundError, TransportError
from uuid_utils import uuid7

from directory.base.errors import ConflictError, UnavailableError
from directory.engines.base import FORMER_OF_OTHER_VERSION, NO_FORMER
from directory.engines.elastic.mapping import index_mapping, index_settings
from directory.engines.facets import Labels

ABANDONED_AFTER_HOURS = 6
"""An index that is neither in service nor the one before may be under way in another process
until then; later it is what a dead build left.
"""

BUILD_SECONDS = 120
"""How long the server may take for one step of a build."""

QUICK_SECONDS = 2
"""How long it may take to say which index is in service: readers wait for it."""

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Standing(NamedTuple):
    """Indexes of this name, as the server tells them; empty names where there is none."""

    current: str
    former: str
    others: tuple[str, ...]


class Meta(msgspec.Struct, frozen=True):
    """What an index says of itself."""

    version: int
    whole: bool = False
    labels: Labels = {}


class Generations:
    """The indexes of one name on a server, shared by any number of processes."""

    def __init__(self, client: Elasticsearch, name: str) -> None:
        self._client = client
        self._quick = client.options(request_timeout=QUICK_SECONDS, max_retries=1)
        self._patient = client.options(request_timeout=BUILD_SECONDS)
        self._name = name
        self._former_name = f"{name}-precedent"

    def standing(self) -> Standing:
        """Which indexes there are, and which one is in service."""
        return self._standing(self._quick)

    def _standing(self, client: Elasticsearch) -> Standing:
        told = client.indices.get_alias(index=f"{self._name}-*").body
        aliases = {
            index: set(about["aliases"])
            for index, about in sorted(told.items())
            if _UUID.fullmatch(index.removeprefix(f"{self._name}-"))
        }
        current = [index for index, held in aliases.items() if self._name in held]
        former = [index for index, held in aliases.items() if self._former_name in held]
        others = [index for index in aliases if index not in (*current, *former)]
        return Standing("".join(current[-1:]), "".join(former[-1:]), tuple(others))

    def meta(self, index: str) -> Meta:
        """What an index says of itself; its version is 0 when it is not ours."""
        told = self._client.indices.get_mapping(index=index).body[index]["mappings"]
        try:
            return msgspec.convert(told.get("_meta", {}), Meta)
        except msgspec.ValidationError:
            return Meta(version=0)

    @contextmanager
    def building(self, version: int) -> Iterator[str]:
        """A new, empty index, removed if the build fails; older ones are cleaned afterwards."""
        index = f"{self._name}-{uuid7()}"
        self._patient.indices.create(
            index=index, settings=index_settings(), mappings=index_mapping(version)
        )
        try:
            yield index
        except BaseException:
            with suppress(ApiError, TransportError):
                self._patient.indices.delete(index=index)
            raise
        self._clean()

    def seal(self, index: str, meta: Meta) -> None:
        """Write down what a whole index says of itself, and let nothing more be written in it."""
        self._patient.indices.put_mapping(index=index, meta=msgspec.to_builtins(meta))
        self._patient.indices.put_settings(
            index=index, settings={"index.blocks.write": True, "index.refresh_interval": None}
        )

    def put_in_service(self, index: str) -> None:
        """Make readers follow, in one step; the index in service so far becomes the former one."""
        standing = self._standing(self._patient)
        self._swap(standing, index, standing.current)

    def roll_back(self, version: int) -> str:
        """Put the former index in service again; ConflictError when there is none to be used."""
        standing = self._standing(self._patient)
        if not standing.former:
            raise ConflictError(NO_FORMER)
        if self.meta(standing.former).version != version:
            raise ConflictError(FORMER_OF_OTHER_VERSION)
        self._swap(standing, standing.former, standing.current)
        return standing.former

    def _swap(self, standing: Standing, current: str, former: str) -> None:
        actions: list[dict[str, Any]] = []
        for alias, before, now in (
            (self._name, standing.current, current),
            (self._former_name, standing.former, former),
        ):
            if before and before != now:
                actions.append({"remove": {"index": before, "alias": alias}})
            if now:
                actions.append({"add": {"index": now, "alias": alias}})
        done = self._patient.indices.update_aliases(actions=actions)
        if not done.body.get("acknowledged"):
            raise UnavailableError(
                "Le moteur n'a pas confirmé l'échange d'index ; relancez `recours index rebuild`."
            )

    def _clean(self) -> None:
        oldest = time.time() - ABANDONED_AFTER_HOURS * 3_600
        for index in self._standing(self._patient).others:
            with suppress(NotFoundError):
                if self.meta(index).whole or _created(index, self._name) < oldest:
                    self._patient.indices.delete(index=index)


def _created(index: str, name: str) -> float:
    """When an index was named, in seconds: a UUIDv7 begins with its date in milliseconds."""
    return (UUID(index.removeprefix(f"{name}-")).int >> 80) / 1_000
