//! The words and lines by which quoted mail, signatures and footers are known, by language.

/// Whether a line is quoted.
pub(super) fn is_quote(line: &str) -> bool {
    line.trim_start_matches([' ', '\t', '\u{a0}']).starts_with('>')
}

/// An attribution line found at the beginning of some lines.
pub(super) struct Attribution {
    /// How many lines it covers.
    pub(super) lines: usize,
    /// Whether it names a time or an address, so that it needs no quote below it to be believed.
    pub(super) certain: bool,
}

/// Verbs of attribution lines: wrote, in the forms mail clients use.
const WROTE: [&str; 46] = [
    "wrote",
    "writes",
    "schrieb",
    "schreibt",
    "geschrieben",
    "a écrit",
    "écrit",
    "a ecrit",
    "escribió",
    "escribio",
    "escreveu",
    "ha scritto",
    "scritto",
    "schreef",
    "geschreven",
    "het volgende geschreven",
    "skrev",
    "skreiv",
    "kirjoitti",
    "napisał",
    "napisała",
    "napisał(a)",
    "napisal(a)",
    "napisal",
    "napsal",
    "napsala",
    "napsal(a)",
    "pisze",
    "написал",
    "написала",
    "написал(а)",
    "пишет",
    "написав",
    "yazdı",
    "írta",
    "ezt írta",
    "a scris",
    "έγραψε",
    "כתב",
    "写道",
    "寫道",
    "作成",
    "님이 작성",
    "đã viết",
    "scrisse",
    "rašė",
];

/// Words that attribution lines begin with. Only such lines are taken together with the lines below them.
const OPENINGS: [&str; 26] = [
    "on", "at", "in", "am", "le", "el", "il", "em", "op", "den", "på", "dnia", "w dniu", "dne", "vào", "pe",
    "în", "у", "в", "2012", "20", "пн", "вт", "ср", "чт", "пт",
];

/// Characters of the longest attribution.
const LONGEST: usize = 400;
/// Lines over which an attribution may be wrapped.
const WRAPPED: usize = 4;

/// Finds an attribution at the beginning of these lines.
pub(super) fn attribution(lines: &[&str]) -> Option<Attribution> {
    let mut joined = String::new();
    for (at, line) in lines.iter().take(WRAPPED).enumerate() {
        let line = line.trim().trim_matches(['*', '_']);
        if line.is_empty() || is_quote(line) || joined.len() + line.len() > LONGEST {
            return None;
        }
        if at == 1 && !may_be_wrapped(&joined) {
            return None;
        }
        if at > 0 {
            joined.push(' ');
        }
        joined.push_str(&line.to_lowercase());
        if let Some(certain) = reads_as_attribution(&joined) {
            return Some(Attribution { lines: at + 1, certain });
        }
    }
    None
}

fn may_be_wrapped(first: &str) -> bool {
    let opening = OPENINGS.iter().any(|word| {
        first.strip_prefix(word).is_some_and(|rest| {
            rest.starts_with(|c: char| c.is_whitespace() || c.is_ascii_digit() || c == ',')
        })
    });
    (opening && has_digit(first)) || (first.contains('@') && first.ends_with(['>', ')']))
}

/// Whether a text in lower case is an attribution, and whether a certain one.
fn reads_as_attribution(text: &str) -> Option<bool> {
    let bare = text.trim_end_matches([':', '：', ' ', '\u{a0}', '*']);
    let colon = bare.len() < text.trim_end().len();
    let verb_ends = WROTE.iter().any(|verb| bare.ends_with(verb));
    let verb_inside = colon && WROTE.iter().any(|verb| holds_word(bare, verb));
    if !verb_ends && !verb_inside {
        return dated_address(text).then_some(true);
    }
    if !colon && !text.contains('@') {
        return None;
    }
    let address = bare.contains('@');
    let time = has_digit(bare) && (bare.contains(':') || has_year(bare));
    Some(address || time)
}

/// "2014-03-09 20:48 GMT+01:00 Name <name@example.org>:", as one large provider writes it in any language.
fn dated_address(text: &str) -> bool {
    let date: Vec<char> = text.chars().take(10).collect();
    let dated = date.len() == 10
        && date.iter().enumerate().all(|(at, c)| match at {
            4 | 7 => matches!(c, '-' | '/' | '.'),
            _ => c.is_ascii_digit() || (at > 4 && matches!(c, '/' | '-' | ' ')),
        });
    dated && text.contains('@') && (text.ends_with(">:") || text.ends_with('>'))
}

fn holds_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|head| head.chars().next_back());
        let after = text.get(at + word.len()..).and_then(|tail| tail.chars().next());
        [before, after].iter().all(|c| c.is_none_or(|c| !c.is_alphabetic()))
    })
}

fn has_digit(text: &str) -> bool {
    text.contains(|c: char| c.is_ascii_digit())
}

