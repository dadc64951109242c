# ruff: noqa: E501 - word lists
"""Months, weekdays, numbers and turns of phrase for days, in the languages that answers come in."""

from typing import Any

_MONTH_NAMES = {
    1: "january jan januar jänner januari janvier enero ene gennaio janeiro styczeń stycznia январь января leden ledna tammikuu tammikuuta ocak januára ianuarie",
    2: "february feb februar februari février fevrier fév febrero febbraio fevereiro luty lutego февраль февраля únor února helmikuu helmikuuta şubat februarie február",
    3: "march mar märz maerz maart mars marzo março marzec marca март марта březen března maaliskuu maaliskuuta mart mrz mrt marts martie március",
    4: "april apr avril abril aprile kwiecień kwietnia апрель апреля duben dubna huhtikuu huhtikuuta nisan avr abr aprilie április",
    5: "may mai mei mayo maggio maio maj maja май мая květen května toukokuu toukokuuta mayıs mag május",
    6: "june jun juni juin junio giugno junho czerwiec czerwca июнь июня červen června kesäkuu kesäkuuta haziran giu iunie június",
    7: "july jul juli juillet julio luglio julho lipiec lipca июль июля červenec července heinäkuu heinäkuuta temmuz juil lug iulie július",
    8: "august aug augustus août aout agosto sierpień sierpnia август августа srpen srpna elokuu elokuuta ağustos augusti augusztus",
    9: "september sep sept septembre septiembre settembre setembro wrzesień września сентябрь сентября září syyskuu syyskuuta eylül septembrie szeptember",
    10: "october oct oktober okt octobre octubre ottobre outubro październik października октябрь октября říjen října lokakuu lokakuuta ekim ott octombrie október",
    11: "november nov novembre noviembre novembro listopad listopada ноябрь ноября marraskuu marraskuuta kasım noiembrie listopadu",
    12: "december dec dezember dez décembre diciembre dicembre dezembro grudzień grudnia декабрь декабря prosinec prosince joulukuu joulukuuta aralık déc dic dicembre decembrie desember",
}
MONTHS = {name: number for number, names in _MONTH_NAMES.items() for name in names.split()}

_WEEKDAY_NAMES = {
    0: "monday montag lundi lunes lunedì lunedi segunda-feira segunda maandag poniedziałek poniedziałku poniedziałkiem понедельник понедельника pondělí måndag mandag maanantai maanantaina pazartesi",
    1: "tuesday dienstag mardi martes martedì martedi terça-feira terça dinsdag wtorek wtorku вторник вторника úterý tisdag tirsdag tiistai tiistaina salı",
    2: "wednesday mittwoch mercredi miércoles miercoles mercoledì mercoledi quarta-feira quarta woensdag środa środy środę среда среду среды středa středu onsdag keskiviikko keskiviikkona çarşamba",
    3: "thursday donnerstag jeudi jueves giovedì giovedi quinta-feira quinta donderdag czwartek czwartku четверг четверга čtvrtek torsdag torstai torstaina perşembe",
    4: "friday freitag vendredi viernes venerdì venerdi sexta-feira sexta vrijdag piątek piątku пятница пятницу пятницы pátek fredag perjantai perjantaina cuma",
    5: "saturday samstag sonnabend samedi sábado sabado sabato zaterdag sobota soboty sobotę суббота субботу sobotu lördag lørdag lauantai cumartesi",
    6: "sunday sonntag dimanche domingo domenica zondag niedziela niedzieli niedzielę воскресенье neděle söndag søndag sunnuntai pazar",
}
WEEKDAYS = {name: number for number, names in _WEEKDAY_NAMES.items() for name in names.split()}

_COUNTS = {
    1: "one ein einem einer eine un une una um uma een één jeden jedną miesiąc en yhden a", 2: "two couple zwei deux dos due dois duas twee dwa dwie два две två to couple",
    3: "three drei trois tres tre três drie trzy три tre few paar", 4: "four vier quatre cuatro quattro quatro cztery четыре fyra fire", 5: "five fünf cinq cinco cinque vijf pięć пять fem",
    6: "six sechs seis sei zes sześć шесть sex seks", 8: "eight acht huit ocho otto oito osiem åtta otte", 10: "ten zehn dix diez dieci dez tien dziesięć", 12: "twelve zwölf",
}  # fmt: skip
NUMBERS = {name: number for number, names in _COUNTS.items() for name in names.split()}

