//! An amount of money beside its currency, on either side and in any of the usual styles of writing numbers.
//!
//! It is given back as written. In doubt are ranges, rough figures, limits, rates, vouchers, multiples, and any
//! other sum in the text that has no currency; and what is another's, refused or long settled (see [`whose`]).
//!
//! [`whose`]: super::whose
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::{around, ends_with_any, is_in, last_words, list, whose::Sentences};

/// How sure a name is to mean money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Means {
    /// Nothing else.
    Money,
    /// A code that may be a word where a line is all in capitals.
    Code,
    /// A weight as well: only beside a word of money.
    Weight,
}

/// Currencies: what they are compared by, and how they are written, in small letters. Longer names stand before those
/// that begin them.
const CURRENCIES: &[(&str, Means, &str)] = &[
    ("EUR", Means::Money, "euros | euro | eur | €"),
    ("USD", Means::Money, "us dollars | us-dollar | us dollar | usd | us$"),
    (
        "GBP",
        Means::Money,
        "pounds sterling | pound sterling | livres sterling | libras esterlinas | britische pfund | gbp | £",
    ),
    ("CHF", Means::Money, "schweizer franken | franken | francs suisses | francos suizos | sfr. | sfr | chf"),
    ("CAD", Means::Money, "ca$ | c$ | cad"),
    ("AUD", Means::Money, "au$ | a$ | aud"),
    ("NZD", Means::Money, "nz$"),
    ("HKD", Means::Money, "hk$"),
    ("SGD", Means::Money, "s$"),
    ("MXN", Means::Money, "mx$ | mxn"),
    ("BRL", Means::Money, "r$ | reais"),
    ("$", Means::Money, "dollars | dollar | dólares | dolares | dólar | $"),
    ("PLN", Means::Money, "zlotys | zloty | złotych | złoty | zł | pln"),
    ("CZK", Means::Money, "kč | czk"),
    ("JPY", Means::Money, "yen | ¥"),
    ("INR", Means::Money, "₹"),
    ("RUB", Means::Money, "₽"),
    ("TRY", Means::Money, "₺"),
    ("UAH", Means::Money, "₴"),
    ("KRW", Means::Money, "₩"),
    ("ILS", Means::Money, "₪"),
    ("kr", Means::Money, "kronen | couronnes | coronas | kr"),
    ("peso", Means::Money, "pesos"),
    ("GBP", Means::Weight, "pounds | pound | quid | pfund | libras"),
    (
        "",
        Means::Code,
        "nzd | jpy | cny | hkd | sgd | sek | nok | dkk | isk | huf | ron | bgn | rsd | uah | rub | try | ils | inr \
         | brl | ars | clp | cop | uyu | zar | aed | sar | qar | kwd | egp | mad | tnd | ngn | kes | krw | thb | myr \
         | idr | php | vnd | twd | pkr | bdt | lkr | xof | xaf | gel | kzt | all | bam",
    ),
];

/// Currencies that are one where the writer leaves out whose dollar or crown it is.
const LOOSE: &[(&str, &str)] = &[
    ("$", "USD | CAD | AUD | NZD | HKD | SGD"),
    ("kr", "SEK | NOK | DKK | ISK"),
    ("peso", "MXN | ARS | CLP | COP"),
];

/// Words right before an amount that make it rough, a limit, one end of a range, or a part of a larger number.
const ROUGH: &str = "about | around | approximately | approx | roughly | almost | nearly | under | below | \
    above | than | at least | at most | up to | from | between | thousand | hundred | million | minimum | maximum | \
    ca | circa | etwa | ungefähr | ungefaehr | rund | fast | knapp | gut | unter | ab | bis | bis zu | mindestens | \
    höchstens | hoechstens | maximal | zwischen | mehr als | weniger als | als | tausend | hundert | minimal | \
    environ | plus de | moins de | près de | pres de | autour de | presque | dès | jusqu'à | jusqu’à | à partir de | \
    entre | mille | cent | au moins | au plus | unos | unas | casi | aproximadamente | alrededor de | más de | mas de \
    | menos de | cerca de | hasta | desde | a partir de | mil | ciento | al menos | como máximo | mínimo | máximo | \
    voucher of | voucher for | coupon of | gutschein von | bon de | cupón de | vale de";

/// Words that say “more than”, or how much an invoice says.
const HOW_MUCH: &str = "über | ueber | over";

/// What they may follow to say the latter.
const SUMS: &str = "invoice | bill | rechnung | rechnungsnummer | betrag | rückerstattung | erstattung | abbuchung | zahlung | gutschrift | überweisung | \
    lastschrift | mahnung | forderung | bestellung";

