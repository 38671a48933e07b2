"""The words of the interface: all of them asked from gettext, and complete in Hindi and Arabic where they must be."""

import gettext
from decimal import Decimal
from pathlib import Path

import polib
import pytest
from django.conf import settings as project
from django.urls import reverse
from django.utils import translation

from core.money import format_money, parse_money
from core.templatetags import figures
from core.words import areas, catalogs
from core.words.extract import Message, messages_in, messages_of, sources
from core.words.rawtext import raw_text
from tests.factories.accounts import UserFactory

LANGUAGES = catalogs.LANGUAGES
TEMPLATES = Path(project.BASE_DIR) / "templates"
NOT_WORDS = {
    "core/_mark.html": {"Tradeline"},  # the name of the product
    "core/error.html": {"· Tradeline"},
    "core/gallery.html": {"Loading", "Shree Mobile Point"},  # samples, for those who build screens
    "credit/ageing.html": {"XLSX", "CSV", "PDF"},  # names of formats
    "credit/ageing_documents.html": {"XLSX", "CSV"},
    "credit/call_list.html": {"WhatsApp"},
    "credit/statement.html": {"PDF"},
    "inventory/valuation.html": {"CSV", "XLSX"},
}


# --- every text is asked for ------------------------------------------------------------------------------------
def test_no_template_shows_text_that_gettext_was_not_asked_for():
    files = [file for file in TEMPLATES.rglob("*") if file.suffix in {".html", ".txt"}]
    names = {str(file.relative_to(TEMPLATES)): raw_text(file.read_text()) for file in files}
    unsaid = {name: sorted(set(said) - NOT_WORDS.get(name, set())) for name, said in names.items()}
    assert {name: said for name, said in unsaid.items() if said} == {}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>Pay now</p>", ["Pay now"]),
        ('<p>{% translate "Pay now" %}</p>', []),
        ("<p>{% blocktranslate %}Pay {{ sum }}{% endblocktranslate %}</p>", []),
        ("{% if a %}Pay{% else %}{{ word }}{% endif %}", ["Pay"]),
        ('<a title="Pay it" aria-label="{% translate "Pay" %}">{{ sum }}</a>', ["Pay it"]),
        ('<input placeholder="Name" class="wide open">', ["Name"]),
        ("<p>{{ a }} · – × &nbsp; 12 %</p>", []),
        ("<script>let words;</script><kbd>Ctrl</kbd>{# a note #}<!-- another -->", []),
        ("{% block page_class %}narrow{% endblock page_class %}<h1>Title</h1>", ["Title"]),
    ],
)
def test_raw_text_is_seen(source, found):
    assert raw_text(source) == found


# --- found ------------------------------------------------------------------------------------------------------
def test_texts_are_found_in_python_and_templates(tmp_path):
    code = tmp_path / "a.py"
    code.write_text(
        'a = _("one " "two")\n'
        'b = ngettext("%(n)d day", "%(n)d days", n) % {"n": n}\n'
        'c = pgettext("paper", "Date")\n'
        'd = _(name)\ne = gettext_lazy("late")\nf = npgettext("x", "cat", "cats", n)\n'
    )
    page = tmp_path / "a.html"
    page.write_text(
        '{% translate "Say (it)" %} {% wrap "panel" title=_("Head") %}\n{{ x|default:_("none") }}'
        "{% blocktranslate count n=x %}{{ n }} day{% plural %}{{ n }} days{% endblocktranslate %}"
        '{% translate "May" context "month" %}{# _("no") #}'
    )
    assert set(messages_of(code)) == {
        Message("one two"),
        Message("%(n)d day", "%(n)d days"),
        Message("Date", context="paper"),
        Message("late"),
        Message("cat", "cats", "x"),
    }
    assert set(messages_of(page)) == {
        Message("Say (it)"),
        Message("Head"),
        Message("none"),
        Message("%(n)s day", "%(n)s days"),
        Message("May", context="month"),
    }


