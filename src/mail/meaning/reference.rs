//! The reference of an order or an invoice: its word, perhaps “number”, and a code that holds a digit.
//!
//! It is given back as written. An order goes before an invoice; of two orders neither is named. Numbers of parcels,
//! customers and our own disputes are none, nor are quantities, sums, dates and products (`order 2 shirts`, `PS5`).
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::{around, ends_with_any, is_in, last_words, list};

/// Words of an order, a booking, a contract. Those that say “number” themselves stand in [`NUMBERED`] too.
const ORDERS: &str = "order | purchase order | booking | reservation | contract | bestellung | bestellnummer | \
    bestellnr | bestell-nr | bestell nr | bestell-nummer | bestell-id | auftrag | auftragsnummer | auftragsnr | \
    auftrags-nr | buchung | buchungsnummer | buchungsnr | vertrag | vertragsnummer | vertragsnr | commande | \
    réservation | contrat | pedido | orden | reserva | contrato";

/// Letters with which shops begin their numbers.
const PREFIXES: &str =
    "po | so | ord | order | inv | be | bst | best | ab | re | rg | cmd | com | fa | fac | ped | b | r";

/// Words of an invoice.
const INVOICES: &str = "invoice | bill | rechnung | rechnungsnummer | rechnungsnr | rechnungs-nr | rechnungs nr | \
    rechnungs-nummer | facture | factura";

/// Words after which a number is a reference, whatever it looks like.
const NUMBERED: &str = "bestellnummer | bestellnr | bestell-nr | bestell nr | bestell-nummer | bestell-id | \
    auftragsnummer | auftragsnr | auftrags-nr | buchungsnummer | buchungsnr | vertragsnummer | vertragsnr | \
    rechnungsnummer | rechnungsnr | rechnungs-nr | rechnungs nr | rechnungs-nummer";

static REFERENCE: LazyLock<Regex> = LazyLock::new(|| {
    let words = |table: &'static str| {
        let mut words: Vec<String> = list(table).map(regex::escape).collect();
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        words.join("|")
    };
    let (orders, invoices) = (words(ORDERS), words(INVOICES));
    Regex::new(&format!(
        r"(?ix) \b (?: (?P<order>{orders}) | (?P<invoice>{invoices}) ) \b
            (?P<between> (?: [\s\u{{a0}}:\#(=.„“”\x22] | n\s?[°º] | n\.\s?[°º]
                | \b (?: numbers? | numb | num | no | nr | nummer | id | ref | reference | référence | referencia
                     | numéro | numero | número | code | is | was | ist | lautet | war | est | es | the | der | dem
                     | die | le | la | el | with | mit | avec | con | portant | of | my ) \b ){{0,12}}? )
            (?P<code> [a-z/_-]{{0,10}} \d [a-z0-9/_-]* (?: \.\d+ )* )"
    ))
    .expect("the pattern is constant and is compiled in a test")
});

/// A word for “number” between the word and its code.
static SAYS_NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:numbers?|numb|num|no|nr|nummer|id|ref|reference|référence|referencia|num[ée]ro|número|code)\b|n\.?\s?[°º]|#")
        .expect("the pattern is constant and is compiled in a test")
});

/// The same before the word: `the number of my order is`.
static NUMBER_OF: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?ix) (?: number | \bno\.? | \bnr\.? | nummer | num[ée]ro | número | n\.?\s?[°º] | r[ée]f\.? | r[ée]f[ée]rence
              | referencia | reference | \bid )
            \s+ (?: of | for | der | zur | zu | de | du | del | d[’']un | de\ la )? \s*
            (?: my | the | our | meiner | dieser | ma | la | notre | cette | mi | nuestro | el )? \s* $",
    )
    .expect("the pattern is constant and is compiled in a test")
});

/// What the code would be a part of, or one of several of.
static GOES_ON: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)^ (?: [\p{L}\d_] | [.,]\d | \s\d{2}
            | \s? (?: , | & | \+ | and\b | und\b | et\b | y\b | or\b | oder\b | ou\b | / ) \s?
                (?: n\.?[°º] | no\.? | nr\.? | \# )? \s? [a-z-]{0,6}\d{3} )",
    )
    .expect("the pattern is constant and is compiled in a test")
});

/// A currency or a percent sign after the code: it is a sum.
static IS_SUM: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^[\s\u{a0}]?(?:[€$£%¥]|(?:eur|usd|gbp|chf|euros?|dollars?|d[óo]lares|pounds?|franken|francs?|pesos|us\$)\b)")
        .expect("the pattern is constant and is compiled in a test")
});

/// A day, or a month and a year, and nothing else.
static IS_DATE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^(?:\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?|\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[/-]\d{4}|(?:19|20)\d\d)$",
    )
    .expect("the pattern is constant and is compiled in a test")
});