_UNIT_NAMES = {
    1: "day days tag tage tagen jour jours día días dia dias giorno giorni dag dagen dni dzień день дня дней dagar",
    7: "week weeks woche wochen semaine semaines semana semanas settimana settimane weken tydzień tygodnie tygodni неделю недели недель uge uger vecka veckor",
    30: "month months monat monate monaten mois mes meses mês mese mesi maand maanden miesiąc miesiące miesięcy месяц месяца месяцев måned måneder månad månader",
    91: "quarter quartal trimestre kwartaal kwartał",
    365: "year years jahr jahren an ans año años ano anos anno anni jaar rok lata год",
}
UNITS = {name: days for days, names in _UNIT_NAMES.items() for name in names.split()}

AHEAD: dict[str, Any] = {
    "return": (
        "until", "till", "til ", "back", "return", "through", "to ", "reachable", "available", "again on", "from",
        "–", " - ", "and ", "bis", "zurück", "wieder", "ab ", "und ", "retour", "jusqu", "revien", "reviendr",
        "rentr",
        "partir du", "au ", "hasta", "vuelv", "regres", "vuelta", "partir del", "al ", "fino", "ritorn", "rientr",
        "torn", "até", "retorn", "volt", "regress", "partir de", "a ", "tot", "terug", "vanaf", "t/m", "en met",
        "do ", "wracam", "wróc", "powrót", "powrot", "od ",
        "до", "вернусь", "возвращ", " с ", "по ", "tills", "tillbaka", "åter", "indtil", "tilbage", "takaisin",
        "asti", "saakka", "palaan", "vrátím", "zpět", "kadar", "döne", "まで", "より", "から", "至", "直到", "까지", "부터",
    ),
    # days from the day of the mail; 0 = the next Monday
    "relative": {
        "next week": 0, "nächste woche": 0, "nächster woche": 0, "kommende woche": 0, "la semaine prochaine": 0, "semaine prochaine": 0, "la próxima semana": 0, "la semana que viene": 0, "la prossima settimana": 0, "prossima settimana": 0,
        "settimana prossima": 0, "próxima semana": 0, "semana que vem": 0, "volgende week": 0, "przyszłym tygodniu": 0, "w następnym tygodniu": 0, "på måndag": 0, "tomorrow": 1, "morgen wieder": 1, "demain": 1, "mañana": 1, "domani": 1, "amanhã": 1,
        "next month": 30, "nächsten monat": 30, "nächstem monat": 30, "le mois prochain": 30, "mois prochain": 30,
        "el próximo mes": 30, "el mes que viene": 30, "il mese prossimo": 30, "mese prossimo": 30,
        "prossimo mese": 30, "próximo mês": 30, "mês que vem": 30,
        "volgende maand": 30, "przyszłym miesiącu": 30, "next quarter": 91, "nächsten quartal": 91,
        "prochain trimestre": 91, "próximo trimestre": 91, "prossimo trimestre": 91, "volgend kwartaal": 91,
        "przyszłym kwartale": 91,
    },
    "season": {
        "next year": (1, 7), "new year": (1, 7), "nächstes jahr": (1, 7), "nächsten jahr": (1, 7), "neuen jahr": (1, 7), "neues jahr": (1, 7), "l'année prochaine": (1, 7), "année prochaine": (1, 7), "el próximo año": (1, 7), "próximo año": (1, 7), "año que viene": (1, 7), "l'anno prossimo": (1, 7), "anno prossimo": (1, 7), "anno nuovo": (1, 7),
        "próximo ano": (1, 7), "ano que vem": (1, 7), "volgend jaar": (1, 7), "nieuwe jaar": (1, 7), "przyszłym roku": (1, 7), "nowym roku": (1, 7), "after the holidays": (1, 7), "after christmas": (1, 7), "nach weihnachten": (1, 7), "nach den feiertagen": (1, 7), "après les fêtes": (1, 7), "después de navidad": (1, 7), "dopo natale": (1, 7), "na de kerst": (1, 7), "po świętach": (1, 7),
        "spring": (3, 20), "frühjahr": (3, 1), "frühling": (3, 20), "printemps": (3, 20), "primavera": (3, 20), "voorjaar": (3, 20), "wiosn": (3, 20), "after the summer": (9, 1), "after summer": (9, 1), "nach dem sommer": (9, 1), "nach der sommerpause": (9, 1), "rentrée": (9, 1), "después del verano": (9, 1), "dopo l'estate": (9, 1), "depois do verão": (9, 1), "na de zomer": (9, 1), "po wakacjach": (9, 1),
        "summer": (6, 21), "sommer": (6, 21), "autumn": (9, 21), "herbst": (9, 21), "automne": (9, 21), "otoño": (9, 21), "autunno": (9, 21), "outono": (9, 21), "najaar": (9, 21), "herfst": (9, 21), "jesień": (9, 21), "jesieni": (9, 21),
    },
}  # fmt: skip
