mod bodies;
mod headers;
mod packages;

use super::*;
use crate::mail::reply;
use proptest::prelude::*;

fn read(raw: &str) -> (Mail, Vec<Defect>) {
    understand(raw.replace('\n', "\r\n").as_bytes(), &Limits::default())
}

fn mail(raw: &str) -> Mail {
    read(raw).0
}

fn multipart(kind: &str, parts: &[&str]) -> String {
    let parts = parts.join("\n--b\n");
    format!("From: a@shop.example\nContent-Type: multipart/{kind}; boundary=b\n\n--b\n{parts}\n--b--\n")
}

#[test]
fn a_text_that_lacks_some_of_its_authors_words_is_not_read_for_the_page() {
    let quote = "On Tue, 1 Sep 2026 at 10:00, Desk <d@desk.example> wrote:";
    let old = "We have read your mail and looked for the parcel, which is on its way as far as we know. Is that so?";
    let said = |plain: &str, page: &str| {
        let plain = format!("Content-Type: text/plain\n\n{plain}\n");
        let page = format!("Content-Type: text/html\n\n{page}\n");
        mail(&multipart("alternative", &[&plain, &page])).text
    };
    let below = |words: &str| format!("{words}\n\n{quote}\n> {old}");
    let above = |words: &str| {
        let attribution = quote.replace('<', "&lt;").replace('>', "&gt;");
        format!("<p>{words}</p><div>{attribution}</div><blockquote type='cite'>{old}</blockquote>")
    };
    let read = |plain: &str, page: &str| reply::split(&said(&below(plain), &above(page))).new;
    assert_eq!(read("Yes", "Yes. The second parcel is lost."), "Yes. The second parcel is lost.");
    assert_eq!(read("Yes", "Yes. That is lost."), "Yes. That is lost.");
    // What is not lacking, or is little, or is other than the text, changes nothing.
    assert_eq!(read("*Yes*", "<b>Yes</b>"), "*Yes*");
    assert_eq!(read("Yes", "Yes, all lost."), "Yes");
    assert_eq!(read("No", "Yes. The second parcel is lost."), "No");
    assert_eq!(
        read("Yes\n\n-- \nAnna Berg\nBlue Street Shop", "Yes<br>Anna Berg<br>Blue Street Shop"),
        "Yes"
    );
    let unmarked = format!("<p>Yes</p><p>{old}</p>");
    assert_eq!(reply::split(&said(&below("Yes"), &unmarked)).new, "Yes");
}

#[test]
fn a_text_in_the_place_of_the_page_is_not_read_for_it() {
    let page = "Content-Type: text/html\n\n<p>The chair is broken and I want all my money back by Friday morning.</p>";
    for (plain, expected) in [
        (
            "This is a multi-part message in MIME format.",
            "The chair is broken and I want all my money back by Friday morning.",
        ),
        (
            "To view this message, please use an HTML compatible viewer",
            "The chair is broken and I want all my money back by Friday morning.",
        ),
        ("Sent from my iPhone", "The chair is broken and I want all my money back by Friday morning."),
        ("The chair is broken...", "The chair is broken and I want all my money back by Friday morning."),
        (
            "> The chair is broken and I want all my money back by Friday morning",
            "> The chair is broken and I want all my money back by Friday morning",
        ),
        (
            "The chair is broken and I want my money back, all of it, by Friday.",
            "The chair is broken and I want my money back, all of it, by Friday.",
        ),
        (
            "This message is in HTML. Please use a mail program that can show it.",
            "The chair is broken and I want all my money back by Friday morning.",
        ),
        (
            "The chair is broken and I want all my money back by Friday morning.",
            "The chair is broken and I want all my money back by Friday morning.",
        ),
    ] {
        let plain = format!("Content-Type: text/plain\n\n{plain}");
        let found = mail(&multipart("alternative", &[&plain, page]));
        assert_eq!(found.text.trim(), expected, "{plain}");
    }
}

