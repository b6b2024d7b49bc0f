//! Whether a person speaks: what the author newly wrote, and the signs of somebody who wants something from us.
//!
//! Words alone never prove a machine to a desk that must lose no complaint: whoever names money, demands or complains
//! is a person, whatever the subject says, and what stands in a quote says nothing of its reader.
//!
//! Deliberately absent: the complaint itself. `crate::mail::meaning` reads it.

use super::away_words::LANGUAGES;
use super::{Setting, phrases, receipts, rows};
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

/// Whether somebody says of themselves what they want, in a mail without the form of a report. A price alone is no
/// demand there, since notes and desks name prices; nor is what it repeats of a mail of ours.
pub(super) fn demands(mail: &Mail, setting: &Setting) -> bool {
    let text = beside_ours(mail, words(setting), receipts::is_field);
    DEMANDS.iter().any(|phrase| text.contains(phrase))
}

/// The lines of a text that repeat neither the subject nor the fields of the mail that it answers, flowing.
pub(super) fn beside_ours(mail: &Mail, text: &str, is_field: fn(&str) -> bool) -> String {
    let subject = flowing(&mail.subject);
    let ours = subject.split_once(": ").map_or(subject.as_str(), |(_, ours)| ours);
    let repeats = |line: &str| ours.len() >= SUBJECT && flowing(line).ends_with(ours);
    let lines = text.lines().filter(|line| !is_field(line) && !repeats(line));
    flowing(&lines.collect::<Vec<_>>().join("\n"))
}

/// As [`demands`], in the form of a report, beside which money is named by nobody but a person. What it repeats of our
/// own mail, which is its subject and its fields, does not count.
pub(super) fn demands_beside_a_report(mail: &Mail, setting: &Setting) -> bool {
    let text = words_beside_a_report(mail, setting);
    demands_of_a_person(&text) || names_money(&text)
}

/// As [`demands_beside_a_report`], beside statistics and complaint reports, whose senders name prices.
pub(super) fn demands_beside_statistics(mail: &Mail, setting: &Setting) -> bool {
    demands_of_a_person(&words_beside_a_report(mail, setting))
}

fn words_beside_a_report(mail: &Mail, setting: &Setting) -> String {
    beside_ours(mail, bounce::own_words(words(setting)), is_field)
}

fn demands_of_a_person(text: &str) -> bool {
    DEMANDS.iter().any(|phrase| !OF_SERVERS.contains(phrase) && text.contains(phrase))
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
    complains_in_words(text) || names_money(text)
}

/// As [`complains`], where programs name prices too.
pub(super) fn complains_in_words(text: &str) -> bool {
    demands_in_words(text)
        || LANGUAGES.iter().flat_map(|language| language.complains).any(|phrase| text.contains(phrase))
}

fn demands_in_words(text: &str) -> bool {
    DEMANDS.iter().any(|phrase| text.contains(phrase))
}

/// Whether somebody says what they want, or names money. The text is in lower case, with single spaces.
pub(super) fn says_demand(text: &str) -> bool {
    demands_in_words(text) || names_money(text)
}

/// An amount: figures beside the sign or the name of a currency.
pub(super) fn names_money(text: &str) -> bool {
    let has_digit = |word: &str| word.contains(|c: char| c.is_ascii_digit());
    let mut before = "";
    let mut currency_before = false;
    for word in text.split_whitespace() {
        let bare = word.trim_matches(|c: char| c.is_ascii_punctuation());
        let signed = word.contains(['€', '$', '£', '¥', '₽', '₴', '₺', '₹', '₩', '₪', '₫']);
        // `39.90eur`, `3900円`: the name may hold on to its figures.
        let unit = bare.trim_start_matches(|c: char| c.is_ascii_digit() || c.is_ascii_punctuation());
        let named = CURRENCIES.contains(&unit);
        let joined = named && unit.len() < bare.len();
        if joined
            || (signed || currency_before) && has_digit(word)
            || ((signed || named) && has_digit(before))
        {
            return true;
        }
        (before, currency_before) = (word, signed || named);
    }
    false
}

/// Names of currencies, which beside figures make an amount.
#[rustfmt::skip]
const CURRENCIES: &[&str] = &[
    "eur", "euro", "euros", "usd", "dollar", "dollars", "gbp", "pound", "pounds", "chf", "franken", "francs", "kr",
    "kroner", "kronor", "nok", "sek", "dkk", "zł", "zl", "pln", "złotych", "руб", "рублей", "рубля", "грн", "гривень",
    "гривні", "kč", "czk", "korun", "ft", "forint", "forintot", "huf", "lei", "tl", "lira", "лв", "ευρώ",
    "دولار", "ريال", "درهم", "جنيه", "يورو", "שקל", "שקלים", "יורו", "vnd", "đồng", "円", "元", "원",
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
    "a pénzem", "pénzemet", "kérem vissza", "vissza a pénz", "nem érkezett meg", "elromlott", "törött", "ügyvéd",
    "поверніть", "вимагаю", "мої гроші", "мої кошти", "зіпсован", "зламан", "пошкоджен", "не прийш", "не відпові",
    "vreau ", "banii mei", "banii înapoi", "îmi cer banii", "nu a ajuns", "nu am primit", "stricat", "deteriorat",
    "أريد", "اريد", "أطالب", "أموالي", "نقودي", "لم يصل", "لم تصل", "مكسور", "محامي",
    "אני רוצה", "אני דורש", "הכסף שלי", "הכסף בחזרה", "את כספי", "לא הגיע", "שבור", "פגום", "עורך דין",
    "tôi muốn", "tôi yêu cầu", "hoàn tiền", "trả lại tiền", "tiền của tôi", "bị hỏng", "bị vỡ", "chưa nhận được", "luật sư",
    "θέλω ", "απαιτώ", "τα χρήματά μου", "τα χρήματα πίσω", "δικηγόρο", "χάλασε", "σπασμέν", "δεν ήρθε", "δεν έφτασε",
    "tražim", "zahtijevam", "novac natrag", "moj novac", "povrat novca", "vratite mi", "pokvar", "odvjetnik", "nije stig",
    "искам ", "парите ми", "върнете", "счупен", "повреден",
    // What somebody paid, they tell of themselves.
    "i paid", "i have paid", "i've paid", "ich habe bezahlt", "habe ich bezahlt", "ich bezahlte", "j'ai payé",
    "he pagado", "pagué", "paguei", "ho pagato", "ik betaalde", "heb betaald", "zapłacił", "zaplatil", "jag betalade",
    "jeg betalte", "maksoin", "ödedim", "fizettem", "am plătit", "заплатил", "заплатив", "دفعت", "שילמתי",
];
