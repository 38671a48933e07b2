"""How well names of parts are read: names retold in the shapes that suppliers use, labelled by a person who read them.

A label is the maker and the models a person would give. Written short: Д is "Дисплей для", З "Звонок (buzzer) для",
~ "в сборе с тачскрином". What the reader gives beyond the label is wrong, what it leaves out is missing.
"""

from typing import Any

from inventory.device_names import read_name

LABELLED = """
Д Huawei Y6 2019/Y6 Prime 2019/Honor 8A~ Синий - Ориг = Huawei: Y6 2019, Y6 Prime 2019, Honor 8A
З Huawei P20 Lite в сборе = Huawei: P20 Lite
З Asus ZB500KL (ZenFone Go) в сборе = Asus: ZenFone Go ZB500KL
З Samsung G930F в сборе = Samsung: G930F
Д Xiaomi Mi 6~ Белый = Xiaomi: Mi 6
З Meizu Pro 5 в сборе = Meizu: Pro 5
Д LG M320 (X Power 2)~ Золото = LG: X Power 2
Д LG H870 (G6/G6+)~ Черный = LG: G6, G6+
Д Samsung A710F (A7 2016)~ Золото - (TFT, с регулировкой подсветки) = Samsung: A7 2016
Д Asus ZC451TG (ZenFone C)~ Белый = Asus: ZenFone C ZC451TG
Д Samsung J600F (J6 2018)~ Фиолетовый - (AMOLED, с регулировкой подсветки) = Samsung: J6 2018
Д iPhone 7 Plus в сборе Черный - Ориг = Apple: iPhone 7 Plus
Д Meizu Pro 7 Plus~ Красный = Meizu: Pro 7 Plus
Д Xiaomi Redmi 9A/Redmi 9C~ Зеленый = Xiaomi: Redmi 9A, Redmi 9C
Д HTC One/M9~ Серебро = HTC: One M9
З Huawei Honor View 20 в сборе = Huawei: Honor View 20
Д Fly FS514/FS551 (Cirrus 8/Nimbus 4)~ Белый = Fly: Cirrus 8, Nimbus 4
Д LG H990DS (V20)~ Серый = LG: V20
Д Samsung T580/T585 (Tab A 10.1" 2016 Wi-Fi/LTE)~ Белый = Samsung: Tab A 10.1 2016 Wi-Fi, Tab A 10.1 2016 LTE
Д Fly FS408 (Stratus 8)~ Черный = Fly: Stratus 8
Д Samsung J510F (J5 2016)~ Черный - Ориг = Samsung: J5 2016
Д Asus ZB551KL (ZenFone Go) (TFT5K0981FPC-A1-E)~ Черный = Asus: ZenFone Go ZB551KL
Д Motorola Moto G7~ Белый = Motorola: Moto G7
Д Meizu MX5~ Серый = Meizu: MX5
Д iPhone 7 в сборе Белый (Pisen) = Apple: iPhone 7
Д Sony F3211/F3212/F3215/F3216 (XA Ultra/XA Ultra Dual)~ Черный = Sony: XA Ultra, XA Ultra Dual
З Xiaomi Redmi 5A в сборе = Xiaomi: Redmi 5A
Д Asus ZC553KL (ZenFone 3 Max)~ Золото = Asus: ZenFone 3 Max ZC553KL
Д Nokia 6~ Черный = Nokia: 6
З Xiaomi Mi Play в сборе = Xiaomi: Mi Play
Стекло для iPhone 7 в сборе с рамкой Белое = Apple: iPhone 7
Д Samsung A310F (A3 2016)~ Розовое золото - (TFT, с регулировкой подсветки) = Samsung: A3 2016
Д Xiaomi Mi 8 Lite~ Синий = Xiaomi: Mi 8 Lite
Д Nokia 3.1 Plus~ Черный = Nokia: 3.1 Plus
Д Xiaomi Redmi Note 4/Redmi Note 4X~ Золото = Xiaomi: Redmi Note 4, Redmi Note 4X
Д Apple Watch 4 (44 мм)~ = Apple: Watch 4 44mm
Д Meizu M5 Note~ Белый = Meizu: M5 Note
Д iPad Pro 10.5" (2017)~ Белый - Ориг = Apple: iPad Pro 10.5 2017
Д Xiaomi Redmi Note 6 Pro~ Черный - Ориг = Xiaomi: Redmi Note 6 Pro
З Huawei Honor 9 в сборе = Huawei: Honor 9
Д Huawei Y7 2017~ Белый = Huawei: Y7 2017
З Huawei P30 Pro/Mate 20 Pro в сборе = Huawei: P30 Pro, Mate 20 Pro
Д ZTE Blade V9~ Синий = ZTE: Blade V9
Д Highscreen Power Five Max~ Белый = Highscreen: Power Five Max
Д iPhone X в сборе (OLED) Черный = Apple: iPhone X
Д ZTE Blade A5 2020~ Черный = ZTE: Blade A5 2020
Д Samsung A720F (A7 2017)~ Голубой - (TFT, с регулировкой подсветки) = Samsung: A7 2017
Д Sony E5603/E5633 (M5/M5 Dual)~ Белый = Sony: M5, M5 Dual
З Asus ZE500KL (ZenFone 2 Laser) в сборе = Asus: ZenFone 2 Laser ZE500KL
Д iPhone 6 Plus в сборе Черный (Pisen) = Apple: iPhone 6 Plus
Д Samsung J730F (J7 2017)~ Голубой - Ориг = Samsung: J7 2017
Д Huawei Honor 6A/Honor 6A Pro~ Белый = Huawei: Honor 6A, Honor 6A Pro
Д Xiaomi Mi A2 Lite/Redmi 6 Pro~ Черный = Xiaomi: Mi A2 Lite, Redmi 6 Pro
Д Asus ZB633KL (ZenFone Max M2)~ Черный = Asus: ZenFone Max M2 ZB633KL
Д Alcatel OT-5056D (Pop 4+)~ Белый = Alcatel: Pop 4+ OT-5056D
Д Huawei Mate 10 Lite~ Белый = Huawei: Mate 10 Lite
Д Meizu U10~ Белый = Meizu: U10
Д HTC One/X10~ Черный = HTC: One X10
Д Huawei Nova 3~ Фиолетовый = Huawei: Nova 3
Д OnePlus 7T~ Черный = OnePlus: 7T
Д Samsung J730F (J7 2017)~ Золото - 5,5"(AMOLED, с регулир. Подсветки) = Samsung: J7 2017
Д Samsung A605F/J805F (A6+ 2018/J8+ 2018)~ Черный - Премиум = Samsung: A6+ 2018, J8+ 2018
Д OPPO A11 (2019)/OPPO A11x (2019)/Realme 5i~ Синий = OPPO: A11 2019, A11x 2019; Realme: 5i
З Sony G8342 (XZ1 Dual) в сборе = Sony: XZ1 Dual
Д ZTE Blade A610 Plus~ Серый = ZTE: Blade A610 Plus
Д Sony C6903 (Z1)~ Фиолетовый = Sony: Z1
Д HTC U11 Life~ Белый = HTC: U11 Life
Д Xiaomi Mi 4S~ Белый = Xiaomi: Mi 4S
Д ZTE Axon 7 mini~ Золото = ZTE: Axon 7 mini
Д Huawei Honor 10/10 Premium~ Синий = Huawei: Honor 10, Honor 10 Premium
З Sony F8331/F8332 (XZ/XZ Dual) в сборе = Sony: XZ, XZ Dual
Д Sony Tablet Z3~ Белый = Sony: Tablet Z3
Д LG M250 (K10 2017)~ Золото = LG: K10 2017
Д Lenovo Tab 4 10 TB-X304L~ Белый = Lenovo: Tab 4 10
Д Xiaomi Redmi 5 Plus (Note 5)~ Черный = Xiaomi: Redmi 5 Plus
Д Huawei Honor 10 Lite~ Голубой = Huawei: Honor 10 Lite
З Xiaomi Mi A2/Mi 6X в сборе = Xiaomi: Mi A2, Mi 6X
Тачскрин для Nokia 630 в сборе Черный = Nokia: 630
Тачскрин для Nokia 530/535 в сборе Белый = Nokia: 530, 535
Д HTC Desire 828 Dual~ Белый = HTC: Desire 828 Dual
Д HTC Desire 626G (rev.1540319999) Dual~ Белый = HTC: Desire 626G Dual
Д МТС Smart Line~ Черный = MTS: Smart Line
Д Xiaomi Redmi Note 8/Note 8T~ Белый - Ориг = Xiaomi: Redmi Note 8, Redmi Note 8T
Д Asus A400CXG/A450CG (ZenFone 4)~ Черный = Asus: ZenFone 4 A400CXG, ZenFone 4 A450CG
Д iPhone 5S/iPhone SE в сборе Белый = Apple: iPhone 5S, iPhone SE
Д Huawei Y6 II/Honor 5A Plus (CAM-L21)~ Белый = Huawei: Y6 II, Honor 5A Plus
Д Huawei Honor 30/Honor 30S/Nova 7~ Черный = Huawei: Honor 30, Honor 30S, Nova 7
Стекло для iPhone 11 Pro Max в сборе с OCA пленкой Черное = Apple: iPhone 11 Pro Max
Д Philips S257~ Черный = Philips: S257
Д BQ BQS-5020 (Strike)~ Серый = BQ: Strike BQS-5020
Д Alcatel OT-6055K/6055P (Idol 4)~ Белый = Alcatel: Idol 4 OT-6055K, Idol 4 OT-6055P
Д Lenovo Vibe K5 Note (A7020)~ Золото = Lenovo: Vibe K5 Note
Д Lenovo A7010/A7000~ Белый = Lenovo: A7010, A7000
Д Asus Nexus 7 (2012)~ = Asus: Nexus 7 2012
LCD Display Combo for Samsung Galaxy M21 with frame Black = Samsung: M21
Combo for Redmi Note 9 Pro/Note 9 Pro Max (In-Cell) = Xiaomi: Redmi Note 9 Pro, Redmi Note 9 Pro Max
Vivo Y91/Y93/Y95 display combo original black = Vivo: Y91, Y93, Y95
Folder for iPhone XS Max soft OLED = Apple: iPhone XS Max
Oppo F9/F9 Pro LCD touch screen combo (Service Pack) = OPPO: F9, F9 Pro
Realme C2 / OPPO A1k combo copy = Realme: C2; OPPO: A1k
""".strip()


