//! Out-of-office notes that carry no mark of a machine: known by their words, and never by one sign alone.
//!
//! People do write about being out of office (RFC 3834 §3.1.5), so a subject proves nothing. Two signs do: a subject
//! as programs write it, a first line that says who is away, what is usual beside it (whom to ask, when it will be
//! read), a field that a server's rule leaves, an answer to a mail of ours. A subject as only programs write it,
//! alone, leaves the mail a person's; it is merely not acknowledged.
//!
//! Absent here: fields by which autoresponders name themselves, see [`super::responders`]; the words, see
//! [`super::away_words`]; the day of return, see [`super::back`].

use super::away_words::{LANGUAGES, Language};
use super::{Setting, own};
use crate::mail::inbound::{Mail, ReturnPath};

/// Characters of text in which an absence is told.
const FIRST_LINES: usize = 500;
/// Characters of text that are looked through for what only a person would write.
const READ: usize = 1500;
/// Marks of replies that stand before a subject, at most so many of them.
const MARKS: usize = 8;
const REPLY_MARKS: [&str; 14] = [
    "re:", "aw:", "fwd:", "fw:", "wg:", "sv:", "antw:", "rv:", "tr:", "vs:", "odp:", "ynt:", "res:", "回复:",
];

/// What may stand before the words of a program.
const OPENING: [char; 9] = ['[', '(', '*', '-', '"', '<', '{', '!', ' '];

/// How the subject of a mail speaks of an absence.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Subject {
    /// Not at all.
    Silent,
    /// In words that a person may use too.
    Topic,
    /// With the words of a program at its start, and more.
    Label,
    /// As a program does, behind the mark of a reply: perhaps somebody answers such a note.
    Answered,
    /// In nothing but the words of a program.
    Whole,
    /// As a program does: its words, a colon, and the subject that it answers.
    Tag,
}

/// The signs that a mail shows.
#[expect(clippy::struct_excessive_bools, reason = "each is a sign by itself, seen or not")]
struct Signs {
    subject: Subject,
    /// Its first lines say that somebody is away now.
    away: bool,
    /// It says what follows from it: whom to ask, when mail will be read.
    usual: bool,
    /// A server's rule has left its mark.
    rule: bool,
    /// It asks or complains.
    person: bool,
}

/// Row L16: two signs of an absence, in an answer or with a mark in the header, and nothing beside it. Whoever tells us
/// that they go away and what is to be done meanwhile has written to us.
pub(super) fn absence(mail: &Mail, setting: &Setting) -> Option<String> {
    let programs = matches!(subject(&mail.subject), Subject::Tag | Subject::Whole);
    let backed = own::is_backed(mail, setting) || (programs && is_suppressed(mail));
    let explained = || programs && tells_of_absence(own::words(setting));
    let alone = || own::is_marked(mail) || explained() || !says_more(own::words(setting));
    if backed && alone() { in_words(mail, setting) } else { None }
}

/// Whether a text has a sentence that no note of an absence has.
fn says_more(words: &str) -> bool {
    sentences(words).iter().any(|sentence| is_foreign(sentence))
}

/// Whether the first lines say what a note of an absence says.
fn tells_of_absence(words: &str) -> bool {
    let first = beginning(words, FIRST_LINES);
    says_away(&first) || any(&first, |language| language.usual)
}

/// The sentences of a text up to its closing, plain; a line goes on where the next one is not empty.
fn sentences(words: &str) -> Vec<String> {
    let head = words.get(..words.floor_char_boundary(NOTE)).unwrap_or_default();
    let own = head.lines().take_while(|line| {
        let line = plain(line);
        !CLOSINGS.iter().any(|closing| line.starts_with(closing))
    });
    let mut text = String::new();
    for line in own {
        text.push_str(if line.trim().is_empty() { "\n" } else { line });
        text.push(' ');
    }
    let ends = |text: &str| -> Vec<String> {
        let marked =
            text.replace("! ", "!\n").replace(". ", ".\n").replace("; ", ";\n").replace('。', "。\n");
        marked.lines().map(plain).filter(|sentence| !sentence.is_empty()).collect()
    };
    ends(&text)
}

/// Bytes of a note that are looked through.
const NOTE: usize = 4 * 1024;
/// Words, or characters of a script without blanks, from which on a sentence says something.
const SENTENCE: usize = 4;

