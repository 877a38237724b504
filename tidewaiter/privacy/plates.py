"""Number plates: what is called one, what stands by a vehicle in the format of a
country, and formats like nothing else.
"""

from __future__ import annotations

import re

type Span = tuple[int, int, str]

_called = re.compile(
    r"(?i)(?:\b(?:(?:licen[cs]e|number|registration|vehicle|truck|dutch|rear|front)?[ -]?plates?|"
    r"tags?(?= [A-Z0-9]{2,4}[ -]?[A-Z0-9]*\d)|vrm|"
    r"registration(?: mark| plate)?|registered(?: as)?|regn?|reg\.?|plates?|"
    r"immatricul(?:é|ée|és|ées|ation)|immat\.?|rego|plaques?|matr[íi]culas?|placas?(?: patente| policia)?|"
    r"patente|chapa|dominio|porte le n[°º]|"
    r"гос(?:ударственн\w{2,3})?\.?[ -]?(?:рег\.? ?)?(?:регистрационн\w{2,3} )?(?:номер\w{0,3}|"
    r"знак\w{0,3})|г/н|г\.н\.|г\.р\.з\.|номерн\w{2,3} знак\w{0,2}|регистрационн\w{2,3} (?:номер|"
    r"знак)\w{0,2}|номером|"
    r"(?:namba|nambari)(?: za| ya)? (?:usajili|gari)|(?:nomor|no\.?) (?:polisi|pol)|nopol|plat(?: nomor)?|berpelat|"
    r"(?:amtliche[ns]? )?kennzeichen|nummernschild|targat[oaie]|targa|kenteken|(?:o )?nr\.? rej(?:estr\w*)?\.?|"
    r"kfz-kz\.?|amtl\. kennz\.?|kent\.|(?:numer(?:ze|y|em|"
    r"ach)? )?rejestracyjn\w{1,3}|tablic[aeęy]|numera(?:ch|mi)|plakalı|plaka(?:sı)?)(?!\w)"
    r"|\bbearing (?:no|number|nos)\b\.?"
    r"|(?:تحمل|يحمل) (?:ال)?رقم|لوحت(?:ها|ه)|(?:رقم )?(?:ال)?لوحة(?: رقم)?|(?:ال)?لوحات|车牌号?码?为?|号牌为?)"
)
_vehicle = re.compile(
    r"(?i)(?:\b(?:vehicles?|trucks?|lorr(?:y|ies)|vans?|cars?|pick-?ups?|motor(?:cycles?|bikes?)|"
    r"trailers?|tractors?|buse?s?|coach|minibus|matatu|boda(?: boda)?|sedan|saloon|suv|tanker|"
    r"mini-?vans?|hearse|tricycle|bestelwagen|ambulancia|ambulances?|acoplado|batea|tolva|volquete|gr[úu]a|"
    r"colectivo|micro|taxi|t[áa]xi|mototaxi|motocarro|cuatrimoto|scooters?|4x4|"
    r"low ?bed|low loader|prime mover|flatbed|tipper|dumper|semi|rig|ute|hatchback|artic|poids lourd|ensemble routier|"
    r"berline|citerne|utilitaire|benne|furg[ãa]o|autocarro|machimbombo|wagen|kleintransporter|wohnmobil|limousine|"
    r"anhänger|motorrad|roller|reisebus|kombi|autovettura|vettura|motoveicolo|rimorchio|ciclomotore|aanhang(?:er|"
    r"wagen)|"
    r"personenauto|busje|m[ée]gane|twingo|sc[ée]nic|corsa|astra|focus|fiesta|mondeo|yaris|auris|avensis|prius|pajero|"
    r"l200|triton|qashqai|juke|micra|x-trail|fuso|yutong|dongfeng|jac|shacman|cherokee|wrangler|tiguan|touareg|"
    r"caravelle|"
    r"transporter|espace|laguna|remolque|semirremolque|semirreboques?|semi-reboques?|"
    r"trator|cavalo(?: mec[âa]nico| trator)?|bitrem|kombi|"
    r"motocicletas?|motos?|mota|motocycles?|camiões|bakkies?|probox|hiace|sandero|symbol|"
    r"hilux|dacia|seat|skoda|lada|geely|chery|changan|"
    r"byd|daihatsu|lexus|ssangyong|gmc|dodge ram|porsche|jaguar|corolla|land cruiser|rav4|vitz|premio|"
    r"fielder|axio|noah|octavia|vito|relay|berlingo|caddy|kadett|doblo|jumper|jumpy|expert|vivaro|crafter|"
    r"camry|civic|accord|golf|polo|passat|transit|sprinter|master|trafic|kangoo|partner|berlingo|ducato|strada|saveiro|"
    r"palio|onix|amarok|ranger|frontier|navara|hardbody|tsuru|sentra|jetta|silverado|sierra|tahoe|suburban|explorer|"
    r"freightliner|kenworth|peterbilt|mack|actros|axor|atego|boxer|clio|logan|duster|aveo|canter|dyna|prado|patrol|"
    r"d-max|t-max|tucson|sportage|cabezal|cavalo|jeepney|tuk-tuk|okada|keke|danfo|r440|"
    r"jipe|gandola|rastra|tr[áa]iler|volqueta|buseta|cami[óo]n(?:es)?|"
    r"cabeza tractora|trekker|oplegger|ciągnik\w{0,2}|naczep\w{1,2}|zugmaschine|auflieger|"
    r"voitures?|véhicules?|camions?|camionnettes?|fourgon(?:nette)?s?|remorques?|semi-remorques?|motos?|"
    r"tracteurs?|automóvil|autos?|coches?|vehículos?|camioneta|camionetas|furgón|furgoneta|tractocamión|"
    r"autobús|ómnibus|"
    r"veículos?|carros?|caminhão|caminhões|caminhonete|carreta|viatura|ônibus|camião|carrinha|reboque|"
    r"автомоб\w{1,6}|машин\w{1,3}|грузовик\w{0,3}|фур\w{1,2}|микроавтобус\w{0,3}|"
    r"gari|lori|pikipiki|basi|mobil|truk|sepeda motor|kendaraan|minibus|lkw|pkw|fahrzeugs?|lastwagen|"
    r"sattelzug|transporters?|autocarro|camper|furgone|autoarticolato|vrachtwagen|bestelbus(?:je)?|auto|"
    r"ciężarówk\w{1,2}|samoch[oó]d\w{0,3}|pojazd\w{0,3}|tır|kamyon\w{0,6}|otomobil\w{0,6}|ara[cç]\w{0,6}|"
    r"arabas\w{1,4}|tır\w{1,3}|minibüs\w{0,4}|"
    r"toyota|isuzu|mitsubishi|nissan|mazda|subaru|honda|suzuki|ford|volvo|scania|mercedes(?:-benz)?|man|"
    r"daf|iveco|renault|peugeot|citro[eë]n|fiat|opel|volkswagen|vw|audi|bmw|hyundai|kia|chevrolet|dodge|"
    r"jeep|"
    r"land rover|range rover|tata|ashok leyland|hino|howo|sinotruk|faw|foton|bajaj|tvs|yamaha|kamaz|камаз|"
    r"газель)\b|(?:ال)?(?:سيارة|شاحنة|مركبة)|货车|轿车|车辆|汽车|面包车|摩托车)"
)
_UNITS = (
    r"(?:KGS?|CM|MM|ML|CL|KM|HP|CC|KW|GB|LBS?|PCS|EUR|USD|GBP|KES|FT|TEU|HS"
    r"|CAL|GR|GM|AM|PM|UTC|GMT|CET|EST|AND|OF|THE|IN)"
)
_value = re.compile(
    r"(?<![A-Za-z0-9А-Яа-я/-])(?=[A-ZА-ЯЁÄÖÜ\u4e00-\u9fff]{0,5}[ .·•-]{0,1}[^\W_]{0,8}\d|"
    r"[A-ZÄÖÜ]{1,3}[ -][A-Z]{1,2} ?\d|[A-Z]{2}[.·-][A-Z]{2}[.·-]\d|"
    r"\d)(?:\d{1,5}[/|-][A-Z][/|-]\d{1,2}|\d{4} ?[A-Z]{2}/\d{2}|[A-Z]{2}[.·-][A-Z]{2}[.·-]\d{2}|"
    r"[A-ZА-ЯЁÄÖÜ\u4e00-\u9fff]{1,5}|"
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·• ]?"
    r"(?:[A-Z0-9]{4}[港澳学警挂领]|[A-Z0-9]{5,6})|"
    r"[A-ZА-ЯЁÄÖÜ]{0,5}\d[A-ZА-ЯЁÄÖÜ0-9]{0,7})"
    r"(?:-[A-ZА-ЯЁÄÖÜ]{1,4}\b(?!-)|[ .·•-](?:[A-ZА-ЯЁÄÖÜ]{1,4}\b(?! [a-z])|"
    r"[A-ZА-ЯЁÄÖÜ]{0,4}\d{1,6}[A-ZА-ЯЁÄÖÜ]{0,3}\d{0,3})){0,3}(?![A-Za-z0-9А-Яа-я-]|/(?![A-Z]{2}))"
)
_arabic = re.compile(
    r"[\d٠-٩]{1,4}-[\d٠-٩]{3,6}|"
    r"[\d٠-٩]{1,6}(?:[ -](?:[\u0621-\u064a] ?){1,4}|[ -][\u0621-\u064a]{2,8})[ -]?[\d٠-٩]{0,6}|"
    r"(?:[\u0621-\u064a] ){1,4}[\d٠-٩]{1,5}|[\d٠-٩]{3,7}"
)
_alike = {
    "CN": r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·• ]?"
    r"(?:[A-Z0-9]{4}[港澳学警挂领]|[A-Z0-9]{5,6})",
    "RU": r"[АВЕКМНОРСТУХ] ?\d{3} ?[АВЕКМНОРСТУХ]{2} ?\d{2,3}",
    "KE": r"K[A-Z]{2}[ -]?\d{3}[A-Z]|KM[A-Z]{2}[ -]?\d{3}[A-Z]",
    "UG": r"U[A-Z]{2}[ -]\d{3}[A-Z]",
    "TZ": r"T ?\d{3} [A-Z]{3}|MC \d{3} [A-Z]{3}",
    "FR IT": r"[A-Z]{2}-\d{3}-[A-Z]{2}",
    "GB": r"[A-Z]{2}\d{2} [A-Z]{3}",
    "DE": r"[A-ZÄÖÜ]{1,3}-[A-Z]{1,2} \d{2,4}[EH]?",
    "IE": r"\d{2,3}-[A-Z]{1,2}-\d{3,6}",
    "IN": r"[A-Z]{2}[ -]\d{2}[ -][A-Z]{1,2}[ -]\d{4}",
    "Mercosur": r"[A-Z]{3}-?\d[A-J]\d{2}",
    "NG NL": r"[A-Z]{3}-\d{3}-[A-Z]{2}|[A-Z]-\d{3}-[A-Z]{2}|[A-Z]{2}-\d{3}-[A-Z]|\d-[A-Z]{3}-\d{2}",
    "ZA": r"[A-Z]{2,3} ?\d{2,3} ?(?:[A-Z]{2} )?(?:GP|MP|NC|NW|WP|ZN|KZN)",
    "PT": r"\d{2}-[A-Z]{2}-\d{2}|[A-Z]{2}-\d{2}-[A-Z]{2}",
    "GT": r"[PCMUAO]-\d{3}[B-DF-HJ-NP-TV-Z]{3}",
}
_FORMATS = {
    "TZ UG KE": r"[A-Z]{1,4} ?\d{3} ?[A-Z]{1,3}",
    "BR": r"[A-Z]{3}[ -]?\d[A-Z0-9]\d{2}",
    "AR": r"[A-Z]{2} ?\d{3} ?[A-Z]{2}",
    "CL": r"[A-Z]{2}[A-Z·.-]{0,2}[A-Z]{0,2}[-·. ]?\d{2}(?:[-·. ]?\d{2})?",
    "CO, trailers": r"[RS]\d{5}",
    "CO EC PE PK": r"[A-Z]{3}[ -]\d{3,4}",
    "MX": r"[A-Z]{3}-\d{2,3}-\d{2}|"
    r"[A-Z]{2}-?\d{2}-?\d{3}|[A-Z]\d{2}-[A-Z]{3}",
    "DE": r"[A-ZÄÖÜ]{1,3}[- ][A-Z]{1,2} ?\d{2,4}[EH]?",
    "ID": r"[A-Z]{1,2} \d{1,4} [A-Z]{1,3}",
    "TR": r"\d{2} ?[A-Z]{1,3} ?\d{2,4}",
    "NL PT": r"[A-Z0-9]{2}-[A-Z0-9]{2,3}-[A-Z0-9]{1,2}",
    "PL": r"[A-Z]{2,3} [A-Z0-9]{4,5}",
    "UA": r"[A-ZА-ЯІЇ]{2} ?\d{4} ?[A-ZА-ЯІЇ]{2}",
    "BY": r"[A-ZА-Я]{2} ?\d{4}-\d",
    "KZ": r"\d{3} ?[A-Z]{2,3} ?\d{2}",
    "NG": r"[A-Z]{3}[ -]?\d{3}[ -]?[A-Z]{2}",
    "GH": r"[A-Z]{2}[ -]\d{1,4}[ -]\d{2}",
    "ZA": r"[A-Z]{2,3} ?\d{2,3} ?[A-Z]{0,3} ?(?:GP|MP|EC|NC|FS|L|"
    r"NW|WP|ZN)|C[A-Z]{1,2} ?\d{1,3}[ -]?\d{3}",
    "MA": r"\d{1,5}-[A-Z]-\d{1,2}",
    "MX CL": r"[A-Z]{3}-\d{3}-[A-Z]|[A-Z]{2}[-.·][A-Z]{2}[-.·]\d{2}",
    "ES": r"\d{4}[ -]?[A-Z]{3}|R-?\d{4}-?[A-Z]{3}|[A-Z]{1,2}-\d{4}-[A-Z]{1,2}",
    "SV NI": r"[A-Z]{1,2} ?\d{2,3}-\d{3}",
    "PE VE PY": r"[A-Z]{2}\d[A-Z]\d{2}[A-Z]|[A-Z]\d[A-Z]-\d{3}|[A-Z]\d{2}[A-Z]{2}\d[A-Z]|[A-Z]{4} \d{3}",
    "AO BE": r"[A-Z]{2}-\d{2}-\d{2}-[A-Z]{2}|[1-9]-[A-Z]{3}-\d{3}",
    "DZ TN DJ": r"\d{5}[ -]\d{3}[ -]\d{2}|\d{1,4} ?TUN? ?\d{1,4}|\d{3}D\d{2}",
    "CU": r"[A-Z] \d{3} \d{3}",
    "ZM": r"[A-Z]{3} \d{2,4}",
    "MZ": r"[A-Z]{3} \d{3} [A-Z]{2}",
    "CI SN": r"\d{4}[ -]?[A-Z]{2}[ -]?\d{2}|"
    r"[A-Z]{2}[ -]?\d{3,4}[ -]?[A-Z]{1,2}",
    "RO": r"B \d{2,3} [A-Z]{3}",
    "IN": r"[A-Z]{2}[ -]?\d{1,2}[ -]?[A-Z]{1,3}[ -]?\d{4}",
    "SG MY": r"[A-Z]{1,3} ?\d{1,4} ?[A-Z]",
    "MY AR": r"[A-Z]{2,3}[ -]\d{3,4}",
    "CO GT": r"\d{3}-[A-Z]{3}|[A-Z]{1,3}-\d{2,3}[A-Z]{3}",
    "in three parts": r"(?=[A-Z0-9-]*[A-Z])(?=[A-Z0-9-]*\d[A-Z0-9-]*\d)"
    r"[A-Z0-9]{1,3}-[A-Z0-9]{1,4}-[A-Z0-9]{1,4}",
    "NE": r"[A-Z]{2} ?\d{4} ?[A-Z]{2}",
    "Delhi": r"[A-Z]{2} \d{1,2}[A-Z]? [A-Z]{1,3} \d{4}",
}
_APART, _APART_BEHIND = r"(?<![A-Za-z0-9А-Яа-я-])", r"(?![A-Za-z0-9А-Яа-я-])"
_by_itself = re.compile(_APART + "(?:" + "|".join(_alike.values()) + ")" + _APART_BEHIND)
_by_vehicle = tuple(
    re.compile(_APART + "(?:" + one + ")" + _APART_BEHIND) for one in (*_alike.values(), *_FORMATS.values())
)
_called_behind = re.compile(
    r"(?<!\w)(\d{2} ?[A-Z]{1,3} ?\d{2,5}|[A-Z]{1,3}[ -]?\d{2,4}[ -]?[A-Z]{0,3}) (?:plakalı|plaka sayılı|"
    r"placas?\b|rendszámú)"
)
_worth_a_look = re.compile(r"[A-ZА-ЯЁÄÖÜ\u4e00-\u9fff].{0,9}\d|\d.{0,9}[A-ZА-ЯЁÄÖÜ]")
_MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC ENE ABR AGO DIC FEV MAI SET OUT DEZ AVR AOU".replace(
    " ", "|"
)
_no_plate = re.compile(
    rf"(?:\d{{2,4}}[ -]?|\b){_UNITS}\b(?!-\d)|^\d{{1,2}}-(?:{_MONTHS})-(?:\d{{2}}){{1,2}}$|"
    r"^(?:MSKU|MAEU|TCLU|CMAU|ISO|HS|UN|CAS|FY)\b|^\d+$"
)
_surely = re.compile(
    r"[A-ZÄÖÜ]{1,3}-[A-Z]{1,2} [0-9]{1,4}[EH]?|[A-Z]{2}-\d{3}-[A-Z]{2}|"
    r"CL[ -]\d{6}|[A-Z]{2} \d{4} [A-Z]{2}|[A-Z]{2} \d{4}-\d{2}|[A-Z]{2}[-.·][A-Z]{2}[-.·]\d{2}"
)
_list_goes_on = re.compile(r"\)?\s?(?:,|;|/|&|and|et|y|e|und|dan|na|и|و)\s?")
_FAR, _NEAR = 32, 48
"""Signs between what a plate is called and the plate; between a vehicle and its plate."""
_ended = re.compile(r"(?<!\bNo)(?<!\bno)(?<!\bNr)(?<!\bnr)(?<!\bReg)(?<!\breg)[.!?;]\s+[A-ZÀ-ÞА-Я]|\n")


