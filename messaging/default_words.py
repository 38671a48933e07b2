"""The words a new installation starts with, in English."""

from __future__ import annotations

from typing import NamedTuple


class Words(NamedTuple):
    """One event: WhatsApp text (no variable at either end, as Meta asks), SMS text, e-mail subject and text."""

    whatsapp: str
    sms: str
    subject: str
    email: str


ENGLISH: dict[str, Words] = {
    "invoice_issued": Words(
        whatsapp=(
            "Hello {{customer}},\n\nyour invoice *{{number}}* of *{{total}}* is ready. It is due on {{due_on}}.\n\n"
            "See it, download it and pay it here:\n{{link}}\n\nThank you for your order."
        ),
        sms="{{company}}: invoice {{number}} of {{total}} is ready, due {{due_on}}. See and pay it: {{link}}",
        subject="Invoice {{number}} from {{company}}",
        email=(
            "Hello {{customer}},\n\nyour invoice {{number}} of {{total}} is ready. It is due on {{due_on}}; "
            "{{outstanding}} of it is open.\n\nSee it, download it and pay it here:\n{{link}}\n\n"
            "Thank you for your order.\n{{company}}"
        ),
    ),
    "document_issued": Words(
        whatsapp=(
            "Hello {{customer}},\n\n{{document}} *{{number}}* over *{{total}}* is ready for you. "
            "Read it and keep it here:\n{{link}}\n\nIs something not right? Answer this message."
        ),
        sms="{{company}}: {{document}} {{number}} over {{total}}: {{link}}",
        subject="{{document}} {{number}} from {{company}}",
        email=(
            "Hello {{customer}},\n\n{{document}} {{number}} over {{total}} is ready for you. "
            "Read it and keep it here:\n{{link}}\n\nIs something not right? Write to us.\n{{company}}"
        ),
    ),
    "payment_received": Words(
        whatsapp=(
            "Hello {{customer}},\n\nwe received your payment of *{{amount}}*, receipt {{number}}. "
            "Your balance is now *{{balance}}*.\n\nYour open invoices:\n{{link}}\n\nThank you."
        ),
        sms="{{company}}: received {{amount}}, receipt {{number}}. Balance {{balance}}. {{link}}",
        subject="Payment received, receipt {{number}}",
        email=(
            "Hello {{customer}},\n\nwe received your payment of {{amount}}, receipt {{number}}. "
            "Your balance is now {{balance}}.\n\nYour open invoices:\n{{link}}\n\nThank you.\n{{company}}"
        ),
    ),
    "cheque_bounced": Words(
        whatsapp=(
            "Hello {{customer}},\n\nthe bank sent back your cheque *{{number}}* ({{bank}}) of *{{amount}}*: "
            "{{reason}}\n\n"
            "What it had paid is open again; your balance is *{{balance}}*. Please pay here:\n{{link}}\n\n"
            "Is this a mistake? Answer this message."
        ),
        sms="{{company}}: your cheque {{number}} of {{amount}} came back: {{reason}}. Balance {{balance}}. {{link}}",
        subject="Your cheque {{number}} came back",
        email=(
            "Hello {{customer}},\n\nthe bank sent back your cheque {{number}} ({{bank}}) of {{amount}}: {{reason}}\n\n"
            "What it had paid is open again; your balance is {{balance}}. Please pay here:\n{{link}}\n\n"
            "Is this a mistake? Write to us.\n{{company}}"
        ),
    ),
    "statement": Words(
        whatsapp=(
            "Hello {{customer}},\n\nyour statement of account for {{days}}: your balance is *{{balance}}*.\n\n"
            "See it, keep it and pay here:\n{{link}}\n\nIs something not right? Answer this message."
        ),
        sms="{{company}}: statement for {{days}}, balance {{balance}}. {{link}}",
        subject="Statement of account for {{days}}",
        email=(
            "Hello {{customer}},\n\nyour statement of account for {{days}}: your balance is {{balance}}.\n\n"
            "See it, keep it and pay here:\n{{link}}\n\nIs something not right? Write to us.\n{{company}}"
        ),
    ),
    "link_renewed": Words(
        whatsapp=(
            "Hello {{customer}},\n\nhere is your new link to your invoices and your balance:\n{{link}}\n\n"
            "If you did not ask for it, you need do nothing."
        ),
        sms="{{company}}: your new link to your invoices and your balance: {{link}}",
        subject="Your new link from {{company}}",
        email=(
            "Hello {{customer}},\n\nhere is your new link to your invoices and your balance:\n{{link}}\n\n"
            "If you did not ask for it, you need do nothing.\n{{company}}"
        ),
    ),
    "dispute_answered": Words(
        whatsapp=(
            "Hello {{customer}},\n\nabout what you told us on invoice *{{number}}*: {{outcome}}\n\n{{answer}}\n\n"
            "See the invoice here:\n{{link}}\n\nIs something still not right? Answer this message."
        ),
        sms="{{company}}: invoice {{number}}: {{outcome}} {{answer}} {{link}}",
        subject="Our answer about invoice {{number}}",
        email=(
            "Hello {{customer}},\n\nabout what you told us on invoice {{number}}: {{outcome}}\n\n{{answer}}\n\n"
            "See the invoice here:\n{{link}}\n\nIs something still not right? Write to us.\n{{company}}"
        ),
    ),
    "order_confirmed": Words(
        whatsapp=(
            "Hello {{customer}},\n\nyour order *{{number}}* is confirmed: {{pieces}} pieces for *{{total}}*.\n\n"
            "We are getting it ready."
        ),
        sms="{{company}}: order {{number}} is confirmed, {{pieces}} pieces for {{total}}.",
        subject="Order {{number}} is confirmed",
        email=(
            "Hello {{customer}},\n\nyour order {{number}} is confirmed: {{pieces}} pieces for {{total}}.\n\n"
            "We are getting it ready.\n{{company}}"
        ),
    ),
    "order_held": Words(
        whatsapp=(
            "Hello {{customer}},\n\nyour order *{{number}}* of {{total}} is waiting for approval. {{reason}}\n\n"
            "We will write again as soon as it is decided."
        ),
        sms="{{company}}: order {{number}} of {{total}} is waiting for approval. {{reason}}",
        subject="Order {{number}} is waiting for approval",
        email=(
            "Hello {{customer}},\n\nyour order {{number}} of {{total}} is waiting for approval. {{reason}}\n\n"
            "We will write again as soon as it is decided.\n{{company}}"
        ),
    ),
    "order_hold_rejected": Words(
        whatsapp=(
            "Hello {{customer}},\n\nwe could not release your order *{{number}}* of {{total}}. {{reason}}\n\n"
            "Please call us, and we will find a way."
        ),
        sms="{{company}}: we could not release order {{number}} of {{total}}. {{reason}} Please call us.",
        subject="Order {{number}} could not be released",
        email=(
            "Hello {{customer}},\n\nwe could not release your order {{number}} of {{total}}. {{reason}}\n\n"
            "Please call us, and we will find a way.\n{{company}}"
        ),
    ),
}