#[test]
fn an_ordinary_mail_is_read_whole() {
    let mail = mail(
        "Return-Path: <Anna@Shop.Example>\nDelivered-To: support@desk.example\n\
         From: =?utf-8?Q?Anna_M=C3=BCller?= <Anna@Shop.Example>\nTo: \"The Desk\" <Support@Desk.Example>, b@x.example\n\
         Cc: c@x.example\nReply-To: other@x.example\nSubject: My\n order\nMessage-ID: <1@shop.example>\n\
         In-Reply-To: <0@desk.example>\nReferences: <a@desk.example>\n <0@desk.example>\n\
         Date: Tue, 1 Sep 2026 10:00:00 +0200\n\nWhere is it?\n",
    );
    let from = mail.from.clone().unwrap();
    assert_eq!((from.name.as_deref(), from.address.as_str()), (Some("Anna Müller"), "Anna@shop.example"));
    assert_eq!(from.domain(), "shop.example");
    assert_eq!(mail.return_path, ReturnPath::Address("Anna@shop.example".to_owned()));
    assert_eq!(mail.recipients, ["support@desk.example", "b@x.example", "c@x.example"]);
    assert_eq!(mail.reply_to[0].address, "other@x.example");
    assert_eq!(mail.subject, "My order");
    assert_eq!(mail.message_id.as_deref(), Some("1@shop.example"));
    assert_eq!(mail.in_reply_to, ["0@desk.example"]);
    assert_eq!(mail.references, ["a@desk.example", "0@desk.example"]);
    assert_eq!(mail.date.unwrap().to_rfc3339(), "2026-09-01T08:00:00+00:00");
    assert_eq!(mail.text, "Where is it?\n");
    assert_eq!(mail.over_limit, None);
}

#[test]
fn the_author_is_known_only_where_one_from_names_one_address() {
    let check = |fields: &str, expected: Result<&str, FromProblem>| {
        let mail = mail(&format!("{fields}Subject: x\n\ntext\n"));
        let found = mail.from.as_ref().map(|from| from.address.as_str()).ok_or(mail.from_problem);
        assert_eq!(found, expected.map_err(Some), "{fields}");
    };
    check("From: a@b.example\n", Ok("a@b.example"));
    check("from : A <a@B.example>\n", Ok("a@b.example"));
    check("From: \"a@evil.example\" <a@b.example>\n", Ok("a@b.example"));
    check("From: Doe, John <a@b.example>\n", Ok("a@b.example"));
    check("From: a@b.example (a comment, with (more) in it)\n", Ok("a@b.example"));
    check("From: <@relay.example:a@b.example>\n", Ok("a@b.example"));
    check("Subject: none\n", Err(FromProblem::Missing));
    check("From: a@b.example\nFrom: e@evil.example\n", Err(FromProblem::SeveralFields));
    check("From: a@b.example\nFrom : e@evil.example\n", Err(FromProblem::SeveralFields));
    check("From: a@b.example, e@evil.example\n", Err(FromProblem::SeveralAddresses));
    check("From: friends: a@b.example;\n", Err(FromProblem::Group));
    check("From: a@b.example\0@evil.example\n", Err(FromProblem::ControlCharacters));
    check("From: =?utf-8?q?A=0D=0ABcc=3A?= <a@b.example>\n", Err(FromProblem::ControlCharacters));
    check("From: a@b@c.example\n", Err(FromProblem::NoAddress));
    check("From: a@b.example e@evil.example\n", Err(FromProblem::NoAddress));
    check("From: Anna\n", Err(FromProblem::NoAddress));
    check("From: MAILER-DAEMON (Mail Delivery System)\n", Err(FromProblem::NoAddress));
    check("From: \"a@b.example\"\n", Err(FromProblem::NoAddress));
}

