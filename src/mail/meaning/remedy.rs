//! The remedy that is sought, in the customer's language.
//!
//! A remedy counts only in a clause that asks for something and denies nothing. A sentence with a condition
//! (`unless`, `sonst`) or a question about how and why leaves all in doubt, and so do two different remedies.
use std::sync::LazyLock;

use super::{amount::AMOUNT, has, is_in, list};

/// A remedy: what it is, the word by which it is repeated, and how it is spoken of. A table is searched from the top,
/// and what was found is taken out of the text, so that `partial refund` is no refund too.
struct Row {
    remedy: Remedy,
    /// Of `shown`; the phrases may be of others too.
    language: &'static str,
    shown: &'static str,
    phrases: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Remedy {
    /// Looks like a remedy and is none.
    None,
    PartialRefund,
    Refund,
    Replacement,
    Discount,
    Credit,
    Compensation,
    Apology,
    Repair,
    Delivery,
    Cancellation,
}

const fn row(remedy: Remedy, language: &'static str, shown: &'static str, phrases: &'static str) -> Row {
    Row { remedy, language, shown, phrases }
}

/// A phrase that ends with `*` is the beginning of a word; all others are whole words. `SUM` is an amount of money.
const ROWS: &[Row] = &[
    row(
        Remedy::None,
        "",
        "",
        "refund policy | refund policies | refund form | refund department | refund terms | refund email | refund rules | \
         refund process | discount code | discount codes | replacement part | replacement parts | repair manual | \
         repair instructions | repair shop | delivery date | cancellation policy | cancellation terms | rabattcode | \
         gutscheincode | code promo | code de réduction | código de descuento | bon de réduction | ma réduction | \
         delivery note | bitte um entschuldigung | bitte ich um entschuldigung | \
         pido disculpas | pido una disculpa | pedir disculpas | mes excuses | política de devolución | \
         política de reembolso | politique de remboursement | formulaire de remboursement | kulanterweise",
    ),
    row(
        Remedy::PartialRefund,
        "en",
        "partial refund",
        "partial refund | partial reimbursement | partially refund*",
    ),
    row(
        Remedy::PartialRefund,
        "de",
        "Teilerstattung",
        "teilerstattung | teilweise erstattung | teilweise rückerstattung",
    ),
    row(
        Remedy::PartialRefund,
        "fr",
        "remboursement partiel",
        "remboursement partiel | rembours* partiellement",
    ),
    row(Remedy::PartialRefund, "es", "reembolso parcial", "reembolso parcial | devolución parcial"),
    row(
        Remedy::Refund,
        "en",
        "refund",
        "refund | refunds | refunded | refunding | money back | reimburse* | pay me back | return my money | \
         give me back my money | SUM back",
    ),
    row(
        Remedy::Refund,
        "de",
        "Rückerstattung",
        "rückerstatt* | rueckerstatt* | zurückerstatt* | zurueckerstatt* | zurückzuerstatten | zurueckzuerstatten | \
         erstatten | erstattet | erstattung | zu erstatten | geld zurück | geld zurueck | rückzahlung | rueckzahlung | \
         zurückzahlen | zurückzuzahlen | zurückzubezahlen | geld wiederhaben | geld wieder | SUM zurück | SUM zurueck | SUM zurückhaben | \
         SUM zurückbekommen | SUM wiederhaben",
    ),
    row(
        Remedy::Refund,
        "fr",
        "remboursement",
        "rembours* | me rendre mon argent | rendez-moi mon argent | récupérer mon argent | rendre l' argent | \
         rendre mon argent | récupérer mes SUM | récupérer les SUM | récupérer ces SUM | rendre les SUM | \
         rendre mes SUM | rendiez les SUM | rendiez mes SUM",
    ),
    row(
        Remedy::Refund,
        "es",
        "reembolso",
        "reembols* | reintegro | devolución del dinero | devolución de mi dinero | devolución del importe | \
         devolución del pago | devuelvan el dinero | devuelvan mi dinero | devuelvan el importe | devolver el dinero | \
         devolverme el dinero | devuelva el dinero | devuelva mi dinero | dinero de vuelta | devuelvan los SUM | \
         devuelvan mis SUM | devuelvan SUM | devuelva los SUM | devuelva mis SUM | devolver los SUM | \
         devolverme los SUM | devolverme mis SUM | recuperar los SUM | recuperar mis SUM",
    ),
    row(
        Remedy::Replacement,
        "en",
        "replacement",
        "replacement | replacements | replace it | replace the | replace this | replace my | replaced | a new one | \
         an exchange | exchange it | exchange the | exchange this | exchanged",
    ),
    row(
        Remedy::Replacement,
        "de",
        "Umtausch",
        "umtausch | umtauschen | umzutauschen | umgetauscht | austausch | austauschen | auszutauschen",
    ),
    row(
        Remedy::Replacement,
        "de",
        "Ersatzlieferung",
        "ersatzlieferung | ersatz | ersatzgerät | ersatzware | neulieferung | nachlieferung",
    ),
    row(
        Remedy::Replacement,
        "fr",
        "remplacement",
        "remplacement | remplacer | remplacez | remplacé | remplacée | échange | échanger | échangez | echange",
    ),
    row(
        Remedy::Replacement,
        "es",
        "reemplazo",
        "reemplaz* | sustitución | sustituir* | sustituyan | cambio del producto | cambio del artículo | cambiarlo | \
         cambiarla | cambien el producto | cambien el artículo | cambio por otro | uno nuevo | una nueva | otro nuevo",
    ),
    row(
        Remedy::Discount,
        "en",
        "discount",
        "discount | discounts | price reduction | reduction of the price | rebate",
    ),
    row(
        Remedy::Discount,
        "de",
        "Preisnachlass",
        "preisnachlass | nachlass | rabatt | preisminderung | minderung | kaufpreisminderung",
    ),
    row(Remedy::Discount, "fr", "remise", "remise | rabais | réduction | geste commercial"),
    row(Remedy::Discount, "es", "descuento", "descuento | rebaja | reducción del precio"),
    row(
        Remedy::Credit,
        "en",
        "credit",
        "credit note | store credit | credit to my account | credit on my account",
    ),
    row(Remedy::Credit, "de", "Gutschrift", "gutschrift"),
    row(Remedy::Credit, "de", "Gutschein", "gutschein"),
    row(Remedy::Credit, "fr", "avoir", "un avoir | bon d' achat"),
    row(Remedy::Credit, "es", "abono", "nota de crédito | abono | un vale"),
    row(Remedy::Compensation, "en", "compensation", "compensation | compensate | compensated"),
    row(
        Remedy::Compensation,
        "de",
        "Entschädigung",
        "entschädigung | entschaedigung | entschädigen | schadensersatz | schadenersatz",
    ),
    row(Remedy::Compensation, "fr", "dédommagement", "dédommag* | indemnisation | indemniser | indemnité"),
    row(Remedy::Compensation, "es", "indemnización", "indemnización | indemnizar | compensación"),
    row(
        Remedy::Apology,
        "en",
        "apology",
        "an apology | written apology | apologise to me | apologize to me | your apology",
    ),
    row(
        Remedy::Apology,
        "de",
        "Entschuldigung",
        "eine entschuldigung | ihre entschuldigung | schriftliche entschuldigung",
    ),
    row(Remedy::Apology, "fr", "excuses", "des excuses | vos excuses | d' excuses | excuses écrites"),
    row(
        Remedy::Apology,
        "es",
        "disculpa",
        "una disculpa | disculpas por escrito | sus disculpas | unas disculpas",
    ),
    row(Remedy::Repair, "en", "repair", "repair | repaired | repairs"),
    row(
        Remedy::Repair,
        "de",
        "Reparatur",
        "reparatur | reparieren | repariert | zu reparieren | nachbesserung",
    ),
    row(Remedy::Repair, "fr", "réparation", "réparation | réparer | réparez | réparé | réparée | reparation"),
    row(Remedy::Repair, "es", "reparación", "reparación | reparar* | reparen | reparacion"),
    row(
        Remedy::Delivery,
        "en",
        "delivery",
        "deliver it | deliver my | deliver the | deliver them | delivered | delivery of my | redeliver* | ship my | ship it",
    ),
    row(
        Remedy::Delivery,
        "de",
        "Lieferung",
        "liefern sie | liefern | zu liefern | geliefert | zustellung | zustellen | lieferung meiner",
    ),
    row(
        Remedy::Delivery,
        "fr",
        "livraison",
        "livrer | livrez | me livrer | être livré | être livrée | livraison de ma",
    ),
    row(
        Remedy::Delivery,
        "es",
        "entrega",
        "entreguen | entregar* | la entrega de mi | entrega del pedido | envíen mi pedido",
    ),
    row(
        Remedy::Cancellation,
        "en",
        "cancellation",
        "cancel my | cancel the | cancel this | cancel it | cancellation | cancelled | canceled",
    ),
    row(Remedy::Cancellation, "de", "Stornierung", "storn* | kündigen | kündigung | zu stornieren"),
    row(Remedy::Cancellation, "fr", "annulation", "annulation | annuler | annulez | résili*"),
    row(
        Remedy::Cancellation,
        "es",
        "cancelación",
        "cancelación | cancelar* | cancelen | anular* | anulen | anulación | cancelacion",
    ),
];

/// Words that ask for what the clause names.
const ASKS: &str = "want | i want | would like | i'd like | id like | we'd like | i like to have | please | pls | demand | \
    request | requesting | expect | ask for | asking for | need a | need my | need the | insist on | give me | send me | claim | i require | \
    can i | could i | may i | can you | could you | would you | will you | where is my | where's my | when will i get | \
    when do i get | when will i receive | entitled to | hoping for | looking for | \
    möchte | moechte | möchten | bitte | bitten | verlange | verlangen | fordere | fordern | will | wollen | erwarte | \
    erwarten | hätte gern | hätte gerne | haette gern | wünsche | beantrage | bestehe auf | brauche | kann ich | \
    können sie | könnten sie | könnte ich | wo bleibt | wann bekomme ich | wann erhalte ich | ich hoffe auf | \
    veux | voudrais | voudrions | souhaite | souhaitons | souhaiterais | demande | demandons | exige | exigeons | \
    réclame | merci de | veuillez | pouvez-vous | pourriez-vous | puis-je | pourrais-je | prie de | aimerais | \
    s' il vous plaît | s' il vous plait | svp | attends | où est mon | quand vais-je | besoin | \
    quiero | queremos | quisiera | quisiéramos | solicito | solicitamos | exijo | exigimos | pido | pedimos | deseo | \
    deseamos | gustaría | gustaria | por favor | ruego | rogamos | espero | necesito | reclamo | reclamamos | pueden | \
    podrían | podrian | puede | podría | puedo | podría | requiero | solicitud de | dónde está mi | donde esta mi";

/// Requests of two words that stand alone, as subjects do.
const BARE: &str = "request for | refund request | replacement request | demande de | demande d' | solicitud de | \
    antrag auf | bitte um | cancellation request";

/// Words that turn a clause round, or say that it is over.
const DENIALS: &str = "you want | stop | arrived | note that | help with | no | not | don't | dont | doesn't | didn't | won't | can't | cannot | never | without | nor | neither \
    | instead | rather | refuse | refused | denied | rejected | declined | already | received | thank | thanks | \
    isn't | wasn't | haven't | hasn't | kein | keine | keinen | keinem | keiner | nicht | nie | niemals | ohne | statt | \
    anstatt | anstelle | weder | abgelehnt | verweigert | verweigern | bereits | erhalten | bekommen | danke | dank | bedanken | bedanke | angekommen | eingegangen | \
    ne | n' | pas | aucun | aucune | jamais | sans | ni | au lieu | plutôt | refusé | refusez | déjà | reçu | remercie | remercier | arrêtez | cessez | arrivé | \
    ningún | ninguna | ninguno | nunca | jamás | sin | en lugar | en vez | tampoco | rechazado | rechazada | rechazaron | \
    recibido | recibí | gracias | agradecer | agradezco | dejen | llegado | llegó | nada";

/// Words of conditions, and of questions about how and why: the sentence leaves its remedy in doubt.
const DOUBTS: &str = "if | unless | otherwise | whether | how | why | wenn | falls | sonst | andernfalls | sofern | ob | wie ich | wie man | wie lange | wie kann | wie oft | wie es | wie das | \
    warum | wieso | weshalb | ansonsten | si | sinon | comment | pourquoi | sauf | à moins | cómo | por qué | porqué | \
    salvo | de lo contrario | a menos";

/// Words that join a clause to what the one before asks for.
const JOINS: &str = "that | dass | daß | que | qu' | or | and | oder | und | ou | et | o | y | u";

/// Words at which a sentence is cut into clauses, beside its commas.
pub(super) const TURNS: &str = "but | aber | sondern | mais | pero | sino";

/// What French writes together with the next word.
const ELIDED: &[&str] = &["l", "d", "j", "n", "m", "t", "s", "c", "qu"];

/// Words of a clause that asks for nothing itself and goes on with what the one before asked.
const SHORT: usize = 4;
/// Sentences that are looked at.
const MAX_SENTENCES: usize = 200;

/// The remedy, if the text asks for exactly one.
pub(super) fn only(text: &str) -> Option<String> {
    let mut found: Option<(Remedy, &'static str)> = None;
    for sentence in sentences(text).take(MAX_SENTENCES) {
        let asked = asked(&sentence)?;
        for (remedy, shown) in asked {
            match found {
                Some((first, _)) if first != remedy => return None,
                Some(_) => {}
                None => found = Some((remedy, shown)),
            }
        }
    }
    found.map(|(_, shown)| shown.to_owned())
}

/// The word of a language for the remedy that [`only`] named with `word`; none where we know none.
pub(super) fn named_in(language: &str, word: &str) -> Option<&'static str> {
    let asked = ROWS.iter().find(|row| row.shown == word)?;
    let own = (asked.language == language).then_some(asked);
    let row =
        own.or_else(|| ROWS.iter().find(|row| row.remedy == asked.remedy && row.language == language))?;
    Some(row.shown)
}

/// A text in small letters, with one kind of apostrophe.
pub(super) fn small(text: &str) -> String {
    text.to_lowercase().replace('’', "'").replace("\r\n", "\n")
}

/// The sentences in small letters. A line ends none, but two do; a number's point does not.
fn sentences(text: &str) -> impl Iterator<Item = String> {
    let lower = small(text);
    let mut marked = String::with_capacity(lower.len());
    let mut chars = lower.chars().peekable();
    while let Some(c) = chars.next() {
        let next = chars.peek().copied();
        let ends = matches!(c, '!' | '?' | ';' | '\u{2029}' | '¿' | '¡')
            || (c == '.' && next.is_none_or(char::is_whitespace))
            || (c == '\n' && next.is_none_or(|n| n == '\n' || n == '-' || n == '*'));
        marked.push(if c == '\n' { ' ' } else { c });
        if ends {
            marked.push('\n');
        }
    }
    marked.split('\n').map(str::to_owned).filter(|one| !one.trim().is_empty()).collect::<Vec<_>>().into_iter()
}

/// What a sentence asks for; `None` where it leaves that in doubt.
fn asked(sentence: &str) -> Option<Vec<(Remedy, &'static str)>> {
    let words = words(&AMOUNT.replace_all(sentence, " SUM "));
    let clauses: Vec<String> = clauses(&words).map(|clause| format!(" {} ", clause.join(" "))).collect();
    let named: Vec<_> = clauses.iter().map(|clause| remedies(clause)).collect();
    if named.iter().all(Vec::is_empty) {
        return Some(Vec::new());
    }
    if has(&clauses.concat(), DOUBTS) {
        return None;
    }
    let mut found = Vec::new();
    let mut asking = false;
    for (clause, remedies) in clauses.iter().zip(named) {
        let mut words = clause.split_whitespace();
        let joined = words.next().is_some_and(|word| is_in(JOINS, word));
        let goes_on = joined || words.count() < SHORT;
        asking = has(clause, ASKS) || has(clause, BARE) || (asking && goes_on);
        if asking && !has(clause, DENIALS) {
            found.extend(remedies);
        }
    }
    Some(found)
}

/// The words of a sentence; a comma before a space is one of them, and `no.` before a number is none.
pub(super) fn words(sentence: &str) -> Vec<String> {
    let spaced = sentence.replace(", ", " , ").replace(": ", " , ").replace(['–', '—', '(', ')'], " , ");
    let raw: Vec<&str> = spaced.split_whitespace().collect();
    let mut found = Vec::with_capacity(raw.len());
    for (at, word) in raw.iter().enumerate() {
        let number_follows =
            raw.get(at + 1).is_some_and(|next| next.starts_with(|c: char| c.is_numeric() || c == '#'));
        if number_follows && matches!(*word, "no" | "no.") {
            continue;
        }
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric() && c != ',' && c != '\'');
        match bare.split_once('\'') {
            Some((head, tail)) if !tail.is_empty() && ELIDED.contains(&head) => {
                found.extend([format!("{head}'"), tail.to_owned()]);
            }
            _ if bare.is_empty() => {}
            _ => found.push(bare.to_owned()),
        }
    }
    found
}

