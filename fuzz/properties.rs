//! What must hold of any bytes whatever. The fuzz targets try it with inputs of their own making, and the tests with
//! the project's corpus and with all that fuzzing has found.
use std::collections::BTreeMap;

use redress::{
    command::{self, customer},
    domain::dispute::QuestionKind,
    mail::{
        authenticity::{self, Trust},
        bounce,
        fate::{self, Setting},
        inbound::{Limits, understand},
        language, meaning,
        outbound::normalise,
        reply::{self, html_to_text},
        token::{Audience, KeyRing, Token, Verified},
    },
};

/// Any bytes as a mail, through everything that understands it.
pub fn mail(raw: &[u8]) {
    let limits = Limits::default();
    let (mail, defects) = understand(raw, &limits);
    assert!(mail.text.len() <= limits.text + 64, "the text is bounded");
    assert!(!mail.subject.contains(['\r', '\n', '\0']), "a subject is one line");
    for mailbox in mail.authors.iter().chain(&mail.to).chain(&mail.cc).chain(&mail.reply_to) {
        assert!(!mailbox.address.contains(['\r', '\n', '\0']), "an address is one line");
        assert!(mailbox.name.as_deref().is_none_or(|name| !name.contains(['\r', '\n', '\0'])));
    }
    for attachment in &mail.attachments {
        assert!(!attachment.name.is_empty() && !attachment.name.contains(['/', '\\', '\0', '\n']));
    }
    assert!(mail.from.is_some() || mail.from_problem.is_some() || mail.over_limit.is_some());
    for defect in &defects {
        assert!(!defect.to_string().is_empty());
    }
    let split = reply::split(&mail.text);
    let bounce = bounce::read(&mail);
    let setting = Setting { bounce: bounce.as_ref(), words: &split.new, ..Setting::default() };
    let verdict = fate::judge(&mail, &setting);
    assert!(!verdict.because.contains('\n'));
    let _ = authenticity::results(&mail.headers, &authenticity::Trust::default());
    let _ = meaning::understood(&mail.subject, &split.new);
    let _ = language::detect(&split.new);
}

/// How often each character stands in a text, white space left out.
fn count(text: &str) -> BTreeMap<char, usize> {
    let mut found = BTreeMap::new();
    for c in text.chars().filter(|c| !c.is_whitespace()) {
        *found.entry(c).or_default() += 1;
    }
    found
}

/// A text and an HTML page, taken apart: nothing that was written is lost.
pub fn text(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for text in [text.to_string(), html_to_text(&text)] {
        let parts = reply::split(&text);
        assert_eq!(count(&text), count(&format!("{}{}", parts.new, parts.rest)), "nothing is lost or added");
    }
}

const REPORT: &[u8] = b"Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example\r\nTo: support@desk.example\r\n\
    Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\n\
    It did not arrive.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n";
const PROSE: &[u8] = b"Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example\r\nTo: support@desk.example\r\n\
    Subject: failure notice\r\n\r\n";

/// Any bytes as the report of a delivery: after the header of a standard one, and as prose of a mailer.
pub fn report(bytes: &[u8]) {
    for head in [REPORT, PROSE] {
        let (mail, _) = understand(&[head, bytes].concat(), &Limits::default());
        let Some(found) = bounce::read(&mail) else { continue };
        assert!(found.recipients.len() <= 1_000, "what is read is bounded");
        for failed in &found.recipients {
            assert!(!failed.address.contains(['\r', '\n', '\0']), "an address is one line");
            let class = failed.status.as_deref().and_then(|status| status.chars().next());
            assert!(class.is_none_or(|class| matches!(class, '2' | '4' | '5')), "{failed:?}");
            assert!(!(failed.permanent && class == Some('2')), "what arrived did not fail: {failed:?}");
        }
    }
}

const ANNA: &str = "anna@shop.example";