def plates(text: str, *, free: bool, called: bool) -> list[Span]:
    """Where number plates stand: what is `called` one or stands by a vehicle, if such a word is in the text, and in a
    `free` one what looks like nothing else.
    """
    spans: list[Span] = []
    if free and _worth_a_look.search(text):
        called = True  # there are more vehicles than words that a list has
        spans += [
            (*hit.span(), "plate")
            for hit in _by_itself.finditer(text)
            if _surely.fullmatch(hit.group()) or not _no_plate.search(hit.group())
        ]
    return spans + _called_plates(text) if called else spans


def _called_plates(text: str) -> list[Span]:
    spans = _after(text, _called, _value, _FAR)
    spans += [(*hit.span(1), "plate") for hit in _called_behind.finditer(text)]
    spans += [
        (at + hit.start(), at + hit.end(), "plate")
        for label in _called.finditer(text)
        if label.group()[-1] > "\u0600" or "\u0600" < label.group()[0] < "\u0700"
        for at in (label.end(),)
        if (hit := _arabic.search(text[at : at + _FAR])) and "\u0600" < label.group()[0] < "\u0700"
    ]
    return spans + _by_a_vehicle(text)


def _by_a_vehicle(text: str) -> list[Span]:
    """The first, and of those the longest, that has the format of a country's plates, near each vehicle."""
    spans: list[Span] = []
    for vehicle in _vehicle.finditer(text):
        at = vehicle.end()
        near = text[at : at + _NEAR + 16]
        if not _worth_a_look.search(near):
            continue
        end = _ended.search(near)
        near = near[: end.start() + 1] if end else near
        hits = [
            hit
            for pattern in _by_vehicle
            for hit in pattern.finditer(near)
            if hit.start() <= _NEAR and _may_be(hit.group())
        ]
        if hits:
            first = min(hits, key=lambda one: (one.start(), -one.end()))
            end_at = max(one.end() for one in hits if one.start() < first.end())  # «ALS BK 7218» and «BK 7218 LD»
            spans.append((at + first.start(), at + end_at, "plate"))
            spans += _next_in_a_list(text, at + end_at)
    return spans


