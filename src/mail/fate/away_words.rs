//! The words of absence notes, by language: what programs and people put into subject and first lines.
//!
//! All in lower case, with plain apostrophes. Only wordings of the present count: somebody who *was* away writes now.
//! A table and nothing else, which is why the file may be long.

/// The words of one language.
pub(super) struct Language {
    /// Its tag (RFC 5646), for the test that counts them.
    #[cfg_attr(not(test), expect(dead_code, reason = "names the entry"))]
    pub(super) tag: &'static str,
    /// What programs put before the subject that they answer, or for a subject.
    pub(super) labels: &'static [&'static str],
    /// How a subject of an absent person's own begins or ends.
    pub(super) topics: &'static [&'static str],
    /// What the first lines say: that somebody is away.
    pub(super) away: &'static [&'static str],
    /// What stands beside it: whom to ask, when mail will be read, that this is automatic.
    pub(super) usual: &'static [&'static str],
    /// Words of somebody who wants something from us.
    pub(super) complains: &'static [&'static str],
}

/// All languages.
#[rustfmt::skip]
pub(super) const LANGUAGES: [Language; 27] = [
    Language {
        tag: "en",
        labels: &[
            "automatic reply", "auto reply", "auto-reply", "autoreply", "automated reply", "auto response",
            "auto-response", "autoresponse", "automatic response", "automated response", "out of office",
            "out-of-office", "out of the office", "out of office autoreply", "out of office auto-reply",
            "out of office reply", "out of office response", "out of office message",
            "out of office notification", "ooo", "vacation reply", "vacation auto-reply", "vacation response",
            "vacation message", "away from my mail", "away message", "absence notification",
        ],
        topics: &[
            "on vacation", "on holiday", "on annual leave", "on leave", "on maternity leave",
            "on parental leave", "annual leave", "away until", "away from", "i am away", "i am out of",
            "is out of the office", "is out of office", "is on leave", "is on vacation", "is away",
            "currently out of", "currently away", "not in the office", "holiday notice",
        ],
        away: &[
            "am out of office", "am out of the office", "be out of office", "be out of the office",
            "am currently out", "currently out of", "is out of the office", "is currently out of", "am away",
            "am currently away", "be away from", "be away until", "am not in the office",
            "not be in the office", "am on vacation", "be on vacation", "am on holiday", "be on holiday",
            "am on annual leave", "be on annual leave", "on annual leave until", "am on leave", "be on leave",
            "on maternity leave", "on paternity leave", "on parental leave", "on sick leave", "am travelling",
            "am traveling", "be travelling", "be traveling", "am on a business trip", "am no longer with",
            "no longer works", "has left the company", "out of the office until", "out of office until",
            "out of the office from", "out of the office with", "office is closed", "offices are closed",
            "office will be closed", "returning to the office", "i am unavailable", "am currently unavailable",
            "we are closed from", "we are closed until", "away from the office", "away from my desk", "away from my email", "not available until",
            "not checking email", "not checking my email",
        ],
        usual: &[
            "limited access", "no access to", "intermittent access", "upon my return", "on my return",
            "when i return", "when i get back", "when i am back", "in my absence", "during my absence",
            "if urgent", "if it is urgent", "if your enquiry is urgent", "if your query is urgent",
            "if your message is urgent", "urgent matters", "urgent enquiries", "urgent inquiries",
            "in urgent cases", "for urgent", "for immediate assistance", "for immediate help",
            "as soon as i return", "as soon as i am back", "automatic reply", "automated reply",
            "automatic message", "automated message", "autoreply", "auto-reply", "will not be forwarded",
            "will not be read", "please contact my colleague", "need immediate", "automated response", "anything urgent", "on our return",
            "will answer your", "will reply to your", "will respond to your", "will deal with your", "when we are back",
            "while this person is away", "back in the office on", "will return on", "not return until",
        ],
        complains: &[
            "refund", "complain", "disappointed", "money back", "compensation", "faulty", "damaged",
            "never answer", "my order", "my parcel", "my invoice", "was charged", "unacceptable",
        ],
    },
    Language {
        tag: "de",
        labels: &[
            "automatische antwort", "automatische rückantwort", "autom. antwort", "abwesenheitsnotiz",
            "abwesenheitsnachricht", "abwesenheitsmeldung", "abwesenheitsassistent",
            "abwesenheitsbenachrichtigung", "abwesenheit", "abwesend", "außer haus", "ausser haus",
            "urlaubsbenachrichtigung", "automatische mitteilung", "automatische e-mail",
        ],
        topics: &[
            "ich bin nicht im büro", "nicht im büro", "nicht im haus", "ich bin im urlaub", "im urlaub",
            "in urlaub", "urlaub bis", "urlaub vom", "ist außer haus", "ist ausser haus", "ist nicht im büro",
            "bin abwesend", "derzeit abwesend", "betriebsferien", "betriebsurlaub", "in elternzeit",
            "ferienabwesenheit",
        ],
        away: &[
            "ich bin bis", "bin nicht im büro", "nicht im büro", "bin nicht im haus", "nicht im hause", "bin abwesend",
            "zurzeit abwesend", "zur zeit abwesend", "derzeit abwesend", "momentan abwesend", "abwesend bis",
            "bin im urlaub", "bin in urlaub", "mich im urlaub", "im urlaub", "in den ferien", "bin außer haus",
            "außer haus", "ausser haus", "bin in elternzeit", "in elternzeit", "im mutterschutz",
            "nicht erreichbar", "bin bis zum", "bin ab dem", "wieder im büro", "wieder erreichbar",
            "wieder für sie da", "bin auf dienstreise", "auf geschäftsreise", "betriebsferien",
            "betriebsurlaub", "büro ist geschlossen", "nicht mehr im unternehmen", "nicht mehr für",
            "ferienhalber abwesend", "krankheitsbedingt",
        ],
        usual: &[
            "in dringenden", "dringende anfragen", "dringenden fällen", "dringenden angelegenheiten",
            "meine vertretung", "meiner abwesenheit", "vertritt mich", "wird nicht weitergeleitet",
            "nicht weitergeleitet", "werden nicht gelesen", "nach meiner rückkehr", "nach meinem urlaub",
            "eingeschränkten zugriff", "wenden sie sich", "automatisch generiert", "automatisch erstellt",
            "automatische antwort", "lese meine mails", "keinen zugriff", "antworte ich", "melde ich mich",
            "beantworte ihre", "beantworte ich",
        ],
        complains: &[
            "erstattung", "rückerstattung", "beschwer", "reklam", "enttäuscht", "meine bestellung",
            "mein paket", "meine rechnung", "abgebucht", "defekt", "geld zurück", "schadenersatz",
            "unverschämt",
        ],
    },
    Language {
        tag: "fr",
        labels: &[
            "réponse automatique", "reponse automatique", "réponse auto", "absence du bureau",
            "message d'absence", "notification d'absence", "avis d'absence", "en congés", "en congé",
            "hors du bureau", "absent du bureau", "absente du bureau", "notification automatique",
        ],
        topics: &[
            "absent jusqu", "absente jusqu", "absence jusqu", "je suis absent", "je suis en congé",
            "en vacances", "congé maternité", "congés annuels", "est absent", "est absente", "est absent(e)",
            "absence du", "absence",
        ],
        away: &[
            "suis absent", "suis actuellement absent", "serai absent", "suis en congé",
            "suis actuellement en congé", "serai en congé", "absent du bureau", "absente du bureau",
            "absent(e)", "en congé jusqu", "en congés jusqu", "suis en vacances", "serai de retour",
            "de retour le", "en congé maternité", "en congé parental", "suis en déplacement",
            "en déplacement jusqu", "absent jusqu", "absente jusqu", "bureaux sont fermés", "bureau est fermé",
            "suis indisponible", "actuellement indisponible", "ne suis pas au bureau", "ne travaille plus",
            "est absent du bureau",
        ],
        usual: &[
            "en cas d'urgence", "pour toute urgence", "en mon absence", "durant mon absence",
            "pendant mon absence", "à mon retour", "dès mon retour", "accès limité", "vous pouvez contacter",
            "merci de contacter", "veuillez contacter", "ne sera pas transféré", "message automatique",
            "réponse automatique", "si votre demande est urgente", "vous répondrai",
        ],
        complains: &[
            "rembours", "réclamation", "plainte", "déçu", "ma commande", "mon colis", "ma facture", "débité",
            "dédommag", "défectueu", "inadmissible",
        ],
    },
    Language {
        tag: "es",
        labels: &[
            "respuesta automática", "respuesta automatica", "contestación automática", "fuera de la oficina",
            "fuera de oficina", "mensaje automático", "autorespuesta", "auto respuesta", "aviso de ausencia",
        ],
        topics: &[
            "ausente hasta", "estoy fuera", "de vacaciones", "vacaciones hasta", "estoy de vacaciones",
            "ausencia", "está fuera de la oficina", "está ausente", "ausente de la oficina",
            "baja por maternidad",
        ],
        away: &[
            "estoy fuera de la oficina", "fuera de la oficina", "fuera de oficina", "estaré fuera",
            "estoy de vacaciones", "me encuentro de vacaciones", "estaré de vacaciones", "estoy ausente",
            "estaré ausente", "me encuentro fuera", "me encuentro ausente", "no estaré disponible",
            "no estoy disponible", "estaré de vuelta", "de viaje hasta", "permiso de maternidad",
            "baja por maternidad", "baja maternal", "oficina permanecerá cerrada", "ya no trabaja",
        ],
        usual: &[
            "en caso de urgencia", "si es urgente", "asuntos urgentes", "para cualquier urgencia",
            "en mi ausencia", "durante mi ausencia", "a mi regreso", "a mi vuelta", "acceso limitado",
            "puede contactar", "póngase en contacto", "mensaje automático", "respuesta automática",
            "contacte con", "le responderé", "cuando regrese", "cuando vuelva",
        ],
        complains: &[
            "reembols", "reclam", "queja", "devolución", "mi pedido", "mi paquete", "mi factura", "cobrado",
            "defectuos", "indemniza", "inaceptable",
        ],
    },
    Language {
        tag: "pt",
        labels: &[
            "resposta automática", "resposta automatica", "ausência temporária", "fora do escritório",
            "fora do escritorio", "mensagem automática", "notificação de ausência", "aviso de ausência",
        ],
        topics: &[
            "ausência", "ausente até", "ausente", "de férias", "em férias", "férias até",
            "está fora do escritório", "licença de maternidade", "licença maternidade",
        ],
        away: &[
            "estou fora do escritório", "fora do escritório", "estarei fora", "estou de férias",
            "estou em férias", "estarei de férias", "estarei em férias", "encontro-me de férias",
            "encontro-me ausente", "estou ausente", "estarei ausente", "me encontro ausente",
            "ausente do escritório", "licença de maternidade", "licença maternidade", "estarei de volta",
            "não estarei disponível", "não trabalha mais",
        ],
        usual: &[
            "em caso de urgência", "assuntos urgentes", "se for urgente", "na minha ausência",
            "durante a minha ausência", "durante minha ausência", "no meu regresso", "no meu retorno",
            "acesso limitado", "por favor contacte", "por favor, contacte", "favor contatar",
            "entre em contato", "mensagem automática", "resposta automática", "quando regressar", "responderei",
        ],
        complains: &[
            "reembols", "reclama", "queixa", "devolução", "minha encomenda", "meu pedido", "minha fatura",
            "cobrad", "defeituos", "indemniza", "indeniza", "inaceitável",
        ],
    },
    Language {
        tag: "it",
        labels: &[
            "risposta automatica", "fuori sede", "fuori ufficio", "messaggio automatico",
            "assenza dall'ufficio", "avviso di assenza", "risponditore automatico",
        ],
        topics: &[
            "assente fino", "assente dal", "assente", "assenza", "in ferie", "ferie fino", "è fuori ufficio",
            "è assente", "sono in ferie", "in maternità", "chiusura uffici", "chiusura estiva",
        ],
        away: &[
            "sono fuori ufficio", "sarò fuori ufficio", "fuori ufficio", "fuori sede", "sono assente",
            "sarò assente", "sono in ferie", "sarò in ferie", "in ferie fino", "in ferie dal",
            "assente dall'ufficio", "assente fino", "rientrerò", "sarò di ritorno", "congedo di maternità",
            "in maternità", "uffici sono chiusi", "uffici resteranno chiusi", "non sono in ufficio",
            "non sarò in ufficio", "non lavora più",
        ],
        usual: &[
            "in caso di urgenza", "per urgenze", "per questioni urgenti", "se urgente", "in mia assenza",
            "durante la mia assenza", "al mio rientro", "accesso limitato", "potete contattare",
            "può contattare", "contattare il collega", "risposta automatica", "messaggio automatico",
            "si prega di contattare", "le risponderò", "risponderò",
        ],
        complains: &[
            "rimbors", "reclam", "lamentel", "delus", "mio ordine", "mio pacco", "mia fattura", "addebit",
            "difettos", "risarc", "inaccettabile",
        ],
    },
    Language {
        tag: "nl",
        labels: &[
            "automatisch antwoord", "automatische reactie", "automatisch bericht", "afwezigheidsbericht",
            "afwezigheidsmelding", "afwezigheidsassistent", "afwezig", "niet aanwezig", "niet op kantoor",
            "out of office", "buiten kantoor",
        ],
        topics: &[
            "afwezigheid", "met vakantie", "op vakantie", "ik ben afwezig", "is afwezig", "is niet op kantoor",
            "vakantie tot", "met verlof", "zwangerschapsverlof",
        ],
        away: &[
            "ben afwezig", "ben momenteel afwezig", "afwezig tot", "afwezig van", "ben niet aanwezig",
            "niet aanwezig", "ben niet op kantoor", "niet op kantoor", "ben op vakantie", "ben met vakantie",
            "op vakantie tot", "met vakantie tot", "met verlof", "ben vrij", "ben weer bereikbaar",
            "ben weer aanwezig", "ben ik weer", "zwangerschapsverlof", "kantoor is gesloten",
            "niet bereikbaar", "werkt niet meer",
        ],
        usual: &[
            "bij dringende", "voor dringende", "in dringende gevallen", "bij spoed", "voor spoed",
            "tijdens mijn afwezigheid", "bij mijn terugkomst", "na mijn terugkeer", "na mijn vakantie",
            "kunt u contact opnemen", "contact opnemen met", "beperkt toegang", "automatisch bericht",
            "automatisch antwoord", "niet doorgestuurd",
        ],
        complains: &[
            "terugbetal", "klacht", "teleurgesteld", "mijn bestelling", "mijn pakket", "mijn factuur",
            "afgeschreven", "kapot", "schadevergoeding", "onacceptabel",
        ],
    },
    Language {
        tag: "da",
        labels: &[
            "automatisk svar", "autosvar", "ikke til stede", "ikke på kontoret", "fraværsmeddelelse",
            "fraværsbesked", "autobesvarelse",
        ],
        topics: &[
            "fravær", "på ferie", "ferie til", "holder ferie", "er ikke på kontoret", "er på ferie",
            "barselsorlov",
        ],
        away: &[
            "er ikke på kontoret", "ikke til stede", "er på ferie", "holder ferie", "er på barsel",
            "barselsorlov", "er fraværende", "er ude af kontoret", "er bortrejst", "tilbage på kontoret",
            "er tilbage igen", "kontoret er lukket", "ikke at træffe",
        ],
        usual: &[
            "hvis det haster", "ved hastesager", "i hastende tilfælde", "i mit fravær", "under mit fravær",
            "når jeg er tilbage", "kontakt venligst", "bedes du kontakte", "begrænset adgang",
            "læser ikke mails", "automatisk svar", "besvarer din mail",
        ],
        complains: &[
            "refusion", "refundering", "klage", "skuffet", "min ordre", "min pakke", "min faktura",
            "i stykker",
        ],
    },
    Language {
        tag: "no",
        labels: &[
            "automatisk svar", "autosvar", "fraværsmelding", "fraværsassistent", "ikke på kontoret",
            "ikke tilstede",
        ],
        topics: &[
            "fravær", "på ferie", "har ferie", "ferie til", "er ikke på kontoret", "er på ferie",
            "i permisjon",
        ],
        away: &[
            "er ikke på kontoret", "ikke tilstede", "er på ferie", "har ferie", "er i permisjon",
            "foreldrepermisjon", "er fraværende", "er bortreist", "tilbake på kontoret", "er tilbake igjen",
            "kontoret er stengt",
        ],
        usual: &[
            "hvis det haster", "ved hastesaker", "i mitt fravær", "under mitt fravær", "når jeg er tilbake",
            "vennligst kontakt", "ta kontakt med", "begrenset tilgang", "automatisk svar",
        ],
        complains: &["refusjon", "klage", "skuffet", "min bestilling", "min pakke", "min faktura", "ødelagt"],
    },
    Language {
        tag: "sv",
        labels: &[
            "automatiskt svar", "autosvar", "frånvaromeddelande", "frånvarobesked", "frånvaro",
            "ej på kontoret", "inte på kontoret",
        ],
        topics: &[
            "på semester", "semester till", "har semester", "är inte på kontoret", "är på semester",
            "föräldraledig",
        ],
        away: &[
            "är inte på kontoret", "är ej på kontoret", "inte på plats", "är på semester", "har semester",
            "är föräldraledig", "föräldraledig", "är bortrest", "är frånvarande", "är ledig", "är tjänstledig",
            "tillbaka på kontoret", "åter på kontoret", "är tillbaka", "åter i tjänst", "kontoret är stängt",
        ],
        usual: &[
            "vid brådskande", "brådskande ärenden", "om det är brådskande", "under min frånvaro",
            "under min ledighet", "när jag är tillbaka", "vänligen kontakta", "kontakta gärna",
            "begränsad tillgång", "läser inte min mail", "läser inte mejl", "automatiskt svar",
        ],
        complains: &[
            "återbetal", "reklam", "klagomål", "besviken", "min beställning", "mitt paket", "min faktura",
            "trasig",
        ],
    },
    Language {
        tag: "fi",
        labels: &[
            "automaattinen vastaus", "poissaoloilmoitus", "poissaoloviesti", "poissa toimistosta",
            "automaattivastaus",
        ],
        topics: &["poissa", "lomalla", "olen lomalla", "vuosilomalla", "vanhempainvapaalla"],
        away: &[
            "olen poissa", "olen lomalla", "olen vuosilomalla", "poissa toimistosta", "en ole toimistolla",
            "vanhempainvapaalla", "äitiyslomalla", "hoitovapaalla", "palaan töihin", "palaan toimistolle",
            "palaan lomalta", "työmatkalla",
        ],
        usual: &[
            "kiireellisissä", "kiireelliset asiat", "kiireisissä", "poissaoloni aikana", "palattuani",
            "ota yhteyttä", "ottakaa yhteyttä", "sijaisenani", "sijaiseni", "en lue sähköpostia",
            "automaattinen vastaus",
        ],
        complains: &["hyvity", "reklamaa", "valitu", "pettyn", "tilaukseni", "pakettini", "laskuni", "rikki"],
    },
    Language {
        tag: "pl",
        labels: &[
            "automatyczna odpowiedź", "odpowiedź automatyczna", "autoodpowiedź", "poza biurem", "nieobecność",
            "nieobecny w biurze", "informacja o nieobecności", "wiadomość automatyczna",
        ],
        topics: &[
            "urlop", "na urlopie", "jestem na urlopie", "jestem nieobecn", "nieobecny do", "nieobecna do",
        ],
        away: &[
            "jestem poza biurem", "poza biurem", "jestem nieobecn", "będę nieobecn", "jestem na urlopie",
            "przebywam na urlopie", "będę na urlopie", "na urlopie do", "urlopie macierzyńskim",
            "nieobecny w biurze", "nieobecna w biurze", "na zwolnieniu", "w delegacji", "wracam do biura",
            "biuro jest nieczynne", "już nie pracuje",
        ],
        usual: &[
            "w pilnych sprawach", "w sprawach pilnych", "w nagłych", "podczas mojej nieobecności",
            "w czasie mojej nieobecności", "pod moją nieobecność", "po powrocie", "po moim powrocie",
            "proszę o kontakt", "proszę kontaktować", "ograniczony dostęp", "wiadomość automatyczna",
            "automatyczna odpowiedź",
        ],
        complains: &[
            "zwrot pieni", "reklamac", "skarg", "rozczarowan", "moje zamówienie", "moja paczka", "faktur",
            "uszkodz",
        ],
    },
    Language {
        tag: "cs",
        labels: &[
            "automatická odpověď", "automaticka odpoved", "mimo kancelář", "nepřítomnost",
            "oznámení o nepřítomnosti",
        ],
        topics: &["dovolená", "na dovolené", "jsem mimo kancelář", "nepřítomen", "nepřítomna"],
        away: &[
            "jsem mimo kancelář", "mimo kancelář", "nejsem v kanceláři", "budu mimo", "jsem na dovolené",
            "mám dovolenou", "čerpám dovolenou", "budu na dovolené", "jsem nepřítom", "nebudu přítom",
            "na mateřské", "na rodičovské", "na služební cestě", "vrátím se", "zpět v kanceláři",
        ],
        usual: &[
            "v naléhavých", "v urgentních", "v případě potřeby", "v neodkladných", "po dobu mé nepřítomnosti",
            "v době mé nepřítomnosti", "po návratu", "po mém návratu", "kontaktujte prosím",
            "prosím kontaktujte", "obraťte se", "omezený přístup", "automatická odpověď", "automatická zpráva",
        ],
        complains: &[
            "vrácení peněz", "reklamac", "stížnost", "zklam", "moje objednávka", "můj balík", "poškoz",
        ],
    },
    Language {
        tag: "sk",
        labels: &["automatická odpoveď", "mimo kancelárie", "neprítomnosť", "oznámenie o neprítomnosti"],
        topics: &["dovolenka", "na dovolenke", "som mimo kancelárie", "neprítomný"],
        away: &[
            "som mimo kancelárie", "mimo kancelárie", "nie som v kancelárii", "som na dovolenke",
            "čerpám dovolenku", "som neprítom", "na materskej", "na služobnej ceste", "vrátim sa",
        ],
        usual: &[
            "v naliehavých", "v súrnych", "počas mojej neprítomnosti", "po návrate", "kontaktujte prosím",
            "prosím kontaktujte", "obráťte sa", "automatická odpoveď",
        ],
        complains: &["vrátenie peňazí", "reklamác", "sťažnosť", "sklaman", "moja objednávka", "poškod"],
    },
    Language {
        tag: "hu",
        labels: &[
            "automatikus válasz", "házon kívül", "irodán kívül", "távollét", "automatikus üzenet",
            "automatikus távolléti",
        ],
        topics: &["szabadság", "szabadságon", "szabadságon vagyok", "nem vagyok az irodában"],
        away: &[
            "szabadságon vagyok", "szabadságon leszek", "házon kívül vagyok", "nem vagyok az irodában",
            "irodán kívül", "távol vagyok", "távol leszek", "nem tartózkodom", "szülési szabadság",
            "nem vagyok elérhető",
        ],
        usual: &[
            "sürgős esetben", "sürgős ügyben", "távollétem alatt", "távollétem ideje alatt", "visszatérésem",
            "kérem, forduljon", "kérem forduljon", "keresse kollég", "automatikus válasz", "korlátozottan",
        ],
        complains: &[
            "visszatérít", "reklamáci", "panasz", "csalód", "rendelésem", "csomagom", "számlám", "hibás",
        ],
    },
    Language {
        tag: "ro",
        labels: &[
            "răspuns automat", "raspuns automat", "absent din birou", "în afara biroului", "mesaj automat",
            "absență de la birou",
        ],
        topics: &[
            "concediu", "în concediu", "in concediu", "sunt în concediu", "absent până", "nu sunt la birou",
        ],
        away: &[
            "sunt în concediu", "sunt in concediu", "voi fi în concediu", "sunt plecat", "nu sunt la birou",
            "nu mă aflu la birou", "în afara biroului", "concediu de maternitate", "voi reveni",
            "lipsesc din birou",
        ],
        usual: &[
            "în caz de urgență", "pentru urgențe", "dacă este urgent", "în lipsa mea", "în absența mea",
            "la întoarcere", "acces limitat", "vă rog să contactați", "vă rugăm să contactați",
            "mesaj automat", "răspuns automat",
        ],
        complains: &[
            "rambursa", "reclama", "plânger", "dezamăg", "comanda mea", "coletul", "factura mea", "defect",
        ],
    },
    Language {
        tag: "tr",
        labels: &[
            "otomatik yanıt", "otomatik cevap", "ofis dışında", "ofis dışı", "otomatik mesaj",
            "ofis dışındayım",
        ],
        topics: &["izindeyim", "yıllık izin", "tatildeyim", "ofiste değilim"],
        away: &[
            "ofis dışındayım", "ofiste değilim", "izindeyim", "yıllık izinde", "izinde olacağım", "tatildeyim",
            "ofiste olmayacağım", "doğum izni", "seyahatteyim", "tarihine kadar",
        ],
        usual: &[
            "acil durum", "acil konu", "yokluğumda", "döndüğümde", "dönüşümde", "sınırlı erişim",
            "iletişime geçebilirsiniz", "irtibata geç", "otomatik yanıt", "otomatik mesaj",
        ],
        complains: &["iade", "şikayet", "hayal kırıklığı", "siparişim", "kargom", "faturam", "hasarlı"],
    },
    Language {
        tag: "el",
        labels: &["αυτόματη απάντηση", "εκτός γραφείου", "μήνυμα απουσίας", "ειδοποίηση απουσίας"],
        topics: &["απουσία", "σε άδεια", "άδεια"],
        away: &[
            "είμαι εκτός γραφείου", "εκτός γραφείου", "βρίσκομαι εκτός", "θα είμαι εκτός", "είμαι σε άδεια",
            "βρίσκομαι σε άδεια", "θα απουσιάζω", "απουσιάζω", "λείπω", "θα λείπω", "θα επιστρέψω",
            "άδεια μητρότητας",
        ],
        usual: &[
            "για επείγοντα", "για επείγουσες", "σε περίπτωση ανάγκης", "αν είναι επείγον", "κατά την απουσία",
            "με την επιστροφή", "επικοινωνήστε", "περιορισμένη πρόσβαση", "αυτόματη απάντηση",
            "αυτόματο μήνυμα",
        ],
        complains: &[
            "επιστροφή χρημάτων", "παράπον", "απογοητ", "παραγγελία μου", "δέμα μου", "τιμολόγι", "ελαττωματ",
        ],
    },
    Language {
        tag: "ru",
        labels: &[
            "автоматический ответ", "автоответ", "автоматическое уведомление", "нет на месте",
            "отсутствие на рабочем месте", "вне офиса", "уведомление об отсутствии",
        ],
        topics: &["отпуск", "в отпуске", "я в отпуске", "нет в офисе", "отсутствую", "в командировке"],
        away: &[
            "нахожусь в отпуске", "я в отпуске", "в отпуске до", "в отпуске с", "буду в отпуске",
            "нахожусь вне офиса", "вне офиса", "нет в офисе", "отсутствую", "буду отсутствовать",
            "нет на рабочем месте", "нахожусь в командировке", "в командировке", "в декрете",
            "в декретном отпуске", "вернусь", "на больничном", "больше не работает",
        ],
        usual: &[
            "по срочным вопросам", "в срочных случаях", "если вопрос срочный", "по всем срочным",
            "в моё отсутствие", "в мое отсутствие", "во время моего отсутствия", "по возвращении",
            "после возвращения", "обращайтесь", "обратитесь", "ограниченный доступ", "автоматический ответ",
            "автоматическое сообщение",
        ],
        complains: &[
            "возврат денег", "вернуть деньги", "жалоб", "претензи", "разочарован", "мой заказ", "посылк",
            "брак",
        ],
    },
    Language {
        tag: "uk",
        labels: &["автоматична відповідь", "автовідповідь", "поза офісом", "немає на місці"],
        topics: &["відпустка", "у відпустці", "в відпустці", "відсутній"],
        away: &[
            "у відпустці", "в відпустці", "поза офісом", "немає в офісі", "відсутній", "відсутня",
            "у відрядженні", "повернуся",
        ],
        usual: &[
            "з термінових питань", "у термінових випадках", "за моєї відсутності", "під час моєї відсутності",
            "після повернення", "звертайтесь", "звертайтеся", "автоматична відповідь",
        ],
        complains: &["повернення коштів", "скарг", "претензі", "моє замовлення", "посилк"],
    },
    Language {
        tag: "bg",
        labels: &["автоматичен отговор", "извън офиса"],
        topics: &["отпуск", "в отпуск", "отсъствам"],
        away: &[
            "в отпуск съм", "съм в отпуск", "в отпуск до", "извън офиса", "отсъствам", "ще отсъствам",
            "ще се върна",
        ],
        usual: &[
            "при спешни", "за спешни", "в мое отсъствие", "след завръщане", "моля, свържете", "свържете се",
            "автоматичен отговор",
        ],
        complains: &["възстановя", "оплакв", "рекламац", "поръчката ми", "пратката ми"],
    },
    Language {
        tag: "hr",
        labels: &["automatski odgovor", "izvan ureda", "samodejni odgovor", "odsoten", "odsutan"],
        topics: &["godišnji odmor", "na godišnjem", "na dopustu", "odsotnost"],
        away: &[
            "na godišnjem odmoru", "na godišnjem sam", "na odmoru", "izvan ureda", "nisam u uredu",
            "odsutan sam", "odsutna sam", "na dopustu", "odsoten", "odsotna", "nisem v pisarni",
            "van kancelarije", "vraćam se",
        ],
        usual: &[
            "u hitnim", "za hitne", "v nujnih", "za nujne", "tijekom mog", "po povratku", "obratite se",
            "obrnite se", "automatski odgovor",
        ],
        complains: &["povrat novca", "reklamacij", "pritužb", "žalb", "moja narudžba", "moj paket"],
    },
    Language {
        tag: "et",
        labels: &["automaatvastus", "kontorist väljas", "automātiska atbilde", "automatinis atsakymas"],
        topics: &["puhkusel", "olen puhkusel", "atvaļinājum", "atostog"],
        away: &[
            "olen puhkusel", "olen kontorist eemal", "kontorist väljas", "esmu atvaļinājumā", "neesmu birojā",
            "atostogauju", "esu atostogose",
        ],
        usual: &[
            "kiireloomuliste", "kiiretes küsimustes", "minu äraolekul", "palun pöörduge", "steidzamos",
            "skubiais", "prašome kreiptis", "lūdzu, sazin",
        ],
        complains: &["tagasimakse", "kaebus", "sūdzīb", "skund"],
    },
    Language {
        tag: "ja",
        labels: &["自動応答", "自動返信", "自動回答", "不在通知", "不在のお知らせ", "外出中"],
        topics: &["不在", "休暇", "夏季休業", "年末年始"],
        away: &[
            "不在にして", "不在とさせて", "不在です", "不在のため", "休暇をいただ", "休暇中", "休暇を取", "出張中", "出張のため", "休業いたし", "休業とさせて",
            "外出して",
        ],
        usual: &["お急ぎの", "急ぎの場合", "緊急の", "戻り次第", "自動返信", "自動応答", "ご連絡ください", "返信いたします", "ご了承"],
        complains: &["返金", "苦情", "クレーム", "不良", "破損", "注文した"],
    },
    Language {
        tag: "zh",
        labels: &["自动回复", "自動回覆", "自动答复", "自動答覆", "自動回復", "外出自动", "不在办公室", "不在辦公室", "外出通知"],
        topics: &["休假", "出差", "外出", "放假通知", "假期"],
        away: &["不在办公室", "不在辦公室", "正在休假", "休假中", "我在休假", "正在出差", "出差中", "外出中", "目前外出", "放假", "年假", "产假", "產假"],
        usual: &["如有紧急", "如有緊急", "紧急事", "緊急事", "如有急事", "请联系", "請聯絡", "請聯繫", "尽快回复", "儘快回覆", "自动回复", "自動回覆"],
        complains: &["退款", "投诉", "投訴", "赔偿", "賠償", "订单", "訂單", "损坏"],
    },
    Language {
        tag: "ko",
        labels: &["자동 회신", "자동회신", "자동 응답", "자동응답", "부재중", "부재 중", "부재 알림"],
        topics: &["휴가", "출장"],
        away: &["부재중입니다", "부재중", "부재 중", "휴가 중", "휴가중", "출장 중", "출장중", "자리를 비", "사무실에 없"],
        usual: &["급한", "긴급한", "긴급", "복귀 후", "복귀하는 대로", "연락 주시기", "연락해 주", "연락 바랍니다", "자동 회신", "자동응답"],
        complains: &["환불", "불만", "배상", "주문한", "파손"],
    },
    Language {
        tag: "he",
        labels: &[
            "תגובה אוטומטית", "תשובה אוטומטית", "מענה אוטומטי", "מחוץ למשרד", "رد تلقائي", "الرد التلقائي", "خارج المكتب",
            "trả lời tự động", "balasan otomatis", "ตอบกลับอัตโนมัติ",
        ],
        topics: &["בחופשה", "إجازة", "في إجازة"],
        away: &[
            "אני בחופשה", "נמצא בחופשה", "נמצאת בחופשה", "מחוץ למשרד", "أنا في إجازة", "خارج المكتب",
            "في إجازة",
        ],
        usual: &[
            "במקרה דחוף", "לעניינים דחופים", "בהיעדרי", "للحالات العاجلة", "في حالة الطوارئ", "يرجى التواصل",
            "עם שובי",
        ],
        complains: &["החזר", "תלונה", "استرداد", "شكوى"],
    },
];