#[test]
fn a_name_carries_nothing_that_hides_or_turns() {
    let mail =
        mail("From: \"\u{202e}Anna \u{200b} B\" <a@b.example>\nSubject: =?utf-8?q?a=0D=0AX-Evil=3A_1?=\n\n");
    assert_eq!(mail.from.unwrap().name.as_deref(), Some("Anna B"));
    assert_eq!(mail.subject, "a X-Evil: 1");
}

#[test]
fn encoded_words_are_joined_before_their_charset_is_applied() {
    let check = |value: &str, expected: &str| {
        assert_eq!(mail(&format!("Subject: {value}\n\n")).subject, expected, "{value}");
    };
    check("=?utf-8?Q?a=C3?= =?utf-8?Q?=BC?=", "aü");
    check("=?utf-8?B?w6Q=?=\n =?utf-8?B?w7Y=?= b", "äö b");
    check("=?iso-8859-1?Q?=E4?= =?utf-8?Q?=C3=B6?=", "äö");
    check("a =?utf-8?Q?b?= c", "a b c");
    check("=?nonsense?= =?utf-8?X?a?=", "=?nonsense?= =?utf-8?X?a?=");
    check("=?iso-8859-1*de?Q?gr=FCn?=", "grün");
    check("100 =?= 100", "100 =?= 100");
}

#[test]
fn text_without_a_charset_is_utf8_or_else_windows_1252() {
    let check = |head: &str, body: &[u8], expected: &str| {
        let raw = [format!("From: a@b.example\r\n{head}\r\n").as_bytes(), body].concat();
        assert_eq!(understand(&raw, &Limits::default()).0.text, expected, "{head}");
    };
    check("", "grün".as_bytes(), "grün");
    check("", b"gr\xfcn \x80", "grün €");
    check("Content-Type: text/plain; charset=us-ascii\r\n", b"gr\xfcn", "grün");
    check("Content-Type: text/plain; charset=utf-8\r\n", b"gr\xfcn", "grün");
    check("Content-Type: text/plain; charset=x-nobody\r\n", b"gr\xfcn", "grün");
    check("Content-Type: text/plain; charset=koi8-r\r\n", b"\xc4\xc1", "да");
    check("Content-Transfer-Encoding: base64\r\n", b"Z3LDvG4=", "grün");
    check("Content-Transfer-Encoding: quoted-printable\r\n", b"gr=C3=BCn=\r\n!", "grün!");
    check("Content-Transfer-Encoding: quoted-printable\r\n", b"1 = 1 =ZZ", "1 = 1 =ZZ");
}

#[test]
fn the_text_part_is_read_and_html_only_where_there_is_none() {
    let plain = "Content-Type: text/plain\n\nplain";
    let html = "Content-Type: text/html\n\n<p>html</p>";
    let empty = "Content-Type: text/plain\n\n  \n";
    let text = |kind: &str, parts: &[&str]| mail(&multipart(kind, parts)).text.trim().to_owned();
    assert_eq!(text("alternative", &[plain, html]), "plain");
    assert_eq!(text("alternative", &[html, plain]), "plain");
    assert_eq!(text("alternative", &[html]), "html");
    assert_eq!(text("alternative", &[empty, html]), "html");
    assert_eq!(text("mixed", &[plain, plain]), "plain\nplain");
    let related = "Content-Type: multipart/related; boundary=c\n\n--c\nContent-Type: text/html\n\n<b>in</b>\n--c\nContent-Type: image/png\nContent-ID: <1>\n\nxx\n--c--";
    assert_eq!(text("alternative", &[plain, related]), "plain");
    assert_eq!(text("alternative", &[related]), "in");
    assert_eq!(mail(&multipart("alternative", &[plain, related])).attachments.len(), 1);
}