def _next_in_a_list(text: str, at: int) -> list[Span]:
    """Another plate behind a comma or «and»: «ABK 442 MC e HGT 817 MP»."""
    more = _list_goes_on.match(text, at)
    hits = [one.match(text, more.end()) for one in _by_vehicle] if more and more.end() > at else []
    longest = max((hit.end() for hit in hits if hit and _may_be(hit.group())), default=0)
    return [(more.end(), longest, "plate")] if more and longest else []


def _after(text: str, labels: re.Pattern[str], values: re.Pattern[str], far: int) -> list[Span]:
    spans: list[Span] = []
    for label in labels.finditer(text):
        start = label.end()
        while start < len(text):
            near = text[start : start + far + 16]
            end = _ended.search(near)
            hit = next(
                (one for one in values.finditer(near[: end.start() + 1] if end else near) if _may_be(one.group())), None
            )
            if hit is None or hit.start() > far:
                break
            spans.append((start + hit.start(), start + hit.end(), "plate"))
            start += hit.end()
            more = _list_goes_on.match(text, start)
            if more is None or more.end() == start:
                break
            start, far = more.end(), 3
    return spans


def _may_be(written: str) -> bool:
    if _surely.fullmatch(written):
        return True  # GR-KV 482 is of Görlitz, and no gram; GB-774-XN is French
    digits = sum(map(str.isdigit, written))
    letters = sum(map(str.isalpha, written))
    if not (digits and 4 <= digits + letters <= 11) or (letters == 0 and digits < 5):
        return False
    return not _no_plate.search(written)
