//! Challenge-response: services that hold a mail until its sender proves to be a person, and their notices.
//!
//! They are never answered: whoever confirms what they are asked, by mail or by link, may confirm for a spammer who
//! forged our address. They come as plain mail in the name of the person we wrote to, often without any mark of a
//! machine, and some dress up as a delivery report.
//!
//! A known service is told by its name in an address, a field, a link or its report; an unknown one by two kinds of
//! words, what one is to do and what for, in an answer.

use super::{Setting, own};
use crate::mail::{
    flowing::flowing,
    inbound::{Mail, ReturnPath},
};

/// Characters of text that are looked through.
const READ: usize = 2500;

/// Services by their domain, and programs by the word with which they sign.
const SERVICES: [&str; 16] = [
    "0spam.com",
    "antispam.uol",
    "antispamuol",
    "bitbounce.com",
    "bluebottle.com",
    "boxbe.com",
    "digiportal.com",
    "knowspam.net",
    "mailblocks.com",
    "mailfrontier.com",
    "mailinblack.com",
    "qurb.com",
    "sendio.com",
    "spamarrest.com",
    "tmda.net",
    "vanquish.com",
];

/// Fields that such services add, by how their name begins, in lower case.
const FIELDS: [&str; 5] = ["x-bluebottle-", "x-boxbe-", "x-spamarrest-", "x-choicemail-", "x-qurb-"];

/// What one is to do, or has done: follow a link, answer, enter something.
const ACTIONS: &[&str] = &[
    "click the link",
    "click on the link",
    "click here",
    "click below",
    "follow this link",
    "follow the link",
    "visit the following",
    "reply to this message",
    "reply to this e-mail",
    "reply to this email",
    "just reply",
    "confirm that you are",
    "authenticate yourself",
    "complete this form",
    "fill out",
    "fill in the",
    "type the",
    "please click",
    "click to ",
    "clicking ",
    "auf den link",
    "auf folgenden link",
    "auf den folgenden link",
    "enter the code",
    "request to be added",
    "one-time",
    "just this once",
    "send an empty message",
    "release your message",
    "klicken sie",
    "antworten sie auf diese",
    "cliquez sur",
    "cliquer sur",
    "vous authentifier",
    "haga clic",
    "clique no link",
    "clique aqui",
    "fare clic",
    "clicca sul",
    "klik op de",
    "kliknij",
    "перейдите по ссылке",
];

/// The same in words that customers use as well, who want things confirmed.
const REQUESTS: &[&str] = &[
    "please confirm",
    "confirm that you",
    "confirm your",
    "verify your",
    "verify that you",
    "please verify",
    "bestätigen sie",
    "veuillez confirmer",
    "merci de confirmer",
    "confirme que",
    "por favor confirme",
    "bevestig",
];

/// What such a notice is about: mail, and who sends it.
#[rustfmt::skip]
const MAIL: &[&str] = &[
    "message", "mail", "sender", "nachricht", "absender", "courriel", "mensaje", "correo", "mensagem", "messaggio",
    "bericht", "wiadomoś", "письмо", "письма", "сообщени",
];

/// What for.
const REASONS: &[&str] = &[
    "guest list",
    "pending folder",
    "pending queue",
    "not a robot",
    "spam protection",
    "delivered afterwards",
    "soit délivré",
    "soit remis",
    "a été mis en attente",
    "zugestellt werden kann",
    "wird zurückgehalten",
    "задержано",
    "было доставлено",
    "approved sender",
    "approved senders",
    "allowed sender",
    "allowed list",
    "list of allowed",
    "safe sender list",
    "my contact list before",
    "whitelist",
    "white list",
    "white-list",
    "whitelisted",
    "spamblocker",
    "spam blocker",
    "anti-spam system",
    "antispam system",
    "spam protection system",
    "protected by",
    "prevent spam",
    "junk mail filter",
    "you are human",
    "you are a human",
    "you're human",
    "are a real person",
    "a real person sent",
    "are not a spammer",
    "not an automated",
    "first time you",
    "held until",
    "being held",
    "on hold until",
    "has been held",
    "waiting to be delivered",
    "will be delivered to",
    "before your message can be delivered",
    "before it can be delivered",
    "will only be delivered",
    "not yet been delivered",
    "to protect my inbox",
    "to protect my mailbox",
    "verification process",
    "protégé par",
    "contre les spams",
    "contre le spam",
    "me parvienne",
    "wurde zurückgehalten",
    "ihre nachricht zugestellt",
    "ihre e-mail zugestellt",
    "kein roboter",
    "spamschutz",
    "spam-schutz",
    "erstmalig",
    "liste blanche",
    "anti-spam",
    "antispam",
    "receiving junk mail",
    "has not been verified",
    "confirmed sender",
    "unknown sender",
    "lista blanca",
    "lista branca",
    "lista bianca",
    "spamfilter",
    "lista de permitidos",
    "белый список",
    "не робот",
];

/// A challenge that comes as a delivery report of the mail it holds.
pub(super) fn dressed_as_a_report(mail: &Mail, _: &Setting) -> Option<String> {
    let report = mail.delivery_status.iter().map(|status| beginning(status));
    let said = report
        .into_iter()
        .any(|status| status.contains("not pre-approved") || status.contains("x-boxbe-notice"));
    said.then(|| "a message/delivery-status part of a service that asks senders for proof".to_owned())
}

