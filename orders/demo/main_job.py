"""The main job, done through the running system as people do it: order, credit, stock, invoice, message, payment."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from io import BytesIO
from typing import NamedTuple

from django.utils import timezone

from core.errors import Refusal
from core.money import format_money, parse_money
from core.templatetags.figures import phone
from credit.models import Invoice
from customers.models import Customer
from messaging.models import MessageTemplate
from messaging.operations import publish_whatsapp_templates
from messaging.transports import NotSent

from .browser import Browser, Page, Trouble
from .people import PEOPLE, Person, demo_password

SHOP = "Sapphire Mobiles"
BASKET = [
    ("Redmi Note 10 incell", 6),
    ("iPhone 11 hard oled", 2),
    ("A50 incell", 3),
    ("RMX2185", 5),
    ("CPH2239", 4),
]
"""What people type at the counter, and how many pieces they want."""
AMOUNT = r"(−?₹?[\d,]+\.\d\d)"
PATIENCE = 90.0
PAUSE = 0.5


class Step(NamedTuple):
    """One step of the job: what happened, where to look, how long it took."""

    name: str
    ok: bool
    happened: str
    look: str
    seconds: float


class MainJob:
    """Each step leaves what the next one needs."""

    def __init__(self, base_url: str, phone_url: str) -> None:
        self.sales, self.store, self.controller, self.retailer = (Browser(base_url) for _ in range(4))
        self.phone_url = phone_url
        self.order = Page("", 0, b"", "")
        self.customer = self.phone = self.invoice_url = self.number = self.link = self.receipt = ""
        self.available_before = self.total = Decimal(0)

    def run(self) -> Iterator[Step]:
        """Do one step after the other; stops after the first that fails."""
        for name, step in self.steps():
            begun = time.monotonic()
            try:
                happened, look = step()
            except Trouble as trouble:
                yield Step(name, False, str(trouble), self.order.url, time.monotonic() - begun)
                return
            yield Step(name, True, happened, look, time.monotonic() - begun)

    def steps(self) -> list[tuple[str, Callable[[], tuple[str, str]]]]:
        return [
            ("templates", self.publish_templates),
            ("log in", self.log_in),
            ("order", self.write_order),
            ("credit decision", self.read_decision),
            ("reservation", self.read_reservation),
            ("invoice", self.read_invoice),
            ("delivery", self.deliver),
            ("message", self.wait_for_message),
            ("invoice PDF", self.wait_for_pdf),
            ("retailer's link", self.open_link),
            ("retailer's PDF", self.download_pdf),
            ("payment", self.record_payment),
            ("limit freed", self.read_limit),
            ("receipt", self.wait_for_receipt),
        ]

    def publish_templates(self) -> tuple[str, str]:
        """Outside a conversation WhatsApp takes approved templates only, so they are registered first."""
        try:
            new = publish_whatsapp_templates()
        except (Refusal, NotSent, OSError) as error:
            raise Trouble(f"WhatsApp's templates could not be registered: {error}") from error
        known = MessageTemplate.objects.filter(channel="whatsapp").exclude(content_sid="").count()
        return f"{known} WhatsApp templates are approved, {len(new)} of them just now.", self.phone_url

    # --- the counter ------------------------------------------------------------------------------------------------
    def log_in(self) -> tuple[str, str]:
        person, page = enter(self.sales, "sales")
        return f"{person.name} ({person.role}) is at the counter.", page.url

    def write_order(self) -> tuple[str, str]:
        """Find the shop and five products by typing, then confirm."""
        page = self.sales.get("/orders/new/")
        found = self.sales.post(page, [("do", "find"), ("customer_find", SHOP)])
        self.customer = found.find(r'value="pick:(\d+)"', f"{SHOP} in the search")
        page = self.sales.post(found, [("do", f"pick:{self.customer}")])
        self.available_before = self.available(self.sales)
        lines: list[tuple[str, int]] = []
        for text, pieces in BASKET:
            hits = self.sales.post(page, [*self.typed(page, lines), ("do", "find"), ("find", text)])
            lines.append((hits.find(r'value="add:(\d+)"', f"“{text}” in the search"), pieces))
        priced = self.sales.post(page, [*self.typed(page, lines), ("do", "update")])
        seen = priced.value("seen_total")
        self.order = self.sales.post(
            page, [*self.typed(page, lines), ("seen_total", seen), ("do", "confirm")]
        )
        code = self.order.read(r"Order (SO-\d+) is confirmed", "That the order is confirmed")
        self.total = parse_money(seen)
        pieces = sum(pieces for _product, pieces in lines)
        total = format_money(self.total, "INR")
        return f"{code}: {len(lines)} lines, {pieces} pieces, {total} for {SHOP}, confirmed.", self.order.url

    def typed(self, page: Page, lines: list[tuple[str, int]]) -> list[tuple[str, object]]:
        """The form as it stands on the page."""
        fields: list[tuple[str, object]] = [
            ("customer", self.customer),
            ("idempotency_key", page.value("idempotency_key")),
        ]
        for product, pieces in lines:
            fields += [("product", product), ("quantity", pieces), ("discount", "")]
        return fields

    def read_decision(self) -> tuple[str, str]:
        verdict = self.order.read(r"Credit decision (Approved|Refused)", "The credit decision")
        if verdict != "Approved":
            raise Trouble(f"Credit said {verdict.lower()}.")
        limit = self.order.read(rf"Limit {AMOUNT}", "The limit of the decision")
        balance = self.order.read(rf"Balance {AMOUNT}", "The balance of the decision")
        return f"Approved: limit {limit}, balance before it {balance}.", self.order.url

    def read_reservation(self) -> tuple[str, str]:
        pieces = sum(int(found) for found in re.findall(r"(\d+) reserved", self.order.text))
        if not pieces:
            raise Trouble(f"No piece is reserved on {self.order.url}.")
        return f"{pieces} pieces are reserved for this order.", self.order.url

    def read_invoice(self) -> tuple[str, str]:
        self.number = self.order.read(r"(INV-\d{4}-\d{5,})", "The invoice number")
        path = self.order.find(r'href="(/receivables/invoices/\d+/)"', "The way to the invoice")
        self.invoice_url = self.sales.absolute(path)
        page = self.sales.get(path)
        total = page.read(rf"Total {AMOUNT}", "The total of the invoice")
        return f"{self.number} over {total} was issued with the confirmation.", self.invoice_url

    def deliver(self) -> tuple[str, str]:
        """The storekeeper hands the goods over."""
        person, _page = enter(self.store, "store")
        asked = self.store.get(f"{self.order.url}deliver/")
        done = self.store.post(asked, [("version", asked.value("version"))])
        pieces = done.read(r"Delivered (\d+)", "How many pieces were delivered")
        if pieces == "0":
            raise Trouble(f"Nothing was delivered; see {done.url}.")
        return f"{person.name} handed over {pieces} pieces; they left the stock.", done.url

    # --- what the worker does ---------------------------------------------------------------------------------------
    def wait_for_message(self) -> tuple[str, str]:
        """The order's page says how far the message is; the phone shows it."""

        def state() -> str:
            page = self.sales.get(self.order.url)
            found = re.search(r"Invoice issued WhatsApp (\w+)", page.text)
            if found and found.group(1) in {"Failed", "Unknown"}:
                raise Trouble(f"The message is {found.group(1).lower()}; see {page.url}.")
            return found.group(1) if found and found.group(1) in {"Delivered", "Read"} else ""

        told = wait_until(state, "The WhatsApp message was not delivered")
        customer = Customer.objects.get(pk=int(self.customer))
        self.phone = customer.address_for("whatsapp")
        return f"WhatsApp with {self.number} to {phone(self.phone)}: {told.lower()}.", self.phone_page

    @property
    def phone_page(self) -> str:
        """Where the retailer's phone is in the sandbox."""
        return f"{self.phone_url.rstrip('/')}/{self.phone}/"

    def wait_for_pdf(self) -> tuple[str, str]:
        made = Invoice.objects.filter(number=self.number).exclude(pdf="")
        wait_until(made.exists, "The worker did not print the invoice")
        return f"The worker printed {self.number}.", f"{self.invoice_url}pdf/"

    # --- the retailer -----------------------------------------------------------------------------------------------
    def open_link(self) -> tuple[str, str]:
        """The link as it stands in the message, in a browser that never logged in."""
        conversation = self.retailer.get(self.phone_page)
        links = re.findall(r"https?://[^\s\"'<>]+/r/[^\s\"'<>]+/", conversation.source)
        for link in dict.fromkeys(reversed(links)):
            page = self.retailer.get(link)
            if page.status == 200 and self.number in page.text:
                self.link = link
                amount = page.read(rf"To pay for this invoice {AMOUNT}", "The amount to pay")
                return f"Opened without a login: {self.number}, {amount} to pay.", link
        raise Trouble(f"No link on {conversation.url} opens {self.number}.")

    def download_pdf(self) -> tuple[str, str]:
        page = self.retailer.get(self.link)
        path = page.find(r'href="([^"]*/pdf/[^"]*)"', "The way to the PDF")
        pdf = self.retailer.get(path)
        if pdf.status != 200 or not pdf.body.startswith(b"%PDF-"):
            raise Trouble(f"{pdf.url} is no PDF (status {pdf.status}).")
        pages = check_pdf(pdf.body, self.number)
        return f"A PDF of {len(pdf.body) // 1024} KB{pages} with {self.number}.", pdf.url

    # --- the money --------------------------------------------------------------------------------------------------
    def record_payment(self) -> tuple[str, str]:
        person, _page = enter(self.controller, "credit")
        form = self.controller.get(f"/receivables/payments/new/?customer={self.customer}")
        share = self.invoice_url.rstrip("/").rpartition("/")[2]
        amount = Invoice.objects.values_list("outstanding", flat=True).get(number=self.number)
        done = self.controller.post(
            form,
            [
                ("idempotency_key", form.value("idempotency_key")),
                ("amount", amount),
                ("method", "mobile_money"),
                ("method_reference", "UPI 4471 0092 2210"),
                ("received_on", timezone.localdate().isoformat()),
                (f"share_{share}", amount),
            ],
        )
        self.receipt = done.read(r"(RCT-\d{4}-\d{5,})", "The receipt number")
        invoice = self.controller.get(self.invoice_url)
        invoice.read(r"(Paid)", f"That {self.number} is paid")
        paid = format_money(amount, "INR")
        return f"{person.name} recorded {paid}; {self.receipt} paid {self.number}.", done.url

    def read_limit(self) -> tuple[str, str]:
        now = self.available(self.controller)
        was, is_now = format_money(self.available_before, "INR"), format_money(now, "INR")
        if now != self.available_before:
            raise Trouble(f"{SHOP} had {was} of credit before the order and has {is_now} after paying it.")
        return f"{SHOP} has {is_now} of credit again.", self.controller.absolute(
            f"/customers/{self.customer}/"
        )

    def wait_for_receipt(self) -> tuple[str, str]:
        """The shop hears that its money came."""

        def told() -> bool:
            return self.receipt in self.retailer.get(self.phone_page).text

        wait_until(told, f"The message about {self.receipt} did not arrive")
        return f"{self.receipt} was confirmed to {phone(self.phone)}.", self.phone_page

    def available(self, browser: Browser) -> Decimal:
        """The shop's available credit, as its panel says."""
        panel = browser.get(f"/receivables/customers/{self.customer}/panel/")
        return parse_money(panel.read(rf"Available {AMOUNT}", "The available credit").replace("−", "-"))


def enter(browser: Browser, login: str) -> tuple[Person, Page]:
    """Log one of the demo's people in."""
    person = next(person for person in PEOPLE if person.login == login)
    return person, browser.log_in(person.email, demo_password())


def wait_until(look: Callable[[], object], otherwise: str) -> str:
    """Look again and again until there is something to see; its text."""
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        if seen := look():
            return str(seen)
        time.sleep(PAUSE)
    raise Trouble(f"{otherwise} within {PATIENCE:.0f} s. Is the worker running?")


def check_pdf(content: bytes, number: str) -> str:
    """Look inside when a PDF reader is installed (it is for development); its pages in words."""
    try:
        from pypdf import PdfReader
    except ImportError:
        if len(content) < 5000:
            raise Trouble(f"The PDF of {number} has only {len(content)} bytes.") from None
        return ""
    pages = PdfReader(BytesIO(content)).pages
    if not any(number in page.extract_text() for page in pages):
        raise Trouble(f"The PDF does not hold {number}.")
    return f", {len(pages)} page{'s' if len(pages) > 1 else ''},"