/// What follows an amount that is a rate, a voucher or a reduction, or goes on as a larger number.
static NO_SUM: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)^ (?: \s?/\s?\p{L}
           | \s? - \s? \p{L}
           | \s (?: per | pro | par | por | a | an | each | im | je | al ) \s
                (?: month | year | week | day | person | kg | kilo | unit | item | piece | hour | night | monat | jahr
                  | woche | tag | st(?:ü|ue)ck | stunde | nacht | mois | an | jour | semaine | personne | nuit | heure
                  | mes | año | día | dia | semana | persona | noche | hora | unidad )\b
           | \s (?: monthly | yearly | annually | weekly | daily | monatlich | jährlich | mensuel\w* | annuel\w*
                  | mensual\w* | anual\w* )\b
           | \s (?: gift | voucher | coupon | discount | off\b | gutschein | rabatt | nachlass | ermäßigung
                  | de \s (?: réduction | reduction | remise | rabais | descuento ) )
           | \s? (?: k | m | mio\.? | mrd\.? | bn | million\w* | thousand | tausend | mille | mil | millones )\b
           | \s? % )",
    )
    .expect("the pattern is constant and is compiled in a test")
});

/// A number and a word that joins it to the next.
static JOINED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)\d[\d.,]*[-–—]*\s*(?:-|–|—|/|\+|\b(?:to|bis|à|a|or|oder|ou|o|u|and|und|et|y|e|plus|más)\s)\s*$",
    )
    .expect("the pattern is constant and is compiled in a test")
});

/// The same on the other side, where the currency stands first.
static JOINS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^\s*(?:-|–|—|/|\+|(?:to|bis|à|a|or|oder|ou|o|u|and|und|et|y|e)\s)\s*\d")
        .expect("the pattern is constant and is compiled in a test")
});

/// A sum that an amount stands against, whether it has a currency or not.
static AGAINST: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)\b(?:instead of|rather than|not|statt|anstatt|anstelle von|nicht|au lieu de|et non|en lugar de|en vez de|sino|y no)\s+(?:just |only |nur |den |the |les? |los |solo |sólo )?\d",
    )
    .expect("the pattern is constant and is compiled in a test")
});

/// A number with two decimals, wherever it stands.
static DECIMAL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\d[\d.,]*[.,]\d{2}\b").expect("the pattern is constant and is compiled in a test")
});

/// Words beside which a pound is money.
const MONEY: &str = "pay | paid | payed | charge | charged | cost | costs | price | refund | refunded | money | debited \
    | owe | owed | billed | took | taken | bezahlt | gezahlt | abgebucht | kostet | kostete | geld | pagado | pagué | \
    cobrado | cobraron | dinero";

/// A number and its currency.
pub(super) static AMOUNT: LazyLock<Regex> = LazyLock::new(|| {
    // Groups of thousands, or plain digits; decimals; the dash that stands for no cents in Switzerland and elsewhere.
    let number = "(?:\\d{1,3}(?:[.,'’\u{a0}\u{202f}\u{2009} ]\\d{3})+(?:[.,]\\d{2})?|\\d+(?:[.,]\\d{1,2})?)(?:[.,][-–—]{1,2})?";
    let space = "[ \u{a0}\u{202f}\u{2009}]?";
    let (mut first, mut last) = (Vec::new(), Vec::new());
    for name in CURRENCIES.iter().flat_map(|(_, _, names)| list(names)) {
        let case = if means(name) == Means::Code {
            name.to_uppercase()
        } else {
            format!("(?i:{})", regex::escape(name))
        };
        let begins = if name.starts_with(char::is_alphanumeric) { r"\b" } else { "" };
        let ends = if name.ends_with(char::is_alphanumeric) { r"\b" } else { "" };
        first.push(format!("{begins}{case}"));
        last.push(format!("{case}{ends}"));
    }
    let (first, last) = (first.join("|"), last.join("|"));
    Regex::new(&format!(
        "(?:(?P<c1>{first}){space}(?P<n1>{number}))|(?:(?P<n2>{number}){space}(?P<c2>{last}))"
    ))
    .expect("the pattern is constant and is compiled in a test")
});

/// Of an amount that is written again and again, so many are looked at in their sentences.
const MOST: usize = 20;

/// An amount as found.
struct Found {
    written: String,
    /// Digits, the last two of them decimals.
    value: String,
    currency: String,
    /// Where it stands.
    span: std::ops::Range<usize>,
}

