"""Folding one action into memory. Pure: no database, no clock.

An action is first decided, which may raise and changes nothing; then applied, which works on
values that deciding has checked.
"""

from collections.abc import Callable

from services.incentives.badges.awarding import award, award_accounts, grant
from services.incentives.calendar import windows_of
from services.incentives.content.posts import remember
from services.incentives.content.reach import (
    ORDERS,
    RESTORES,
    REVERSALS,
    Reach,
    cause_of,
    doer_of,
    reach,
)
from services.incentives.features import Moment, Settlement, timed
from services.incentives.guards.deciding import DECIDED
from services.incentives.guards.deciding import decide as decide_held
from services.incentives.levels.climbing import climb, shut_gates
from services.incentives.members.activity import count_action
from services.incentives.members.roles import RoleChange, role_change
from services.incentives.outcome import CameDue, Cause, Outcome
from services.incentives.points.ask import Ask
from services.incentives.points.book import NO_CAUSE, Book
from services.incentives.points.deciding import decide
from services.incentives.points.original import Original
from services.incentives.points.reversal import Reversal
from services.incentives.points.undoing import undo
from services.incentives.policy.bind import Bound
from services.incentives.policy.document import Incentives
from services.incentives.reversals.applying import apply
from services.incentives.scene import Scene
from services.incentives.stars.closing import tell_corrections
from services.incentives.state import Content, Member
from services.incentives.tenant import Tenant
from services.kit.actions.event import Event
from services.kit.communities.timeline import Community
from services.kit.runtime import clock

NO_POLICY = Incentives()
Said = tuple[RoleChange | None, str | None]
"""What an action says of its member's role, and the badge that it grants by hand."""
NOTHING: Said = (None, None)
DAY = clock.DAY
Known = Community[Incentives]


class Engine:
    """Works on the tenants it is given; `outcome` and `book` collect what is to be written."""

    def __init__(self, silent: bool) -> None:
        self.outcome = Outcome(silent)
        self.book = Book(self.outcome)
        self._scene = Scene()
        self.broken = False
        """Whether applying an event raised, so that memory is no longer to be trusted."""

    def fold(self, event: Event, tenant: Tenant, community: Known) -> None:
        """Apply one action of a member or an operator. Types of newer producers are skipped."""
        reached = reach(event.type)
        if reached is None:
            return
        bound = bound_at(event.time, tenant, community)
        scene = self._scene
        own = look(scene, event, tenant, community, reached)
        scene.ladder = bound.ladder
        asks = decide(bound, scene, tenant, own)
        said = NOTHING if reached.plain else _said(event, scene, bound)
        cause = NO_CAUSE
        listeners = bound.features.get(event.type, ())
        if asks or listeners or bound.last or reached.order:
            cause = cause_of(event, reached, own, scene.target)
        # From here on nothing raises, unless we are wrong; and then nothing is written.
        self.broken = True
        book = self.book
        book.open(tenant, bound, (event.offset, event.time), windows_of(scene.day), cause)
        self._meet(asks)
        if reached.acting:
            count_action(scene, tenant, bound.windowed)
        if not reached.plain:
            self._take_back(tenant, community)
        remember(scene, reached, own, bound, tenant)
        if asks and bound.guards is not None:
            asks = bound.guards.screen(asks, scene, own, book, self.outcome)
        for member, rule, account, amount, caps, once, _ in asks:
            book.give(member, rule, account, amount, caps)
            if once and rule not in member.once:
                member.once.append(rule)
        for listener in listeners:
            listener.hear(scene, tenant, book, self.outcome)
        self._conclude(bound, tenant, said)
        if bound.settles or (
            scene.doer is not None and not bound.settling_keep.isdisjoint(scene.doer.slices)
        ):
            zone = community.zone_at(event.time)
            when = Settlement(
                event.time, scene.day, zone, event.log_time, tenant, self.outcome, event
            )
            self._settle(bound, (scene.doer, scene.author), when)
        self._tell_corrections(tenant, event)
        self.broken = False

    def _take_back(self, tenant: Tenant, community: Known) -> None:
        scene, type_ = self._scene, self._scene.event.type
        if type_ in REVERSALS:
            post = scene.target
            scene.moved = post is not None and post.removed is (type_ == RESTORES)
            reversal = Reversal(self.book, _day(community), _policy(tenant, community))
            undo(reversal, scene, tenant)
        elif type_ == DECIDED:
            reversal = Reversal(self.book, _day(community), _policy(tenant, community))
            decide_held(reversal, scene, tenant, self.outcome)
        elif type_ in ORDERS:
            reversal = Reversal(self.book, _day(community), _policy(tenant, community))
            apply(reversal, scene, tenant, self.outcome)

    def pass_time(
        self, tenant: Tenant, community: Known, due: tuple[int, int], place: tuple[int, int]
    ) -> int:
        """What a delay brings a member by ending: `due` is its end and the member's token, `place`
        the position of the record that showed it and the number of the first entry. Returns the
        number of the next."""
        at, token = due
        bound, zone = bound_at(at, tenant, community), community.zone_at(at)
        day = clock.local_day(at, zone)
        self.broken = True
        book = self.book
        book.open(tenant, bound, (place[0], at), windows_of(day), NO_CAUSE)
        book.n = place[1]
        reversal = Reversal(book, _day(community), _policy(tenant, community))
        cause = CameDue(at, place[0])
        moment = Moment(at, tenant, book, self.outcome, reversal, cause)
        for feature in timed():
            feature.due(tenant.members[token], moment)
        if bound.ladders and book.touched:
            self._climb(bound, tenant, (), (at, day), cause)
        when = Settlement(at, day, zone, at, tenant, self.outcome, cause)
        self._settle(bound, (tenant.members[token],), when)
        self._tell_corrections(tenant, cause)
        self.broken = False
        return book.n

    def _tell_corrections(self, tenant: Tenant, cause: Event | CameDue) -> None:
        if corrections := self.outcome.corrections:
            tell_corrections(corrections, tenant, self.outcome, (self.book.at, cause))
            corrections.clear()

    def _settle(self, bound: Bound, concerned: tuple[Member | None, ...], when: Settlement) -> None:
        touched = (member for member, _ in self.book.touched)
        for member in dict.fromkeys((*concerned, *touched)):
            for listener in bound.settling if member is not None else ():
                listener.settle(member, when)

    def _meet(self, asks: list[Ask]) -> None:
        scene = self._scene
        doer, author = scene.doer, scene.author
        if doer is not None and (not doer.dirty or doer.since_offset < 0):
            self.book.meet(doer)
        if author is not None and (not author.dirty or author.since_offset < 0):
            self.book.meet(author)
        for ask in asks:
            if not ask[0].dirty:
                self.book.meet(ask[0])

    def _conclude(self, bound: Bound, tenant: Tenant, said: Said) -> None:
        scene, outcome, (role, badge) = self._scene, self.outcome, said
        doer, event = scene.doer, scene.event
        if role is not None and doer is not None and role.since <= event.time:
            doer.roles[role.role] = role.until
            place = (tenant.key, event.offset, doer.token, event.time)
            outcome.roles.append((*place, role.until, role.role))
        if bound.ladders and (self.book.rising or not bound.by_account):
            acting = () if bound.by_account else (scene.doer, scene.author)
            self._climb(bound, tenant, acting, (event.time, scene.day), event)
        if bound.badges and (event.type in bound.badges or "*" in bound.badges):
            award(bound, scene, tenant, outcome)
        if bound.prized and self.book.touched:
            award_accounts(bound, self.book.touched, scene, tenant, outcome)
        if badge is not None:
            grant(tenant.words[f"badge:{badge}"], badge, scene, tenant, outcome)
        if bound.last and (listeners := bound.last.get(event.type)):
            before = len(self.book.touched)
            for listener in listeners:
                listener.hear(scene, tenant, self.book, outcome)
            if bound.ladders and len(self.book.touched) > before:
                self._climb(bound, tenant, (), (event.time, scene.day), event)
            if bound.prized:
                award_accounts(bound, self.book.touched[before:], scene, tenant, outcome)

    def _climb(
        self, bound: Bound, tenant: Tenant, acting: tuple[Member | None, ...],
        when: tuple[int, int], cause: Cause,
    ) -> None:  # fmt: skip
        touched = self.book.touched
        # A dict and not a set: the order of what follows must be the same in a replay.
        for member in dict.fromkeys((*acting, *(member for member, _ in touched))):
            if member is not None:
                climb(bound.ladders, member, when, tenant, self.outcome, cause)
        if bound.by_account:
            for member, balance in touched:
                shut_gates(member, balance, bound)