/// Any other challenge, and the notice that one was passed.
pub(super) fn challenge(mail: &Mail, setting: &Setting) -> Option<String> {
    let text = own_text(setting);
    let named = mail.headers.iter().find(|header| {
        let name = header.name.to_lowercase();
        FIELDS.iter().any(|field| name.starts_with(field))
    });
    // Such a service marks the mail of its own customers, too.
    if let Some(header) = named.filter(|_| !own::says_demand(&text)) {
        return Some(format!("{}: {}", header.name, header.value));
    }
    if own::complains(&text) {
        return None;
    }
    let said = said(&text)?;
    if let Some(service) = SERVICES.iter().find(|service| addresses(mail).any(|one| is_of(&one, service))) {
        return Some(format!("{service}, which asks senders for proof"));
    }
    // The page of a known service is as good a mark as its address.
    let page = SERVICES.iter().any(|service| text.contains(service) && text.contains("://"));
    let backed = page || own::is_backed(mail, setting);
    // What one has to do, what for and with what: somebody who wants a thing confirmed says two of them at most.
    let whole =
        ACTIONS.iter().any(|words| text.contains(words)) && MAIL.iter().any(|word| text.contains(word));
    (backed && whole && is_asked(mail, setting, &text)).then_some(said)
}

/// Whether an address belongs to a service: its name in whole words, as it stands between dots and the `@`.
fn is_of(address: &str, service: &str) -> bool {
    format!(".{}.", address.replace('@', ".")).contains(&format!(".{service}."))
}

/// What somebody is to do, and what for.
fn said(text: &str) -> Option<String> {
    let demanded = ACTIONS.iter().chain(REQUESTS).find(|words| text.contains(*words))?;
    let reason = REASONS.iter().find(|words| text.contains(*words))?;
    Some(format!("“{demanded}” and “{reason}”"))
}

/// The words of a challenge that no known service signs, or of a known one that gives no reason. People who confirm or
/// want something confirmed use them too.
pub(super) fn unproven(mail: &Mail, setting: &Setting) -> Option<String> {
    let text = own_text(setting);
    if own::complains(&text) {
        return None;
    }
    let service = || {
        let demanded = ACTIONS.iter().chain(REQUESTS).any(|words| text.contains(words));
        let service = SERVICES.iter().find(|service| addresses(mail).any(|one| is_of(&one, service)));
        service.filter(|_| demanded).map(|service| format!("{service}, which asks senders for proof"))
    };
    said(&text).filter(|_| is_asked(mail, setting, &text)).or_else(service)
}

/// Whether a mail with such words has a link or answers something, and asks nothing itself: whoever complains of such
/// a service does.
fn is_asked(mail: &Mail, setting: &Setting, text: &str) -> bool {
    let linked = LINKS.iter().chain(&SERVICES).any(|link| text.contains(link));
    let subject = mail.subject.to_lowercase();
    let answers = setting.in_reply_to_ours
        || !mail.in_reply_to.is_empty()
        || ["re:", "aw:", "antw:"].iter().any(|mark| subject.starts_with(mark))
        || ASKED.iter().any(|word| subject.contains(word));
    let asks = text.contains("? ") || text.ends_with('?');
    (linked || answers) && !asks
}

/// The author's own words without the line by which a provider recommends itself.
fn own_text(setting: &Setting) -> String {
    let is_footer = |line: &str| {
        let line = flowing(line);
        FOOTERS.iter().any(|words| line.starts_with(words)) && line.split_whitespace().count() <= FOOTER
    };
    let lines: Vec<&str> = own::words(setting).lines().filter(|line| !is_footer(line)).collect();
    beginning(&lines.join("\n"))
}

/// How the line begins in which a filter of its author's mail is named.
const FOOTERS: [&str; 8] = [
    "protected by",
    "secured by",
    "scanned by",
    "checked by",
    "protégé par",
    "geschützt durch",
    "geprüft von",
    "protegido por",
];

/// Words of such a line at most.
const FOOTER: usize = 6;

const LINKS: [&str; 3] = ["http://", "https://", "www."];

/// Words of a subject under which senders are asked for proof.
const ASKED: [&str; 14] = [
    "confirm",
    "verif",
    "authenticat",
    "challenge",
    "approval",
    "deliver your",
    "action required",
    "your message to",
    "your email to",
    "bestätig",
    "authentifi",
    "confirma",
    "conferma",
    "подтверд",
];

fn addresses(mail: &Mail) -> impl Iterator<Item = String> {
    let path = match &mail.return_path {
        ReturnPath::Address(address) => Some(address.as_str()),
        ReturnPath::Missing | ReturnPath::Null => None,
    };
    let id = mail.message_id.as_deref();
    let people = mail.authors.iter().chain(&mail.sender).map(|mailbox| mailbox.address.as_str());
    people.chain(path).chain(id).map(str::to_lowercase)
}

fn beginning(text: &str) -> String {
    flowing(text.get(..text.floor_char_boundary(READ)).unwrap_or_default())
}
