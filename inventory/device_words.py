"""The words by which names of parts are read: brands, series, codes, grades, colours. Data only; add words here.

Lower case, Russian and English, as suppliers write them. Where a word stands for a pattern it is a regular expression.
"""

# --- brands ---------------------------------------------------------------------------------------------------
# How a maker is written → the brand. These words are dropped from the device's name.
BRANDS = {
    "acer": "Acer", "alcatel": "Alcatel", "apple": "Apple", "asus": "Asus", "blackview": "Blackview", "bq": "BQ",
    "coolpad": "Coolpad", "dexp": "Dexp", "digma": "Digma", "doogee": "Doogee", "explay": "Explay", "fly": "Fly",
    "gionee": "Gionee", "google": "Google", "highscreen": "Highscreen", "homtom": "Homtom", "htc": "HTC",
    "huawei": "Huawei", "infinix": "Infinix", "intex": "Intex", "iqoo": "iQOO", "irbis": "Irbis", "itel": "Itel",
    "jio": "Jio", "karbonn": "Karbonn", "lava": "Lava", "leagoo": "Leagoo", "leeco": "LeEco", "lenovo": "Lenovo",
    "lg": "LG", "lyf": "LYF", "meizu": "Meizu", "micromax": "Micromax", "microsoft": "Microsoft",
    "motorola": "Motorola", "nokia": "Nokia", "nothing": "Nothing", "oneplus": "OnePlus", "one plus": "OnePlus",
    "oppo": "OPPO", "oukitel": "Oukitel", "panasonic": "Panasonic", "philips": "Philips", "prestigio": "Prestigio",
    "realme": "Realme", "samsung": "Samsung", "sony": "Sony", "sonyericsson": "SonyEricsson", "tcl": "TCL",
    "tecno": "Tecno", "tele2": "Tele2", "texet": "Texet", "ulefone": "Ulefone", "vertex": "Vertex", "vivo": "Vivo",
    "wileyfox": "Wileyfox", "xiaomi": "Xiaomi", "zte": "ZTE", "мегафон": "MegaFon", "megafon": "MegaFon",
    "мтс": "MTS", "mts": "MTS", "билайн": "Beeline", "яндекс": "Yandex",
}  # fmt: skip

# A series tells its maker. These words stay in the name.
SERIES = {
    "iphone": "Apple", "ipad": "Apple", "ipod": "Apple", "macbook": "Apple",
    "zenfone": "Asus", "zenpad": "Asus",
    "pixel": "Google",
    "honor": "Huawei", "nova": "Huawei", "mate": "Huawei", "mediapad": "Huawei", "ascend": "Huawei",
    "vibe": "Lenovo", "ideatab": "Lenovo",
    "moto": "Motorola",
    "canvas": "Micromax", "bolt": "Micromax",
    "lumia": "Nokia", "asha": "Nokia",
    "desire": "HTC",
    "redmi": "Xiaomi", "mi": "Xiaomi", "mipad": "Xiaomi", "poco": "Xiaomi", "pocophone": "Xiaomi",
    "galaxy": "Samsung",
    "xperia": "Sony",
    "blade": "ZTE", "axon": "ZTE", "nubia": "ZTE",
    "яндекс.телефон": "Yandex",
}  # fmt: skip

# Series that some lists name as makers and that are makers of their own elsewhere: left as they are written.
NOT_MAKERS = {"mi", "mate", "nova", "bolt", "desire", "galaxy", "canvas", "ascend", "vibe", "pixel"}

