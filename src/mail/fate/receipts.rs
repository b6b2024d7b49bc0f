//! Reports about mail that are no bounces: receipts, complaints, statistics, answers to invitations.
//!
//! The standard forms say what they are by their media type (RFC 8098, RFC 5965, RFC 8460, RFC 6047). Beside them are
//! receipts that are told only by their words: those of Exchange and Outlook, and those of Notes.

use super::{Setting, invites, own};
use crate::mail::flowing::flowing;
use crate::mail::inbound::Mail;

/// The method of an entry that asks for something, where whoever sends it may say why (RFC 5546 §1.4).
const INVITATION: &str = "request";
/// Bytes of a calendar part in which its method stands.
const CALENDAR: usize = 4096;
/// Characters of a receipt that are looked through.
const READ: usize = 600;

/// Row L4.
pub(super) fn read_receipt(mail: &Mail, setting: &Setting) -> Option<String> {
    report_type(mail, "disposition-notification")
        .or_else(|| whole_part(mail, "message/disposition-notification"))
        .or_else(|| field(mail, "Content-Class", "mdn"))
        .or_else(|| field(mail, "X-Message-Class", "ipnrn"))
        .or_else(|| if own::is_backed(mail, setting) { whole_form(mail) } else { None })
}

/// Row L5.
pub(super) fn machine_report(mail: &Mail, setting: &Setting) -> Option<String> {
    let packed = |kind: &str| {
        matches!(
            kind,
            "application/gzip"
                | "application/x-gzip"
                | "application/zip"
                | "application/x-zip"
                | "application/x-zip-compressed"
                | "application/octet-stream"
                | "application/tlsrpt+gzip"
        )
    };
    let subject = mail.subject.to_lowercase();
    let aggregate = ["report domain:", "submitter:", "report-id:"];
    let about_dmarc = aggregate.iter().filter(|word| subject.contains(*word)).count() >= 2
        || (subject.contains("report domain:") || subject.contains("dmarc aggregate report"));
    let report = ["feedback-report", "tlsrpt"].iter().find_map(|kind| report_type(mail, kind));
    report
        .or_else(|| whole_part(mail, "message/feedback-report"))
        .or_else(|| mail.header("TLS-Report-Domain").map(|value| format!("TLS-Report-Domain: {value}")))
        .or_else(|| complaint_of_hotmail(mail, setting))
        .or_else(|| {
            let attached = mail.parts.iter().any(|part| packed(&part.media_type));
            let person = own::complains_in_words(&flowing(own::words(setting)));
            (about_dmarc && attached && !person).then(|| format!("Subject: {}", mail.subject))
        })
}

/// Microsoft's complaints about mail to its users: no report by type, but the mail with a field of theirs in it. Where
/// somebody writes above such a mail, they pass it on.
fn complaint_of_hotmail(mail: &Mail, setting: &Setting) -> Option<String> {
    if !own::words(setting).trim().is_empty() {
        return None;
    }
    let name = "X-HmXmrOriginalRecipient";
    let returned = mail.returned.iter().flatten().find(|header| header.is(name));
    let value = returned.map(|header| header.value.as_str()).or_else(|| mail.header(name))?;
    Some(format!("{name}: {value}"))
}

/// Row L15. A calendar's entry beside what somebody writes is a file of theirs.
pub(super) fn calendar(mail: &Mail, setting: &Setting) -> Option<String> {
    let method = method(mail)?;
    let spoken = if method == INVITATION { invites::is_written } else { invites::is_remarked };
    (!spoken(own::words(setting))).then(|| format!("text/calendar with method={method}"))
}

/// An answer to an invitation with words beside it: calendars answer by themselves, and are not answered.
pub(super) fn calendar_answer(mail: &Mail) -> Option<String> {
    let method = method(mail).filter(|method| method != INVITATION)?;
    Some(format!("text/calendar with method={method}, and somebody's own words"))
}

