"""Sites of the practice world that are not written in English."""

TITLES: dict[str, tuple[str, ...]] = {
    "de": ("Zeiterfassung für Selbstständige", "Stundenzettel zum Ausdrucken", "Den Stundensatz berechnen"),
    "fr": ("Suivi du temps pour indépendants", "Feuilles de temps à imprimer", "Calculer son taux horaire"),
    "es": ("Control de horas para autónomos", "Plantillas de horas", "Calcular la tarifa por hora"),
    "pl": ("Rejestracja czasu pracy", "Karty pracy do druku", "Stawka godzinowa freelancera"),
    "nl": ("Urenregistratie voor zzp'ers", "Urenbriefje downloaden", "Je uurtarief berekenen"),
    "pt": ("Controle de horas para autônomos", "Planilha de horas", "Calcule o valor da sua hora"),
}
SENTENCES: dict[str, tuple[str, ...]] = {
    "de": ("Wer seine Stunden aufschreibt, weiß am Monatsende, welcher Kunde zu viel Zeit kostet.",
           "Ein Stundenzettel muss nicht schön sein, aber er muss jeden Freitag ausgefüllt werden.",
           "Der Stundensatz deckt auch Urlaub, Krankheit und Verwaltung.",
           "Wir haben vier Programme einen Monat lang im Büro ausprobiert."),
    "fr": ("Noter ses heures permet de savoir quel client prend trop de temps.",
           "Une feuille de temps simple vaut mieux qu'un logiciel que personne n'ouvre.",
           "Le taux horaire doit aussi payer les congés et l'administratif.",
           "Nous avons essayé quatre outils pendant un mois."),
    "es": ("Quien anota sus horas sabe qué cliente le quita más tiempo.",
           "Una plantilla sencilla se rellena, una complicada no.",
           "La tarifa por hora también paga las vacaciones y la gestión.",
           "Probamos cuatro aplicaciones durante un mes con el equipo."),
    "pl": ("Kto zapisuje godziny, ten wie, który klient zajmuje najwięcej czasu.",
           "Prosta karta pracy jest lepsza niż program, którego nikt nie otwiera.",
           "Stawka godzinowa musi pokryć także urlop i administrację.",
           "Przez miesiąc sprawdzaliśmy cztery aplikacje."),
    "nl": ("Wie zijn uren bijhoudt, ziet welke klant te veel tijd kost.",
           "Een eenvoudig urenbriefje wordt ingevuld, een ingewikkeld niet.",
           "Het uurtarief betaalt ook vakantie en administratie.",
           "We hebben vier programma's een maand lang geprobeerd."),
    "pt": ("Quem anota as horas sabe qual cliente toma mais tempo.",
           "Uma planilha simples é preenchida, uma complicada não.",
           "O valor da hora também paga férias e administração.",
           "Testamos quatro aplicativos durante um mês."),
}  # fmt: skip
NAMES: dict[str, tuple[str, ...]] = {
    "de": ("stundenbüro", "zeitnotizen", "selbstständig-blog", "bürokreis", "freiberufler-heft"),
    "fr": ("carnet-indépendant", "heures-claires", "atelier-gestion", "bureau-libre"),
    "es": ("autónomos-diario", "horas-claras", "taller-gestión", "oficina-pequeña"),
    "pl": ("godziny-firmy", "mała-firma", "notes-freelancera", "biuro-w-domu"),
    "nl": ("urenwijzer", "zzp-bureau", "kantoornotities", "werkuren"),
    "pt": ("horas-certas", "autônomo-hoje", "escritório-leve", "planilha-viva"),
}