def labelled():
    for line in LABELLED.splitlines():
        said, _equals, label = line.partition(" = ")
        for short, long in (("Д ", "Дисплей для "), ("З ", "Звонок (buzzer) для ")):
            said = long + said[2:] if said.startswith(short) else said
        models = set()
        for part in label.split("; "):
            brand, _colon, names = part.partition(": ")
            models |= {(brand, name) for name in names.split(", ")}
        yield said.replace("~", " в сборе с тачскрином"), models


def share(part, whole):
    return round(len(part) / len(whole), 3)


def test_makers_and_models_are_read_as_a_person_would():
    brands: dict[str, list[Any]] = {"right": [], "given": [], "meant": []}
    models: dict[str, list[Any]] = {"right": [], "given": [], "meant": []}
    wrong = []
    for name, meant in labelled():
        given = {(device.brand, device.name) for device in read_name(name).devices}
        for kind, said, wanted in (
            (brands, {brand for brand, _model in given}, {brand for brand, _model in meant}),
            (models, given, meant),
        ):
            kind["right"] += said & wanted
            kind["given"] += said
            kind["meant"] += wanted
        if given != meant:
            wrong.append((name, sorted(given - meant), sorted(meant - given)))
    assert (share(brands["right"], brands["given"]), share(brands["right"], brands["meant"])) == (1, 1)
    assert share(models["right"], models["given"]) >= 0.95, wrong
    assert share(models["right"], models["meant"]) >= 0.98, wrong
    assert len(wrong) <= 0.05 * len(LABELLED.splitlines()), wrong