# How lists write a maker → (the brand, what is then put before the name).
MAKERS = {
    "lge": ("LG", ""), "tct (alcatel)": ("Alcatel", ""), "tct": ("Alcatel", ""), "bqru": ("BQ", ""),
    "hmd global": ("Nokia", ""), "huawei device": ("Huawei", ""), "honor": ("Huawei", "Honor"),
    "小米": ("Xiaomi", ""), "红米": ("Xiaomi", "Redmi"), "华为": ("Huawei", ""), "华为智选": ("Huawei", ""),
    "荣耀": ("Huawei", "Honor"), "三星": ("Samsung", ""), "魅族": ("Meizu", ""), "一加": ("OnePlus", ""),
    "联想": ("Lenovo", ""), "努比亚": ("ZTE", "Nubia"), "中兴": ("ZTE", ""), "酷派": ("Coolpad", ""),
    "索尼": ("Sony", ""), "华硕": ("Asus", ""), "诺基亚": ("Nokia", ""), "乐视": ("LeEco", ""),
    "黑鲨": ("BlackShark", ""), "坚果": ("Smartisan", ""),
}  # fmt: skip
# What a Chinese name begins with → how the rest of the world writes it.
CHINESE = (
    ("红米", "Redmi"), ("小米", "Mi"), ("荣耀", "Honor"), ("华为", "Huawei"), ("三星", "Samsung"), ("真我", "Realme"),
    ("一加", "OnePlus"), ("魅蓝", "Meilan"), ("魅族", "Meizu"),
    ("努比亚", "Nubia"), ("中兴", "ZTE"), ("联想", "Lenovo"),
)  # fmt: skip

# How makers and models are said and typed in Russian → what stands on the box.
SPOKEN = {
    "самсунг": "samsung", "гэлакси": "galaxy", "галакси": "galaxy", "ксиаоми": "xiaomi", "сяоми": "xiaomi",
    "ксяоми": "xiaomi", "шаоми": "xiaomi", "редми": "redmi", "поко": "poco", "ми": "mi", "ноут": "note", "нот": "note",
    "айфон": "iphone", "айпад": "ipad", "эпл": "apple", "хуавей": "huawei", "хуавэй": "huawei", "хонор": "honor",
    "нова": "nova", "мейт": "mate", "нокиа": "nokia", "нокия": "nokia", "люмия": "lumia", "сони": "sony",
    "иксперия": "xperia", "леново": "lenovo", "асус": "asus", "зенфон": "zenfone", "мейзу": "meizu", "оппо": "oppo",
    "реалми": "realme", "рилми": "realme", "виво": "vivo", "моторола": "motorola", "мото": "moto", "техно": "tecno",
    "инфиникс": "infinix", "ванплас": "oneplus", "про": "pro", "макс": "max", "мини": "mini", "лайт": "lite",
    "плюс": "plus", "ультра": "ultra", "прайм": "prime", "эйр": "air",
}  # fmt: skip

# Series whose name is said once for a whole list: "Blade AF3/AF5/A5".
SERIES_FOR_ALL = {"iphone", "ipad", "blade", "desire", "canvas", "lumia"}

# The family name on the box, left out of ours because half of all people leave it out; kept as an alias.
FAMILY = {"Samsung": "galaxy", "Sony": "xperia"}

# Makers that put one market name on many different phones. Their code is part of the name, or the wrong part is sold.
NAMED_BY_CODE = {"Alcatel", "Asus", "BQ", "Micromax"}