def test_a_text_with_and_without_a_plural_is_one_text(tmp_path):
    (tmp_path / "a.py").write_text('_("day")\nngettext("day", "days", n)\n')
    assert list(messages_in([tmp_path / "a.py"])) == [Message("day", "days")]


def test_all_apps_and_templates_are_looked_through():
    files = set(sources())
    root = Path(project.BASE_DIR)
    assert {root / "credit/views/retailer.py", root / "templates/credit/retailer/page.html"} <= files
    assert not [file for file in files if "migrations" in file.parts or file.parts[-2] == "tests"]


# --- said -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_retailers_page_and_the_counter_are_complete(language):
    """Run bin/messages and translate what it lists."""
    wanted = [*areas.OF_PACKAGES, *messages_in(areas.files())]
    assert catalogs.lacking(catalogs.read(language), wanted) == []


def test_every_complete_area_is_there():
    root = Path(project.BASE_DIR)
    assert [pattern for pattern in areas.COMPLETE if not list(root.glob(pattern))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_translated_has_the_placeholders_of_the_english_text(language):
    catalog = catalogs.read(language)
    said = {message for message, entry in catalogs.by_message(catalog).items() if entry.translated()}
    assert catalogs.lacking(catalog, said) == []
    assert [entry.msgid for entry in catalog if entry.fuzzy] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_gettext_reads_what_was_compiled(language):
    catalogs.compile_all()
    with catalogs.path_of(language).with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    assert compiled.gettext("Thank you.") not in {"Thank you.", ""}
    for n in (0, 1, 2, 3, 11, 100, 101):
        assert compiled.ngettext("%(n)s piece", "%(n)s pieces", n) != "%(n)s pieces"


def test_arabic_has_its_six_forms():
    with translation.override("ar"):
        said = [
            translation.ngettext("%(n)s piece", "%(n)s pieces", n) % {"n": n} for n in (0, 1, 2, 3, 11, 100)
        ]
    assert said == ["لا قطع", "قطعة واحدة", "قطعتان", "3 قطع", "11 قطعة", "100 قطعة"]


def entries(**fields):
    entry = polib.POEntry(**{"msgid": "Pay %(sum)s", "msgstr": "दें %(sum)s", **fields})
    catalog = polib.POFile()
    catalog.append(entry)
    return catalog


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({}, ""),
        ({"msgstr": ""}, "not translated"),
        ({"msgstr": "दें"}, "must have the placeholders %(sum)s"),
        ({"msgstr": "दें %(rakam)s"}, "must have the placeholders %(sum)s"),
        ({"flags": ["fuzzy"]}, "marked as unsure"),
        ({"msgid": "Pay"}, "not in the file; run bin/messages"),
    ],
)
def test_what_is_lacking_is_said(fields, why):
    found = catalogs.lacking(entries(**fields), [Message("Pay %(sum)s")])
    assert found == ([f"'Pay %(sum)s': {why}"] if why else [])


def test_a_form_may_say_how_many_in_words_but_not_leave_out_another_figure():
    plural = {"msgid": "%(n)s of %(sum)s", "msgid_plural": "%(n)s all of %(sum)s", "msgstr": ""}
    wanted = [Message("%(n)s of %(sum)s", "%(n)s all of %(sum)s")]
    assert (
        catalogs.lacking(entries(**plural, msgstr_plural={0: "एक, %(sum)s", 1: "%(n)s, %(sum)s"}), wanted)
        == []
    )
    assert catalogs.lacking(entries(**plural, msgstr_plural={0: "एक", 1: "%(n)s, %(sum)s"}), wanted) != []


def test_update_keeps_translations_and_drops_what_is_gone(tmp_path):
    path = catalogs.path_of("hi", tmp_path)
    path.parent.mkdir(parents=True)
    old = entries()
    old.append(polib.POEntry(msgid="Gone", msgstr="गया"))
    old.save(str(path))
    here = Path(project.BASE_DIR) / "manage.py"
    catalogs.update("hi", {Message("Pay %(sum)s"): [here], Message("New"): [here]}, tmp_path)
    said = {entry.msgid: entry.msgstr for entry in catalogs.read("hi", tmp_path)}
    assert said == {"Pay %(sum)s": "दें %(sum)s", "New": ""}
    assert catalogs.compile_all(tmp_path) == ["hi"]
    assert catalogs.compile_all(tmp_path) == []