def bound_at(at: int, tenant: Tenant, community: Known) -> Bound:
    """The policy in force at an instant, made ready; one that gives nothing where there is none."""
    latest, made = tenant.latest
    versions = community.versions
    version = versions[0] if len(versions) == 1 else community.policy_at(at)
    if version is latest and made is not None:
        return made
    bound = tenant.unruled(NO_POLICY) if version is None else tenant.bound(version)
    tenant.latest = (version, bound)
    return bound


def look(
    scene: Scene, event: Event, tenant: Tenant, community: Known, reached: Reach
) -> Content | None:
    """Set the scene of an event; returns the post that it makes, if it makes one."""
    data, members = event.data, tenant.members
    scene.event, scene.data, scene.words = event, data, tenant.words
    at = event.time
    scene.local = local = at + tenant.offset(at, community)
    scene.day = local // DAY
    own_name, target_name, author_name = reached.own, reached.target, reached.author
    doer = event.member
    if doer is None:
        doer = doer_of(event)
    scene.doer = None if doer is None else members[doer]
    target = data.get(target_name) if target_name else None
    scene.target = post = None if target is None else tenant.contents[target]
    author = data.get(author_name) if author_name else None
    if author is None and post is not None:
        author = post.author
    scene.author = None if author is None else members[author]
    own = data.get(own_name) if own_name else None
    return None if own is None else tenant.contents[own]


def _said(event: Event, scene: Scene, bound: Bound) -> Said:
    change = None if scene.doer is None else role_change(event, bound.term_days)
    return change, _granted(event)


def _granted(event: Event) -> str | None:
    if event.type != "badge.granted":
        return None
    badge = event.data["badge"]
    if not isinstance(badge, str):
        raise TypeError("badge must be a name")
    return badge


def _day(community: Known) -> Callable[[Original], int]:
    return lambda original: clock.local_day(original.at, community.zone_at(original.at))


def _policy(tenant: Tenant, community: Known) -> Callable[[Original], Bound]:
    return lambda original: bound_at(original.at, tenant, community)