# What a model code of the maker looks like, tried on a whole word. Makers that are not here have names only.
CODES = {
    "Alcatel": r"(OT-?)?\d{4}[A-Z]?",
    "Apple": r"A\d{4}",
    "Asus": r"[A-Z]{1,2}\d{3}[A-Z]{1,3}|I\d{3}[A-Z]{1,2}|X\d{2,3}[A-Z]{1,2}",
    "BQ": r"BQS?-?\d{4}[A-Z]?",
    "Fly": r"(FS|IQ|FF|TS|DS)\d{3,4}\w?",
    "Google": r"G[A-Z0-9]{4}",
    "HTC": r"\d{3}[A-Z]|[A-Z]\d{3}[A-Z]",
    "Huawei": r"[A-Z]{3,4}-?[A-Z]{1,2}\d{1,3}[A-Z]{0,2}",
    "Infinix": r"X\d{3,4}[A-Z]?",
    "LG": r"(LM-)?[A-Z]{1,2}\d{3}[A-Z]{0,3}",
    "Lenovo": r"[KSA]\d{2,4}[A-Z]\d{2}|TB-?\w{4,6}|TB\d-\w{3,4}|PB\d-\w{3,4}",
    "Meizu": r"[A-Z]\d{3}[A-Z]",
    "Micromax": r"[A-Z]{1,2}\d{3,4}",
    "Microsoft": r"RM-\d{3,4}",
    "Motorola": r"XT\d{4}(-\d+)?",
    "Nokia": r"(RM|TA)-\d{3,4}",
    "OnePlus": r"[A-Z]{2}\d{4}|A\d{4}",
    "OPPO": r"CPH\d{4}|P[A-Z]{3}\d{2}",
    "Realme": r"RMX\d{4}",
    "Samsung": r"(SM-|GT-)?[A-Z]\d{3,4}[A-Z0-9]{0,2}",
    "Sony": r"[A-Z]\d{4}|XQ-[A-Z0-9]{4}",
    "Tecno": r"[A-Z]{2}\d{1,2}[A-Z]?",
    "Vivo": r"V\d{4}[A-Z]?|PD\d{4}[A-Z]?|\d{4}",
    "Xiaomi": r"M\d{4}[A-Z]\d+[A-Z]*|\d{4,}[A-Z0-9]*[A-Z]{1,3}|MZB\w{4,}",
    "": r"[A-Z]{1,4}-?\d{3,5}[A-Z]{0,3}",
}
# Prefixes half of all people leave out: put before every code of the maker, or dropped from it.
CODE_PREFIX = {"Alcatel": "OT-"}
DROPPED_PREFIXES = {"Samsung": ("SM-", "GT-")}
# Letters after a slash that are a variant of the code before it: "A505F/DS".
CODE_VARIANTS = r"DS|DV|DD|DUOS|FN"

# --- what a name also says ----------------------------------------------------------------------------------
# Grade by words; the first that matches counts, so the longer and rarer stand first. Values are those of Grade.
GRADES = (
    (r"soft[ -]?oled|oled[ -]?soft", "oled_soft"),
    (r"hard[ -]?oled|oled[ -]?hard", "oled_hard"),
    (r"super[ -]?amoled|amoled", "amoled"),
    (r"in[ -]?cell|инселл?", "incell"),
    (
        r"refurb(ished)?|восстановлен\w*|переклей\w*|change[d]? glass|glass changed?|pulled|снят\w*",
        "refurbished",
    ),
    # Plain OLED parts are the hard kind unless they boast of the soft one.
    (r"oled", "oled_hard"),
    (r"tft|ips", "tft"),
    (r"premium( copy)?|премиум|high copy|hq|a{3}\+", "premium_copy"),
    (r"copy|копия|copia|a{3}|аналог", "copy"),
    (r"service ?pack|original|orig|org|100 ?% ?or\w*|ориг(инал)?\w*|оригинальн\w*|oem|og", "original"),
)

COLOURS = (
    (r"rose gold|розов\w* золот\w*", "rose gold"),
    (r"sp[ae]ce gr[ae]y", "space grey"),
    (r"black|blk|ч[её]рн\w*", "black"),
    (r"white|wht|бел(?:ый|ая|ое|ые)", "white"),
    (r"gold(?:en)?|золот\w*", "gold"),
    (r"silver|серебр\w*", "silver"),
    (r"gr[ae]y|сер(?:ый|ая|ое|ые)", "grey"),
    (r"blue|син(?:ий|яя|ее|ие)", "blue"),
    (r"light blue|голуб\w*", "light blue"),
    (r"green|зел[её]н\w*", "green"),
    (r"red|красн\w*", "red"),
    (r"pink|розов\w*", "pink"),
    (r"purple|violet|lavender|фиолетов\w*|сиренев\w*", "purple"),
    (r"yellow|ж[её]лт\w*", "yellow"),
    (r"orange|оранжев\w*", "orange"),
    (r"bronze|бронз\w*", "bronze"),
    (r"brown|коричнев\w*", "brown"),
)

WITHOUT_FRAME = r"без рамк\w*|without frame|w/?o frame|no frame|frameless"
# In this trade a "module" is a display already glued into its frame.
WITH_FRAME = r"с рамк\w*|модул\w*|with (?:middle )?frame|w/? ?frame|\+ ?frame|frame"