fn has_year(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_digit())
        .any(|number| number.len() == 4 && (number.starts_with("19") || number.starts_with("20")))
}

/// Where in a line an attribution begins that follows the author's own words.
pub(super) fn attribution_within(line: &str) -> Option<usize> {
    let end = line.trim_end();
    if is_quote(line) || end.len() > LONGEST || !end.ends_with(':') || !end.to_lowercase().contains("wrote") {
        return None;
    }
    let (at, _) = end.match_indices(" On ").find(|(at, _)| {
        end.get(at + 1..).and_then(|tail| reads_as_attribution(&tail.to_lowercase())) == Some(true)
    })?;
    (!end.get(..at)?.trim().is_empty()).then_some(at + 1)
}

/// Whether these lines begin a mail that is quoted or forwarded as a whole.
pub(super) fn begins_old_mail(lines: &[&str]) -> bool {
    let Some(first) = lines.first() else { return false };
    is_divider(first) || is_header_block(lines) || (is_rule(first) && header_block_near(lines))
}

/// What stands between dashes, or alone on a line, above a quoted or forwarded mail.
const DIVIDERS: [&str; 30] = [
    "original message",
    "original-nachricht",
    "originalnachricht",
    "ursprüngliche nachricht",
    "ursprungliche nachricht",
    "message d'origine",
    "message original",
    "mensaje original",
    "mensagem original",
    "messaggio originale",
    "oorspronkelijk bericht",
    "originele bericht",
    "opprinnelig melding",
    "oprindelig meddelelse",
    "original meddelelse",
    "ursprungligt meddelande",
    "originalmeddelande",
    "alkuperäinen viesti",
    "wiadomość oryginalna",
    "oryginalna wiadomość",
    "původní zpráva",
    "исходное сообщение",
    "forwarded message",
    "weitergeleitete nachricht",
    "message transféré",
    "mensaje reenviado",
    "messaggio inoltrato",
    "doorgestuurd bericht",
    "reply message",
    "original text",
];

/// Lines that stand alone above a forwarded mail.
const FORWARDS: [&str; 8] = [
    "begin forwarded message",
    "anfang der weitergeleiteten",
    "début du message",
    "inicio del mensaje reenviado",
    "inizio messaggio inoltrato",
    "begin doorgestuurd bericht",
    "vidarebefordrat brev",
    "start på vidaresendt melding",
];

/// What help desks write above the mail they quote, so that they can cut there again.
const ABOVE: [&str; 4] = [
    "reply above this line",
    "type your reply above",
    "antworten sie oberhalb dieser zeile",
    "répondez au-dessus de cette ligne",
];

fn is_divider(line: &str) -> bool {
    let line = line.trim().trim_matches(['*', ' ']).to_lowercase().replace('\u{2019}', "'");
    if line.len() > LONGEST {
        return false;
    }
    let inner = line.trim_matches(['-', '_', '=', ' ', '—', '–', '#', ':', '>']);
    let dashed = line.starts_with(['-', '_', '=', '—', '–']);
    (dashed
        && DIVIDERS.iter().any(|phrase| {
            inner == *phrase
                || inner
                    .strip_prefix(phrase)
                    .is_some_and(|rest| rest.len() < 60 && rest.starts_with([' ', '-']))
        }))
        || FORWARDS.iter().any(|phrase| line.starts_with(phrase) && line.ends_with(':'))
        || ABOVE.iter().any(|phrase| line.contains(phrase))
}

/// A line of nothing but dashes or underscores.
fn is_rule(line: &str) -> bool {
    let line = line.trim();
    line.len() >= 5 && line.chars().all(|c| matches!(c, '_' | '-' | '='))
}

fn header_block_near(lines: &[&str]) -> bool {
    let next = lines.iter().skip(1).position(|line| !line.trim().is_empty());
    next.and_then(|at| lines.get(at + 1..)).is_some_and(is_header_block)
}

/// What a line of a header block tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    From,
    Sent,
    To,
    Subject,
    Copy,
}

