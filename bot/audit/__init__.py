"""The nightly audit: what does not look right is found, and somebody sees to it, before a bill goes out.

It joins customers, billing and fieldwork, which do not know one another; so it lies above them (decision 0014).
"""

from bot.audit.rules import AuditRules, load_rules
from bot.audit.service import Audit, AuditReport

__all__ = ["Audit", "AuditReport", "AuditRules", "load_rules"]
