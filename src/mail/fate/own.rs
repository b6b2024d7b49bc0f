//! Whether a person speaks: what the author newly wrote, and the signs of somebody who wants something from us.
//!
//! Words alone never prove a machine to a desk that must lose no complaint: whoever names money, demands or complains
//! is a person, whatever the subject says, and what stands in a quote says nothing of its reader.
//!
//! Deliberately absent: the complaint itself. `crate::mail::meaning` reads it.

use super::away_words::LANGUAGES;
use super::{Setting, phrases, rows};
use crate::mail::bounce;
use crate::mail::flowing::flowing;
use crate::mail::inbound::{Mail, Mailbox, ReturnPath};

/// Bytes of text in which own words are looked for.
const READ: usize = 16 * 1024;

/// What the author newly wrote, as far as it is read; quotes, signature and what was passed on are not theirs.
pub(super) fn words<'a>(setting: &Setting<'a>) -> &'a str {
    setting.words.get(..setting.words.floor_char_boundary(READ)).unwrap_or_default()
}

/// Whether the place of a mail or a mark in its header backs what its words say. Without either, a mail that only
/// sounds like a machine's stays a person's.
pub(super) fn is_backed(mail: &Mail, setting: &Setting) -> bool {
    setting.in_reply_to_ours || setting.threads || is_marked(mail)
}

/// Marks that no person's mail program sets. Outlook forbids answers to ordinary mail too: that is none.
pub(super) fn is_marked(mail: &Mail) -> bool {
    let named = ["X-MS-Exchange-Inbox-Rules-Loop", "X-MS-Exchange-Parent-Message-Id", "X-Rules-Loop"];
    let submitted =
        mail.header("Auto-Submitted").is_some_and(|value| !value.trim().eq_ignore_ascii_case("no"));
    submitted
        || mail.return_path == ReturnPath::Null
        || bounce::is_delivery_report(mail)
        || mail.content_type.media_type == "multipart/report"
        || named.iter().any(|name| mail.header(name).is_some())
}

/// Whether a mail has one author, who may be a person: no role and no mail server, and the return path, if there is
/// one, is theirs or ours.
pub(super) fn is_ordinary(mail: &Mail, setting: &Setting) -> bool {
    let [author] = mail.authors.as_slice() else { return false };
    let local = author.address.rsplit_once('@').map_or("", |(local, _)| local);
    let path = match &mail.return_path {
        ReturnPath::Address(path) => same(path, author) || rows::matches_any(path, setting.own_addresses),
        ReturnPath::Null | ReturnPath::Missing => true,
    };
    path && !phrases::is_role(local) && !bounce::is_of_a_server(mail)
}

/// Whether an address is that of a mailbox. A domain is the same in its letters and in those of the wire (RFC 5891).
pub(super) fn same(address: &str, mailbox: &Mailbox) -> bool {
    if address.eq_ignore_ascii_case(&mailbox.address) {
        return true;
    }
    let (Some((local, domain)), Some((other_local, other))) =
        (address.rsplit_once('@'), mailbox.address.rsplit_once('@'))
    else {
        return false;
    };
    let wire = |domain: &str| idna::domain_to_ascii(domain).ok();
    local.eq_ignore_ascii_case(other_local) && wire(domain).is_some_and(|one| wire(other) == Some(one))
}

/// Whether somebody says of themselves what they want or what they paid, in a mail without the form of a report.
pub(super) fn demands(setting: &Setting) -> bool {
    says_demand(&flowing(words(setting)))
}

/// As [`demands`], in the form of a report. What it repeats of our own mail, which is its subject and its fields, does
/// not count.
pub(super) fn demands_beside_a_report(mail: &Mail, setting: &Setting) -> bool {
    let subject = flowing(&mail.subject);
    let ours = subject.split_once(": ").map_or(subject.as_str(), |(_, ours)| ours);
    let repeats = |line: &str| ours.len() >= SUBJECT && flowing(line).ends_with(ours);
    let lines = bounce::own_words(words(setting)).lines().filter(|line| !is_field(line) && !repeats(line));
    let text = flowing(&lines.collect::<Vec<_>>().join("\n"));
    let says = |phrase: &&str| !OF_SERVERS.contains(phrase) && text.contains(*phrase);
    DEMANDS.iter().any(|phrase| says(&phrase)) || names_money(&text)
}

/// Bytes of the shortest subject by which a line is known to repeat it.
const SUBJECT: usize = 6;

/// What mail servers say as well, of hosts, mailboxes and fields.
const OF_SERVERS: [&str; 12] = [
    "no answer",
    "is missing",
    "still not ",
    "i request",
    "send it",
    "keine antwort",
    "fehlt",
    "sans réponse",
    "sin respuesta",
    "sem resposta",
    "senza risposta",
    "geen antwoord",
];

