"""What the name of a part says. Sixty made-up names of the shapes suppliers use, Russian, English and Indian."""

from decimal import Decimal

import pytest

from inventory.device_names import LIKELY, SURE, UNSURE, read_name

# name → phones ("Brand: name [codes]"), grade, colour, with_frame
NAMES = [
    # lists that leave words out
    ("Дисплей для Huawei Honor 9A/9A Prime/Y6p/Y6 2021 в сборе с тачскрином Черный",
     "Huawei: Honor 9A | Huawei: Honor 9A Prime | Huawei: Y6p | Huawei: Y6 2021", "", "black", None),
    ("Дисплей для Xiaomi Redmi Note 9/Note 9 Pro в сборе с тачскрином Черный - Премиум",
     "Xiaomi: Redmi Note 9 | Xiaomi: Redmi Note 9 Pro", "premium_copy", "black", None),
    ("Дисплей для Xiaomi Mi 7X/Mi A4 в сборе с тачскрином Белый", "Xiaomi: Mi 7X | Xiaomi: Mi A4", "", "white", None),
    ("Дисплей для Highscreen Turbo 4/4 SE/4 SE Pro в сборе с тачскрином Черный",
     "Highscreen: Turbo 4 | Highscreen: Turbo 4 SE | Highscreen: Turbo 4 SE Pro", "", "black", None),
    ("Дисплей для ZTE Blade B5/B6/B6 Lite", "ZTE: Blade B5 | ZTE: Blade B6 | ZTE: Blade B6 Lite", "", "", None),
    ("Дисплей для iPad Mini 5/Mini 6", "Apple: iPad Mini 5 | Apple: iPad Mini 6", "", "", None),
    ("Дисплей для OnePlus 8/8T в сборе с тачскрином Синий", "OnePlus: 8 | OnePlus: 8T", "", "blue", None),
    ("Дисплей для HTC Desire 410/Desire 410 Dual в сборе с тачскрином Черный",
     "HTC: Desire 410 | HTC: Desire 410 Dual", "", "black", None),
    ("Дисплей для HTC One/B7 модуль Серебро - Ориг", "HTC: One B7", "original", "silver", True),
    ("Дисплей для Nokia 3100/3110C/N70/C5-03 Dual", "Nokia: 3100 | Nokia: 3110C | Nokia: N70 | Nokia: C5-03 Dual",
     "", "", None),
    ("Стекло для iPhone X/Xs/11 Pro Черное", "Apple: iPhone X | Apple: iPhone Xs | Apple: iPhone 11 Pro", "", "black",
     None),
    # other makers in the same list
    ("Дисплей для OPPO A2K/Realme C3 в сборе с тачскрином Черный", "OPPO: A2K | Realme: C3", "", "black", None),
    ("Дисплей для OPPO A7 (2021)/OPPO A8 (2021)/Realme 6 в сборе с тачскрином Черный",
     "OPPO: A7 2021 | OPPO: A8 2021 | Realme: 6", "", "black", None),
    ("Дисплей для Huawei Y8 2018/Honor 6S", "Huawei: Y8 2018 | Huawei: Honor 6S", "", "", None),
    ("Дисплей для Digma Linx 4G/Prestigio Grace PSP5518 4G", "Digma: Linx 4G | Prestigio: Grace PSP5518 4G", "", "",
     None),
    # codes with names in brackets
    ("Дисплей для Samsung J310F (J3 2015) в сборе с тачскрином Золото - (TFT, с регулировкой подсветки)",
     "Samsung: J3 2015 [J310F]", "tft", "gold", None),
    ("Дисплей для Samsung A540F (A5 2018) в сборе с тачскрином Голубой-(AMOLED, с регулировкой подсветки)",
     "Samsung: A5 2018 [A540F]", "amoled", "light blue", None),
    ("Дисплей для Samsung J720F (J7 2019) в сборе с тачскрином Белый - 5.5\" (AMOLED, с регулир. подсветки",
     "Samsung: J7 2019 [J720F]", "amoled", "white", None),
    ("Дисплей для Samsung G991B (S21) модуль Фиолетовый - Ориг", "Samsung: S21 [G991B]", "original", "purple", True),
    ("Дисплей для Samsung G996B (S21+) модуль Серый - Ориг", "Samsung: S21+ [G996B]", "original", "grey", True),
    ("Дисплей для Samsung J455F/J655F (J4 Max 2018/J6 Max 2018) в сборе с тачскрином Черный",
     "Samsung: J4 Max 2018 [J455F] | Samsung: J6 Max 2018 [J655F]", "", "black", None),
    ("Дисплей для Samsung T390/T395 (Tab B 9.6\" Wi-Fi/3G) в сборе с тачскрином Белый",
     "Samsung: Tab B 9.6 Wi-Fi [T390] | Samsung: Tab B 9.6 3G [T395]", "", "white", None),
    ("Дисплей для Samsung G355H/G361H", "Samsung: G355H [G355H] | Samsung: G361H [G361H]", "", "", None),
    ("Дисплей для Samsung i9100/i9105 в сборе с тачскрином Белый (Black Edition)",
     "Samsung: i9100 [i9100] | Samsung: i9105 [i9105]", "", "white", None),
    ("Дисплей для Samsung G540H (не подходит на G540H/DV)", "Samsung: G540H [G540H]", "", "", None),
    ("Дисплей для Sony D6703/D6733 (Z7/Z7 Dual) в сборе с тачскрином Черный",
     "Sony: Z7 [D6703] | Sony: Z7 Dual [D6733]", "", "black", None),
    ("Дисплей для Sony E5633/E5663 (C6 Ultra Dual) в сборе с тачскрином Черный",
     "Sony: C6 Ultra Dual [E5633 E5663]", "", "black", None),
    ("Дисплей для Sony H8177 (XZ2 Premium Dual) в сборе с тачскрином Серебро",
     "Sony: XZ2 Premium Dual [H8177]", "", "silver", None),
    ("Дисплей для LG K510/K530DS (K12/K12 LTE) (LH530WX2-SD09 V01) в сборе с тачскрином Черный",
     "LG: K12 [K510] | LG: K12 LTE [K530DS]", "", "black", None),
    ("Дисплей для LG D855 (G3) (20 pin) модуль Черный", "LG: G3 [D855]", "", "black", True),
    ("Дисплей для Alcatel OT-6070Y/6070K (Idol 6) (4.7\") в сборе с тачскрином Черный",
     "Alcatel: Idol 6 OT-6070Y [OT-6070Y] | Alcatel: Idol 6 OT-6070K [OT-6070K]", "", "black", None),
    ("Дисплей для Alcatel OT-4012D/OT-4044D Pixi 2/Pop 3",
     "Alcatel: Pixi 2 OT-4012D [OT-4012D] | Alcatel: Pop 3 OT-4044D [OT-4044D]", "", "", None),
    ("Дисплей для Asus ZB555KG (ZenFone Go) (FPC9397H- V1) в сборе с тачскрином Черный",
     "Asus: ZenFone Go ZB555KG [ZB555KG]", "", "black", None),
    ("Дисплей для Asus ZE630KL/ZS631KL (ZenFone 7/Zenfone 7Z) в сборе с тачскрином Белый",
     "Asus: ZenFone 7 ZE630KL [ZE630KL] | Asus: Zenfone 7Z ZS631KL [ZS631KL]", "", "white", None),
    ("Дисплей для BQ BQ-6035L ( Strike Forward ) в сборе с тачскрином Черный",
     "BQ: Strike Forward BQ-6035L [BQ-6035L]", "", "black", None),
    ("Дисплей для Fly FS520/FS524 (Cirrus 15/Cirrus 16) в сборе с тачскрином Черный",
     "Fly: Cirrus 15 [FS520] | Fly: Cirrus 16 [FS524]", "", "black", None),
    # names with codes in brackets
    ("Дисплей для Lenovo K7 Note (K53b48) в сборе с тачскрином Черный", "Lenovo: K7 Note [K53b48]", "", "black", None),
    ("Дисплей для Lenovo A Max (A1011)/Vibe D (A2017)", "Lenovo: A Max [A1011] | Lenovo: Vibe D [A2017]", "", "", None),
    ("Дисплей для Lenovo Tab 5 10 TB-X305L", "Lenovo: Tab 5 10 [TB-X305L]", "", "", None),
    ("Дисплей для Meizu M4 Note (L691H загнутый шлейф) в сборе с тачскрином Белый", "Meizu: M4 Note [L691H]", "",
     "white", None),
    ("Дисплей для Microsoft 550 (RM-1127/RM-1128) модуль Черный", "Microsoft: 550 [RM-1127 RM-1128]", "", "black",
     True),
    ("Дисплей для Motorola Moto G9 (XT2083) в сборе с тачскрином Черный", "Motorola: Moto G9 [XT2083]", "", "black",
     None),
    ("Дисплей для Nokia 6.3 (2021) в сборе с тачскрином Черный", "Nokia: 6.3 2021", "", "black", None),
    ("Дисплей для Apple Watch 6 (44 мм) в сборе с тачскрином", "Apple: Watch 6 44mm", "", "", None),
    ("Дисплей для iPhone 12S Plus в сборе Белый (Pisen)", "Apple: iPhone 12S Plus", "", "white", None),
    ("Дисплей для iPhone 12 в сборе Черный (Soft OLED)", "Apple: iPhone 12", "oled_soft", "black", None),
    ("Дисплей для iPad Pro 11.1\" (2019) в сборе с тачскрином Черный - Ориг", "Apple: iPad Pro 11.1 2019", "original",
     "black", None),
    # English and Indian
    ("Redmi Note 11 combo incell black", "Xiaomi: Redmi Note 11", "incell", "black", None),
    ("LCD+Touch for Samsung A13 with frame", "Samsung: A13", "", "", True),
    ("Combo for Vivo Y21/Y21i/Y15s black (Original)", "Vivo: Y21 | Vivo: Y21i | Vivo: Y15s", "original", "black", None),
    ("Samsung Galaxy A70s (SM-A707F) AMOLED display with frame black", "Samsung: A70s [A707F]", "amoled", "black",
     True),
    ("Oppo A6s/A8/A11/Realme 4 folder", "OPPO: A6s | OPPO: A8 | OPPO: A11 | Realme: 4", "", "", None),
    ("Mi 12X/Poco F4 display Hard OLED", "Xiaomi: Mi 12X | Xiaomi: Poco F4", "oled_hard", "", None),
    ("Display Redmi 10A / 10C / 10i LCD with touch - premium copy",
     "Xiaomi: Redmi 10A | Xiaomi: Redmi 10C | Xiaomi: Redmi 10i", "premium_copy", "", None),
    ("Samsung M32 / M22 in-cell combo (no frame)", "Samsung: M32 | Samsung: M22", "incell", "", False),
    ("LCD with Touch Screen for Xiaomi Redmi Note 11 (M2101K9AG) - Black", "Xiaomi: Redmi Note 11 [M2101K9AG]", "",
     "black", None),
    ("OnePlus Nord CE 3 (IV2301) AMOLED Display + Touch Blue", "OnePlus: Nord CE 3 [IV2301]", "amoled", "blue", None),
    ("Galaxy Tab A8 Lite T230/T235 lcd rose gold", "Samsung: Tab A8 Lite [T230 T235]", "", "rose gold", None),
    ("iPhone13/13 Pro screen refurbished original white", "Apple: iPhone 13 | Apple: iPhone 13 Pro", "refurbished",
     "white", None),
    ("Battery for Redmi Note 9 BN54", "Xiaomi: Redmi Note 9", "", "", None),
]  # fmt: skip