/// The amount, if all that the text says of money is this one.
pub(super) fn only(text: &str) -> Option<String> {
    if AGAINST.is_match(text) {
        return None;
    }
    let mut all: Vec<Found> = Vec::new();
    for captures in AMOUNT.captures_iter(text) {
        match read(text, &captures) {
            Read::Sure(found) => all.push(found),
            Read::Doubtful => return None,
            Read::Nothing => {}
        }
    }
    let first = all.first()?;
    let one = all.iter().all(|other| same(first, other)) && !has_other_sum(text, &all);
    if !one {
        return None;
    }
    let sentences = Sentences::of(text);
    let theirs = all.iter().take(MOST).all(|found| !sentences.speak_against(&found.span));
    theirs.then(|| first.written.clone())
}

enum Read {
    Sure(Found),
    Doubtful,
    Nothing,
}

fn read(text: &str, captures: &Captures<'_>) -> Read {
    let named = |first: &str, second: &str| captures.name(first).or_else(|| captures.name(second));
    let (Some(whole), Some(number), Some(name)) = (captures.get(0), named("n1", "n2"), named("c1", "c2"))
    else {
        return Read::Nothing;
    };
    let (before, after) = around(text, whole.start(), whole.end());
    let line_has_small = || format!("{before}{after}").contains(char::is_lowercase);
    match means(&name.as_str().to_lowercase()) {
        Means::Code if !line_has_small() => return Read::Nothing,
        Means::Weight if !speaks_of_money(before) && !speaks_of_money(after) => return Read::Nothing,
        Means::Weight | Means::Code | Means::Money => {}
    }
    let currency_first = captures.name("c1").is_some();
    let doubtful = is_cut_off(before, after)
        || JOINED.is_match(before)
        || (currency_first && JOINS.is_match(after))
        || is_rough(before)
        || is_grouped_by_chance(before, number.as_str())
        || NO_SUM.is_match(after)
        || (!currency_first && goes_on(after));
    if doubtful {
        return Read::Doubtful;
    }
    let written = whole.as_str().trim().to_owned();
    Read::Sure(Found {
        written,
        value: value(number.as_str()),
        currency: code(name.as_str()),
        span: whole.range(),
    })
}

fn means(name: &str) -> Means {
    let row = CURRENCIES.iter().find(|(_, _, names)| is_in(names, name));
    row.map_or(Means::Money, |(_, means, _)| *means)
}

fn code(name: &str) -> String {
    let lower = name.to_lowercase();
    let row = CURRENCIES.iter().find(|(_, _, names)| is_in(names, &lower));
    match row {
        Some((code, _, _)) if !code.is_empty() => (*code).to_owned(),
        _ => name.to_uppercase(),
    }
}

fn same(one: &Found, other: &Found) -> bool {
    let loosely =
        |loose: &str, exact: &str| LOOSE.iter().any(|(name, of)| *name == loose && is_in(of, exact));
    one.value == other.value
        && (one.currency == other.currency
            || loosely(&one.currency, &other.currency)
            || loosely(&other.currency, &one.currency))
}

/// Whether what was found is a part of a longer number or word.
fn is_cut_off(before: &str, after: &str) -> bool {
    let joined = |c: char| c.is_alphanumeric() || matches!(c, '.' | ',' | '\'' | '’' | '_' | '#');
    let mut back = before.chars().rev();
    let last = back.next();
    let dashed = matches!(last, Some('-' | '–' | '/')) && back.next().is_some_and(char::is_alphanumeric);
    let mut ahead = after.chars();
    let next = ahead.next();
    let decimals = matches!(next, Some('.' | ',' | '\'')) && ahead.next().is_some_and(char::is_numeric);
    last.is_some_and(joined) || dashed || decimals || next.is_some_and(char::is_alphanumeric)
}

fn is_rough(before: &str) -> bool {
    let words = last_words(before, 8);
    let line = before.trim_end();
    if line.ends_with([':', '.', ';', '!', '?']) && !line.ends_with("ca.") {
        return false;
    }
    match words.split_last() {
        Some((last, rest)) if is_in(HOW_MUCH, last) => {
            !rest.iter().any(|word| list(SUMS).any(|sum| word.ends_with(sum)))
        }
        _ => ends_with_any(&words, ROUGH),
    }
}

/// Whether a space between digits may part two numbers: `order 12 345 EUR`.
fn is_grouped_by_chance(before: &str, number: &str) -> bool {
    const COUNTED: &str = "order | invoice | no | nr | nummer | number | bestellung | rechnung | commande | facture | n | \
        n° | pedido | factura | nº | auftrag | x | numéro | número | id";
    number.contains(' ')
        && (ends_with_any(&last_words(before, 1), COUNTED)
            || before.trim_end().ends_with(['#', '°', 'º', '×']))
}

