"""Words that stand before, in or after what looks like a person, folded (foundation.personal)."""

from __future__ import annotations

PATRONYMICS = ("ovich", "evich", "ovna", "evna", "ichna")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


TITLES = _words(
    """
    alhaji bapak bibi bwana capt captain chief don dona dr frau g-n gn gospodin gospozha haji hajji herr ibu
    imam madam madame mademoiselle miss mlle mme monsieur mr mrs ms mx pan pani prof senor senora senorita
    sensei shaykh sheikh signor signora sir sr sra srta ustaz
    """
)
"""Stand before a person's name."""

ROLES = _words(
    """
    abiria accomplice agent aka alias arrested broker called chauffeur chofer conductor consignee consignor
    courier crewman declarant dereva destinataire destinatario detained detenida detenido driver expediteur
    identified imya informant jina llamada llamado master motorista nama name named nom nombre nomme nommee
    otpravitel owner pasajera pasajero passageiro passager passazhir passenger pengemudi penumpang podozrevaemyi
    poluchatel propietario proprietaire receiver recipient remitente sender shipper skipper smuggler suspect
    suspecte trafficker traveler traveller voditel voiturier witness
    """
)
"""Name a person by what they do; a name may follow."""

SMALL = _words(
    """
    abu al ben bin bint binti da das de del den der di do dos du e el ibn la las le los mac mc o ould san st und
    van von y
    """
)
"""Small words inside names."""

BY = _words(
    """
    by durch kwa mit na named od oleh par por
    """
)
"""Two capitals after one of these are taken for a person."""

VESSELS = _words(
    """
    aboard boat buque cgm cma cosco ever evergreen ferry flight hapag hmm maersk msc mv navio navire ship ss
    sudno tanker vessel yacht zim
    """
)
"""A vessel's name follows, however human."""

FACILITIES = _words(
    """
    patrol sector branch marine operations directorate unit division squad parts
    administration agency airport armory arms authority avenue bay beach bridge city co company corporation
    county customs department depot district express field gmbh harbor harbour hospital hotel inc international
    island lake limited llc ltd mail market ministry office park port post province revenue river road sa
    service spa station street terminal university
    """
)
"""Make a place or a firm of the words before them."""

NOT_PEOPLE = _words(
    """
    a airport alabama alaska an and april are arizona at august avenue bag border box boxes by california car
    cargo cartons city colorado container control county customs de december des district du east edition el
    february florida for found friday from goods had has hawaii her hidden his illinois in is january july june
    kansas kentucky la label las le les los louisiana march maryland may michigan minnesota missouri model
    monday nevada new no north not november october of officer ohio oklahoma on or oregon pennsylvania police
    port republic road saint san santa saturday seized september series ship south states street sunday
    tennessee texas the thursday to truck tuesday united utah vehicle vessel was wednesday were west wisconsin
    with
    """
)
"""End a run of words that may be a name."""

ORDINARY = _words(
    """
    gun parts ammunition weapon weapons arms magazine cartridge rifle pistol air land sea train car van border
    black blue brown coal fish gas golden gray green grey ice iron mont mount oil ore pepper red rice salt sand
    silver steel stone tea white wood
    """
)
"""Goods and colours that are names too: beside a title they are one, else they count for nothing."""

CASELESS = frozenset(
    [
        "من",
        "في",
        "على",
        "إلى",
        "الى",
        "عن",
        "مع",
        "هذا",
        "هذه",
        "التي",
        "الذي",
        "وصل",
        "تم",
        "بعد",
        "قبل",
        "حتى",
        "كان",
        "كانت",
        "لدى",
        "عند",
        "بين",
        "ضمن",
        "داخل",
        "خارج",
        "قادمة",
        "قادم",
        "متجه",
        "ضبط",
        "ضبطت",
        "مواد",
        "كمية",
        "के",
        "में",
        "से",
        "को",
        "की",
        "का",
        "और",
        "पर",
        "था",
        "थी",
        "थे",
        "है",
        "साथ",
    ]
)
"""Everyday words of scripts without capitals, as written, that would fold to a name once their vowels are gone."""

CASELESS_ROLES = frozenset(
    [
        "السائق",
        "سائق",
        "المسافر",
        "مسافر",
        "المشتبه",
        "الراكب",
        "راكب",
        "المدعو",
        "المتهم",
        "المالك",
        "صاحب",
        "اسمه",
        "اسمها",
        "المستورد",
        "المصدر",
        "الشاحن",
        "المهرب",
        "ड्राइवर",
        "चालक",
        "यात्री",
        "मालिक",
        "आरोपी",
    ]
)
"""Roles in such scripts."""