def as_text(reading):
    return " | ".join(
        f"{device.brand}: {device.name}" + (f" [{' '.join(device.codes)}]" if device.codes else "")
        for device in reading.devices
    )


@pytest.mark.parametrize(("name", "phones", "grade", "colour", "frame"), NAMES)
def test_a_name_is_read(name, phones, grade, colour, frame):
    reading = read_name(name)
    assert (as_text(reading), reading.grade, reading.colour, reading.with_frame) == (
        phones,
        grade,
        colour,
        frame,
    )


def test_sixty_names_are_labelled():
    assert len(NAMES) == 60


@pytest.mark.parametrize(
    "name",
    [
        "Кабель USB - Lightning (для iPhone) Remax RC-1 (плоский) Черный",
        "Внешний Аккумулятор (Power Bank) Hoco J99 10000 mAh Белый",
        "Микросхема для iPhone 111S22333 (Wi-Fi модуль для iPhone 12/13)",
        'Дисплей для 4" DJN 16-11111-33333',
        "Tweezers curved ESD-15",
        "",
        "()",
        "для",
    ],
)
def test_goods_that_fit_no_certain_phone_get_none(name):
    reading = read_name(name)
    assert (reading.devices, reading.confidence) == ((), Decimal(0))


def test_the_shelf_tells_the_maker_the_name_leaves_out():
    reading = read_name("Дисплей для F9 Youth в сборе Черный", category="Displays > OPPO")
    assert as_text(reading) == "OPPO: F9 Youth"
    assert (reading.brand, reading.confidence) == ("OPPO", SURE)