/// Whether a sentence is none of a note: it speaks neither of the absence nor of mail, nor is it a name or a number.
fn is_foreign(sentence: &str) -> bool {
    let usual = |language: &Language| {
        let words = [language.labels, language.topics, language.away, language.usual];
        words.into_iter().flatten().any(|phrase| sentence.contains(phrase))
    };
    let words = sentence.split_whitespace().filter(|word| word.contains(char::is_alphabetic)).count();
    let dense = sentence.chars().filter(|c| matches!(c, '\u{3040}'..='\u{9fff}')).count();
    (words >= SENTENCE || dense >= 3 * SENTENCE)
        && !LANGUAGES.iter().any(usual)
        && !BESIDE.iter().any(|phrase| sentence.contains(phrase))
}

/// Two signs of an absence, wherever the mail stands.
fn in_words(mail: &Mail, setting: &Setting) -> Option<String> {
    let signs = signs(mail, setting);
    let ours = setting.in_reply_to_ours;
    let answer = ours || !mail.in_reply_to.is_empty() || !mail.references.is_empty();
    let told = signs.away || signs.rule;
    let sure = match signs.subject {
        Subject::Tag => answer || told || signs.usual,
        Subject::Whole => ours || told || signs.usual,
        Subject::Answered | Subject::Label => told || signs.usual,
        Subject::Topic => signs.away,
        Subject::Silent => signs.away && (signs.rule || (answer && signs.usual)),
    };
    (sure && !signs.person).then(|| match signs.subject {
        Subject::Silent => "first lines that tell of an absence, and a second sign".to_owned(),
        _ => format!("Subject: {}, and a second sign", mail.subject),
    })
}

/// Two signs of an absence that its words show, whatever it says beside them. The null return path is none of them.
pub(super) fn two_signs(mail: &Mail, setting: &Setting) -> bool {
    let signs = signs(mail, setting);
    match signs.subject {
        Subject::Silent | Subject::Topic => signs.away && signs.usual,
        _ => signs.away || signs.usual,
    }
}

/// The lesser half of row L16: a subject as programs write it before the one that they answer, whatever the words, since
/// programs speak of prices and refunds too; nothing but their words, under which nobody asks or complains; or two signs
/// that nothing backs.
pub(super) fn absence_unproven(mail: &Mail, setting: &Setting) -> Option<String> {
    let signs = signs(mail, setting);
    let tagged = signs.subject == Subject::Tag || plain(&mail.subject).starts_with("auto:");
    if tagged || (signs.subject == Subject::Whole && !speaks(setting, &signs)) {
        return Some(format!("Subject: {}", mail.subject));
    }
    in_words(mail, setting).or_else(|| {
        let told = signs.away && signs.usual && !signs.person;
        told.then(|| "first lines that tell of an absence and of what follows from it".to_owned())
    })
}

/// Whether somebody speaks under a subject of nothing but the words of programs: a demand, or a question in no note of an absence.
fn speaks(setting: &Setting, signs: &Signs) -> bool {
    let text = beginning(own::words(setting), READ);
    !signs.away && (own::says_demand(&text) || (own::asks(&text) && !signs.usual))
}

/// Whether a mail known to be automatic says that its author is away.
pub(super) fn is_out_of_office(mail: &Mail) -> bool {
    if subject(&mail.subject) != Subject::Silent {
        return true;
    }
    let value = mail.header("Auto-Submitted").unwrap_or_default().to_lowercase();
    value.contains("vacation")
        || (!value.starts_with("auto-generated") && says_away(&beginning(&mail.text, FIRST_LINES)))
}

fn signs(mail: &Mail, setting: &Setting) -> Signs {
    let words = own::words(setting);
    let text = beginning(words, READ);
    let first = beginning(words, FIRST_LINES);
    let subject = subject(&mail.subject);
    // Behind the words of a program stands the subject that it answers, which is ours.
    let own_subject = matches!(subject, Subject::Topic | Subject::Label);
    let complains = || own::complains(&before_ours(&mail.subject));
    Signs {
        subject,
        away: says_away(&first),
        usual: any(&text, |language| language.usual),
        rule: left_by_a_rule(mail),
        person: own::asks(&text) || own::complains(&text) || (own_subject && complains()),
    }
}

