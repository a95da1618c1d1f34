"""A browser, the fake gateway, and pages that must end each test with no error and no breach of the content policy."""

import contextlib
import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect, sync_playwright

from tests.browser.fake_gateway import FakeGateway

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--mute-audio",
]
DESKTOP = {"width": 1280, "height": 800}
NewContext = Callable[..., BrowserContext]
expect.set_options(timeout=15_000)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium")
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("chromium is not installed")
        pytest.skip("chromium is not installed")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture(scope="session")
def gateway_process() -> Iterator[FakeGateway]:
    with FakeGateway() as running:
        yield running


@pytest.fixture
def gateway(gateway_process: FakeGateway) -> FakeGateway:
    gateway_process.reset()
    return gateway_process


@pytest.fixture
def new_context(browser: Browser) -> Iterator[NewContext]:
    """Makes customers' browsers: each context has its own cookies and storage."""
    opened: list[BrowserContext] = []
    faults: list[str] = []

    def make(**options: Any) -> BrowserContext:
        settings = {"viewport": DESKTOP, "locale": "zh-CN", "timezone_id": "Asia/Shanghai", **options}
        context = browser.new_context(**settings)
        context.on("weberror", lambda error: faults.append(str(error.error)))
        context.on("console", lambda message: faults.append(message.text) if _breach(message.text) else None)
        opened.append(context)
        return context

    yield make
    for context in opened:
        for page in context.pages:
            with contextlib.suppress(Error):  # it was on its way elsewhere, which can hold the closing up for ever
                page.goto("about:blank")
        context.close()
    assert faults == []


@pytest.fixture
def page(new_context: NewContext, gateway: FakeGateway) -> Page:
    """The chat page of a new customer, greeted."""
    return opened(new_context().new_page(), gateway.url)


def opened(page: Page, url: str) -> Page:
    page.goto(f"{url}/chat/")
    expect(page.locator("#log .message").first).to_be_visible()
    return page


def _breach(text: str) -> bool:
    return "Content Security Policy" in text
