"""The audit as a daily job of the house: from its hour on, once a day, by one process."""

from typing import Protocol

import structlog

from bot.audit.service import Audit
from bot.clock import Clock, local
from bot.settings import Settings
from bot.storage.daily import DailyJobs

log = structlog.get_logger()
NAME = "audit"


class HasAudit(Protocol):
    @property
    def settings(self) -> Settings: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def daily_jobs(self) -> DailyJobs: ...
    @property
    def audit(self) -> Audit: ...


def audit_once_a_day(house: HasAudit) -> bool:
    """Runs the audit if it is due and nobody else has it. An audit that fails is tried again when the lease ends."""
    now = local(house.clock.now())
    if now.hour < house.settings.audit_hour or not house.daily_jobs.claim(NAME, now.date()):
        return False
    report = house.audit.run(now.date())
    house.daily_jobs.finish(NAME, now.date())
    log.info("audited", found=dict(report.found), new=report.new.total(), opened=report.opened, waiting=report.waiting)
    return True