/// Texts that may be signed addresses: none is believed but those that we signed.
pub fn signed(bytes: &[u8]) {
    let ring = KeyRing::parse(&KeyRing::generate([7; 32])).expect("what is generated can be read");
    let text = String::from_utf8_lossy(bytes);
    for staff in [&[][..], &[ANNA][..]] {
        assert!(!matches!(ring.verify_local(&text, staff), Verified::Valid { .. }), "forged: {text:?}");
        assert!(!matches!(ring.verify_message_id(&text, staff), Verified::Valid { .. }), "forged: {text:?}");
    }
    assert!(!ring.verify_loop_mark(&text, "id@desk.example"));
    let _ = KeyRing::parse(&text);

    let [a, b, c, d, kind, place, change, ..] = *bytes else { return };
    let audience = [Audience::Customer, Audience::StaffToCustomer, Audience::StaffInside, Audience::Bounce];
    let token = Token {
        dispute: i64::from(u32::from_le_bytes([a, b, c, d])),
        audience: audience[usize::from(kind) % 4],
        serial: u32::from(place),
    };
    let issued_to = token.audience.is_staff().then_some(ANNA);
    let signed = ring.sign_local(token, issued_to);
    let valid = Verified::Valid { token, issued_to: issued_to.map(str::to_owned) };
    assert_eq!(ring.verify_local(&signed, &[ANNA]), valid);
    assert_eq!(ring.verify_local(&signed.to_uppercase(), &[ANNA]), valid, "case is changed on the way");
    // One character changed: never valid as anything.
    let at = usize::from(place) % signed.len();
    let mut changed = signed.clone().into_bytes();
    changed[at] = change;
    if let Ok(changed) = String::from_utf8(changed)
        && !changed.eq_ignore_ascii_case(&signed)
    {
        assert!(
            !matches!(ring.verify_local(&changed, &[ANNA]), Verified::Valid { .. }),
            "{signed} {changed}"
        );
    }
}

const BORDER: &[u8] = b"Received: from stranger.example (stranger.example [192.0.2.1]) by mx.desk.example; \
    Thu, 26 Nov 2026 10:00:00 +0100\r\nReceived: from inside.example by stranger.example; \
    Thu, 26 Nov 2026 09:59:59 +0100\r\n";

/// Headers of a stranger: whatever they say, nobody is authenticated by them below our border.
pub fn results(bytes: &[u8]) {
    let trust = Trust {
        authserv_ids: vec!["mx.desk.example".to_owned()],
        border_hosts: vec!["mx.desk.example".to_owned()],
    };
    let limits = Limits::default();
    // As it comes: it must be read without harm.
    let (mail, _) = understand(bytes, &limits);
    let _ = authenticity::authenticated(&mail, &trust);
    // Below the border nothing counts.
    let (mail, _) = understand(&[BORDER, bytes].concat(), &limits);
    assert!(!authenticity::authenticated(&mail, &trust), "a stranger authenticated themselves");
    assert!(authenticity::results(&mail.headers, &trust).is_none(), "a stranger's results are believed");
    // Nobody is trusted: nobody is authenticated.
    assert!(!authenticity::authenticated(&mail, &Trust::default()));
}

/// What leaves: no bare CR or LF, no NUL, no line that is too long, and nothing changes when it passes again.
pub fn outgoing(bytes: &[u8]) {
    let out = normalise(bytes);
    assert!(out.ends_with(b"\r\n") && !out.contains(&0));
    for line in out.split_inclusive(|byte| *byte == b'\n') {
        let text = line.strip_suffix(b"\r\n").expect("each line ends with CRLF");
        assert!(text.len() <= 998 && !text.contains(&b'\r') && !text.contains(&b'\n'));
    }
    assert_eq!(normalise(&out), out, "its output passes unchanged");
}

/// What agents and customers write: read without harm, and a command as we write it reads back as the same command.
pub fn words(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let parsed = command::parse(&text);
    for line in &parsed.lines {
        let Ok(understood) = &line.result else { continue };
        let written = understood.to_string();
        let again = command::parse(&written);
        assert_eq!(
            again.lines.first().and_then(|line| line.result.as_ref().ok()),
            Some(understood),
            "{written}"
        );
    }
    let _ = command::hidden(&text, &parsed.body);
    let said = customer::first_line(&text, None, "");
    assert!(!matches!(said, customer::Said::Word(customer::Word::Yes)), "nothing was asked");
    for asked in [QuestionKind::Resolution, QuestionKind::Survey] {
        let _ = customer::first_line(&text, Some(asked), "");
    }
    let _ = customer::is_plain_thanks(&text, "");
}