/// A subject up to the one of ours that it answers, plain: what follows the mark of a reply or the number of a dispute.
fn before_ours(subject: &str) -> String {
    let plain = plain(subject);
    let ours = |word: &str| {
        let bare = word.trim_start_matches(OPENING);
        REPLY_MARKS.iter().any(|mark| bare.starts_with(mark)) || is_number(word)
    };
    plain.split_whitespace().take_while(|word| !ours(word)).collect::<Vec<_>>().join(" ")
}

/// Whether a word is the number of a dispute as it stands in subjects: `[D-7]`.
fn is_number(word: &str) -> bool {
    let inner = word.strip_prefix('[').and_then(|rest| rest.split_once(']')).map_or("", |(inner, _)| inner);
    inner.split_once('-').is_some_and(|(letters, figures)| {
        !letters.is_empty()
            && !figures.is_empty()
            && letters.chars().all(char::is_alphabetic)
            && figures.chars().all(|c| c.is_ascii_digit())
    })
}

fn says_away(text: &str) -> bool {
    any(text, |language| language.away)
}

fn any(text: &str, words: fn(&Language) -> &'static [&'static str]) -> bool {
    LANGUAGES.iter().flat_map(words).any(|phrase| text.contains(phrase))
}

/// Fields that Exchange adds where a rule of a mailbox, and no person, wrote; and the null return path.
fn left_by_a_rule(mail: &Mail) -> bool {
    let named = ["X-MS-Exchange-Inbox-Rules-Loop", "X-MS-Exchange-Parent-Message-Id", "X-Rules-Loop"];
    is_suppressed(mail)
        || mail.return_path == ReturnPath::Null
        || named.iter().any(|name| mail.header(name).is_some())
}

/// Exchange forbids all answers to what a rule wrote, and Outlook forbids notes of absence as answers to any mail.
fn is_suppressed(mail: &Mail) -> bool {
    mail.headers_named("X-Auto-Response-Suppress").any(|value| {
        let value = value.to_lowercase();
        ["all", "autoreply"].iter().any(|word| value.contains(word))
    })
}

/// The subject without the marks of replies, and what it says.
fn subject(subject: &str) -> Subject {
    let lower = plain(subject);
    let whole = lower.trim_start_matches(OPENING);
    let mut rest = lower.as_str();
    for _ in 0..MARKS {
        let after = REPLY_MARKS.iter().find_map(|mark| rest.strip_prefix(mark));
        match after {
            Some(after) => rest = after.trim_start(),
            None => break,
        }
    }
    let rest = rest.trim_start_matches(OPENING);
    if let Some(after) = rest.strip_prefix("auto:")
        && !REPLY_MARKS.iter().any(|mark| after.trim_start().starts_with(mark))
    {
        // A car, in half of the languages of Europe.
        return Subject::Label;
    }
    let tagged = rest.starts_with("auto:") || ENDINGS.iter().any(|ending| rest.ends_with(ending));
    if tagged {
        // Behind a mark of replies somebody answers a note, or writes of their car.
        return if rest.len() == whole.len() { Subject::Tag } else { Subject::Answered };
    }
    let labels = LANGUAGES.iter().flat_map(|language| language.labels);
    let after = labels.filter_map(|label| rest.strip_prefix(label)).min_by_key(|after| after.len());
    if let Some(after) = after {
        let after = after.trim_start_matches([')', ']', '"', '>', '*', '}', ' ']);
        return match after.chars().next() {
            None => Subject::Whole,
            Some(':' | '：') if rest.len() == whole.len() => Subject::Tag,
            Some(':' | '：') => Subject::Answered,
            Some('.' | '!' | '-' | '–') if after.chars().count() == 1 => Subject::Whole,
            Some(_) => Subject::Label,
        };
    }
    let end = rest.trim_end_matches(['.', '!']);
    let mut topics = LANGUAGES.iter().flat_map(|language| language.topics);
    // "Anna Berg is out of the office", as Notes writes: a sentence, not the end of anything that one may complain of.
    let sentence = |topic: &str| VERBS.iter().any(|verb| topic.starts_with(verb)) && end.ends_with(topic);
    if topics.any(|topic| rest.starts_with(topic) || sentence(topic)) {
        Subject::Topic
    } else {
        Subject::Silent
    }
}