/// The headings of header blocks as mail clients write them above a quoted mail.
const HEADINGS: [(Role, &[&str]); 5] = [
    (
        Role::From,
        &[
            "from",
            "von",
            "de",
            "da",
            "van",
            "från",
            "fra",
            "od",
            "от",
            "від",
            "lähettäjä",
            "kimden",
            "feladó",
            "从",
            "发件人",
            "寄件者",
            "差出人",
            "보낸 사람",
            "de la part de",
            "reply-to",
            "expéditeur",
        ],
    ),
    (
        Role::Sent,
        &[
            "sent",
            "date",
            "gesendet",
            "datum",
            "envoyé",
            "envoye",
            "date d'envoi",
            "enviado",
            "enviado el",
            "enviada em",
            "enviado em",
            "fecha",
            "data",
            "inviato",
            "verzonden",
            "skickat",
            "sendt",
            "dato",
            "wysłano",
            "wysłane",
            "lähetetty",
            "odesláno",
            "отправлено",
            "дата",
            "gönderildi",
            "gönderme tarihi",
            "päivämäärä",
            "发送时间",
            "日期",
            "送信日時",
            "보낸 날짜",
            "sent at",
            "elküldve",
        ],
    ),
    (
        Role::To,
        &[
            "to",
            "an",
            "à",
            "a",
            "para",
            "aan",
            "till",
            "til",
            "do",
            "komu",
            "кому",
            "vastaanottaja",
            "kime",
            "címzett",
            "收件人",
            "宛先",
            "받는 사람",
        ],
    ),
    (
        Role::Subject,
        &[
            "subject",
            "betreff",
            "objet",
            "asunto",
            "assunto",
            "oggetto",
            "onderwerp",
            "ämne",
            "emne",
            "temat",
            "předmět",
            "тема",
            "aihe",
            "konu",
            "tárgy",
            "主题",
            "主旨",
            "件名",
            "제목",
        ],
    ),
    (Role::Copy, &["cc", "kopie", "copie", "kopia", "kopi", "копия", "抄送", "bcc"]),
];

/// Lines looked at for a header block, blank ones left out.
const BLOCK: usize = 8;

/// "From: … Sent: … To: … Subject: …": who wrote and two more things, of which one is a subject or an address, so that
/// the leg of a journey (from, to, date) is none.
fn is_header_block(lines: &[&str]) -> bool {
    let Some(first) = lines.first().copied().and_then(role) else { return false };
    if first == Role::Copy {
        return false;
    }
    let mut seen: Vec<Role> = Vec::new();
    let mut address = false;
    let mut strangers = 0;
    for line in lines.iter().filter(|line| !line.trim().is_empty()).take(BLOCK) {
        match role(line) {
            Some(role) if !seen.contains(&role) => seen.push(role),
            Some(_) => {}
            None => strangers += 1,
        }
        if strangers > 1 {
            break;
        }
        address |= line.contains('@');
    }
    let dated_author = address && seen.contains(&Role::Sent);
    seen.contains(&Role::From)
        && (seen.len() >= 3 || (seen.len() == 2 && dated_author))
        && (address || seen.contains(&Role::Subject))
}

fn role(line: &str) -> Option<Role> {
    let line = line.trim_start().trim_start_matches(['*', '_', ' ', '\u{a0}']);
    let (name, _) = line.split_once([':', '：'])?;
    if name.len() > 40 {
        return None;
    }
    let name = name.trim_matches(['*', '_', ' ', '\u{a0}']).to_lowercase();
    HEADINGS.iter().find(|(_, names)| names.contains(&name.as_str())).map(|(role, _)| *role)
}

/// Lines that may stand below a delimiter that is no standard one.
const LIST_FOOTER: usize = 8;

/// The delimiter of RFC 3676 §4.3, with or without its blank; or a long rule above a few lines, as lists add them.
pub(super) fn is_signature_delimiter(line: &str, below: usize) -> bool {
    let line = line.trim_end();
    matches!(line, "--" | "—" | "–" | "---" | "- --")
        || (below <= LIST_FOOTER && line.len() >= 20 && line.chars().all(|c| c == '_'))
}

/// How the lines begin that phones and mail programs add.
const FOOTERS: [&str; 36] = [
    "sent from my",
    "sent from mail",
    "sent from outlook",
    "sent from yahoo",
    "sent from a ",
    "sent from proton",
    "sent with proton",
    "sent via",
    "sent using",
    "get outlook for",
    "gesendet von mein",
    "gesendet von outlook",
    "gesendet mit",
    "gesendet über",
    "von meinem",
    "diese nachricht wurde von mein",
    "envoyé de mon",
    "envoyé depuis",
    "envoyé à partir",
    "enviado desde",
    "enviado do meu",
    "enviado de meu",
    "inviato da",
    "verzonden vanaf",
    "verzonden met",
    "verstuurd vanaf",
    "sendt fra min",
    "sendt fra mitt",
    "sendt via",
    "skickat från",
    "lähetetty",
    "wysłane z",
    "wysłano z",
    "odesláno z",
    "отправлено с",
    "отправлено из",
];
/// Characters of the longest footer; a sentence that happens to begin so is longer or has commas.
const LONGEST_FOOTER: usize = 80;

/// Whether a line is one that a device added.
pub(super) fn is_footer(line: &str) -> bool {
    let line = line.trim().trim_matches(['*', '_', '<', '[', '(']).to_lowercase();
    line.chars().count() <= LONGEST_FOOTER
        && !line.contains(", ")
        && FOOTERS.iter().any(|beginning| line.starts_with(beginning))
}
