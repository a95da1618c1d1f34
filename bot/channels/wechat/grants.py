"""Subscription messages: each acceptance by a follower allows one, and only that template."""

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from bot.channels.wechat.tables import WechatGrant
from bot.storage.engine import Database


class Grants:
    def __init__(self, db: Database) -> None:
        self._db = db

    def give(self, openid: str, template_id: str) -> None:
        """One more."""
        while not self._add(openid, template_id, 1):
            try:
                with self._db.write() as session:
                    session.add(WechatGrant(openid=openid, template_id=template_id, left=0))
            except IntegrityError:
                continue  # made a moment ago by another call

    def spend(self, openid: str, template_id: str) -> bool:
        return self._add(openid, template_id, -1)

    def withdraw(self, openid: str, template_id: str) -> None:
        """The follower refuses this template from now on."""
        with self._db.write() as session:
            mine = (WechatGrant.openid == openid) & (WechatGrant.template_id == template_id)
            session.execute(update(WechatGrant).where(mine).values(left=0))

    def _add(self, openid: str, template_id: str, number: int) -> bool:
        with self._db.write() as session:
            changed = session.execute(
                update(WechatGrant)
                .where(WechatGrant.openid == openid, WechatGrant.template_id == template_id)
                .where(WechatGrant.left + number >= 0)
                .values(left=WechatGrant.left + number)
            )
            return bool(changed.rowcount)  # type: ignore[attr-defined]