fn clauses(words: &[String]) -> impl Iterator<Item = &[String]> {
    words.split(|word| word == "," || is_in(TURNS, word)).filter(|clause| !clause.is_empty())
}

/// Each phrase of [`ROWS`] as it is searched for, with its row.
static SOUGHT: LazyLock<Vec<(String, &'static Row)>> = LazyLock::new(|| {
    let phrases = ROWS.iter().flat_map(|row| list(row.phrases).map(move |phrase| (phrase, row)));
    let whole = |phrase: &str| match phrase.strip_suffix('*') {
        Some(stem) => format!(" {stem}"),
        None => format!(" {phrase} "),
    };
    phrases.map(|(phrase, row)| (whole(phrase), row)).collect()
});

/// The remedies that a clause names, each once. Its words stand between single spaces.
fn remedies(clause: &str) -> Vec<(Remedy, &'static str)> {
    let mut left = clause.to_owned();
    let mut found: Vec<(Remedy, &'static str)> = Vec::new();
    for (sought, row) in SOUGHT.iter() {
        if left.contains(sought) {
            left = left.replace(sought, " | ");
            if row.remedy != Remedy::None && !found.iter().any(|(known, _)| *known == row.remedy) {
                found.push((row.remedy, row.shown));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remedy_is_sought_where_it_is_asked_for() {
        let check =
            |text: &str, expected: Option<&str>| assert_eq!(only(text).as_deref(), expected, "{text}");
        check("Please refund me.", Some("refund"));
        check("I do not want a discount, I want a refund!", Some("refund"));
        check("Ich möchte mein Geld zurück.", Some("Rückerstattung"));
        check("Je demande le remboursement de ma commande.", Some("remboursement"));
        check("Quiero que me devuelvan el dinero.", Some("reembolso"));
        check("Order no. 4711: please send me a replacement", Some("replacement"));
        check("Please give me a partial refund", Some("partial refund"));
    }

    #[test]
    fn a_remedy_has_its_word_in_each_language() {
        let check = |word: &str, language: &str, expected| {
            assert_eq!(named_in(language, word), expected, "{word} in {language}");
        };
        check("excuses", "en", Some("apology"));
        check("remplacement", "en", Some("replacement"));
        check("reembolso parcial", "de", Some("Teilerstattung"));
        check("Ersatzlieferung", "de", Some("Ersatzlieferung"));
        check("Ersatzlieferung", "fr", Some("remplacement"));
        check("refund", "nl", None);
        for row in ROWS.iter().filter(|row| row.remedy != Remedy::None) {
            for language in ["en", "de", "fr", "es"] {
                assert!(named_in(language, row.shown).is_some(), "{} in {language}", row.shown);
            }
            assert_eq!(named_in(row.language, row.shown), Some(row.shown), "two rows have one word");
        }
    }

    #[test]
    fn an_amount_that_is_to_come_back_is_a_refund() {
        let check =
            |text: &str, expected: Option<&str>| assert_eq!(only(text).as_deref(), expected, "{text}");
        check("I want my 45 EUR back.", Some("refund"));
        check("Ich möchte die 45,00 € zurück.", Some("Rückerstattung"));
        check("Je veux récupérer mes 45 euros.", Some("remboursement"));
        check("Quiero que me devuelvan los 45,00 €.", Some("reembolso"));
        check("Quiero cancelar el pedido y que me devuelvan los 45,00 €.", None);
        check("I want you to call me back at 5.", None);
        check("Quiero que me devuelvan los 2 libros.", None);
    }

    #[test]
    fn a_remedy_in_doubt_is_none() {
        for text in [
            "The refund has arrived, thank you.",
            "Please do not send a replacement.",
            "Thank you for the discount.",
            "If you do not answer I want a refund.",
            "Please refund or replace it.",
            "Please tell me why my refund is late.",
            "I want a refund, or a replacement",
            "Ich bitte um Entschuldigung",
            "Please send me your refund policy",
            "Je vous présente mes excuses",
            "pido disculpas",
            "The discount code does not work, please help",
        ] {
            assert_eq!(only(text), None, "{text}");
        }
    }
}
