//! Names of months and days, and the words that make a date the end of an absence; in lower case.

/// By month, in English, German, French, Spanish, Portuguese, Italian, Dutch, the Scandinavian languages, Finnish,
/// Polish, Czech and Slovak, Hungarian, Romanian, Turkish, Greek, Russian, Ukrainian, Croatian; in the form that stands
/// in a date.
#[rustfmt::skip]
pub(super) const MONTHS: [&[&str]; 12] = [
    &[
        "january", "jan", "januar", "jänner", "janvier", "janv", "enero", "ene", "janeiro", "gennaio", "gen",
        "januari", "tammikuuta", "tammikuun", "tammikuu", "stycznia", "styczeń", "ledna", "leden", "januára",
        "január", "jan", "ianuarie", "ocak", "ιανουαρίου", "января", "январь", "янв", "січня", "siječnja",
        "januarja", "януари",
    ],
    &[
        "february", "feb", "februar", "feber", "février", "fevrier", "févr", "fév", "febrero", "fevereiro",
        "fev", "febbraio", "februari", "helmikuuta", "helmikuun", "helmikuu", "lutego", "luty", "února",
        "únor", "februára", "február", "februarie", "şubat", "φεβρουαρίου", "февраля", "февраль", "фев",
        "лютого", "veljače", "februarja", "февруари",
    ],
    &[
        "march", "mar", "märz", "maerz", "mrz", "mars", "marzo", "março", "marco", "maart", "mrt", "marts",
        "maaliskuuta", "maaliskuun", "maaliskuu", "marca", "marzec", "března", "březen", "március", "martie",
        "mart", "μαρτίου", "марта", "март", "мар", "березня", "ožujka",
    ],
    &[
        "april", "apr", "avril", "avr", "abril", "abr", "aprile", "huhtikuuta", "huhtikuun", "huhtikuu",
        "kwietnia", "kwiecień", "dubna", "duben", "apríla", "április", "aprilie", "nisan", "απριλίου",
        "апреля", "апрель", "апр", "квітня", "travnja", "aprila", "април",
    ],
    &[
        "may", "mai", "mayo", "maio", "maggio", "mag", "mei", "maj", "toukokuuta", "toukokuun", "toukokuu",
        "maja", "května", "květen", "mája", "máj", "május", "mayıs", "μαΐου", "μαίου", "мая", "май", "травня",
        "svibnja",
    ],
    &[
        "june", "jun", "juni", "juin", "junio", "junho", "giugno", "giu", "kesäkuuta", "kesäkuun", "kesäkuu",
        "czerwca", "czerwiec", "června", "červen", "júna", "jún", "június", "iunie", "haziran", "ιουνίου",
        "июня", "июнь", "червня", "lipnja", "junija", "юни",
    ],
    &[
        "july", "jul", "juli", "juillet", "juil", "julio", "julho", "luglio", "lug", "heinäkuuta", "heinäkuun",
        "heinäkuu", "lipca", "lipiec", "července", "červenec", "júla", "júl", "július", "iulie", "temmuz",
        "ιουλίου", "июля", "июль", "липня", "srpnja", "julija", "юли",
    ],
    &[
        "august", "aug", "août", "aout", "agosto", "ago", "augustus", "augusti", "elokuuta", "elokuun",
        "elokuu", "sierpnia", "sierpień", "srpna", "srpen", "augusta", "augusztus", "ağustos", "αυγούστου",
        "августа", "август", "авг", "серпня", "kolovoza", "avgusta",
    ],
    &[
        "september", "sep", "sept", "septembre", "septiembre", "setiembre", "setembro", "set", "settembre",
        "syyskuuta", "syyskuun", "syyskuu", "września", "wrzesień", "září", "septembra", "szeptember",
        "septembrie", "eylül", "σεπτεμβρίου", "сентября", "сентябрь", "сен", "вересня", "rujna", "септември",
    ],
    &[
        "october", "oct", "oktober", "okt", "octobre", "octubre", "outubro", "out", "ottobre", "ott",
        "lokakuuta", "lokakuun", "lokakuu", "października", "październik", "října", "říjen", "októbra",
        "október", "octombrie", "ekim", "οκτωβρίου", "октября", "октябрь", "окт", "жовтня", "listopada",
        "oktobra", "октомври",
    ],
    &[
        "november", "nov", "novembre", "noviembre", "novembro", "marraskuuta", "marraskuun", "marraskuu",
        "listopad", "listopadu", "novembra", "noiembrie", "kasım", "νοεμβρίου", "ноября", "ноябрь", "ноя",
        "листопада", "studenog", "studenoga", "ноември",
    ],
    &[
        "december", "dec", "dezember", "dez", "décembre", "decembre", "déc", "diciembre", "dic", "dezembro",
        "dicembre", "desember", "des", "joulukuuta", "joulukuun", "joulukuu", "grudnia", "grudzień",
        "prosince", "prosinec", "decembra", "decembrie", "aralık", "δεκεμβρίου", "декабря", "декабрь", "дек",
        "грудня", "prosinca", "декември",
    ],
];

