"""Phone numbers as people type them. The configured country is India."""

import pytest

from core.errors import Refusal
from core.forms import PhoneField
from core.phones import phone_digits, read_phone


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("98765 43210", "+919876543210"),
        ("098765-43210", "+919876543210"),
        ("919876543210", "+919876543210"),
        ("+91 (98765) 43210", "+919876543210"),
        ("९८७६५४३२१०", "+919876543210"),
        ("９８７６５４３２１０", "+919876543210"),
        ("٠٩٨٧٦٥٤٣٢١٠", "+919876543210"),
        ("\u202a+91 98765 43210\u202c", "+919876543210"),
        ("0098 912 345 6789", "+989123456789"),
        ("۰۰۹۸۹۱۲۳۴۵۶۷۸۹", "+989123456789"),
        ("989123456789", "+989123456789"),
        ("wa.me/919876543210", "+919876543210"),
        ("https://wa.me/+919876543210?text=hi", "+919876543210"),
        ("https://api.whatsapp.com/send?phone=919876543210&text=x", "+919876543210"),
        ("whatsapp:+919876543210", "+919876543210"),
        ("tel:9876543210", "+919876543210"),
        ("+1 415 555 2671", "+14155552671"),
        ("", ""),
        (None, ""),
    ],
)
def test_what_people_type_is_stored_as_e164(typed, stored):
    assert read_phone(typed) == stored


def test_the_country_of_a_local_number_can_be_told():
    assert read_phone("0912 345 6789", "IR") == "+989123456789"


@pytest.mark.parametrize(
    "typed", ["12345", "abc", "+", "++91", "1" * 200, "98765 43210 x", "wa.me/", "٠", "😀"]
)
def test_what_is_no_number_is_refused_in_a_sentence(typed):
    with pytest.raises(Refusal, match="is not a telephone number that can be called") as refused:
        read_phone(typed)
    assert refused.value.code == "not_a_phone"


def test_the_form_field_shows_a_stored_number_as_people_dial_it():
    assert PhoneField().prepare_value("+919876543210") == "098765 43210"
    assert PhoneField().prepare_value("98765") == "98765"


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("43210", "43210"),
        ("098765 43210", "9876543210"),
        ("+91 98765", "9198765"),
        ("0091 98765", "9198765"),
        ("٤٣٢١", "4321"),
        ("wa.me/919876543210", "919876543210"),
        ("+44 (0) 20 7946", "44207946"),
        ("shop 43210", ""),
        ("", ""),
        ("-", ""),
    ],
)
def test_the_digits_to_look_for(typed, digits):
    assert phone_digits(typed) == digits
