"""Roles and what each may do. Looking after accounts and reading customers' data are kept apart on purpose."""

from typing import Literal

AGENT, SUPERVISOR, EDITOR, DISPATCHER, ADMINISTRATOR = "agent", "supervisor", "editor", "dispatcher", "administrator"
ROLES = (AGENT, SUPERVISOR, EDITOR, DISPATCHER, ADMINISTRATOR)

# self: one's own account · desk: queue and own conversations · oversee: those of colleagues
# customers: open a customer's account, and change who may know it on papers · alarms: danger
# audit: who read what · people: accounts of colleagues
Permission = Literal["self", "desk", "oversee", "customers", "alarms", "audit", "people"]

_MAY: dict[str, frozenset[Permission]] = {
    AGENT: frozenset({"self", "desk", "customers", "alarms"}),
    SUPERVISOR: frozenset({"self", "desk", "customers", "alarms", "oversee", "audit"}),
    EDITOR: frozenset({"self"}),
    DISPATCHER: frozenset({"self", "alarms"}),
    ADMINISTRATOR: frozenset({"self", "people", "audit"}),
}

# What a program's key may open. Nothing here shows a customer's words.
SCOPES = ("queue:read",)


def may(role: str, permission: Permission) -> bool:
    return permission in _MAY.get(role, frozenset())