/// Whether a number follows, with which this one may belong together: `12 euros 50`, `2 EUR 49.90`.
fn goes_on(after: &str) -> bool {
    after.trim_start_matches([' ', '\u{a0}']).starts_with(char::is_numeric)
}

fn speaks_of_money(text: &str) -> bool {
    text.split(|c: char| !c.is_alphabetic()).any(|word| is_in(MONEY, &word.to_lowercase()))
}

/// The digits of a number, the last two of them its decimals.
fn value(number: &str) -> String {
    let bare = number.trim_end_matches(['-', '–', '—']).trim_end_matches(['.', ',']);
    let decimals = bare.rsplit_once(['.', ',']).map_or(0, |(_, after)| after.len());
    let digits: String = bare.chars().filter(char::is_ascii_digit).collect();
    let padding = match decimals {
        1 => "0",
        2 => "",
        _ => "00",
    };
    format!("{digits}{padding}").trim_start_matches('0').to_owned()
}

/// Whether the text has a sum of another value that stands without its currency. Days, months and times are none.
fn has_other_sum(text: &str, known: &[Found]) -> bool {
    let is_known = |at: usize, number: &str| {
        known.iter().any(|one| one.span.contains(&at) || one.value == value(number))
    };
    DECIMAL.find_iter(text).any(|found| {
        let (before, after) = around(text, found.start(), found.end());
        let number = found.as_str();
        let parts: Vec<u32> = number.split(['.', ',']).map(|part| part.parse().unwrap_or(u32::MAX)).collect();
        let is_date = matches!(parts.as_slice(), [1..=31, 1..=12] | [1..=31, 1..=12, _])
            && (parts.len() == 3 || after.starts_with(['.', '/']));
        let is_time = matches!(parts.as_slice(), [0..=24, 0..=59])
            && ["uhr", "h", "am", "pm", "a.m", "p.m"]
                .iter()
                .any(|unit| after.trim_start().to_lowercase().starts_with(unit));
        let in_code = before.ends_with(|c: char| c.is_alphanumeric() || "-/_.".contains(c))
            || after.starts_with(|c: char| c.is_alphanumeric() || "-/_%".contains(c))
            || after.trim_start().starts_with('%');
        !is_date && !is_time && !in_code && !is_known(found.start(), number)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_read_in_every_style() {
        let check =
            |text: &str, expected: Option<&str>| assert_eq!(only(text).as_deref(), expected, "{text}");
        for style in [
            "49,90 €",
            "49.90 EUR",
            "€49.90",
            "€ 49.90",
            "EUR 49,90",
            "1 249,00 EUR",
            "1\u{202f}249,00 €",
            "1.249,00 €",
            "1,249.00 USD",
            "1'249.00 CHF",
            "CHF 12.-",
            "12.– CHF",
            "20,-- Euro",
            "US$ 20",
            "US$20",
            "20 dólares",
            "£5.00",
            "20 dollars",
            "5 pounds sterling",
            "250 SEK",
            "99 zł",
            "kr 199,-",
            "A$ 30",
            "₹500",
            "1249 €",
        ] {
            check(&format!("Sie haben {style} abgebucht"), Some(style));
            check(&format!("({style})"), if style == "250 SEK" { None } else { Some(style) });
        }
    }

    #[test]
    fn the_same_amount_written_twice_is_one() {
        let check =
            |text: &str, expected: Option<&str>| assert_eq!(only(text).as_deref(), expected, "{text}");
        check("49,90 € und nochmals EUR 49.90", Some("49,90 €"));
        check("charged twice, 49.90 EUR each", Some("49.90 EUR"));
        check("$20, that is 20.00 USD", Some("$20"));
        check("20 EUR, then 20 CHF", None);
        check("49.90 EUR instead of 39.90", None);
        check("you took 49.90, not 39.90 EUR", None);
    }

    #[test]
    fn an_amount_in_doubt_is_none() {
        for text in [
            "between 20 and 30 EUR",
            "20-30 EUR",
            "EUR 20 to 30",
            "about 50 EUR",
            "mehr als 50 Euro",
            "plus de 50 €",
            "9.99 EUR per month",
            "9,99 €/Monat",
            "a 10 EUR voucher",
            "€2k",
            "€3 million",
            "2 EUR 49.90",
            "12 euros 50",
            "order 12 345 EUR",
            "1.2.3 EUR",
            "it weighs 20 pounds",
            "WE WANT 2 ALL NOW",
            "20 percent",
            "gutschein über 20 €",
        ] {
            assert_eq!(only(text), None, "{text}");
        }
    }
}
