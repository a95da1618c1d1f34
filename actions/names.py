"""Names the actions share with domain.yml. A contract test holds both to one spelling."""

ACTION_REQUEST_HUMAN = "action_request_human"
REQUESTED_SLOT = "requested_slot"
FORM_MISSES = "form_misses"

VERIFY_FORM = "verify_form"
DIAGNOSIS_FORM = "diagnosis_form"
SERVICE_FORM = "service_form"
CONSENT_FORM = "consent_form"

# What a customer may say in the middle of a form without answering it: answered, and the form asks again.
# Whatever is not named here (yes, no, "don't know", a value, something not understood) answers the open question.
DIGRESSIONS = frozenset(
    {
        "ask_policy",
        "check_bill",
        "check_balance",
        "check_usage",
        "explain_high_bill",
        "check_payment",
        "pay_bill",
        "request_invoice",
        "check_account",
        "bind_account",
        "report_no_power",
        "report_tripping",
        "report_voltage_problem",
        "report_meter_fault",
        "report_hazard",
        "check_outage",
        "subscribe_outage",
        "request_repair",
        "request_meter_test",
        "request_new_connection",
        "request_capacity_change",
        "request_contract_change",
        "request_site_test",
        "check_ticket",
        "urge_ticket",
        "reschedule_ticket",
        "cancel_ticket",
        "make_complaint",
        "report_theft",
        "give_feedback",
        "request_human",
        "greet",
        "goodbye",
        "thank",
        "bot_challenge",
        "ask_capabilities",
        "stop",
    }
)