# Makers of parts, in brackets or alone: not the phone's brand.
PART_MAKERS = {
    "pisen": "Pisen", "jk": "JK", "gx": "GX", "rj": "RJ", "zy": "ZY", "tianma": "Tianma", "boe": "BOE", "dd": "DD",
    "hoco": "Hoco", "remax": "Remax", "baku": "Baku", "moxom": "Moxom",
}  # fmt: skip

# Words for the part itself and its packing: a device's name ends, or hasn't begun, where one of these stands.
PART_WORDS = (
    r"диспле\w*|тачскрин\w*|матриц\w*|экран\w*|стекл\w*|в сборе|с тачскрин\w*|с сенсор\w*|модул\w*|рамк\w*|с рамк\w*|"
    r"без рамк\w*|акб|аккумулятор\w*|батаре\w*|задн\w* крышк\w*|крышк\w*|корпус\w*|шлейф\w*|звонок|"
    r"динамик\w*|камер\w*|разъ[её]м\w*|защитн\w*|пленк\w*|скотч\w*|контейнер\w*|чехол|чехл\w*|"
    r"плата|передн\w*|задн\w*|межплатн\w*|водонепроницаем\w*|комплект\w*|кнопк\w*|толкател\w*|"
    r"combo|lcd|touch(?: ?(?:screen|pad|glass))?|display|screen|digiti[sz]er|folder|assembly|assy|"
    r"complete|set|unit|module|replacement|panel|frame|with|without|w/o|housing|back ?(?:cover|panel|glass)|cover|"
    r"battery|charging|flex|cable|speaker|camera|connector|compatible|new|best|quality|spare|part|mobile|"
    r"full|tested|warranty|small ic|big ic|universal|phantom|awesome|prism|mystic|aura|"
    r"усиленн\w*|системн\w*|на|от|под|\d+ ?mah"
)
# Kinds of goods that are named for a device without being a part of one model, or not named for a device at all.
NOT_FOR_A_MODEL = (
    r"кабел\w*|адаптер\w*|(?:автомобильн\w* )?держател\w*|микросхем\w*|жало|паст\w*|флюс\w*|пинцет\w*|отвертк\w*|"
    r"набор\w*|инструмент\w*|внешн\w* аккум\w*|power ?bank|карт\w* памяти|usb\S*|сетев\w*|автомобильн\w* заряд\w*|"
    r"беспроводн\w*|гарнитур\w*|наушник\w*|колонк\w*|клей|салфетк\w*|ic chip|charger|tempered sticker|"
    r"источник|tools?|screwdriver|tweezers|memory card|earphones?|headset"
)
# Parts whose own number comes first; the phones follow in brackets: "АКБ для Nokia BL-5C ( 1100/1101 )".
NUMBER_COMES_FIRST = r"акб|аккумулятор\w*|батаре\w*|battery"

# What is said in brackets and is no device: sizes, pins, revisions, advice.
REMARKS = (
    r"\d+(?:[.,]\d+)? ?(?:mm|мм|inch|дюйм\w*|pin|pcs|шт\.?|mah|gb)|\d+(?:[.,]\d+)?\"|rev\.?\S*|v0\d|"
    r"смартфон|планшет|black edition|prime|ph|отпечаток.*|с регулир\w*.*|с регул.*"
)
EXCEPT = r"не подходит|кроме|not for|except"
CONNECTIVITY = r"wi-?fi|[345]g|lte"
PANEL_CODE = r".*(?:fpc|txds|ltl\d|lh\d{3}|li\d{3}hz|djn|tft\d|hj\d{3}|ej\d{3}).*"
# What is written → what is meant.
SPELLINGS = (
    (r"\bOne/(?=[A-Z]\d)", "One "),
    (r"\b(iPhone|iPad|Redmi|Poco|ZenFone)(?=\d)", r"\1 "),
    (r"\bPro \+(?=[\s/,]|$)", "Pro+"),
)
# Words that elsewhere describe a part, here belong to a phone's name.
NAMES_LIKE_OTHER_WORDS = (
    r"(?:xz2?|z5|honor \d{1,2}|\d{1,2}|pop 2|k20 pro) premium|ipod touch|black ?shark|canvas (?:gold|silver)\w*|"
    r"moto one \w+|galaxy (?:note )?fe|rog phone"
)
