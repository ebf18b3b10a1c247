"""The sentences that tell people why, each in every language. Nothing is told otherwise.

In braces is what is put in; a sentence names the same things in each language.
"""

from collections.abc import Mapping

LANGUAGES = ("en", "zh")
"""The first is spoken where no other is asked for."""

Said = tuple[str, str]
"""In the order of `LANGUAGES`."""

EVENT: Mapping[str, Said] = {
    "event.policy": (
        "It was judged by version {version} of the policy.",
        "本次行为按政策第 {version} 版判定。",
    ),
    "event.no-policy": ("No policy was in force.", "当时没有生效的政策。"),
    "event.unknown": (
        "This version of Hearth does not know actions of type {type}; nothing was counted.",
        "当前版本不认识 {type} 类型的行为，未作任何计算。",
    ),
    "event.no-rule": ("No rule is about {type}.", "没有针对 {type} 的规则。"),
    "event.later": ("Later: {sentence}", "后来：{sentence}"),
}

RULE: Mapping[str, Said] = {
    "rule.gave": ("The rule “{rule}” fits: {entries}", "规则「{rule}」符合：{entries}"),
    "rule.gave-nothing": (
        "The rule “{rule}” fits, and nothing was entered for it.",
        "规则「{rule}」符合，但没有产生记录。",
    ),
    "rule.not": ("The rule “{rule}” does not fit: {reasons}.", "规则「{rule}」不符合：{reasons}。"),
}

REASON: Mapping[str, Said] = {
    "reason.removed": ("the post is removed", "内容已被删除"),
    "reason.owned": ("the post belongs to the community", "内容已归社区所有"),
    "reason.condition": (
        "{field} is {found}, wanted is {wanted}",
        "{field}为{found}，要求{wanted}",
    ),
    "reason.nobody": ("nobody is known as {side}", "不知道谁是{side}"),
    "reason.once": (
        "the {side} was given it before, and it is given once",
        "{side}以前已经得到过，只给一次",
    ),
    "reason.nothing": ("the amount for the {side} is 0", "{side}应得的数额为 0"),
    "value.absent": ("absent", "空"),
    "value.none": ("none", "无"),
    "value.true": ("true", "是"),
    "value.false": ("false", "否"),
    "list.and": (" and ", "，且"),
    "list.comma": (", ", "、"),
    "list.reasons": ("; ", "；"),
    "list.sentences": (" ", ""),
}

WANTED: Mapping[str, Said] = {
    "wanted.is": ("{value}", "为{value}"),
    "wanted.not": ("not {value}", "不为{value}"),
    "wanted.in": ("one of {value}", "为其中之一：{value}"),
    "wanted.not_in": ("none of {value}", "不为其中任何一个：{value}"),
    "wanted.at_least": ("at least {value}", "至少 {value}"),
    "wanted.at_most": ("at most {value}", "至多 {value}"),
    "wanted.between": ("between {value}", "介于 {value}"),
    "wanted.present": ("present: {value}", "有值：{value}"),
}

FIELD: Mapping[str, Said] = {
    "field.space": ("the space", "空间"),
    "field.source": ("the source", "来源"),
    "field.role": ("the member's role", "成员角色"),
    "field.level": ("the member's level", "成员等级"),
    "field.author.role": ("the author's role", "作者角色"),
    "field.author.level": ("the author's level", "作者等级"),
    "field.weekday": ("the day of the week", "星期"),
    "field.hour": ("the hour", "时刻"),
    "field.target.kind": ("the kind of the post", "目标内容的种类"),
    "field.self": ("acting on one's own post", "是否针对自己的内容"),
    "field.known": ("who did it is known", "是否知道是谁"),
    "side.doer": ("member who acted", "行为者"),
    "side.author": ("author", "作者"),
    "side.inviter": ("inviter", "邀请人"),
    "side.referrer": ("referrer", "推荐人"),
}

ENTRY: Mapping[str, Said] = {
    "entry.granted": (
        "{member} got {granted} {account}; the balance is {balance}.",
        "{member}获得 {granted} {account}，余额 {balance}。",
    ),
    "entry.lost": (
        "{member} lost {granted} {account}; the balance is {balance}.",
        "{member}扣除 {granted} {account}，余额 {balance}。",
    ),
    "entry.limited": (
        "{member} got {granted} of {asked} {account}, limited by {limit}; the balance"
        " is {balance}.",
        "{member}应得 {asked} {account}，受{limit}限制，实得 {granted}，余额 {balance}。",
    ),
    "entry.loss-limited": (
        "{member} lost {granted} of {asked} {account}, limited by {limit}; the balance"
        " is {balance}.",
        "{member}应扣 {asked} {account}，受{limit}限制，实扣 {granted}，余额 {balance}。",
    ),
    "entry.held": (
        "{asked} {account} for {member} are held because of {limit} and do not count yet.",
        "{member}应得的 {asked} {account}因{limit}暂缓，尚未计入。",
    ),
    "entry.for": ("{reason}: {sentence}", "{reason}：{sentence}"),
    "entry.version": ("{sentence} (version {version})", "{sentence}（第 {version} 版）"),
}