#[test]
fn attachments_keep_their_content_and_lose_their_folders() {
    let mail = mail(&multipart(
        "mixed",
        &[
            "\nHello",
            "Content-Type: application/pdf; name=\"../../etc/passwd\"\nContent-Transfer-Encoding: base64\n\nYWJj",
            "Content-Type: image/png\nContent-Disposition: attachment; filename*=utf-8''gr%C3%BCn.png\n\nx",
            "Content-Type: application/octet-stream\n\n",
            "Content-Type: text/plain\nContent-Disposition: attachment\n\nnot shown",
        ],
    ));
    let names: Vec<&str> = mail.attachments.iter().map(|attachment| attachment.name.as_str()).collect();
    assert_eq!(names, ["passwd", "grün.png", "attachment-3.bin", "attachment-4.txt"]);
    assert_eq!(mail.attachments[0].bytes, b"abc");
    assert!(mail.attachments[0].sha256_hex().starts_with("ba7816bf8f01cfea"));
    assert_eq!(mail.text, "Hello");
}

#[test]
fn a_broken_structure_is_still_read() {
    let check = |raw: &str, text: &str, defect: &Defect| {
        let (mail, defects) = read(raw);
        assert_eq!(mail.text.trim(), text, "{raw}");
        assert!(defects.contains(defect), "{raw}: {defects:?}");
    };
    check("From: a@b.example\nContent-Type: multipart/mixed\n\nhello\n", "hello", &Defect::NoBoundary);
    check(
        "From: a@b.example\nContent-Type: multipart/mixed; boundary=x\n\nhello\n",
        "hello",
        &Defect::NoBoundary,
    );
    check(
        "From: a@b.example\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nhello\n",
        "hello",
        &Defect::NotClosed,
    );
    check("Hello there,\nno header at all\n", "Hello there,\nno header at all", &Defect::NoHeader);
    check("From: a@b.example\nno field\nTo: c@d.example\n\nx", "x", &Defect::NotFields(1));
    check(
        "From: a@b.example\nthe empty line was lost\nmore\n",
        "the empty line was lost\nmore",
        &Defect::Absent("Date"),
    );
    check("", "", &Defect::Empty);
    check("Date: soon\n\nx", "x", &Defect::Unreadable("Date"));
}

#[test]
fn the_mbox_line_and_leading_blank_lines_are_skipped() {
    for start in ["\n", "From a@b.example Tue Sep  1 10:00:00 2026\n", "\n\n>From x\n"] {
        assert_eq!(
            mail(&format!("{start}From: a@b.example\n\nx")).from.unwrap().address,
            "a@b.example",
            "{start:?}"
        );
    }
}

#[test]
fn what_bounces_need_is_kept() {
    let mail = mail(&multipart(
        "report; report-type=delivery-status",
        &[
            "\nIt failed.",
            "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; a@b.example",
            "Content-Type: message/rfc822\n\nMessage-ID: <1@desk.example>\nSubject: ours\n\nbody",
        ],
    ));
    assert_eq!(mail.content_type.report_type.as_deref(), Some("delivery-status"));
    assert!(mail.delivery_status[0].contains("Final-Recipient"));
    assert_eq!(mail.returned[0][0].value, "<1@desk.example>");
    assert_eq!(mail.text.trim(), "It failed.");
}

#[test]
fn ids_are_read_as_people_write_them() {
    let check = |value: &str, expected: &[&str]| {
        assert_eq!(mail(&format!("References: {value}\n\n")).references, expected, "{value}");
    };
    check("<a@b> <c@d>", &["a@b", "c@d"]);
    check("<a@b><c@d>", &["a@b", "c@d"]);
    check("<a@\n b>", &["a@b"]);
    check("a@b c@d", &["a@b", "c@d"]);
    check("your letter of Monday", &[]);
    check("<a@b", &["a@b"]);
    let many: String = (0..80).flat_map(|n| ["<".to_owned(), n.to_string(), "@x> ".to_owned()]).collect();
    let found = mail(&format!("References: {many}\n\n")).references;
    assert_eq!((found.len(), found[0].as_str()), (50, "30@x"));
}

