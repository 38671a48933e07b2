"""How often "what fits" has the right product first: sixty phones of our own, as they are called and one letter off.

The same two measurements as `benchmarks.what_fits`, which asks for tens of thousands of real ones.
"""

import random

import pytest

from benchmarks.what_fits import measure, misspell
from inventory.device_lists import canonical
from inventory.models import Compatibility, Product
from inventory.operations.devices import Brands, Devices
from inventory.queries import search_products, what_fits

pytestmark = pytest.mark.django_db
SEED = 60

# maker: name [code]
PHONES = """
Xiaomi: Redmi Note 41 [M4101K7AG]|Redmi Note 41 Pro [M4101K6G]|Redmi Note 41 Pro Max [M4102K6I]
Xiaomi: Redmi Note 41S [M4104K7B]
Xiaomi: Redmi 49A [M4906C3LG]|Redmi 49C [M4906C3MG]|Poco Y3 [M4007J20CG]|Poco Y3 GT [M4110J2G]|Mi 61 Lite [M4101K9AG]
Xiaomi: Mi 61 Ultra [M4102K1G]|Redmi Gopher 5 [M4903C3GG]|Black Boar 4 [BRS-A40]
Samsung: Galaxy Q12 [SM-Q125F]|Galaxy Q12s [SM-Q127F]|Galaxy Q32 5G [SM-Q326B]|Galaxy Z91+ [SM-Z996B]
Samsung: Galaxy Z91 Ultra [SM-Z998B]
Samsung: Galaxy Tab Q7 Lite [SM-R225]|Galaxy N31 Prime [SM-N315F]|Galaxy Duo2 [SM-D250F]|Galaxy J71 Core [SM-J701F]
Apple: iPhone 91 [A9221]|iPhone 91 Pro [A9215]|iPhone 91 Pro Max [A9218]|iPhone XQ [A9105]|iPad Mini 9 [A9567]
Huawei: Honor 98A [JAZ-LX1]|Honor 98A Pro [KSB-L29]|P90 Lite [MAZ-LX1M]|Y96 Prime [ATZ-L31]|Nova 95T [YALZ-L21]
Huawei: Mate 90 Pro [LYZ-L29]
OPPO: A95s [CPH9271]|A95x [CPH9179]|Reno 95 Lite [CPH9205]|Find Q9 [CPH9173]|F97 Youth [CPH9095]
Vivo: Y91s [V9027]|Y90i [V9029]|T95x [V9050]|Nex 93 [V9923A]
Realme: C91 [RMX9185]|C95 Prince [RMX9030]|Narzo 90A [RMX9050]|GT Neo 9 [RMX9031]
Motorola: Moto G91 Power [XT9129]|Moto E97 Plus [XT9081]|Edge 95 Fusion [XT9153]
Nokia: 95.4 [TA-9333]|Lumia 9520 [RM-9937]|G90 [TA-9336]
Sony: Xperia 91 II [XQ-ZT52]|Xperia L94 [XQ-ZD51]|Xperia Zed Premium [G9142]
Tecno: Spark 97 Air [KZ6]|Camon 91 Premier [CZ9]|Pova Neo 9 [LZ6]
OnePlus: Nord CE 9 [EB9101]|9T Pro [HD9913]
LG: Velvetine 9 [LM-G910]|Stylus Q9 [LM-Q930]
"""


def phones():
    for line in PHONES.strip().splitlines():
        maker, _colon, rest = line.partition(": ")
        for phone in rest.split("|"):
            name, _bracket, code = phone.rstrip("]").partition(" [")
            yield maker, name, code


@pytest.fixture
def shelf():
    """A display for every phone: (what is typed, its product) by name and by code."""
    made = list(phones())
    learnt = Devices(Brands()).learn(canonical(maker, name, [code]) for maker, name, code in made)
    products = Product.objects.bulk_create(
        Product(sku=f"FITS-{chr(64 + number)}", name="Combo") for number in range(1, len(made) + 1)
    )
    Compatibility.objects.bulk_create(
        Compatibility(product=product, device_model=phone)
        for product, (phone, _outcome) in zip(products, learnt, strict=True)
    )
    pairs = zip(made, products, strict=True)
    return [(text, {product.pk}) for (_maker, name, code), product in pairs for text in (name, code)]


def on_page(text):
    return {product.pk for fit in what_fits(text)[:1] for product in fit.products}


def at_counter(text):
    return {hit.product.pk for hit in search_products(text, 8)[:1]}


@pytest.mark.parametrize("ask", [on_page, at_counter])
def test_names_and_codes_find_their_product_first(shelf, ask):
    share, wrong, _took = measure(ask, shelf)
    assert (share, wrong) == (1, [])


@pytest.mark.parametrize(("ask", "least"), [(on_page, 0.95), (at_counter, 0.95)])
def test_one_letter_wrong_still_finds_it_first(shelf, ask, least):
    chance = random.Random(SEED)
    typed = [(slip, right) for text, right in shelf if (slip := misspell(text, chance)) != text]
    share, wrong, _took = measure(ask, typed)
    assert share >= least, wrong


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("note41", "Redmi Note 41"),
        ("redminote 41 pro max", "Redmi Note 41 Pro Max"),
        ("max pro 41 note redmi", "Redmi Note 41 Pro Max"),
        ("xiaomi redmi note 41s", "Redmi Note 41S"),
        ("z91 plus", "Z91+"),
        ("galaxy z91+ display", "Z91+"),
        ("samsung sm-q125f", "Q12"),
        ("q125f", "Q12"),
        ("SMQ127F", "Q12s"),
        ("mm-q125f", "Q12"),
        ("самсунг галакси q12", "Q12"),
        ("редми ноут 41", "Redmi Note 41"),
        ("Rеdmi 49С", "Redmi 49C"),  # with Cyrillic е and С
        ("айфон 91 про макс", "iPhone 91 Pro Max"),
        ("moto g91power", "Moto G91 Power"),
        ("zed premium", "Zed Premium"),
    ],
)
def test_ways_of_writing(shelf, text, name):
    assert what_fits(text)[0].device.name == name


def test_another_digit_is_another_phone(shelf):
    assert what_fits("Galaxy Q19") == []
    assert what_fits("iPhone 99") == []


def test_what_fits_costs_a_fixed_number_of_queries(shelf, django_assert_num_queries):
    for text in ("redmi note 41", "m4101k7ag", "p", "pro"):
        with django_assert_num_queries(4):
            what_fits(text)


def test_of_two_phones_of_a_name_the_one_we_sell_for_comes_first(shelf):
    Devices(Brands()).learn([canonical("Vivo", "Q12", []), canonical("Acer", "Q12", [])])
    assert str(what_fits("q12")[0].device) == "Samsung Q12"
