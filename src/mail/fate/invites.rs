//! What calendars write around an invitation or an answer to one, and what people write.
//!
//! An entry of a calendar is a report only where nobody speaks: a customer may ask for a call by an invitation, answer
//! one with a complaint, or send the appointment along that nobody kept.

use super::own;
use crate::mail::flowing::flowing;

/// Words from which on a line may be a person's sentence.
const SENTENCE: usize = 4;

/// Whether somebody wrote to an invitation of theirs: a complaint, a question, or a line that no calendar writes.
pub(super) fn is_written(words: &str) -> bool {
    is_remarked(words) || words.lines().any(|line| is_sentence(&flowing(line)))
}

/// Whether somebody wrote to an answer of theirs what is more than a yes or a no: a complaint, a question.
pub(super) fn is_remarked(words: &str) -> bool {
    let lines: Vec<String> = words.lines().map(flowing).filter(|line| !is_of_a_calendar(line)).collect();
    let text = lines.join(" ");
    own::complains_in_words(&text) || own::asks(&text)
}

fn is_sentence(line: &str) -> bool {
    let words = line.split_whitespace().filter(|word| word.contains(char::is_alphanumeric));
    let (mut all, mut figures) = (0, 0);
    for word in words {
        all += 1;
        figures += usize::from(word.contains(|c: char| c.is_ascii_digit()));
    }
    // A third of figures is a day and its hours.
    all >= SENTENCE && figures * 3 < all && !is_of_a_calendar(line)
}

/// A line that a calendar writes: a field of the entry, how one joins, who sent it, an address, a drawn line.
fn is_of_a_calendar(line: &str) -> bool {
    let line = line.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '+');
    let name = line.split_once([':', '：']).map_or("", |(name, _)| name.trim());
    line.is_empty()
        || is_price(line)
        || FIELDS.contains(&name)
        || PROGRAM.iter().any(|phrase| line.contains(phrase))
        || line.starts_with("http")
        || (line.contains('@') && line.split_whitespace().count() <= SENTENCE)
}

/// What a call or a seat costs, of which nobody says more.
fn is_price(line: &str) -> bool {
    let first = line.split([' ', ':', '：']).next().unwrap_or_default();
    PRICES.contains(&first) && own::names_money(line) && !own::complains_in_words(line)
}

/// How a line begins that names a price.
const PRICES: [&str; 26] = [
    "price", "cost", "costs", "fee", "fees", "rate", "rates", "preis", "kosten", "gebühr", "tarif", "prix",
    "coût", "precio", "coste", "tarifa", "preço", "custo", "prezzo", "costo", "prijs", "pris", "cena",
    "hinta", "цена", "ціна",
];

/// Names of the fields of an entry.
#[rustfmt::skip]
const FIELDS: &[&str] = &[
    "when", "where", "who", "what", "title", "topic", "time", "date", "location", "calendar", "organizer", "organiser",
    "attendees", "guests", "optional", "required", "duration", "subject", "meeting id", "passcode", "password",
    "phone conference id", "find a local number", "event details", "view event", "video call link", "joining info",
    "wann", "wo", "wer", "zeit", "datum", "ort", "titel", "kalender", "teilnehmer", "betreff", "besprechungs-id",
    "kennung", "kenncode", "quand", "où", "qui", "heure", "lieu", "titre", "agenda", "objet", "cuándo", "cuando",
    "dónde", "donde", "quién", "hora", "lugar", "título", "calendario", "asunto", "quando", "onde", "dove", "chi",
    "luogo", "titolo", "wanneer", "waar", "wie", "tijd", "locatie", "onderwerp", "när", "var", "hvornår", "når",
    "hvor", "kiedy", "gdzie", "kdy", "kde", "когда", "где", "тема", "日時", "場所", "时间", "地点", "시간", "장소",
];

/// What calendars and programs for meetings say of an invitation or an answer.
#[rustfmt::skip]
const PROGRAM: &[&str] = &[
    "has accepted this invitation", "has accepted the invitation", "has declined this invitation",
    "has declined the invitation", "has tentatively accepted", "has replied", "has proposed a new time",
    "have been invited", "has invited you", "is inviting you", "you are invited to the following", "has been canceled",
    "has been cancelled", "has been updated", "has been changed", "this event", "invitation from google",
    "google calendar", "receiving this email because", "receiving this courtesy email",
    "forwarding this invitation could allow", "to stop receiving", "microsoft teams", "join on your computer",
    "join the meeting", "join zoom", "join with", "join by", "join now", "click here to join", "or call in", "learn more",
    "meeting options", "need help?", "dial in", "one tap mobile", "find your local number", "download teams", "zoom meeting", "webex", "skype meeting", "not signed in",
    "hat diese einladung", "hat die einladung", "einladung von google", "sie wurden", "laden sie zu", "termin wurde",
    "an der besprechung teilnehmen", "nehmen sie an", "weitere infos", "besprechungsoptionen",
    "a accepté", "a refusé", "a décliné", "vous avez été invité", "vous invite", "invitation de google",
    "rejoindre la réunion", "rejoignez", "pour en savoir plus", "ha aceptado", "ha rechazado", "te ha invitado",
    "le ha invitado", "ha sido invitado", "invitación de google", "unirse a la reunión", "aceitou", "recusou",
    "foi convidado", "convite do google", "ingressar na reunião", "ha accettato", "ha rifiutato", "sei stato invitato",
    "invito da google", "partecipa alla riunione", "heeft deze uitnodiging", "je bent uitgenodigd", "u bent uitgenodigd",
    "uitnodiging van google", "deelnemen aan", "har accepterat", "har tackat", "har accepteret", "har afvist",
    "har godtatt", "zaakceptował", "odrzucił", "принял", "отклонил",
];