/// What else stands in a note: thanks, our mail that it answers, who is to be asked, when its author is back.
#[rustfmt::skip]
const BESIDE: &[&str] = &[
    "your mail", "your e-mail", "your email", "your message", "thank you for", "thanks for", "will return",
    "back on", "back in the", "please contact", "please email", "please call", "please write", "get back to you",
    "this is an auto", "this message was", "you will receive",
    "ihre nachricht", "ihre mail", "ihre e-mail", "ihrer nachricht", "ihrer e-mail", "ihre anfrage", "vielen dank",
    "deine nachricht", "deine mail", "bin ich wieder", "bin ich zurück", "bin wieder", "wenden sie sich", "kontaktieren sie", "erreichen sie",
    "votre message", "votre mail", "votre e-mail", "votre courriel", "merci pour", "de retour", "je reviens",
    "su mensaje", "su correo", "gracias por", "de vuelta", "regreso", "sua mensagem", "seu e-mail", "seu email",
    "obrigad", "de volta", "regresso", "suo messaggio", "sua mail", "sua e-mail", "grazie per", "rientr", "ritorno",
    "uw bericht", "uw mail", "uw e-mail", "je bericht", "je mail", "bedankt voor", "ben ik terug", "ik ben terug",
    "din mail", "din mejl", "din besked", "din melding", "ditt meddelande", "din e-post", "tak for", "takk for",
    "tack för", "tilbage", "tilbake", "tillbaka", "viestisi", "kiitos", "palaan",
    "wiadomoś", "dziękuj", "wracam", "zprávu", "děkuj", "vrátím", "správu", "ďakuj", "üzenet", "köszön",
    "mesajul", "mulțumesc", "mesaj", "teşekkür", "dönüş", "μήνυμα", "ευχαριστ", "επιστρ", "ваше письмо",
    "сообщение", "спасибо", "благодар", "вернусь", "дякую", "メール", "ありがとう", "ご連絡", "邮件", "郵件", "谢谢",
    "感谢", "메일", "감사", "הודעת", "תודה",
];

/// How the line begins with which a mail closes.
#[rustfmt::skip]
const CLOSINGS: &[&str] = &[
    "regards", "best", "kind", "warm", "yours", "sincerely", "many thanks", "cheers", "mit freundlich", "mit besten",
    "freundliche", "viele grüße", "beste grüße", "liebe grüße", "schöne grüße", "cordialement", "bien à vous",
    "bien cordialement", "salutations", "saludos", "un saludo", "atentamente", "cordiali", "distinti", "saluti",
    "atenciosamente", "cumprimentos", "com os melhores", "met vriendelijke", "groet", "med venlig", "venlig hilsen",
    "med vennlig", "vennlig hilsen", "hilsen", "med vänlig", "vänliga", "hälsningar", "ystävällisin", "terveisin",
    "pozdrawiam", "z poważaniem", "s pozdravem", "s pozdravom", "üdvözlettel", "cu stimă", "saygılar", "с уважением",
    "з повагою", "με εκτίμηση",
];

/// How a topic begins that is what somebody else does.
const VERBS: [&str; 7] = ["is ", "ist ", "est ", "está ", "è ", "er ", "är "];

/// What programs write behind the subject that they answer.
const ENDINGS: [&str; 8] = [
    "(automatic response)",
    "(automatic reply)",
    "(auto response)",
    "(auto reply)",
    "(auto-reply)",
    "(autoreply)",
    "(out of office)",
    "[auto-reply]",
];

/// In lower case, with plain apostrophes, single spaces, colons that hold on to their word, and no "I'm".
fn plain(text: &str) -> String {
    let lower = text.to_lowercase().replace(['\u{2019}', '\u{2018}', '\u{b4}', '`'], "'");
    let words: Vec<&str> = lower.split_whitespace().collect();
    words.join(" ").replace(" :", ":").replace("i'm ", "i am ")
}

/// The first characters of a text, plain.
fn beginning(text: &str, characters: usize) -> String {
    // Some bytes more than are kept, since white space goes.
    let head = text.get(..text.floor_char_boundary(characters.saturating_mul(6))).unwrap_or_default();
    plain(head).chars().take(characters).collect()
}