/// What an entry of a calendar is for, where it is for us to act on.
fn method(mail: &Mail) -> Option<String> {
    const METHODS: [&str; 6] = ["reply", "request", "cancel", "counter", "declinecounter", "refresh"];
    let named = mail.parts.iter().find_map(|part| {
        let method = part.method.as_deref()?;
        (part.media_type == "text/calendar" && METHODS.contains(&method)).then(|| method.to_owned())
    });
    named.or_else(|| {
        mail.attachments.iter().filter(|part| part.media_type == "text/calendar").find_map(|part| {
            let head = part.bytes.get(..part.bytes.len().min(CALENDAR)).unwrap_or_default();
            let head = String::from_utf8_lossy(head).to_lowercase();
            let method =
                head.lines().find_map(|line| line.trim().strip_prefix("method:").map(str::to_owned))?;
            METHODS.contains(&method.as_str()).then_some(method)
        })
    })
}

fn report_type(mail: &Mail, kind: &str) -> Option<String> {
    (mail.content_type.report_type.as_deref() == Some(kind))
        .then(|| format!("Content-Type with report-type={kind}"))
}

/// A part of that type, where the mail is a report or is nothing else; a person may pass one on.
fn whole_part(mail: &Mail, kind: &str) -> Option<String> {
    let report = mail.content_type.media_type == "multipart/report" || mail.content_type.media_type == kind;
    let found = report && mail.parts.iter().any(|part| part.media_type == kind);
    found.then(|| format!("a {kind} part"))
}

fn field(mail: &Mail, name: &str, ending: &str) -> Option<String> {
    let value = mail.header(name)?;
    value.trim().to_lowercase().ends_with(ending).then(|| format!("{name}: {value}"))
}

/// How a receipt of Exchange or Outlook is called in its subject, and what its text says; by language. Notes calls
/// its own in English in most of them.
const RECEIPTS: [(&[&str], &[&str]); 22] = [
    (
        &["read:", "not read:", "read receipt:", "return receipt", "delivered:"],
        &[
            "was read on",
            "was deleted without being read",
            "was received by",
            "has been read",
            "was displayed",
        ],
    ),
    (
        &["gelesen:", "ungelesen gelöscht:", "nicht gelesen:", "lesebestätigung", "empfangsbestätigung"],
        &["wurde gelesen", "wurde am", "ungelesen gelöscht", "wurde empfangen"],
    ),
    (
        &["lu:", "non lu:", "lue:", "accusé de lecture", "accusé de réception:"],
        &["a été lu", "a été supprimé", "a été reçu"],
    ),
    (
        &["leído:", "no leído:", "leido:", "acuse de lectura"],
        &["se leyó", "fue leído", "ha sido leído", "se eliminó"],
    ),
    (&["lida:", "lido:", "não lida:", "lidas:"], &["foi lida", "foi lido", "foi eliminada", "foi excluída"]),
    (
        &["letto:", "non letto:", "conferma di lettura"],
        &["è stato letto", "è stata letta", "eliminato senza"],
    ),
    (
        &["gelezen:", "niet gelezen:", "leesbevestiging"],
        &["is gelezen", "gelezen op", "ongelezen verwijderd"],
    ),
    (&["læst:", "ikke læst:"], &["blev læst", "er læst"]),
    (&["lest:", "ikke lest:"], &["ble lest", "er lest"]),
    (&["läst:", "inte läst:", "ej läst:"], &["lästes", "har lästs"]),
    (&["luettu:", "ei luettu:"], &["luettiin", "on luettu"]),
    (
        &["przeczytane:", "przeczytano:", "nie przeczytane:"],
        &["została przeczytana", "przeczytano", "usunięta bez"],
    ),
    (&["přečteno:", "přečtené:", "nepřečteno:"], &["byla přečtena", "přečtena", "odstraněna"]),
    (&["prečítané:", "neprečítané:"], &["bola prečítaná", "prečítaná"]),
    (&["elolvasva:", "olvasatlan:"], &["elolvas"]),
    (&["citit:", "necitit:"], &["a fost citit"]),
    (&["okundu:", "okunmadı:"], &["okundu"]),
    (&["αναγνώστηκε:", "διαβάστηκε:"], &["αναγνώστηκε", "διαβάστηκε"]),
    (
        &["прочтено:", "прочитано:", "не прочтено:"],
        &["было прочитано", "прочтено", "прочитано", "удалено без"],
    ),
    (&["開封済み:", "開封済：", "開封済み："], &["開封"]),
    (&["已读:", "已读：", "已讀:", "已讀："], &["已", "阅读", "閱讀"]),
    (&["읽음:", "읽음："], &["읽"]),
];

