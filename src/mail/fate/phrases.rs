//! Words by which machines and absent people are known.

use crate::mail::inbound::Mail;

/// How the subject of an absence notice begins, in lower case, by language.
const ABSENCE: [&str; 44] = [
    // English
    "automatic reply",
    "auto reply",
    "auto-reply",
    "autoreply",
    "auto response",
    "autoresponse",
    "auto:",
    "out of office",
    "out of the office",
    "out-of-office",
    "away from my mail",
    "away from the office",
    "on vacation",
    "vacation reply",
    // German
    "automatische antwort",
    "abwesenheitsnotiz",
    "abwesenheit",
    "abwesend",
    "außer haus",
    "ich bin nicht im büro",
    "nicht im haus",
    // French
    "réponse automatique",
    "absence du bureau",
    "absent du bureau",
    "message d'absence",
    // Spanish, Portuguese
    "respuesta automática",
    "fuera de la oficina",
    "fuera de oficina",
    "resposta automática",
    "ausência temporária",
    // Italian
    "risposta automatica",
    "fuori sede",
    "fuori ufficio",
    // Dutch
    "automatisch antwoord",
    "afwezig",
    "niet aanwezig",
    // Danish, Norwegian, Swedish, Finnish
    "automatisk svar",
    "autosvar",
    "ikke til stede",
    "frånvaro",
    "automaattinen vastaus",
    // Polish, Czech, Russian
    "automatyczna odpowiedź",
    "automatická odpověď",
    "автоматический ответ",
];

/// What an absence notice says in its first lines, in lower case.
const ABSENCE_TEXT: [&str; 18] = [
    "out of office",
    "out of the office",
    "away from the office",
    "on vacation",
    "on holiday",
    "on leave",
    "maternity leave",
    "i am currently away",
    "nicht im büro",
    "nicht im haus",
    "abwesend",
    "im urlaub",
    "elternzeit",
    "en congé",
    "absent du bureau",
    "fuera de la oficina",
    "fuori ufficio",
    "afwezig",
];

/// Bytes of text looked at for an absence.
const BEGINNING: usize = 1000;

/// Whether a subject begins as an absence notice does, after any `Re:`.
pub(super) fn starts_with_absence(subject: &str) -> bool {
    let lower = subject.to_lowercase().replace(['\u{2019}', '\u{2018}'], "'");
    let mut rest = lower.trim();
    while let Some(after) =
        ["re:", "aw:", "fwd:", "fw:", "wg:", "sv:", "antw:"].iter().find_map(|mark| rest.strip_prefix(mark))
    {
        rest = after.trim_start();
    }
    let rest = rest.trim_start_matches(['[', '(', '*', '-', '"', ' ']);
    ABSENCE.iter().any(|phrase| rest.starts_with(phrase))
}

/// Whether a mail known to be automatic says that its author is away.
pub(super) fn is_out_of_office(mail: &Mail) -> bool {
    if starts_with_absence(&mail.subject) {
        return true;
    }
    let beginning =
        mail.text.get(..mail.text.floor_char_boundary(BEGINNING)).unwrap_or_default().to_lowercase();
    let generated =
        mail.header("Auto-Submitted").is_some_and(|value| value.to_lowercase().starts_with("auto-generated"));
    !generated && ABSENCE_TEXT.iter().any(|phrase| beginning.contains(phrase))
}

/// Local parts that belong to mail servers.
pub(super) fn is_mailer(local: &str) -> bool {
    matches!(
        local.to_lowercase().as_str(),
        "mailer-daemon" | "postmaster" | "mail-daemon" | "mailerdaemon" | "mdaemon"
    )
}

/// Local parts of machines and roles that nobody answers from (RFC 3834 §2, RFC 5230 §4.6).
pub(super) fn is_role(local: &str) -> bool {
    let local = local.to_lowercase();
    let bare: String = local.chars().filter(|c| !matches!(c, '-' | '_' | '.')).collect();
    let bare = bare.split('+').next().unwrap_or_default();
    let list = ["-request", "-owner", "-bounce", "-bounces"].iter().any(|ending| local.ends_with(ending));
    let bounce = ["bounce", "bounces"].iter().any(|word| {
        local.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with(['+', '-']))
    });
    list || bounce
        || is_mailer(&local)
        || local.starts_with("owner-")
        || matches!(bare, "noreply" | "donotreply" | "listserv" | "majordomo")
}
