"""What a clause says of a name: numbers and ranks before it, kin and roles behind it, verbs around it; and what is no
person though it stands so: promises to whoever reads central's texts.
"""

from __future__ import annotations

import pytest

from tidewaiter.privacy.finding import find


def hidden(text: str) -> list[str]:
    return [text[start:end] for start, end, _kind in find(text)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Subject 1 - Lamar Whitcombe. Whitcombe made a call outside unit 6.", ["Lamar Whitcombe", "Whitcombe"]),
        ("The team (PO Hargreave, AB Tuilagi) went alongside the dhow.", ["PO Hargreave", "Tuilagi"]),
        ("The bags were sealed on arrival by AO Nkemelu.", ["AO Nkemelu"]),
        ("The money came late, and Hollis, a former inspector, waved it through.", ["Hollis"]),
        ("On board Kenrick Rolle, a Haitian and two bags of money.", ["Kenrick Rolle"]),
        ("The caller states Gaz and his missus sell cigarettes from a lock-up.", ["Gaz"]),
        ("She was to be met by Grace at Arrivals with the bags.", ["Grace"]),
        ("He said he'd met Tiff at a casino in town.", ["Tiff"]),
        ('Kept by Lorna and Sean "Fingers" McArdle in a shed.', ["Lorna", "Sean", "Fingers", "McArdle"]),
        ("Recibe el turno el of. Ordaz. Sin más novedad.", ["Ordaz"]),
        ("La conducía Washington (a quien apodan Pelusa), reincidente.", ["Washington", "Pelusa"]),
        ("Los sacos los baja Yordano con un carro de la obra.", ["Yordano"]),
        ("El paquete venía a nombre de Thiago Laguna, jr. Huallaga 441.", ["Thiago Laguna"]),
        ("El agente del SAT Ricardo Benítez hizo constar lo que vio.", ["Ricardo Benítez"]),
        ("Su socio, Joan Puigdemont i Vila, de 47 años, viajaba solo.", ["Joan Puigdemont", "Vila"]),
        ("DETENIDOS: 1) PÉREZ, M.; 2) NINA, R.. SIN NOVEDAD EN EL PUESTO.", ["PÉREZ, M.", "NINA, R."]),
        ("Il a remis deux millions à l'agent Yao. Il nie tout.", ["Yao"]),
        ("Assisté des préposés Diouf et Fall, avons arrêté le camion.", ["Diouf", "Fall"]),
        ("Équipe B : Wattiau, Duhamel. Cible : une Audi grise.", ["Wattiau", "Duhamel"]),
        ("Testemunhas: Marcos V. Lima e Bento, moradores dali.", ["Marcos V. Lima", "Bento"]),
        ("Transcrição: «Tuca, fala pro Marcão que o cara não vem».", ["Tuca", "Marcão"]),
        ("Ele atende pelo apelido de Professor na feira de sábado.", ["Professor"]),
        ("Shahidi alimwona Babu Seif akipakia mzigo usiku ule.", ["Babu Seif"]),
        ("Heiko Brandt schwieg. Brandts Reisepass lag im Wagen.", ["Heiko Brandt", "Brandts"]),
    ],
)
def test_a_clause_tells_who_is_named(text: str, names: list[str]) -> None:
    assert hidden(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "Seagate, a carrier, sent the box on to the yard that night.",
        "A 41-year-old Matamoros resident was stopped at the bridge.",
        "Quedó a disposición de la Fiscalía en Santiago de Cali.",
        "La DIAN, Seccional Buenaventura, aprehendió 1.200 pares.",
        "El destinatario era Frutas Hermanos Navarro S.L., de Valencia.",
        "De lading stond aan boord van de Maria Adriana in de haven.",
        "Die Ware kam mit der MS Hanna aus Ningbo in den Hafen.",
        "The yacht was boarded off Fastnet by LÉ Samuel Beckett.",
        "In Manila, agents of the Bureau of Customs opened the box.",
        "Her sister collects the mail at PO Box 118, Denver.",
        "Walikamatwa Dar es Salaam na meno ya tembo 706.",
    ],
)
def test_ships_offices_places_and_firms_in_the_same_clauses_stay(text: str) -> None:
    assert hidden(text) == []


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("el tractocamión Freightliner A-81-KBD, chofer", "A-81-KBD"),
        ("camión Hino, placas LB-48-217 de Sonora", "LB-48-217"),
        ("nel furgone CJ-12-XYZ.", "CJ-12-XYZ"),
        ("Tricycle KUJ-482-QA loaded with rice", "KUJ-482-QA"),
        ("в кабине КамАЗа Е 318 КН 75 обнаружено", "Е 318 КН 75"),
        ("Name OBI, PPT B50219387. Swallower", "B50219387"),
        ("Passaporto n. YA4829113. Il luogotenente", "YA4829113"),
        ("Tarjeta de residencia X-4482913-T", "X-4482913-T"),
    ],
)
def test_plates_and_papers_as_each_country_writes_them_are_hidden(text: str, number: str) -> None:
    assert number in hidden(text)


@pytest.mark.parametrize("text", ["Loaded on 03-MAR-25 from the lorry", "The truck left on 12-AUG-24 at noon"])
def test_a_date_or_a_code_beside_a_vehicle_is_no_plate(text: str) -> None:
    assert hidden(text) == []
