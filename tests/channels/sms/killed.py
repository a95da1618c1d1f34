"""A process that hands one text to a carrier over a line, to be killed by its test."""

import asyncio
import sys

from bot import schema  # noqa: F401  (makes every table known)
from bot.channels.sms.channel import SmsChannel
from bot.channels.sms.line.dialect import Login
from bot.channels.sms.line.driver import LineDriver
from bot.channels.sms.line.keeper import Keeper, Lease
from bot.channels.sms.line.session import Line, Pace, Take
from bot.channels.sms.line.smpp import Smpp
from bot.clock import Clock, SystemClock
from bot.storage.engine import Database
from tests.channels.sms.carriers import NUMBER, PASSWORD, USER
from tests.channels.sms.conftest import make_office


def line_channel(db: Database, clock: Clock, port: int, holder: str) -> SmsChannel:
    dialect = Smpp(Login(USER, PASSWORD, NUMBER))
    driver = LineDriver(dialect)
    office = make_office(db, clock, driver=driver)  # type: ignore[arg-type]

    def keep(take: Take) -> Keeper:
        async def connect() -> Line:
            return await Line.connect(dialect, "127.0.0.1", port, take, Pace(heartbeat=1000))

        return Keeper(Lease(db, clock, "smpp", holder), driver, connect)

    office.sender._sleep = asyncio.sleep
    return SmsChannel(driver, office.sender, office.receiving, office.record, keep)


if __name__ == "__main__":
    channel = line_channel(Database(sys.argv[1]), SystemClock(), int(sys.argv[2]), "killed")
    asyncio.run(channel.run(lambda received: None))