WHY: Mapping[str, Said] = {
    "why.granted": ("“{rule}”", "「{rule}」"),
    "why.held": ("“{rule}”", "「{rule}」"),
    "why.undone": ("“{rule}” was undone", "「{rule}」被撤销"),
    "why.removed": ("“{rule}” was taken back with the post", "「{rule}」随内容删除收回"),
    "why.restored": ("“{rule}” is back with the post", "「{rule}」随内容恢复返还"),
    "why.refilled": (
        "“{rule}” is given now that there is room under a limit",
        "上限腾出空间，补发「{rule}」",
    ),
    "why.reduced": ("“{rule}” was taken back in part", "「{rule}」被部分收回"),
    "why.spent": ("“{rule}” was paid for", "兑换「{rule}」"),
    "why.expired": ("What was not spent in time has expired", "到期未用"),
    "why.returned": ("“{rule}” was called off and paid back", "「{rule}」取消，退还"),
    "why.passed": ("“{rule}” was held and counts now", "暂缓的「{rule}」已通过"),
    "why.decayed": ("What stands goes down as days pass", "随时间衰减"),
    "why.reversed": ("“{rule}” was taken back by an operator", "「{rule}」被运营人员收回"),
    "why.reinstated": (
        "“{rule}” is back, for the operator's order was undone",
        "运营人员的收回已撤销，返还「{rule}」",
    ),
    "why.refused": ("“{rule}” was held and was refused", "暂缓的「{rule}」被拒绝"),
}

LIMIT: Mapping[str, Said] = {
    "limit.cap": ("the limit “{name}” {per}", "上限「{name}」（{per}）"),
    "limit.floor": ("the floor of the account", "账户下限"),
    "limit.expired": ("what has expired already", "已经到期的部分"),
    "limit.lost:break": ("the break of the streak", "打卡中断"),
    "limit.guard:self-reward": ("acting on one's own post", "自我奖励"),
    "limit.guard:pair-per-day": (
        "how often one member pays another in a day",
        "同一对成员之间的每日次数",
    ),
    "limit.guard:cool-down": ("the cool-down", "冷却时间"),
    "limit.guard:burst": ("too many actions at once", "短时间内行为过多"),
    "limit.guard:held-full": ("too much that is held already", "暂缓条目已满"),
    "limit.held:pair-share": ("one giver's large share", "来自同一成员的占比过高"),
    "limit.held:ring": ("a ring of members", "成员互相循环给分"),
    "limit.held:burst": ("too many gains at once", "短时间内所得过多"),
    "per.day": ("a day", "每日"),
    "per.week": ("a week", "每周"),
    "per.month": ("a month", "每月"),
    "per.lifetime": ("for ever", "终身"),
}

REASON_OF_ENTRY: Mapping[str, Said] = {
    "rule.start": ("What everybody begins with", "初始值"),
    "rule.adjusted": ("An operator's adjustment", "运营调整"),
    "rule.expired": ("Expiry", "到期"),
    "rule.decayed": ("Decay", "衰减"),
    "rule.streak": ("The streak “{name}”, {length} long", "连续「{name}」满 {length}"),
    "rule.quest": ("The quest “{name}”", "任务「{name}」"),
    "rule.referral": ("The referral “{name}”", "推荐「{name}」"),
    "rule.maturing": ("What was put aside for the streak “{name}”", "「{name}」打卡返现"),
    "rule.reward": ("The reward “{name}”", "奖励「{name}」"),
    "account.points": ("points", "积分"),
    "account.growth": ("growth", "成长值"),
    "member.none": ("Somebody", "某成员"),
}

TOUCHED: Mapping[str, Said] = {
    "touched.badge.awarded": (
        "{member} was awarded the badge “{name}”.",
        "{member}获得徽章「{name}」。",
    ),
    "touched.level.up": (
        "{member} rose on the ladder “{name}” from level {before} to level {after}, {level}.",
        "{member}在「{name}」中由 {before} 级升到 {after} 级（{level}）。",
    ),
    "touched.level.down": (
        "{member} fell on the ladder “{name}” from level {before} to level {after}, {level}.",
        "{member}在「{name}」中由 {before} 级降到 {after} 级（{level}）。",
    ),
    "touched.streak.marked": (
        "It counts for the streak “{name}” of {member}, which is {after} long.",
        "计入{member}的连续「{name}」，现为 {after}。",
    ),
    "touched.quest.started": (
        "The quest “{name}” began for {member}.",
        "{member}开始任务「{name}」。",
    ),
    "touched.quest.forward": (
        "The quest “{name}” went forward for {member}: step {before} has {after}.",
        "{member}的任务「{name}」有进展：第 {before} 步为 {after}。",
    ),
    "touched.quest.completed": (
        "{member} completed the quest “{name}”.",
        "{member}完成任务「{name}」。",
    ),
    "touched.quest.expired": (
        "The quest “{name}” of {member} expired.",
        "{member}的任务「{name}」已过期。",
    ),
}

SENTENCES: Mapping[str, Said] = {
    **EVENT, **RULE, **REASON, **WANTED, **FIELD, **ENTRY, **WHY, **LIMIT, **REASON_OF_ENTRY,
    **TOUCHED,
}  # fmt: skip


def say(language: str, key: str, **put_in: object) -> str:
    """A sentence of the catalogue."""
    return SENTENCES[key][LANGUAGES.index(language)].format(**put_in)
