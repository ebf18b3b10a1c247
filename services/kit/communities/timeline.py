"""Which policy and which time zone a community had at a time. Pure."""

from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from services.kit.runtime import clock

T = TypeVar("T")
EVER = -(2**62)
"""In force since ever."""
DEFAULT_ZONE = "Asia/Shanghai"


@dataclass(frozen=True)
class Version(Generic[T]):
    """A policy version, or a dated part of one; `compiled` is what its service made of it."""

    version: int
    part: int
    effective_from: int
    published_at: int
    offset: int
    document: Mapping[str, Any]
    compiled: T


@dataclass(frozen=True)
class Community(Generic[T]):
    """A community's timelines. Immutable: a change is a new value."""

    key: int
    zones: tuple[tuple[int, str], ...] = ((EVER, DEFAULT_ZONE),)
    started: bool = False
    versions: tuple[Version[T], ...] = ()
    starts: tuple[int, ...] = field(default=())
    """`effective_from` of each version, for bisection."""

    def policy_at(self, at: int) -> Version[T] | None:
        """The version in force at an instant; None where none was ever published."""
        if len(self.versions) == 1:
            return self.versions[0]
        index = bisect_right(self.starts, at)
        return self.versions[index - 1] if index else None

    def zone_at(self, at: int) -> ZoneInfo:
        """The time zone at an instant."""
        if len(self.zones) == 1:
            return clock.zone(self.zones[0][1])
        return clock.zone([name for start, name in self.zones if start <= at][-1])

    def in_zone(self, name: str, at: int) -> "Community[T]":
        """With a new zone: since ever before the first member action, else from next midnight."""
        clock.zone(name)
        if not self.started:
            return replace(self, zones=((EVER, name),))
        if name == self.zones[-1][1]:
            return self
        current = self.zone_at(at)
        midnight = clock.day_start(clock.local_day(at, current) + 1, current)
        kept = tuple(zone for zone in self.zones if zone[0] < midnight)
        return replace(self, zones=(*kept, (midnight, name)))

    def with_versions(self, versions: tuple[Version[T], ...]) -> "Community[T]":
        """With these versions, put in order of force."""
        ordered = tuple(sorted(versions, key=lambda v: (v.effective_from, v.version, v.part)))
        return replace(self, versions=ordered, starts=tuple(v.effective_from for v in ordered))

    def publish(
        self, data: Mapping[str, Any], at: int, offset: int, compile_: Callable[[Any], T]
    ) -> "Community[T]":
        """After a `policy.published`. Raises what `compile_` raises for a bad document."""
        document = data["document"]
        kept = self.versions if self.started else ()
        version = 1 + max((v.version for v in kept), default=0)
        asked = data.get("effective_from")
        start = max(at, clock.parse_rfc3339(asked) if asked else at) if self.started else EVER
        fresh = tuple(
            Version(version, part, max(start, begins), at, offset, whole, compile_(whole))
            for part, (begins, whole) in enumerate(dated_parts(document))
        )
        return self.with_versions(kept + fresh)


def dated_parts(document: Mapping[str, Any]) -> list[tuple[int, dict[str, Any]]]:
    """A document as whole documents with their beginnings: each `dated` part overrides sections."""
    base = {name: value for name, value in document.items() if name != "dated"}
    parts = [(EVER, base)]
    ordered = sorted(document.get("dated") or (), key=lambda p: clock.parse_rfc3339(p["from"]))
    for part in ordered:
        sections = {name: value for name, value in part.items() if name != "from"}
        parts.append((clock.parse_rfc3339(part["from"]), {**parts[-1][1], **sections}))
    return parts


def rules_from(document: Mapping[str, Any], at: int) -> list[dict[str, Any]]:
    """What is in force from an instant on, in order: at it, then what later dated parts make."""
    parts = dated_parts(document)
    later = sum(begins > at for begins, _ in parts)
    return [whole for _, whole in parts[len(parts) - later - 1 :]]
