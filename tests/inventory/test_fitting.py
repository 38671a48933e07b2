"""What people say of what fits: kept, never learnt against, taken back."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from core.errors import Refusal
from inventory import operations, queries
from inventory.models import Compatibility, DeviceModel
from tests.factories.accounts import UserFactory
from tests.factories.inventory import BrandFactory, DeviceModelFactory, ProductFactory, stocked

pytestmark = pytest.mark.django_db
State = Compatibility.State
NOW = timezone.now()


def learnt(product, device, confidence="0.50"):
    return Compatibility.objects.create(
        product=product, device_model=device, confidence=Decimal(confidence), state=State.LEARNT
    )


def state_of(fit):
    return Compatibility.objects.get(pk=fit.pk).state


@pytest.fixture
def keeper(client):
    user = UserFactory(role="Storekeeper")
    client.force_login(user)
    client.user = user
    return client


def test_what_a_person_rejected_is_not_learnt_again_and_fits_nothing():
    product = ProductFactory(name="x")
    product.name = "Samsung Galaxy A12 display"
    operations.change_product(product)
    fit = product.compatibilities.get()
    operations.decide_fit(fit, State.REJECTED, by=None, at=NOW)
    product.name = "Samsung Galaxy A12 display black"
    operations.change_product(product)
    assert [f.state for f in product.compatibilities.all()] == [State.REJECTED]
    assert [f.products for f in queries.what_fits("Galaxy A12")] == [[]]
    assert queries.search_products("SM-A125F") == []


def test_the_most_doubtful_comes_first_and_one_put_off_comes_last():
    product = ProductFactory()
    sure, doubtful, other = (
        learnt(product, DeviceModelFactory(), confidence) for confidence in ("0.90", "0.40", "0.40")
    )
    assert queries.next_to_review() == doubtful
    assert queries.next_to_review(f"0.40-{doubtful.pk}") == other
    assert queries.next_to_review(f"0.90-{sure.pk}") == doubtful  # round again
    assert queries.next_to_review("nonsense-1") == doubtful


def test_a_key_decides_shows_the_next_pair_and_takes_it_back(keeper):
    product = ProductFactory()
    first, second = (
        learnt(product, DeviceModelFactory(), "0.40"),
        learnt(product, DeviceModelFactory(), "0.60"),
    )
    url = reverse("inventory:fit_review")
    assert keeper.get(url).context["fit"] == first
    page = keeper.post(url, {"do": f"confirm:{first.pk}"}, follow=True)
    assert (state_of(first), page.context["fit"], page.context["done"]["fit"]) == (
        State.CONFIRMED,
        second,
        first,
    )
    assert Compatibility.objects.get(pk=first.pk).by == keeper.user
    page = keeper.post(url, {"do": f"open:{first.pk}"}, follow=True)
    assert (state_of(first), page.context["fit"], page.context["done"]) == (State.LEARNT, first, None)
    keeper.post(url, {"do": f"reject:{first.pk}"})
    keeper.post(url, {"do": "reject:x"})
    assert state_of(first) == State.REJECTED


def test_a_correction_rejects_one_confirms_the_other_and_is_taken_back_whole(keeper):
    product = ProductFactory()
    wrong = learnt(product, DeviceModelFactory(name="Redmi Note 10"))
    right = DeviceModelFactory(name="Redmi Note 10S")
    url = reverse("inventory:fit_review")
    assert keeper.get(url).context["others"] == [right]
    page = keeper.post(url, {"do": f"correct:{wrong.pk}:{right.pk}"}, follow=True)
    made = product.compatibilities.get(device_model=right)
    assert (state_of(wrong), made.state) == (State.REJECTED, State.CONFIRMED)
    assert f"open:{wrong.pk}:{made.pk}:" in page.content.decode()
    keeper.post(url, {"do": f"open:{wrong.pk}:{made.pk}:"})
    assert state_of(wrong) == State.LEARNT
    assert not product.compatibilities.filter(device_model=right).exists()


def test_many_are_confirmed_at_once_by_how_sure_they_are(keeper):
    product = ProductFactory()
    sure, unsure = (
        learnt(product, DeviceModelFactory(), "0.95"),
        learnt(product, DeviceModelFactory(), "0.50"),
    )
    url = f"{reverse('inventory:fit_list')}?tab=open&at_least=0.9"
    data = {"do": "bulk", "bulk": "confirm", "whole": "1", "confirmed": "1", "state": "tab=open&at_least=0.9"}
    keeper.post(url, data)
    assert (state_of(sure), state_of(unsure)) == (State.CONFIRMED, State.LEARNT)


def test_two_rows_of_one_phone_become_one_and_a_yes_stays_a_yes():
    keep, gone = (
        DeviceModelFactory(name="Redmi Note 10"),
        DeviceModelFactory(name="Note 10 4G", codes=["M2101K7AG"]),
    )
    both, alone = ProductFactory(), ProductFactory()
    learnt(both, keep)
    Compatibility.objects.create(product=both, device_model=gone)
    learnt(alone, gone)
    merged = operations.merge_device_models(gone, keep)
    assert (merged.codes, merged.aliases) == (["M2101K7AG"], ["Note 10 4G"])
    assert both.compatibilities.get().state == State.CONFIRMED
    assert alone.compatibilities.get().device_model == keep
    assert not DeviceModel.objects.filter(pk=gone.pk).exists()
    with pytest.raises(Refusal):
        operations.merge_device_models(keep, keep)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("M2101K7AG", "Redmi Note 10"),
        ("redmi note 10", "Redmi Note 10"),
        ("Xiaomi Redmi Note 10S", "Redmi Note 10S"),
    ],
)
def test_a_phone_is_meant_by_its_name_or_code(typed, meant):
    DeviceModelFactory(name="Redmi Note 10", codes=["M2101K7AG"])
    DeviceModelFactory(name="Redmi Note 10S")
    assert queries.device_meant(typed).name == meant


@pytest.mark.parametrize(("typed", "why"), [("Redmi", "Which one"), ("Nokia 3310", "no phone")])
def test_a_phone_that_is_not_clear_is_asked_for(typed, why):
    DeviceModelFactory(name="Redmi Note 10")
    DeviceModelFactory(name="Redmi Note 11")
    with pytest.raises(Refusal, match=why):
        queries.device_meant(typed)


def test_the_page_of_a_phone_shows_what_fits_with_stock_and_changes_codes_in_place(
    keeper, django_assert_max_num_queries
):
    device = DeviceModelFactory(name="Redmi Note 10", codes=["A1"])
    level = stocked(5)
    learnt(level.product, device)
    learnt(ProductFactory(), DeviceModelFactory())
    url = device.get_absolute_url()
    with django_assert_max_num_queries(25):
        page = keeper.get(url)
    assert [(p.available, f.state) for p, f in page.context["fitting"]] == [(5, State.LEARNT)]
    htmx = {"HX-Request": "true", "HX-Target": "field-codes"}
    form = keeper.get(url, {"edit": "codes"}, headers=htmx).content.decode()
    was = form.split('name="was" value="')[1].split('"')[0]
    saved = keeper.post(url, {"inline": "codes", "was": was, "codes": "A1, b2; A1"}, headers=htmx)
    device.refresh_from_db()
    assert (saved.status_code, device.codes) == (200, ["A1", "b2"])


def test_on_the_page_of_a_product_phones_are_added_confirmed_and_taken_off(keeper):
    product, device = ProductFactory(), DeviceModelFactory(name="Redmi Note 10")
    fit = learnt(product, DeviceModelFactory(name="Other"))
    keeper.post(reverse("inventory:fit_add", args=[product.pk]), {"device": "Redmi Note 10"})
    assert product.compatibilities.get(device_model=device).state == State.CONFIRMED
    keeper.post(reverse("inventory:fit_confirm", args=[fit.pk]))
    assert state_of(fit) == State.CONFIRMED
    keeper.post(reverse("inventory:fit_reject", args=[fit.pk]))
    assert state_of(fit) == State.REJECTED
    page = keeper.get(product.get_absolute_url())
    assert [fit.device_model for fit in page.context["fitting"]] == [device]


def test_a_second_phone_of_the_same_name_is_refused_with_a_way_out(keeper):
    brand = BrandFactory()
    DeviceModelFactory(brand=brand, name="Redmi Note 10")
    answer = keeper.post(
        reverse("inventory:devicemodel_add"),
        {"brand": brand.pk, "name": " redmi  note 10 ", "codes": "", "aliases": ""},
    )
    assert answer.status_code == 422
    assert "Merge the two" in answer.content.decode()