/// A receipt told by its words, where nothing else stands: each sentence is the form's.
fn whole_form(mail: &Mail) -> Option<String> {
    let lower = mail.text.to_lowercase();
    let mut sentences = lower.split('\n').flat_map(|line| line.split(". ")).map(str::trim);
    let said = |sentence: &str| {
        RECEIPTS.iter().flat_map(|(_, texts)| *texts).any(|words| sentence.contains(words))
            || LABELS.iter().any(|label| sentence.starts_with(label))
    };
    let of_the_form = |sentence: &str| sentence.split_whitespace().count() <= SHORT || said(sentence);
    if sentences.all(of_the_form) { in_words(mail) } else { None }
}

/// Words of a line that may stand in a form by itself: `Your message`, a name.
const SHORT: usize = 4;

/// A receipt told by its words: the form of a program and little beside it. A parcel is received, too.
pub(super) fn in_words(mail: &Mail) -> Option<String> {
    let subject = mail.subject.to_lowercase().replace(" :", ":");
    let lower = mail.text.get(..mail.text.floor_char_boundary(READ)).unwrap_or_default().to_lowercase();
    let lower = lower.replace(" :", ":");
    let head = lower.split_whitespace().collect::<Vec<_>>().join(" ");
    // What a person adds to a subject that begins so is more than a receipt's few lines.
    let short = mail.text.len() <= READ;
    let found = RECEIPTS.iter().any(|(subjects, texts)| {
        subjects.iter().any(|start| subject.starts_with(start)) && is_form(&lower, texts)
    });
    // The form repeats the subject and the fields of a mail of ours.
    let person = || own::complains(&own::beside_ours(mail, &mail.text, is_field));
    (found && short && !head.contains('?') && !person())
        .then(|| format!("Subject: {}, in the words of a receipt", mail.subject))
}

/// Whether a text says what became of a message, in the lines of a form or in no other sentence than that.
fn is_form(text: &str, texts: &[&str]) -> bool {
    let said = |sentence: &str| texts.iter().any(|words| sentence.contains(words));
    let about_mail = |sentence: &str| MESSAGES.iter().any(|word| sentence.contains(word));
    let labelled = LABELS.iter().any(|label| text.contains(label));
    let mut sentences = text.split('\n').flat_map(|line| line.split(". ")).map(str::trim);
    let flowing = text.split_whitespace().collect::<Vec<_>>().join(" ");
    said(&flowing)
        && about_mail(&flowing)
        && (labelled
            || sentences.all(|sentence| sentence.is_empty() || said(sentence) || about_mail(sentence)))
}

/// What such a form calls the mail that was read.
const MESSAGES: [&str; 30] = [
    "message",
    "document",
    "e-mail",
    "email",
    "your mail",
    "nachricht",
    "mensaje",
    "mensagem",
    "messaggio",
    "bericht",
    "besked",
    "meddelelse",
    "melding",
    "meddelande",
    "viesti",
    "wiadomoś",
    "zpráv",
    "správ",
    "üzenet",
    "mesaj",
    "ileti",
    "μήνυμα",
    "сообщени",
    "письм",
    "メッセージ",
    "邮件",
    "郵件",
    "메시지",
    "메일",
    "メール",
];

/// Whether a line is a field of the mail that such a form tells of.
pub(super) fn is_field(line: &str) -> bool {
    let line = line.trim_start().to_lowercase().replace(" :", ":");
    LABELS.iter().any(|label| line.starts_with(label))
}

/// The lines of such a form.
const LABELS: [&str; 27] = [
    "was received by:",
    "subject:",
    "sent:",
    "to:",
    "betreff:",
    "gesendet:",
    "an:",
    "objet:",
    "envoyé:",
    "asunto:",
    "enviado:",
    "para:",
    "assunto:",
    "oggetto:",
    "inviato:",
    "onderwerp:",
    "verzonden:",
    "emne:",
    "ämne:",
    "aihe:",
    "temat:",
    "předmět:",
    "predmet:",
    "tárgy:",
    "konu:",
    "тема:",
    "件名:",
];