# --- chosen -----------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_language_chosen_in_the_menu_stays_with_the_person(client):
    user = UserFactory(role="Sales representative")
    client.force_login(user)
    answer = client.post(reverse("core:language"), {"language": "ar", "next": "/orders/"})
    assert (answer.status_code, answer["Location"]) == (302, "/orders/")
    user.refresh_from_db()
    assert user.language == "ar"
    page = client.get("/orders/", headers={"Accept-Language": "en"})
    assert '<html lang="ar" dir="rtl"' in page.content.decode()
    assert page["Content-Language"] == "ar"


@pytest.mark.django_db
def test_on_another_machine_it_is_spoken_too_and_the_login_page_keeps_the_browsers(client):
    client.force_login(UserFactory(role="Sales representative", language="hi"))
    client.cookies[project.LANGUAGE_COOKIE_NAME] = "ar"
    assert '<html lang="hi" dir="ltr"' in client.get("/orders/").content.decode()
    client.logout()
    client.cookies[project.LANGUAGE_COOKIE_NAME] = "ar"
    assert '<html lang="ar" dir="rtl"' in client.get(reverse("account_login")).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("asked", ["xx", "", "en-GB", "../../etc"])
def test_a_language_we_do_not_speak_changes_nothing(client, asked):
    user = UserFactory(role="Sales representative", language="hi")
    client.force_login(user)
    answer = client.post(reverse("core:language"), {"language": asked, "next": "https://evil.example/"})
    assert answer["Location"] == "/"
    user.refresh_from_db()
    assert user.language == "hi"


@pytest.mark.django_db
def test_a_stranger_may_choose_for_this_browser(client):
    answer = client.post(reverse("core:language"), {"language": "hi", "next": reverse("account_login")})
    assert answer.cookies[project.LANGUAGE_COOKIE_NAME].value == "hi"
    assert "लॉग इन" in client.get(reverse("account_login")).content.decode()


# --- figures ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("language", "amount", "currency", "written"),
    [
        ("en", "1234567.5", "INR", "₹12,34,567.50"),
        ("hi", "1234567.5", "INR", "₹12,34,567.50"),
        ("ar", "1234567.5", "INR", "\u2066₹12,34,567.50\u2069"),
        ("en", "1234567.5", "USD", "$1,234,567.50"),
        ("hi", "1234567.5", "USD", "$12,34,567.50"),
        ("ar", "1234567.5", "AED", "\u2066AED\u00a01,234,567.50\u2069"),
        ("ar", "-5", "INR", "\u2066−₹5.00\u2069"),
        ("hi", "-5", "INR", "−₹5.00"),
    ],
)
def test_money_by_language(language, amount, currency, written):
    with translation.override(language):
        assert format_money(Decimal(amount), currency) == written


@pytest.mark.parametrize(
    ("language", "written"), [("en", "12,34,567"), ("hi", "12,34,567"), ("ar", "1,234,567")]
)
def test_counts_by_language_in_latin_digits(language, written):
    with translation.override(language):
        assert figures.num(1234567) == written


def test_figures_between_arabic_words_keep_their_direction():
    with translation.override("ar"):
        assert figures.phone("+919810012345") == "\u2066098100 12345\u2069"
        assert figures.percent(12.5) == "\u206612.5\u00a0%\u2069"
        assert figures.money(-3) == "\u2066−3.00\u2069"
        assert figures.price("-1.2345") == "\u2066−1.2345\u2069"
    assert "\u2066" not in figures.phone("+919810012345") + figures.percent(12.5) + figures.money(-3)


@pytest.mark.parametrize("typed", ["१,२३४.५०", "١٬٢٣٤٫٥٠", "\u2066₹1,234.50\u2069", "۱۲۳۴٫۵"])
def test_amounts_are_read_in_any_digits_and_with_signs_of_direction(typed):
    assert str(parse_money(typed)).startswith("1234.5")
