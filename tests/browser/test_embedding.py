"""The chat in the frame of a supplier's own site, which is another site to the browser; and pictures sent in it."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO

import httpx
import pytest
from PIL import Image
from playwright.sync_api import FrameLocator, Page, expect

from bot.settings import ROOT
from tests.browser.conftest import NewContext, opened
from tests.stack import Stack

PATIENCE = 30_000
EXAMPLE = ROOT / "docs" / "examples" / "site.html"
EMBED = ROOT / "bot" / "channels" / "web" / "static" / "embed.js"


def site(port: int, html: str, policy: str = "") -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            if policy:
                self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(html.encode())

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@pytest.fixture(scope="module")
def example(stack: Stack) -> str:
    html = EXAMPLE.read_text()
    assert "https://kefu.example.cn" in html
    return html.replace("https://kefu.example.cn", stack.url)


@pytest.fixture
def allowed_site(stack: Stack, example: str) -> Iterator[str]:
    """The example page at the one origin that may frame the chat, with a strict content policy of its own."""
    policy = f"default-src 'none'; script-src {stack.url}; connect-src {stack.url}; frame-src {stack.url}"
    server = site(stack.site_port, example, policy)
    yield f"http://localhost:{stack.site_port}/"
    server.shutdown()
    server.server_close()


def open_chat(page: Page, address: str) -> FrameLocator:
    page.set_default_timeout(PATIENCE)
    page.goto(address)
    page.get_by_role("button", name="用电客服").click()
    return page.frame_locator("iframe")


def say(chat: FrameLocator, text: str) -> None:
    chat.locator("#draft").fill(text)
    chat.get_by_role("button", name="发送", exact=True).click()


def test_a_customer_on_the_suppliers_site_is_answered_and_remembered(
    new_context: NewContext, allowed_site: str
) -> None:
    page = new_context().new_page()
    chat = open_chat(page, allowed_site)
    expect(chat.locator("#log .message").first).to_be_visible(timeout=PATIENCE)
    say(chat, "你好")
    expect(chat.locator("#log .message.bot")).to_have_count(2, timeout=PATIENCE)
    cookies = page.context.cookies()
    assert [(c["sameSite"], c["secure"], c["httpOnly"]) for c in cookies] == [("None", True, True)]
    assert all(c.get("partitionKey") for c in cookies)
    again = open_chat(page, allowed_site)
    expect(again.locator("#log .message.customer")).to_have_count(1, timeout=PATIENCE)


def test_nothing_of_the_chat_is_loaded_before_it_is_opened(new_context: NewContext, allowed_site: str) -> None:
    page = new_context().new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(allowed_site)
    expect(page.get_by_role("button", name="用电客服")).to_be_visible()
    assert page.locator("iframe").count() == 0
    assert not [url for url in asked if url.rstrip("/").endswith("/chat") or "/chat/static/" in url]
    assert EMBED.stat().st_size < 50_000


def test_the_window_closes_by_keyboard_and_the_button_has_the_focus_again(
    new_context: NewContext, allowed_site: str
) -> None:
    page = new_context().new_page()
    open_chat(page, allowed_site)
    page.get_by_role("button", name="收起客服窗口").press("Escape")
    button = page.get_by_role("button", name="用电客服")
    expect(button).to_be_focused()
    expect(page.locator("iframe")).to_be_hidden()


def test_another_site_cannot_frame_the_chat(stack: Stack, example: str, new_context: NewContext) -> None:
    answer = httpx.get(f"{stack.url}/chat/", trust_env=False)
    policy = answer.headers["content-security-policy"]
    assert f"frame-ancestors 'self' http://localhost:{stack.site_port};" in policy
    desk = httpx.get(f"{stack.url}/desk/login", trust_env=False).headers["content-security-policy"]
    assert "frame-ancestors 'none'" in desk


def test_a_session_outside_a_frame_keeps_the_stricter_cookie(stack: Stack) -> None:
    plain = httpx.post(f"{stack.url}/chat/api/session", json={}, trust_env=False).headers["set-cookie"]
    framed = httpx.post(f"{stack.url}/chat/api/session?framed", json={}, trust_env=False).headers["set-cookie"]
    assert "SameSite=lax" in plain and "Partitioned" not in plain
    assert "SameSite=none" in framed and "Secure" in framed and framed.endswith("Partitioned")


def photo(width: int = 640) -> bytes:
    data = BytesIO()
    Image.new("RGB", (width, 480), "red").save(data, "PNG")
    return data.getvalue()


def test_a_picture_is_sent_from_the_page_and_shown_in_the_conversation(new_context: NewContext, stack: Stack) -> None:
    page = opened(new_context().new_page(), stack.url)
    page.locator("#photo").set_input_files({"name": "表箱.png", "mimeType": "image/png", "buffer": photo()})
    shown = page.locator("#log .message.customer img")
    expect(shown).to_be_visible(timeout=PATIENCE)
    assert shown.evaluate("image => image.decode().then(() => image.naturalWidth)") == 640
    expect(page.locator("#unsent .message")).to_have_count(0)


def test_a_file_that_is_no_picture_is_refused_with_a_sentence(new_context: NewContext, stack: Stack) -> None:
    page = opened(new_context().new_page(), stack.url)
    page.locator("#photo").set_input_files({"name": "x.png", "mimeType": "image/png", "buffer": b"not a picture"})
    refused = page.locator("#unsent .message.failed")
    expect(refused.locator(".sent")).to_contain_text("图片")
    refused.get_by_role("button", name="知道了").click()
    expect(refused).to_have_count(0)


def test_a_picture_is_sent_once_more_after_the_network_failed(new_context: NewContext, stack: Stack) -> None:
    page = opened(new_context().new_page(), stack.url)
    page.route("**/chat/api/attachments", lambda route: route.abort())
    page.locator("#photo").set_input_files({"name": "表箱.png", "mimeType": "image/png", "buffer": photo()})
    failed = page.locator("#unsent .message.failed")
    expect(failed).to_contain_text("没发出去")
    page.unroute("**/chat/api/attachments")
    failed.get_by_role("button", name="重试").click()
    expect(page.locator("#log .message.customer img")).to_have_count(1, timeout=PATIENCE)
