"""What people say in the club."""

from random import Random

_TEAS = ("龙井", "铁观音", "大红袍", "凤凰单丛", "老班章", "白毫银针", "滇红", "碧螺春", "冻顶乌龙")
_TASTES = ("回甘很长", "香气清雅", "有点涩", "汤色透亮", "岩韵明显", "蜜香", "入口顺滑", "很耐泡")
_VESSELS = ("盖碗", "紫砂壶", "玻璃杯", "飘逸杯", "白瓷壶")
_OPENERS = (
    "今天用{vessel}泡了{tea}，{taste}。大家平时怎么泡？",
    "新到的{tea}开汤：{taste}，{other}，七泡还有余味。",
    "请教各位，{tea}用{vessel}出汤要几秒？水温多少合适？",
    "周末整理了一篇{tea}的笔记：产地、采摘、焙火各有讲究，{taste}是我最喜欢的一点。",
    "Tried {tea} gongfu style today, {taste}. Notes inside.",
)
_REPLIES = (
    "同感，{taste}。",
    "我用{vessel}也试过，{other}。",
    "学到了，谢谢分享！",
    "水温降到九十度试试，{taste}。",
    "这款{tea}我也有，{taste}，但三泡以后淡了。",
    "+1",
    "好文，收藏了。",
)
_NOTICES = (
    "本周六下午两点{tea}品鉴会，名额十二位，欢迎报名。",
    "新人请先看置顶的泡茶入门。",
    "上周的问答已整理好，感谢各位分享。",
)
_OFFERS = (
    "{tea}春茶上新，限时八折，点这里下单 https://shop.example/{n}",
    "最后一天！{vessel}买一送一 https://shop.example/{n}",
    "会员专享{tea}礼盒，今日包邮 https://shop.example/{n}",
)
_GRIEVANCES = ("快递很慢", "包装破了", "客服没有回复", "买到的{tea}和描述不符")
_ANGER = (
    "茶饼发霉了！退款！",
    "收到的{tea}是霉的，太失望了",
    "同一批货，我的也发霉，没人管吗",
    "喝了不舒服，必须给个说法",
    "再也不买了，骗人",
)


def opening(rng: Random) -> str:
    """A root post."""
    return _said(rng, _OPENERS)


def reply(rng: Random) -> str:
    """An answer to somebody."""
    return _said(rng, _REPLIES)


def notice(rng: Random) -> str:
    """The staff informs."""
    return _said(rng, _NOTICES)


def offer(rng: Random) -> str:
    """The staff sells."""
    return _said(rng, _OFFERS)


def grievance(rng: Random) -> str:
    """An ordinary complaint."""
    return _said(rng, _GRIEVANCES)


def anger(rng: Random) -> str:
    """What is said in an outbreak."""
    return _said(rng, _ANGER)


def welcome(member: str) -> str:
    """The bot greets."""
    return f"欢迎 {member}！先来一杯，再聊聊你喜欢的茶。"


def _said(rng: Random, phrases: tuple[str, ...]) -> str:
    taste, other = rng.sample(_TASTES, 2)
    return rng.choice(phrases).format(
        tea=rng.choice(_TEAS), vessel=rng.choice(_VESSELS), taste=taste, other=other,
        n=rng.randrange(1000),
    )  # fmt: skip