#[test]
fn one_body_has_one_hash_however_its_lines_end() {
    let hash = |raw: &[u8]| understand(raw, &Limits::default()).0.body_hash;
    assert_eq!(hash(b"A: 1\r\n\r\nx\r\ny\r\n"), hash(b"A: 2\n\nx\ny"));
    assert_ne!(hash(b"A: 1\n\nx\ny"), hash(b"A: 1\n\nx\nz"));
}

fn nested(levels: usize, kind: &str) -> String {
    let level = |level: usize| match kind {
        "message" => "Content-Type: message/rfc822\n\n".to_owned(),
        "digest" => format!("Content-Type: multipart/digest; boundary=b{level}\n\n--b{level}\n\n"),
        _ => format!("Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n"),
    };
    let head = "From: a@b.example\nSubject: kept\n".to_owned();
    std::iter::once(head).chain((0..levels).map(level)).collect()
}

#[test]
fn a_mail_over_a_limit_is_named_and_keeps_its_header() {
    let check = |raw: &str| {
        let mail = mail(raw);
        assert!(mail.over_limit.is_some(), "{}", &raw[..200.min(raw.len())]);
        assert_eq!(mail.from.unwrap().address, "a@b.example");
    };
    for kind in ["message", "digest", "mixed"] {
        check(&nested(60, kind));
        check(&nested(40_000, kind));
    }
    check(&multipart("mixed", &vec!["\nx"; 1100]).replace("a@shop.example", "a@b.example"));
    check(&format!("From: a@b.example\nX-Long: {}\n\n", "x".repeat(70_000)));
    check(&format!("From: a@b.example\n{}\n\n", "X-A: 1\n".repeat(50_000)));
    check(&format!("From: a@b.example\n\n{}", "x".repeat(26 * 1024 * 1024)));
}

#[test]
fn ordinary_depth_is_within_the_limits() {
    for kind in ["message", "digest", "mixed"] {
        assert_eq!(mail(&nested(5, kind)).over_limit, None, "{kind}");
    }
}

#[test]
fn text_is_bounded() {
    let (mail, defects) = read(&format!("From: a@b.example\n\n{}", "ä".repeat(200_000)));
    assert!(mail.text.len() <= 256 * 1024);
    assert!(defects.iter().any(|defect| matches!(defect, Defect::TextCut(_))));
}

/// Pieces that mails are made of, so that random mails reach deeper than random bytes do.
const PIECES: [&str; 34] = [
    "From: ",
    "a@b.example",
    "<",
    ">",
    "\"",
    "(",
    ")",
    ",",
    ";",
    ":",
    "\r\n",
    "\n",
    "\r\n\r\n",
    " ",
    "\t",
    "Content-Type: ",
    "multipart/mixed; ",
    "multipart/alternative; ",
    "boundary=b",
    "\r\n--b\r\n",
    "\r\n--b--\r\n",
    "message/rfc822",
    "text/html",
    "=?utf-8?q?=C3?=",
    "=?",
    "?=",
    "Content-Transfer-Encoding: base64",
    "quoted-printable",
    "=C3=\r\n",
    "charset=utf-16",
    "Subject: ",
    "Date: 1 Jan",
    "\0",
    "ü",
];

proptest! {
    #[test]
    fn any_bytes_are_understood(raw in proptest::collection::vec(any::<u8>(), 0..2000)) {
        let (mail, _) = understand(&raw, &Limits::default());
        prop_assert_eq!(mail.size, raw.len());
    }

    #[test]
    fn any_pieces_of_mail_are_understood(pieces in proptest::collection::vec(0..PIECES.len(), 0..120)) {
        let raw: String = pieces.iter().map(|at| PIECES[*at]).collect();
        let (mail, _) = understand(raw.as_bytes(), &Limits::default());
        let lines = mail.headers.iter().map(|header| &header.value).chain([&mail.subject]);
        for line in lines.chain(mail.attachments.iter().map(|attachment| &attachment.name)) {
            prop_assert!(!line.chars().any(|c| c.is_control() && c != '\t'));
        }
    }
}