/// Whether a line is a field: one short word, a colon.
fn is_field(line: &str) -> bool {
    let name = line.split_once(':').map_or("", |(name, _)| name.trim());
    !name.is_empty() && !name.contains(char::is_whitespace) && name.len() <= FIELD
}

/// Bytes of the longest name of such a field.
const FIELD: usize = 24;

/// Whether a sentence asks something. The marks in addresses of pages do not count.
pub(super) fn asks(text: &str) -> bool {
    text.split_whitespace().any(|word| {
        let word = word.trim_end_matches(['"', '\'', ')', '!', '»', '”']);
        word.ends_with(['?', '？', '؟']) && !word.contains("://")
    })
}

/// Whether somebody demands, complains or names money. The text is in lower case, with single spaces.
pub(in crate::mail) fn complains(text: &str) -> bool {
    says_demand(text)
        || LANGUAGES.iter().flat_map(|language| language.complains).any(|phrase| text.contains(phrase))
}

/// Whether somebody says what they want, or names money. The text is in lower case, with single spaces.
pub(super) fn says_demand(text: &str) -> bool {
    DEMANDS.iter().any(|phrase| text.contains(phrase)) || names_money(text)
}

/// An amount: figures beside the sign or the name of a currency.
fn names_money(text: &str) -> bool {
    let has_digit = |word: &str| word.contains(|c: char| c.is_ascii_digit());
    let mut before = "";
    let mut currency_before = false;
    for word in text.split_whitespace() {
        let bare = word.trim_matches(|c: char| c.is_ascii_punctuation());
        let signed = word.contains(['€', '$', '£', '¥', '₽']);
        let named = CURRENCIES.contains(&bare);
        if (signed || currency_before) && has_digit(word) || ((signed || named) && has_digit(before)) {
            return true;
        }
        (before, currency_before) = (word, signed || named);
    }
    false
}

const CURRENCIES: [&str; 19] = [
    "eur",
    "euro",
    "euros",
    "usd",
    "dollar",
    "dollars",
    "gbp",
    "pounds",
    "chf",
    "franken",
    "kr",
    "zł",
    "zl",
    "pln",
    "руб",
    "рублей",
    "kč",
    "ft",
    "tl",
];

/// What somebody says who wants something from us, beside the words of each language's complaints.
#[rustfmt::skip]
const DEMANDS: &[&str] = &[
    "i want", "i demand", "i expect", "i insist", "i request", "i require", "give me", "give it back", "pay back",
    "pay me", "send it", "send me a", "my money", "my deposit", "my cancellation", "my complaint", "my claim",
    "my suitcase", "my luggage", "my parcel", "the parcel", "i am angry", "cheated", "lawyer", "is broken",
    "still no ", "still nothing", "still not ", "your offices", "your office is", "every time i", "never came",
    "never arrived", "send them", "please replace", "came off", "still waiting", "nobody answers",
    "nobody got", "nobody replied", "nobody came", "no answer", "did not come", "not to me", "is missing",
    "without luggage",
    "ich will", "ich verlange", "ich fordere", "ich bestehe", "mein geld", "geld zurück", "rückzahlung", "kaputt",
    "anwalt", "kündig", "storn", "widerruf", "ihr büro ist", "liefertermin", "statt antwort", "keine antwort",
    "kam nie", "nie an", "half nicht", "hilft nicht", "klemmt", "undicht", "zerrissen",
    "antworten sie persönlich", "fehlt", "das paket", "ich warte seit", "beschädigt",
    "je veux", "je demande", "j'exige", "mon argent", "cassé", "avocat", "vos bureaux", "chaque fois que",
    "absence de réponse", "sans réponse", "résili", "jamais reçu", "n'est pas arrivé", "mon courriel a été",
    "quiero", "exijo", "mi dinero", "abogado", "sus oficinas", "ausencia de respuesta", "sin respuesta", " roto",
    "no ha llegado", "no estoy de acuerdo",
    "quero ", "meu dinheiro", "advogado", "ausência de resposta", "sem resposta", "quebrad", "não concordo",
    "não chegou", "voglio", "esigo", "pretendo", "i miei soldi", "avvocato", "i vostri uffici",
    "assenza di risposta", "mancata risposta", "senza risposta", " rotto", "non è arrivato", "non accetto",
    "ik wil", "ik eis", "mijn geld", "kapot", "advocaat", "uw kantoor is", "geen antwoord", "niet aangekomen",
    "верните", "требую", "мои деньги", "испорчен", "сломан", "не пришл", "не ответ",
    "żądam", "chcę", "moje pieniądze", "zepsut", "uszkodz", "jag vill", "jag kräver", "mina pengar", "trasig",
    "jeg vil ha", "jeg kræver", "jeg krever", "mine penge", "ødelagt", "istiyorum", "paramı", "bozuk",
    "požaduji", "vraťte", "követelem", "vaadin", "返金", "退款", "환불",
];