/// Words that may follow a short number which is a reference; others may be what there are so many of.
const FOLLOWS: &str = "has | have | had | is | was | were | been | never | not | still | arrived | came | did | does | \
    didn't | hasn't | isn't | wasn't | which | that | from | placed | twice | again | but | with | shows | ist | war | \
    wurde | wird | kam | hat | habe | haben | nicht | noch | zweimal | doppelt | vom | und | mit | bei | kommt | est | \
    était | a | n'est | n'a | n’est | n’a | ne | pas | deux | du | et | mais | avec | es | está | ha | no | fue | \
    llegó | dos | y | del | con | pero | todavía | aún | nunca | which | sent | by | on | at | for | charged | billed | \
    paid | unpaid | missing | lost | late | broken | wrong | incomplete | damaged | received | delivered | debited | \
    cancelled | canceled | refunded | dated | over | says | contains | falsch | fehlt | fehlerhaft | bezahlt | \
    storniert | über | zeigt | verloren | beschädigt | unvollständig | gekündigt | débitée | payée | fausse | \
    erronée | manque | manquante | reçue | livrée | perdue | incomplète | falta | cobrada | pagada | incorrecta | \
    errónea | recibida | duplicada | perdido | roto | incompleto | incompleta | llega";

/// Words before an order that make it what is being done, not what was done.
const DOING: &str = "to | we | i | you | can | could | will | would | please | they | cannot | in";

/// Words shortly before, which make the number that of something else.
const OTHERS: &str = "tracking | sendung | sendungsnummer | shipment | parcel | paket | paketnummer | suivi | colis | \
    seguimiento | paquete | customer | kunden | kundennummer | client | cliente";

/// Words shortly before that deny it.
const DENIED: &str =
    "not | nicht | pas | kein | keine | no es | not my | not the | nicht die | nicht der | pas la | no el";

/// The reference, if the text has exactly one order, or no order and exactly one invoice.
pub(super) fn only(text: &str) -> Option<String> {
    let (mut orders, mut invoices) = (Vec::new(), Vec::new());
    for captures in REFERENCE.captures_iter(text) {
        match read(text, &captures) {
            Read::Code(Kind::Order, code) => orders.push(code),
            Read::Code(Kind::Invoice, code) => invoices.push(code),
            Read::Doubtful => return None,
            Read::Nothing => {}
        }
    }
    let codes = if orders.is_empty() { invoices } else { orders };
    let first = codes.first()?;
    codes.iter().all(|code| plain(code) == plain(first)).then(|| first.clone())
}

/// What a code is the reference of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Order,
    Invoice,
}

enum Read {
    Code(Kind, String),
    Doubtful,
    Nothing,
}

fn read(text: &str, captures: &Captures<'_>) -> Read {
    let (Some(whole), Some(code)) = (captures.get(0), captures.name("code")) else { return Read::Nothing };
    let (before, after) = around(text, whole.start(), whole.end());
    let between = captures.name("between").map_or("", |found| found.as_str());
    let word = captures.name("order").or_else(|| captures.name("invoice")).map_or("", |found| found.as_str());
    let (code, glued) = without_number_word(code.as_str());
    let near = last_words(before, 3);
    if between.contains('\n')
        || IS_SUM.is_match(after)
        || is_sum(code)
        || near.iter().any(|w| is_in(OTHERS, w))
    {
        return Read::Nothing;
    }
    if GOES_ON.is_match(after) || ends_with_any(&near, DENIED) {
        return Read::Doubtful;
    }
    let numbered = glued
        || is_in(NUMBERED, &word.to_lowercase())
        || SAYS_NUMBER.is_match(between)
        || NUMBER_OF.is_match(before);
    let kind = if captures.name("order").is_some() { Kind::Order } else { Kind::Invoice };
    let sure = if numbered { is_numbered(code, after) } else { stands_alone(code, before, after, kind) };
    if sure { Read::Code(kind, code.to_owned()) } else { Read::Nothing }
}

/// The code without `no` and `nr` in front of it, and without what only joins it to what follows.
fn without_number_word(code: &str) -> (&str, bool) {
    let code = code.trim_end_matches(['-', '/', '_']).trim_start_matches(['-', '/', '_']);
    let lower = code.to_lowercase();
    for word in ["nro", "num", "no", "nr", "n"] {
        if lower.strip_prefix(word).is_some_and(|rest| rest.starts_with(char::is_numeric)) {
            return (code.get(word.len()..).unwrap_or(code), true);
        }
    }
    (code, false)
}

/// Whether a code is what a word for “number” announced.
fn is_numbered(code: &str, after: &str) -> bool {
    if code.starts_with("1Z") {
        // So begin the parcels of one carrier.
        return false;
    }
    let digits = code.chars().filter(char::is_ascii_digit).count();
    let is_day = IS_DATE.is_match(code) && code.contains(['/', '.', '-']) && code.len() > 7;
    !is_day && (digits > 2 || code.len() > digits || follows(after))
}

