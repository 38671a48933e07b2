"""Prices out of a file: what a list exports goes in again unchanged, and each row has its outcome."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from core.jobs import run_job
from core.models import Job
from pricing.models import PriceImport, PriceRule
from pricing.operations import accept_prices, set_price, start_price_import
from tests.factories.accounts import UserFactory
from tests.factories.customers import CustomerFactory
from tests.factories.pricing import PricedProductFactory, base_list

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def rules():
    fields = ("price_list", "product", "customer", "min_quantity", "unit_price", "valid_from", "valid_to")
    return list(PriceRule.objects.order_by(*fields).values_list(*fields))


def bring(content, by, name="prices.csv", reference="once"):
    file = ContentFile(content if isinstance(content, bytes) else content.encode(), name=name)
    made = accept_prices(base_list(), file, by=by, at=timezone.now(), reference=reference)
    start_price_import(made, made.mapping, by=by, at=timezone.now())
    made.refresh_from_db()
    assert made.job_id is not None
    run_job(made.job_id)
    return Job.objects.get(pk=made.job_id)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_a_list_exports_goes_in_again_unchanged_and_into_an_empty_list_whole(client, kind):
    person = UserFactory(role="Sales manager")
    client.force_login(person)
    today = timezone.localdate()
    product, other = PricedProductFactory(), PricedProductFactory()
    set_price(base_list(), product, Decimal("95.5"), by=None)
    set_price(
        base_list(), product, Decimal(90), min_quantity=10, valid_from=today, valid_to=today + DAY, by=None
    )
    customer = CustomerFactory(representative=person)
    set_price(base_list(), other, Decimal(80), customer=customer, by=None)
    columns = "cols=sku,min_quantity,unit_price,customer_code,valid_from,valid_to"
    answer = client.get(f"{base_list().get_absolute_url()}?tab=all&{columns}&export={kind}")
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    before = rules()
    assert bring(content, person, f"prices.{kind}").sentence == "0 new, 0 changed, 3 unchanged, 0 refused."
    assert rules() == before
    PriceRule.objects.all().delete()
    job = bring(content, person, f"prices.{kind}", "again")
    assert job.sentence == "3 new, 0 changed, 0 unchanged, 0 refused."
    assert rules() == before


def test_each_row_has_its_outcome():
    person = UserFactory(is_superuser=True)
    for sku in "ABCD":
        PricedProductFactory(sku=sku)
    set_price(base_list(), PricedProductFactory(sku="E"), Decimal(5), valid_from=dt.date(2026, 1, 1), by=None)
    rows = [
        "A;5;;;",
        "b;6;10;;2030-01-01",
        "NONE;5;;;",
        "C;cheap;;;",
        "C;5;none;;",
        "C;5;;C-99999;",
        "D;5;;;31/12/2030",
        "E;7;;;",
    ]
    job = bring("\n".join(["SKU;Price;From pieces;Customer code;Last day", *rows]), person)
    assert job.sentence == "2 new, 0 changed, 0 unchanged, 6 refused."
    refused = dict(job.failures.values_list("number", "sentence"))
    assert sorted(refused) == [4, 5, 6, 7, 8, 9]
    assert "already has a price of" in refused[9]
    assert PriceRule.objects.get(product__sku="B").valid_to == dt.date(2030, 1, 1)
    assert PriceImport.objects.get().state == "done"


def test_another_price_for_the_same_days_takes_its_place():
    person = UserFactory(is_superuser=True)
    set_price(base_list(), PricedProductFactory(sku="A"), Decimal(5), by=None)
    assert bring("SKU;Price\nA;6\n", person).sentence == "0 new, 1 changed, 0 unchanged, 0 refused."
    assert PriceRule.objects.get().unit_price == 6


def test_a_file_is_uploaded_looked_at_and_imported(client):
    client.force_login(UserFactory(role="Sales manager"))
    PricedProductFactory(sku="A")
    file = SimpleUploadedFile("prices.csv", b"SKU,Price\nA,5\n")
    answer = client.post(reverse("pricing:priceimport_upload", args=[base_list().pk]), {"file": file})
    made = PriceImport.objects.get()
    assert answer.url == made.get_absolute_url()
    assert "A" in client.get(answer.url).content.decode()
    answer = client.post(answer.url, made.mapping)
    run_job(Job.objects.latest("pk").pk)
    assert PriceRule.objects.get().unit_price == 5


@pytest.mark.parametrize("role", ["Sales representative", "Storekeeper"])
def test_who_may_not_import_is_refused(client, role):
    client.force_login(UserFactory(role=role))
    assert client.get(reverse("pricing:priceimport_upload", args=[base_list().pk])).status_code == 403
