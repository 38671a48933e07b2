"""Photos of products: what is taken, in which order they stand, and that nothing but pictures comes back."""

import io

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from core.errors import Refusal
from inventory import operations, queries
from inventory.models import Product, ProductPhoto
from tests.factories.accounts import UserFactory
from tests.factories.inventory import ProductFactory, picture

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def add(product, *colours):
    return [operations.add_photo(product, picture(colour), by=None, at=NOW) for colour in colours]


def shown(product):
    return list(product.photos.filter(removed_at=None))


@pytest.fixture
def keeper(client):
    client.force_login(UserFactory(role="Storekeeper"))
    return client


def test_a_photo_held_upright_stands_upright_and_is_small_in_lists(keeper):
    product = ProductFactory()
    photo = operations.add_photo(product, picture(size=(2000, 1000), turned=6), by=None, at=NOW)
    assert (photo.width, photo.height) == (600, 1200)
    answer = keeper.get(reverse("inventory:picture_small", args=[photo.pk]))
    content = b"".join(answer.streaming_content)
    with Image.open(io.BytesIO(content)) as small:
        assert (small.format, small.size) == ("JPEG", (48, 96))
        assert not small.getexif()
    assert len(content) < 5_000
    assert "immutable" in answer["Cache-Control"]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.jpg", b"", "empty"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "wrong_kind"),
        ("a.jpg", b"<html>", "wrong_kind"),
        ("a.pdf", b"%PDF-1.7\nstartxref\n%%EOF", "wrong_kind"),
        ("a.jpg", b"\xff\xd8\xff\xe0 cut off", "damaged"),
    ],
)
def test_what_is_no_photo_is_refused_and_leaves_nothing(name, content, code):
    with pytest.raises(Refusal) as refused:
        operations.add_photo(ProductFactory(), SimpleUploadedFile(name, content), by=None, at=NOW)
    assert refused.value.code == code
    assert not ProductPhoto.objects.exists()


def test_a_picture_that_unpacks_to_a_bomb_is_refused():
    product, bomb = ProductFactory(), picture("black", size=(8_000, 8_000), kind="PNG")
    with pytest.raises(Refusal) as refused:
        operations.add_photo(product, bomb, by=None, at=NOW)
    assert refused.value.code == "too_large"


def test_a_file_that_is_too_large_is_refused(settings):
    settings.ATTACHMENT_MAX_MB = 0
    with pytest.raises(Refusal, match="at most"):
        add(ProductFactory(), "red")


def test_the_same_photo_twice_is_refused_and_its_second_files_are_taken_away():
    product = ProductFactory()
    (photo,) = add(product, "red")
    folder = photo.file.name.rpartition("/")[0]
    before = set(default_storage.listdir(folder)[1])
    with pytest.raises(Refusal, match="already"):
        add(product, "red")
    assert set(default_storage.listdir(folder)[1]) == before
    operations.remove_photo(photo, by=None, at=NOW)
    add(product, "red")
    with pytest.raises(Refusal, match="already"):
        operations.restore_photo(photo)


def test_the_first_is_the_face_and_the_order_is_what_people_say():
    product = ProductFactory()
    red, green, blue = add(product, "red", "green", "blue")
    face = queries.with_available(Product.objects.filter(pk=product.pk)).get
    assert face().face == red.pk
    operations.place_photo(blue, 0)
    assert ([p.pk for p in shown(product)], face().face) == ([blue.pk, red.pk, green.pk], blue.pk)
    operations.remove_photo(blue, by=None, at=NOW)
    assert face().face == red.pk
    operations.restore_photo(blue)
    assert face().face == blue.pk
    operations.place_photo(blue, 99)
    assert [p.pk for p in shown(product)] == [red.pk, green.pk, blue.pk]


def test_photos_are_added_ordered_and_taken_off_on_their_page(keeper):
    product = ProductFactory()
    url = reverse("inventory:product_photos_arrange", args=[product.pk])
    bad = SimpleUploadedFile("x.jpg", b"no")
    page = keeper.post(url, {"photo": [picture("red"), bad, picture("blue")]}, follow=True)
    red, blue = shown(product)
    assert "x.jpg: " in page.content.decode()
    keeper.post(url, {"do": f"first:{blue.pk}"})
    assert shown(product) == [blue, red]
    keeper.post(url, {"do": f"later:{blue.pk}"})
    assert shown(product) == [red, blue]
    keeper.post(url, {"do": f"remove:{red.pk}"})
    assert shown(product) == [blue]
    keeper.post(url, {"do": f"restore:{red.pk}"})
    assert shown(product) == [red, blue]
    other = add(ProductFactory(), "green")[0]
    assert keeper.post(url, {"do": f"remove:{other.pk}"}).status_code == 404


def test_who_may_look_may_not_change(client):
    client.force_login(UserFactory(role="Sales representative"))
    product = ProductFactory()
    (photo,) = add(product, "red")
    arrange = reverse("inventory:product_photos_arrange", args=[product.pk])
    assert client.get(reverse("inventory:product_photos", args=[product.pk])).status_code == 200
    assert client.post(arrange, {"do": f"remove:{photo.pk}"}).status_code == 403
    client.logout()
    assert client.get(reverse("inventory:picture_small", args=[photo.pk])).status_code == 302