/// Whether a code is a reference although nothing says so but the word of the order or invoice.
fn stands_alone(code: &str, before: &str, after: &str, kind: Kind) -> bool {
    let digits = code.chars().filter(char::is_ascii_digit).count();
    let parted = code.contains(['-', '/', '_']);
    if IS_DATE.is_match(code) || ends_with_any(&last_words(before, 1), DOING) {
        return false;
    }
    let only_digits = digits == code.len();
    let begins_with_digit = code.starts_with(char::is_numeric);
    if only_digits {
        let least = match kind {
            Kind::Order => 3,
            Kind::Invoice => 2,
        };
        return digits >= 5 || (digits >= least && follows(after));
    }
    if begins_with_digit && !code.contains(|c: char| c.is_ascii_uppercase()) && !parted {
        // `2x`, `1st`, `10kg`.
        return false;
    }
    // Letters and a few digits are more often a product than an order.
    let usual = code.split_once('-').is_some_and(|(prefix, rest)| {
        is_in(PREFIXES, &prefix.to_lowercase()) && rest.chars().all(|c| c.is_ascii_digit() || c == '-')
    });
    match kind {
        Kind::Order => digits >= 6 || (usual && digits >= 4),
        Kind::Invoice => digits >= 3,
    }
}

/// Whether nothing follows of which there could be so many.
fn follows(after: &str) -> bool {
    let after = after.trim_start_matches([')', '"', '”', '“', '*']);
    let mut words = after.split_whitespace();
    let Some(word) = words.next() else { return true };
    after.starts_with(|c: char| !c.is_whitespace() && !c.is_alphanumeric())
        || !word.starts_with(char::is_alphanumeric)
        || is_in(FOLLOWS, word.trim_end_matches(|c: char| !c.is_alphanumeric()).to_lowercase().as_str())
}

/// Whether a code is a sum: two decimals, or a currency before it.
fn is_sum(code: &str) -> bool {
    let decimals = code.rsplit_once('.').is_some_and(|(_, after)| after.len() <= 2);
    let lower = code.to_lowercase();
    let currency = ["eur", "usd", "gbp", "chf"].iter().any(|name| {
        lower.strip_prefix(name).is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit() || c == '.'))
    });
    currency || (decimals && code.chars().all(|c| c.is_ascii_digit() || c == '.'))
}

fn plain(code: &str) -> String {
    code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(only(text).as_deref(), expected, "{text}");
    }

    #[test]
    fn a_reference_is_read_as_people_write_it() {
        for text in [
            "order no. 4711-0815 is late",
            "Order #4711-0815",
            "order (4711-0815)",
            "my order number is 4711-0815.",
            "order ID: 4711-0815",
            "Bestellnummer: 4711-0815",
            "Bestellnr. 4711-0815",
            "Bestell-Nr.: 4711-0815",
            "Bestellung Nr. 4711-0815 fehlt",
            "Meine Bestellnummer lautet 4711-0815",
            "die Nummer meiner Bestellung ist 4711-0815",
            "Auftrag 4711-0815",
            "commande n° 4711-0815",
            "Commande N°4711-0815",
            "commande numéro 4711-0815",
            "le numéro de ma commande est le 4711-0815",
            "numéro de commande : 4711-0815",
            "pedido nº 4711-0815",
            "número de pedido: 4711-0815",
            "mi pedido con número 4711-0815",
            "factura nº 4711-0815",
            "facture 4711-0815",
            "Rechnung Nr.4711-0815",
            "invoice no 4711-0815",
            "order 4711-0815, again order no 47110815",
        ] {
            check(text, Some("4711-0815"));
        }
        check("my order 4711 has not come", Some("4711"));
        check("facture F2026/17 payée", Some("F2026/17"));
        check("order 302-1234567-1234567 and invoice 88", Some("302-1234567-1234567"));
    }

    #[test]
    fn what_only_looks_like_a_reference_is_none() {
        for text in [
            "I want to order 200 shirts",
            "my order 2 weeks ago",
            "order of 12.03.2026",
            "Bestellung 12.03.2026",
            "commande du 12/03/2026",
            "invoice 49.90",
            "Rechnung 120 EUR",
            "Rechnung über 120 Euro",
            "order PS5",
            "my order WH-1000XM4",
            "order 2x shirts",
            "orders 12345 and 67890",
            "order 12345 and 67890",
            "tracking number 12345678",
            "Kundennummer 12345678",
            "customer order number 1234567",
            "Bestellung 2024",
            "not order 12345",
            "order 12 345 678",
            "in order to 100",
            "pedido 3 camisas",
            "Order: 3 shirts",
        ] {
            check(text, None);
        }
    }
}