def test_codes_and_names_that_do_not_match_one_to_one_stay_apart():
    reading = read_name("Дисплей для LG M710/M712 (Q7/Q7a/Q7+) в сборе с тачскрином Черный")
    assert as_text(reading) == "LG: Q7 | LG: Q7a | LG: Q7+ | LG: M710 [M710] | LG: M712 [M712]"
    assert reading.confidence == LIKELY


def test_one_code_of_a_family_is_that_of_each_and_not_sure():
    reading = read_name("Дисплей для LG M710 (Q7/Q7a/Q7+) в сборе с тачскрином Черный")
    assert as_text(reading) == "LG: Q7 [M710] | LG: Q7a [M710] | LG: Q7+ [M710]"
    assert reading.confidence == LIKELY


def test_without_a_maker_it_is_a_guess():
    assert read_name("Display G532F black").confidence in {SURE, LIKELY, UNSURE}
    assert read_name("Display unit 5 inch").devices == ()


def test_makers_of_parts_are_told_from_makers_of_phones():
    reading = read_name("iPhone 11 LCD incell JK")
    assert (reading.maker, reading.brand) == ("JK", "Apple")


def test_family_names_are_aliases():
    assert read_name("Samsung Galaxy A13 display").devices[0].aliases == ("Galaxy A13",)
    assert read_name("Asus ZB555KG (ZenFone Go) display").devices[0].aliases == ("ZenFone Go",)


def test_the_sku_tells_of_a_frame():
    assert read_name("Display for Samsung A13 black", sku="LCD-SSG-A13-FR-B").with_frame is True
