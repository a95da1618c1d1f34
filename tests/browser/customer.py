"""What a customer does and sees on the page, for the tests of this folder."""

from playwright.sync_api import Locator, Page


def say(page: Page, text: str) -> None:
    page.locator("#draft").fill(text)
    page.get_by_role("button", name="发送", exact=True).click()


def bubbles(page: Page, author: str = "bot") -> Locator:
    return page.locator(f"#log .message.{author} .bubble")


def settled(page: Page) -> None:
    """Waits until the page has drawn what it knows."""
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
