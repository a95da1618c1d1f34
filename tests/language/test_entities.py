"""Values found in messages, told apart, on the customer's own characters."""

from itertools import pairwise

import pytest

from bot.language.entities import find_entities

CASES = [
    (
        "我叫赵铁柱,户号4100000017,电话13800009157",
        [("name", "赵铁柱"), ("account_no", "4100000017"), ("phone", "13800009157")],
    ),
    ("户号 4110 3927 58", [("account_no", "4110392758")]),
    ("4100-0000-25", [("account_no", "4100000025")]),
    ("四幺零零零零零零一七", [("account_no", "4100000017")]),
    ("四一零五 六六二 八幺三", [("account_no", "4105662813")]),
    ("1000283746591", [("account_no", "1000283746591")]),
    ("幺三八三七四四二零九九", [("phone", "13837442099")]),
    ("155 6942 7713 我的", [("phone", "15569427713")]),
    ("+86 13569913378", [("phone", "13569913378")]),
    ("打这个号0374-6188223", [("phone", "03746188223")]),
    ("座机6123308", [("phone", "6123308")]),
    ("表号 3130001827764", [("meter_no", "3130001827764")]),
    ("电表上写的是0029481736", [("meter_no", "0029481736")]),
    ("资产编号41302000183374", [("meter_no", "41302000183374")]),
    ("lz 261124 0001 到哪了", [("ticket_no", "LZ2611240001")]),
    ("ＬＺ２６１１２４０００１", [("ticket_no", "LZ2611240001")]),
    ("LZ-261124-0001", [("ticket_no", "LZ2611240001")]),
    ("工单号 2406180027", [("ticket_no", "2406180027")]),
    ("单号是GD-20250311-0096", [("ticket_no", "GD202503110096")]),
    ("验证码 603718", [("code", "603718")]),
    ("482910", [("code", "482910")]),
    ("五六零二一九", [("code", "560219")]),
    ("收到的是 077345", [("code", "077345")]),
    ("一百三十六块四", [("amount", "136.40")]),
    ("我交了200元", [("amount", "200.00")]),
    ("三毛五", [("amount", "0.35")]),
    ("10千瓦", [("capacity", "10 kW")]),
    ("八个千瓦吧", [("capacity", "8 kW")]),
    ("315kVA", [("capacity", "315 kVA")]),
    ("从8kW提到15kW", [("capacity", "8 kW"), ("capacity", "15 kW")]),
    ("上个月电费多少", [("period", "上个月")]),
    ("后天下午三点以后来", [("time_window", "后天下午三点以后")]),
    ("葛天大道阳光花园3号楼2单元501", [("address", "葛天大道阳光花园3号楼2单元501")]),
    ("坡胡镇水磨河村三组", [("address", "坡胡镇水磨河村三组")]),
    ("建设路中段132号", [("address", "建设路中段132号")]),
    ("2-3-602", [("address", "2-3-602")]),
    ("2号楼停电了", [("address", "2号楼"), ("symptom", "no_power")]),
    ("電錶倒轉", [("symptom", "meter_backwards")]),
    ("把2026-07的账单给我", [("period", "2026-07")]),
    ("夜儿个用了几度", [("period", "夜儿个")]),
    ("昨天报的修", []),
    ("充了三百", [("amount", "300.00")]),
    ("停了三十多块", [("amount", "30.00")]),
    ("扣了二十天", []),
    ("短信里写的码是 204417 对吧", [("code", "204417")]),
    ("两百千瓦", [("capacity", "200 kW")]),
    ("表号000287654321", [("meter_no", "000287654321")]),
    ("411082196503127716", []),
    ("身份证 41108219880921204X", []),
    ("税号91411082MA45K7TQ8P", []),
    ("给我找个管电的", []),
    ("第二个", []),
    ("", []),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_values_are_found_and_named(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(entity.entity, entity.value) for entity in find_entities(text)] == expected


@pytest.mark.parametrize("text", [*(text for text, _ in CASES), "戶號４１００ ００００\u200b１７,电话１３８"])
def test_no_stretch_of_text_is_claimed_twice(text: str) -> None:
    found = find_entities(text)
    assert all(first.end <= second.start for first, second in pairwise(found))
    assert all(0 <= entity.start < entity.end <= len(text) for entity in found)


def test_the_country_is_no_part_of_a_number() -> None:
    text = "打+86 13569913378"
    (phone,) = find_entities(text)
    assert text[phone.start : phone.end] == "13569913378"


def test_a_span_stands_on_the_customers_own_characters() -> None:
    text = "戶號４１００ ００００\u200b１７停電了"
    account, symptom = find_entities(text)
    assert text[account.start : account.end] == "４１００ ００００\u200b１７"
    assert account.value == "4100000017"
    assert text[symptom.start : symptom.end] == "停電"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("云顶名邸6号楼2单元1802停电了", "云顶名邸6号楼2单元1802"),
        ("滨河湾2期3号楼东户", "滨河湾2期3号楼东户"),
        ("人民路12号附3号没电", "人民路12号附3号"),
        ("7#楼1单元", "7#楼1单元"),
    ],
)
def test_an_estate_is_known_by_the_building_behind_it(text: str, place: str) -> None:
    assert [text[e.start : e.end] for e in find_entities(text) if e.entity == "address"] == [place]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("俺是老城镇岗李村三组的,没电了", "老城镇岗李村三组"),
        ("和尚桥镇楼张村村东头停电", "和尚桥镇楼张村村东头"),
        ("就在长社路跟八七路交叉口那儿", "长社路跟八七路交叉口"),
        ("人民医院东门对面", "人民医院东门对面"),
        ("佛耳湖镇尚庄村卫生室旁边", "佛耳湖镇尚庄村卫生室旁边"),
        ("锦绣园小区三号楼二单元五楼西户", "锦绣园小区三号楼二单元五楼西户"),
        ("魏武路北头加油站对过", "魏武路北头加油站对过"),
        ("我家在坡胡镇坡胡街十字路口往西", "坡胡镇坡胡街十字路口往西"),
        ("长兴办赵庄社区8排", "长兴办赵庄社区8排"),
        ("钟繇路老马烩面馆隔壁", "钟繇路老马烩面馆隔壁"),
        ("名门世家小区门口", "名门世家小区门口"),
    ],
)
def test_a_spoken_place_is_found_whole(text: str, place: str) -> None:
    assert [text[e.start : e.end] for e in find_entities(text) if e.entity == "address"] == [place]


@pytest.mark.parametrize(
    "text",
    [
        "过户怎么办",
        "来检查一下线路",
        "低压总断路器老跳",
        "全村都没电了",
        "我们小区停电",
        "你们营业厅旁边停车",
        "一条路",
    ],
)
def test_what_only_ends_like_a_place_is_none(text: str) -> None:
    assert [e for e in find_entities(text) if e.entity == "address"] == []


@pytest.mark.parametrize("text", ["这个月3期账单", "一期工程什么时候完", "我家在2楼"])
def test_an_instalment_and_a_floor_are_no_place(text: str) -> None:
    assert [e for e in find_entities(text) if e.entity == "address"] == []
