"""Places, people and symptoms in a message, found by their shape and by word lists."""

import re
from collections.abc import Iterator
from functools import lru_cache

from bot.language.entity_numbers import Found
from bot.language.files import lexicon

_NUM = r"(?:\d{1,4}|[一二三四五六七八九十百]{1,4})"
_ZH = r"[\u4e00-\u9fff]"
# A place name does not begin with what people say around it; some of that may stand inside a name.
_NOT_WITHIN = r"[在住是我俺咱恁你们的了到去来给这那有从离把叫请帮查问就没个停啥哪于址]|路过|地址"
_NOT_NAME = rf"(?:{_NOT_WITHIN}|[家和里位](?!尚桥))"
_NAME = rf"(?:(?!{_NOT_NAME}){_ZH})(?:(?!{_NOT_WITHIN}|里|位){_ZH}){{0,6}}?"
# What ends like a place and is none: a circuit, a way to do it, a running business.
_ROAD_END = (
    r"(?:大道|大街|(?<=[经纬八五工新民][一二三四五六七])路|(?<![临条满])街|巷|(?<!条)胡同"
    r"|(?<![线电断短走修回道马铁公网思半条旁通原跑绕问带让落掉挡封段小距过上几一二两三四双每这那复])路)"
)
_VILLAGE_END = (
    r"(?:行政村|自然村|[庄寨营屯岗]村(?!口)|(?<![农全某本邻壁条个各进下外驻])村"
    r"|[庄寨屯](?!村(?!口)|稼)|(?<![经运])营(?!村|业|利)|(?<![聘上下])岗(?!村))(?:社区)?"
)
_TOWN = (
    rf"{_NAME}(?:(?:镇|(?<![返回下进])乡|街道|办事处)(?!上|里|事|公|理|业|的|了|法)"
    rf"|办(?={_ZH}{{1,5}}?(?:{_VILLAGE_END}|社区|{_ROAD_END})))"
)
_VILLAGE = rf"{_NAME}{_VILLAGE_END}(?!里|里人|上|民|委|头有|电工|的人|医)"
_ESTATE_END = (
    r"(?:(?<![老旧全个新表进说绍听])小区|花园|家园|华庭|佳苑|家属院|公寓|广场|新村|嘉园|名苑|社区|豪庭|新城|大厦"
    r"|产业园|工业园|园区|苑|(?<!政)府)"
)
_ESTATE = rf"{_NAME}{_ESTATE_END}"
_ROAD = rf"{_NAME}{_ROAD_END}(?:东段|西段|南段|北段|中段)?(?!灯|上|边|口|由|线|径|过)"
_UNIT = r"(?:号楼|#楼|号院|号|栋|幢|座|排|组|队|单元|层|楼|室|户)(?!线|电|表|公|的电|码)"
_HOUSE = rf"{_NUM}{_UNIT}(?:[东西南北]户|附{_NUM}号|{_NUM}(?:号|室|户)|\d{{3,4}}(?!\d))?"
_PHASE = rf"期(?={_NUM}(?:号楼|#楼|栋|幢))"
# An estate is known by the building that follows it, whatever it is called.
_BUILDING = rf"(?:{_NAME})?(?={_NUM}(?:号楼|#楼|栋|幢|{_PHASE}))"
_FROM_THERE = r"的?[东西南北]边(?:第[一二三四五六七八九十\d]{1,2}[家户])?"
_SIDE = (
    rf"(?:村?[东西南北]头|村口|十?字?路口(?:往[东西南北])?|交叉口|[东西南北]?大?门(?:口|对面|旁边)|[东西南北]门"
    rf"|对面|对过|旁边?|隔壁|后面|前面|附近|路[东西南北]|{_FROM_THERE})"
)
# What people say instead of a number: the shop, school or office a place lies at.
_LANDMARK_END = (
    r"(?:小学|中学|高中|学校|幼儿园|医院|卫生室|卫生院|诊所|药店|超市|商店|商场|市场|饭店|面馆|酒店|宾馆|银行|信用社"
    r"|加油站|汽车站|火车站|车站|粮站|村委会|村委|村部|大队部|镇政府|乡政府|派出所|邮局|公园|教堂|小卖部"
    r"|老?[槐杨柳桐]树|水厂|[^上门]店|[^村水电]厂)"
)
_LANDMARK = rf"(?:(?!{_NOT_WITHIN}){_ZH}){{0,6}}?{_LANDMARK_END}"
_DASHED = r"(?<![\d-])\d{1,2}-\d{1,2}-\d{3,4}(?![\d-])"
_CROSSING = rf"{_ROAD}(?:与|和|跟){_ROAD}(?:交叉口|路口|交汇处)?"
_ADDRESS = re.compile(
    rf"(?:(?:{_TOWN}|{_CROSSING}|{_ROAD}|{_VILLAGE}|{_ESTATE})[ ,]?)+(?:(?:{_HOUSE}|{_DASHED})[ ,]?)*(?:{_SIDE})?"
    rf"(?:{_LANDMARK}(?:{_SIDE})?)?"
    rf"|{_NAME}{_LANDMARK_END}(?:{_SIDE}){{1,2}}"
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
