"""The club behaves: in order, the same each time, by its hours, and through its crises."""

from collections import Counter

import msgspec

from services.kit.actions.envelope import known_types, parse_list
from services.kit.runtime import clock
from services.simulator.script import Chapter, Mood, Outbreak, Script
from tests.simulator.stories import OUTBREAK, SCRIPT, SILENT, START, ZONE, day, story, told

STAFF = {"boss", "bot", "staff1", "staff2", "staff3", "staff4"}


def times(actions: tuple[dict[str, str], ...]) -> list[int]:
    return [clock.parse_rfc3339(action["time"]) for action in actions]


def test_every_action_is_one_that_ingest_takes() -> None:
    actions = told()
    for start in range(0, len(actions), 500):
        parse_list(msgspec.json.encode(actions[start : start + 500]))
    assert {action["type"] for action in actions} <= set(known_types())


def test_time_never_goes_back_and_every_id_is_its_own() -> None:
    assert times(told()) == sorted(times(told()))
    assert len({action["id"] for action in told()}) == len(told())


def test_the_same_seed_tells_the_same_story_and_another_does_not() -> None:
    assert tuple(story().actions) == told()
    assert tuple(story(seed=8).actions) != told()


def test_a_longer_story_begins_as_the_shorter_did() -> None:
    short = tuple(story(days=5.3).actions)
    assert told()[: len(short)] == short
    assert len(short) > 1_000


def test_an_outbreak_changes_nothing_but_itself() -> None:
    calm = {a["id"]: a for a in story(script=Script(SCRIPT.chapters)).actions}
    stormy = {action["id"]: action for action in told()}
    assert {name for name in stormy if "outbreak" not in name} == set(calm)
    assert all(stormy[name] == action for name, action in calm.items())


def test_nobody_acts_before_joining_or_after_leaving() -> None:
    exodus = Script((Chapter(0, 4, Mood(restless=200), ramp=0),))
    inside: set[str] = set()
    for action in story(days=4, script=exodus).actions:
        if action["type"] == "member.joined":
            inside.add(action["member"])
        assert action["member"] in inside
        if action["type"] == "member.left":
            inside.remove(action["member"])
    assert 50 < len(inside) < 250


def test_what_is_answered_liked_or_taken_back_was_there() -> None:
    written: dict[str, str] = {}
    liked: set[tuple[str, str]] = set()
    for action in told():
        data = action["data"]
        if "author_of_target" in data:
            target = data.get("target") or data.get("in_reply_to") or data["post"]
            assert written[target] == data["author_of_target"] != action["member"]
        if action["type"] in {"post.created", "reply.created"}:
            written[data["post"]] = action["member"]
        elif action["type"] == "reaction.added":
            assert (action["member"], data["target"]) not in liked
            liked.add((action["member"], data["target"]))
        elif action["type"] == "reaction.removed":
            liked.remove((action["member"], data["target"]))


def test_evenings_are_busy_and_nights_are_quiet() -> None:
    hours = Counter(clock.local(at, ZONE) // clock.HOUR % 24 for at in times(told()))
    assert hours[20] > 10 * hours[3]
    assert hours[20] > hours[15]


def test_some_do_much_more_than_others() -> None:
    acts = Counter(action["member"] for action in told() if action["member"] not in STAFF)
    assert acts.most_common(12)[-1][1] > 10 * sorted(acts.values())[len(acts) // 2]


def written_by_day() -> dict[int, Counter[str]]:
    counts: dict[int, Counter[str]] = {}
    for action in told():
        if action["type"] in {"post.created", "reply.created"} and "outbreak" not in action["id"]:
            side = "staff" if action["member"] in STAFF else "members"
            counts.setdefault(day(action), Counter())[side] += 1
    return counts


def test_members_talk_until_the_staff_sells_out() -> None:
    counts = written_by_day()
    for on in range(SILENT):
        assert counts[on]["members"] > 10 * counts[on]["staff"]
    for on in range(SILENT + 1, 16):
        assert counts[on]["staff"] > 4 * counts[on]["members"]


def test_an_outbreak_is_many_people_within_its_minutes() -> None:
    begins = START + round(OUTBREAK.begins * clock.DAY)
    ends = begins + round(OUTBREAK.minutes * clock.MINUTE)
    within = {
        action["member"]
        for action, at in zip(told(), times(told()), strict=True)
        if action["type"] == "complaint.filed" and begins <= at <= ends
    }
    before = [a for a in told() if a["type"] == "complaint.filed" and "outbreak" not in a["id"]]
    assert len(within) >= OUTBREAK.people - 3  # some of them may have left before
    assert 0 < len(before) < 40


def test_the_labels_say_what_truly_was() -> None:
    silence, complaints = story().crises
    assert (silence.kind, silence.onset, silence.space) == (
        "silence",
        START + SILENT * clock.DAY,
        None,
    )
    assert (complaints.kind, complaints.space) == ("complaints", "lobby")
    assert complaints.end - complaints.onset == 8 * clock.MINUTE


def test_a_flood_is_anger_without_complaints() -> None:
    flood = Outbreak(1.5, minutes=4, people=6, kind="flood", space="puer", each=8, name="flood")
    actions = [a for a in story(2, script=Script((), (flood,))).actions if "flood" in a["id"]]
    assert {(a["type"], a["space"]) for a in actions} == {("post.created", "puer")}
    assert len(actions) == 48
