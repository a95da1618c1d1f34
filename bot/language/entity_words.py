"""Places, people and symptoms in a message, found by their shape and by word lists."""

import re
from collections.abc import Iterator
from functools import lru_cache

from bot.language.entity_numbers import Found
from bot.language.files import lexicon

_NUM = r"(?:\d{1,4}|[一二三四五六七八九十百]{1,4})"
_ZH = r"[\u4e00-\u9fff]"
# A place name does not begin with what people say around it.
_NOT_NAME = r"(?:[在住是我俺咱恁你家的了到去来给和这那有从离把叫请帮查问就没个停啥哪于位址]|路过|地址)"
_NAME = rf"(?:(?!{_NOT_NAME}){_ZH}){{1,7}}?"
_TOWN = rf"{_NAME}(?:镇|乡|街道|办事处|办)(?!上|里|事|公|理|业|的|了|法)"
_VILLAGE = rf"{_NAME}(?:行政村|自然村|村|庄|寨|营|屯|岗)(?!里|里人|上|民|委|头有|电工|的人|医)"
_ESTATE = rf"{_NAME}(?:小区|花园|家园|华庭|佳苑|家属院|公寓|广场|新村|嘉园|名苑|社区|豪庭|新城|大厦|苑|府)"
_ROAD = rf"{_NAME}(?:大道|大街|路|街|巷|胡同)(?:东段|西段|南段|北段|中段)?(?!灯|上|边|口|由|线|径|过)"
_UNIT = r"(?:号楼|#楼|号院|号|栋|幢|座|排|组|队|单元|层|楼|室|户)(?!线|电|表|公|的电|码)"
_HOUSE = rf"{_NUM}{_UNIT}(?:[东西南北]户|附{_NUM}号|{_NUM}(?:号|室|户)|\d{{3,4}}(?!\d))?"
_PHASE = rf"期(?={_NUM}(?:号楼|#楼|栋|幢))"
# An estate is known by the building that follows it, whatever it is called.
_BUILDING = rf"(?:{_NAME})?(?={_NUM}(?:号楼|#楼|栋|幢|{_PHASE}))"
_FROM_THERE = r"[东西南北]边(?:第[一二三四五六七八九十\d]{1,2}[家户])?"
_SIDE = rf"(?:[东西南北]头|村口|路口|交叉口|对面|旁边|后面|附近|路[东西南北]|{_FROM_THERE}|大门口)"
_DASHED = r"(?<![\d-])\d{1,2}-\d{1,2}-\d{3,4}(?![\d-])"
_CROSSING = rf"{_ROAD}(?:与|和|跟){_ROAD}(?:交叉口|路口|交汇处)?"
_ADDRESS = re.compile(
    rf"(?:(?:{_TOWN}|{_CROSSING}|{_ROAD}|{_VILLAGE}|{_ESTATE})[ ,]?)+(?:(?:{_HOUSE}|{_DASHED})[ ,]?)*(?:{_SIDE})?"
    rf"|(?:{_BUILDING})?(?:(?:{_NUM}(?:号楼|#楼|栋|幢|{_PHASE}|单元|排|组))[ ,]?){{1,4}}"
    rf"(?:{_HOUSE}|\d{{3,4}}(?!\d)|[东西南北]户)?|{_DASHED}"
)
# The two hundred commonest surnames.
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟"
    "汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦"
    "季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜路詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍"
)
_PERSON = rf"(?P<name>(?:欧阳|司马|上官|诸葛|[{_SURNAMES}])[\u4e00-\u9fff]{{1,2}}?)"
_NAME_END = r"(?=[,。!?;:\s\d]|$|的|嘞|家|,|报|要|申请|办|电话|手机|来|是|在|住|和|跟|想)"
_NAMED = re.compile(
    r"(?:我叫|俺叫|我是|俺是|名叫|叫做|本人|户主姓名|找|(?:户主|户名|姓名|联系人|名字)(?:是|叫|为|名)?)[: ,]?"
    rf"{_PERSON}{_NAME_END}"
)
_NOT_PERSONS = frozenset(
    {
        "安装",
        "方便",
        "时候",
        "任何",
        "石固",
        "管电",
        "高压",
        "高层",
        "成了",
        "向你",
        "于是",
        "许昌",
        "白天",
        "管事",
        "龙头",
    }
)


def addresses(plain: str) -> Iterator[Found]:
    for found in _ADDRESS.finditer(plain):
        value = found.group().strip(" ,")
        if len(value) >= 2:
            yield Found(
                "address", value.replace(" ", ""), found.start(), found.start() + len(found.group().rstrip(" ,"))
            )


def names(plain: str) -> Iterator[Found]:
    for found in _NAMED.finditer(plain):
        if found["name"] not in _NOT_PERSONS:
            yield Found("name", found["name"], *found.span("name"))


def symptoms(plain: str) -> Iterator[Found]:
    pattern, kinds = _symptom_words()
    for found in pattern.finditer(plain):
        yield Found("symptom", kinds[found.group()], *found.span())


@lru_cache(maxsize=1)
def _symptom_words() -> tuple[re.Pattern[str], dict[str, str]]:
    kinds = {str(word): kind for kind, words in lexicon("symptoms").items() for word in words}
    ordered = sorted(kinds, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, ordered))), kinds