/// From Monday.
#[rustfmt::skip]
pub(super) const WEEKDAYS: [&[&str]; 7] = [
    &[
        "monday", "mon", "montag", "mo", "lundi", "lunes", "segunda", "lunedì", "lunedi", "maandag", "mandag",
        "måndag", "maanantai", "maanantaina", "maanantaihin", "poniedziałek", "poniedziałku", "pondělí",
        "pondelok", "hétfő", "luni", "pazartesi", "δευτέρα", "понедельник", "понедельника", "понеділка",
    ],
    &[
        "tuesday", "tue", "dienstag", "di", "mardi", "martes", "terça", "martedì", "martedi", "dinsdag",
        "tirsdag", "tisdag", "tiistai", "tiistaina", "wtorek", "wtorku", "úterý", "utorok", "kedd", "marți",
        "salı", "τρίτη", "вторник", "вторника", "вівторка",
    ],
    &[
        "wednesday", "wed", "mittwoch", "mi", "mercredi", "miércoles", "quarta", "mercoledì", "mercoledi",
        "woensdag", "onsdag", "keskiviikko", "keskiviikkona", "środa", "środę", "środy", "středa", "středu",
        "středy", "streda", "szerda", "miercuri", "çarşamba", "τετάρτη", "среда", "среду", "среды", "середи",
    ],
    &[
        "thursday", "thu", "donnerstag", "do", "jeudi", "jueves", "quinta", "giovedì", "giovedi", "donderdag",
        "torsdag", "torstai", "torstaina", "czwartek", "czwartku", "čtvrtek", "čtvrtka", "štvrtok",
        "csütörtök", "joi", "perşembe", "πέμπτη", "четверг", "четверга", "четверга",
    ],
    &[
        "friday", "fri", "freitag", "fr", "vendredi", "viernes", "sexta", "venerdì", "venerdi", "vrijdag",
        "fredag", "perjantai", "perjantaina", "piątek", "piątku", "pátek", "pátku", "piatok", "péntek",
        "vineri", "cuma", "παρασκευή", "пятница", "пятницу", "пятницы", "п'ятниці",
    ],
    &[
        "saturday", "samstag", "sonnabend", "samedi", "sábado", "sabato", "zaterdag", "lørdag", "lördag",
        "sobota", "суббота",
    ],
    &[
        "sunday", "sonntag", "dimanche", "domingo", "domenica", "zondag", "søndag", "söndag", "niedziela",
        "воскресенье",
    ],
];

/// Words before a day that make it the last of an absence, or the end of a span.
#[rustfmt::skip]
pub(super) const ENDS: &[&str] = &[
    "until", "till", "til", "untill", "through", "thru", "to", "bis", "jusqu'au", "jusqu'à", "jusque", "jusqu",
    "au", "hasta", "al", "até", "ate", "a", "à", "ao", "fino", "sino", "tot", "t", "m", "tm", "tom", "till",
    "indtil", "inntil", "kuni", "do", "до", "по", "din", "până", "pana", "la", "έως", "εώς", "μέχρι", "ως",
    "-", "至", "到", "ig", "līdz", "iki", "عودة",
];

/// Words before a day that make it the first one back.
#[rustfmt::skip]
pub(super) const RETURNS: &[&str] = &[
    "back", "return", "returning", "returns", "returned", "wieder", "zurück", "zurueck", "retour", "reviens",
    "rentre", "vuelvo", "vuelta", "regreso", "regresaré", "volveré", "reincorporo", "volto", "regresso",
    "retorno", "retornarei", "voltarei", "regressarei", "rientro", "rientrerò", "torno", "tornerò", "ritorno",
    "terug", "weer", "tilbage", "tilbake", "tillbaka", "åter", "palaan", "takaisin", "wracam", "wrócę",
    "powrót", "vrátím", "vracím", "zpět", "vrátim", "späť", "visszatérek", "revin", "reveni", "döneceğim",
    "döneceğim", "επιστρέφω", "επιστρέψω", "вернусь", "возвращаюсь", "выйду", "повернуся", "vraćam",
];

/// Words that may stand between such a word and the day.
#[rustfmt::skip]
pub(super) const PASSED_OVER: &[&str] = &[
    "on", "the", "in", "at", "of", "from", "office", "work", "and", "including", "inclusive", "incl", "day",
    "our", "next", "early", "end", "am", "den", "dem", "der", "zum", "im", "büro", "einschließlich",
    "einschliesslich", "inklusive", "inkl", "und", "mit", "ab", "einschl", "le", "la", "les", "au", "inclus",
    "compris", "y", "el", "del", "lunes", "día", "dia", "inclusive", "de", "no", "ao", "às", "feira", "il",
    "lo", "al", "compreso", "incluso", "op", "en", "met", "og", "med", "d", "och", "på", "kontoret",
    "kontoret", "dne", "pe", "data", "în", "birou", "τις", "την", "στις", "в", "на", "и", "включительно", "на",
    "роботу", "работу", "w", "dnia", "biura", "do", "ve", "st", "nd", "rd", "th", "er", "töihin", "lavoro",
    "ufficio", "trabajo", "oficina", "bureau", "kantoor", "ufficio", "escritório",
];

/// Tomorrow, where it stands behind one of those words.
pub(super) const TOMORROW: [&str; 11] = [
    "tomorrow",
    "morgen",
    "demain",
    "mañana",
    "amanhã",
    "domani",
    "imorgen",
    "imorgon",
    "huomenna",
    "jutro",
    "завтра",
];
