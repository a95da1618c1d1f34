"""Pictures: drawn anew, stored once, shown as the customer's message, read by nobody else."""

import io

import pytest
from PIL import Image

from bot.clock import new_id
from bot.conversations import ownership
from bot.conversations.addresses import Addresses
from bot.conversations.images import LONGEST_SIDE, redraw
from bot.conversations.intake import InboundMessage, Intake
from bot.conversations.pictures import MAX_BYTES, Pictures
from bot.conversations.wordless import Wordless
from bot.errors import InvalidInput, NotFound, RateLimited
from tests.conversations.conftest import Room


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 20), mode: str = "RGB", **options: object) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, kind, **options)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.fixture
def pictures(room: Room) -> Pictures:
    intake = Intake(room.db, room.clock, room.thread, Addresses(room.clock, new_id), messages_per_minute=3)
    return Pictures(room.db, room.clock, new_id, Wordless(room.db, room.thread, intake))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP"])
def test_every_usual_kind_becomes_a_jpeg(kind: str) -> None:
    drawn = redraw(picture(kind))
    assert opened(drawn.data).format == "JPEG" and (drawn.width, drawn.height) == (40, 20)


def test_where_and_with_what_it_was_taken_is_left_behind_and_it_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "SecretCamera"
    drawn = redraw(picture("JPEG", exif=exif))
    assert (drawn.width, drawn.height) == (20, 40)
    assert not opened(drawn.data).getexif() and b"SecretCamera" not in drawn.data


def test_a_large_one_is_made_smaller_and_a_clear_one_stands_on_white() -> None:
    large = redraw(picture("JPEG", size=(6000, 3000)))
    assert (large.width, large.height) == (LONGEST_SIDE, LONGEST_SIDE // 2)
    assert opened(redraw(picture("PNG", mode="RGBA")).data).getpixel((0, 0)) == (255, 255, 255)


@pytest.mark.parametrize(
    "data",
    [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.4", picture()[:60], picture("JPEG")[:300], b"GIF89a", b"x"],
    ids=["svg", "pdf", "half a png", "half a jpeg", "a gif of nothing", "text"],
)
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidInput):
        redraw(data)


def test_one_that_unfolds_to_more_than_fits_is_refused() -> None:
    with pytest.raises(InvalidInput) as refused:
        redraw(picture("PNG", size=(7000, 7000), mode="1"))
    assert refused.value.code == "too_many_pixels"


def test_a_picture_is_the_customers_message_and_is_said_to_have_come(room: Room, pictures: Pictures) -> None:
    conversation = room.start()
    received = pictures.receive(InboundMessage(conversation), picture())
    view = room.conversations.view(conversation, 1)
    assert [(m.author, (m.card or {})["kind"]) for m in view.messages] == [
        ("customer", "picture"),
        ("system", "picture_received"),
    ]
    assert view.messages[0].text == "[图片]" and view.messages[0].seq == received.seq and not view.busy
    data = pictures.read(conversation, view.messages[0].card["attachment_id"]).data  # type: ignore[index]
    assert opened(data).size == (40, 20)


def test_the_options_that_stand_still_stand_after_a_picture(room: Room, pictures: Pictures) -> None:
    conversation = room.start()
    pictures.receive(InboundMessage(conversation), picture())
    room.say(conversation, "1")
    chosen = room.conversations.view(conversation, 3).messages[0].chosen
    assert chosen is not None and chosen["intent"] == "check_bill"


def test_the_same_client_id_again_stores_nothing(room: Room, pictures: Pictures) -> None:
    conversation = room.start()
    seqs = [pictures.receive(InboundMessage(conversation, client_id="c1"), picture()).seq for _ in range(2)]
    assert seqs == [2, 2] and len(room.texts(conversation)) == 3


def test_a_picture_of_another_conversation_does_not_exist(room: Room, pictures: Pictures) -> None:
    mine, other = room.start(), room.start()
    pictures.receive(InboundMessage(other), picture())
    theirs = room.conversations.view(other, 1).messages[0].card["attachment_id"]  # type: ignore[index]
    for attachment_id in (theirs, "unknown", "\ud83d"):
        with pytest.raises(NotFound):
            pictures.read(mine, attachment_id)


def test_nothing_and_too_much_are_refused(room: Room, pictures: Pictures) -> None:
    conversation = room.start()
    for data, code in ((b"", "empty"), (b"x" * (MAX_BYTES + 1), "too_large")):
        with pytest.raises(InvalidInput) as refused:
            pictures.receive(InboundMessage(conversation), data)
        assert refused.value.code == code
    assert len(room.texts(conversation)) == 1


def test_pictures_count_as_messages(room: Room, pictures: Pictures) -> None:
    conversation = room.start()
    for _ in range(3):
        pictures.receive(InboundMessage(conversation), picture())
    with pytest.raises(RateLimited):
        pictures.receive(InboundMessage(conversation), picture())


def test_an_agent_who_holds_the_conversation_gets_it_without_a_word_of_the_bot(room: Room, pictures: Pictures) -> None:
    conversation = room.start()
    room.conversations.request_human(conversation, reason="asked_for")
    with room.db.write() as session:
        ownership.claim(session, conversation, "agent-1")
    pictures.receive(InboundMessage(conversation), picture())
    assert [author for author, _ in room.texts(conversation)] == ["bot", "customer"]


def test_a_picture_reopens_a_closed_conversation(room: Room, pictures: Pictures) -> None:
    conversation = room.start()
    with room.db.write() as session:
        ownership.close(session, conversation)
    pictures.receive(InboundMessage(conversation), picture())
    assert room.conversations.view(conversation, 0).state == "bot"
