use mail_parser::{MessageParser, MimeHeaders};
use proptest::prelude::*;

use super::*;

const ID: &str = "d1042.c3.abcdefghijklmnopqrstuvwxyz.kabcdefghijklmnop@example.org";

fn draft() -> Draft<'static> {
    Draft {
        from_name: "Support",
        from_address: "support@example.org",
        to_name: Some("Ada Byron"),
        to_address: "ada@example.test",
        reply_to: Some("support+d1042.c3.kabcdefghijklmnop@example.org"),
        subject: "Invoice 88 charged twice",
        text: "Dear Ada,\n\nwe have it.\n",
        html: Some("<p>Dear Ada,</p>\n<p>we have it.</p>\n"),
        message_id: ID,
        in_reply_to: Some("first@example.test"),
        references: &[],
        nature: Nature::Replied,
        attachments: &[],
        date: "2026-11-23T10:00:00Z".parse().unwrap(),
        loop_mark: "kabcdefghijklmnop",
    }
}

fn written(draft: &Draft<'_>) -> String {
    String::from_utf8(compose(draft).unwrap().bytes).unwrap()
}

/// Names of the header's fields, in order.
fn fields(mail: &str) -> Vec<&str> {
    let head = mail.split("\r\n\r\n").next().unwrap();
    head.split("\r\n")
        .filter(|line| !line.starts_with(' '))
        .map(|line| line.split(':').next().unwrap())
        .collect()
}

#[test]
fn a_mail_reads_as_documented() {
    insta::assert_snapshot!(written(&draft()).replace("\r\n", "\n"), @r#"
    From: "Support" <support@example.org>
    To: "Ada Byron" <ada@example.test>
    Reply-To: "Support" <support+d1042.c3.kabcdefghijklmnop@example.org>
    Subject: Invoice 88 charged twice
    Date: Mon, 23 Nov 2026 10:00:00 +0000
    Message-ID: <d1042.c3.abcdefghijklmnopqrstuvwxyz.kabcdefghijklmnop@example.org>
    In-Reply-To: <first@example.test>
    Auto-Submitted: auto-replied
    X-Auto-Response-Suppress: All
    X-Redress-Loop: kabcdefghijklmnop
    MIME-Version: 1.0
    Content-Type: multipart/alternative;
     boundary="=_a8e2d73cfd8c3579b4bd3fbd0c7e61816103573526a882663e8e5b26e4b232984"

    --=_a8e2d73cfd8c3579b4bd3fbd0c7e61816103573526a882663e8e5b26e4b232984
    Content-Type: text/plain; charset=utf-8
    Content-Transfer-Encoding: 7bit

    Dear Ada,

    we have it.

    --=_a8e2d73cfd8c3579b4bd3fbd0c7e61816103573526a882663e8e5b26e4b232984
    Content-Type: text/html; charset=utf-8
    Content-Transfer-Encoding: 7bit

    <p>Dear Ada,</p>
    <p>we have it.</p>

    --=_a8e2d73cfd8c3579b4bd3fbd0c7e61816103573526a882663e8e5b26e4b232984--
    "#);
}

#[test]
fn each_nature_carries_its_markers() {
    let cases = [
        (Nature::Replied, Some(("auto-replied", "All"))),
        (Nature::Generated, Some(("auto-generated", "OOF, AutoReply"))),
        (Nature::Human, None),
    ];
    for (nature, expected) in cases {
        let mail = written(&Draft { nature, ..draft() });
        let parsed = MessageParser::default().parse(mail.as_bytes()).unwrap();
        let found = parsed.header_raw("Auto-Submitted").zip(parsed.header_raw("X-Auto-Response-Suppress"));
        assert_eq!(found.map(|(auto, suppress)| (auto.trim(), suppress.trim())), expected);
        assert!(parsed.header_raw("Precedence").is_none());
    }
}

#[test]
fn no_value_makes_a_field_of_its_own() {
    let expected = fields(&written(&draft())).join(" ");
    for evil in [
        "A\r\nBcc: eve@example.test",
        "A\nBcc: eve@example.test",
        "A\rBcc: eve@example.test",
        "A\r\n\r\nBcc: eve@example.test",
        "A\u{2028}Bcc: eve@example.test\u{85}\u{0b}\u{0c}",
        "=?utf-8?q?A=0D=0ABcc=3A_eve?=",
        "\0\u{202e}A\"\\<eve@example.test>, \u{7f}\u{9b}",
        "A\r\n.\r\nMAIL FROM:<eve@example.test>\r\n",
    ] {
        let evil_draft = Draft {
            from_name: evil,
            to_name: Some(evil),
            subject: evil,
            references: &[],
            in_reply_to: Some("first@example.test"),
            ..draft()
        };
        let mail = written(&evil_draft);
        assert_eq!(fields(&mail).join(" "), expected, "{evil:?}");
        let parsed = MessageParser::default().parse(mail.as_bytes()).unwrap();
        let to: Vec<_> = parsed.to().unwrap().iter().map(|to| to.address().unwrap_or_default()).collect();
        assert_eq!(to, ["ada@example.test"], "{evil:?}");
        assert_eq!(parsed.subject().unwrap(), clean_line(evil, MAX_SUBJECT_CHARS), "{evil:?}");
        let bad_id = Draft { in_reply_to: Some(evil), references: &[evil.to_owned()], ..draft() };
        let written = written(&bad_id);
        assert!(fields(&written).iter().all(|field| !field.contains("Bcc") && *field != "."), "{evil:?}");
    }
}

#[test]
fn an_address_that_is_none_is_refused() {
    let long = format!("{}@example.org", "a".repeat(260));
    for address in [
        "",
        "ada",
        "ada@",
        "@example.org",
        "ada@example.org\r\nBcc: eve@example.org",
        "ada@example.org, eve@example.org",
        "\"ada\"@example.org",
        "ada <ada@example.org>",
        "ada\u{202e}@example.org",
        "a b@example.org",
        &long,
    ] {
        let error = compose(&Draft { to_address: address, ..draft() }).unwrap_err();
        assert_eq!(error, ComposeError::Address { header: "To" }, "{address:?}");
    }
    assert!(compose(&Draft { to_address: "j\u{f6}rg@example.org", ..draft() }).is_ok());
}

#[test]
fn a_broken_id_or_mark_of_ours_is_an_error() {
    for id in ["", "a b", "<a@b>", "a\r\nb", "\u{e4}@b"] {
        let error = compose(&Draft { message_id: id, ..draft() }).unwrap_err();
        assert_eq!(error, ComposeError::Value { header: "Message-ID" }, "{id:?}");
    }
    for mark in ["", "a\nb", "\u{e4}"] {
        let error = compose(&Draft { loop_mark: mark, ..draft() }).unwrap_err();
        assert_eq!(error, ComposeError::Value { header: "X-Redress-Loop" }, "{mark:?}");
    }
}

#[test]
fn references_keep_the_first_and_the_newest() {
    let references: Vec<String> = (0..100).map(|n| format!("m{n}@example.test")).collect();
    let mail = written(&Draft { references: &references, ..draft() });
    let parsed = MessageParser::default().parse(mail.as_bytes()).unwrap();
    let kept = parsed.references().as_text_list().unwrap().to_vec();
    assert_eq!(kept.len(), MAX_REFERENCES);
    assert_eq!(
        (&*kept[0], &*kept[1], &**kept.last().unwrap()),
        ("m0@example.test", "m71@example.test", "m99@example.test")
    );
    let one = written(&Draft { references: &references[..1], ..draft() });
    assert!(one.contains("References: <m0@example.test>\r\n"));
}

#[test]
fn attachments_go_along_with_clean_names_and_harmless_types() {
    let attachments = [
        Attached {
            name: "../../etc/re\u{202e}ceipt \"1\".pdf",
            media_type: "Application/PDF; x=y",
            bytes: b"%PDF\r\n\n\r\0",
        },
        Attached { name: "\u{e4}rger.html", media_type: "text/html", bytes: b"<script>" },
        Attached { name: "", media_type: "message/rfc822\r\nX: y", bytes: b"" },
    ];
    let mail = written(&Draft { attachments: &attachments, ..draft() });
    let parsed = MessageParser::default().parse(mail.as_bytes()).unwrap();
    let found: Vec<_> = parsed
        .attachments()
        .map(|part| {
            let kind = part.content_type().unwrap();
            (
                part.attachment_name().unwrap(),
                format!("{}/{}", kind.ctype(), kind.subtype().unwrap()),
                part.contents(),
            )
        })
        .collect();
    assert_eq!(found[0], ("receipt \"1\".pdf", "application/pdf".to_owned(), &b"%PDF\r\n\n\r\0"[..]));
    assert_eq!(found[1], ("\u{e4}rger.html", "application/octet-stream".to_owned(), &b"<script>"[..]));
    assert_eq!(found[2], ("attachment", "application/octet-stream".to_owned(), &b""[..]));
    assert_eq!(parsed.body_text(0).unwrap().replace("\r\n", "\n").trim_end(), draft().text.trim_end());
    let plain = written(&Draft { attachments: &attachments, html: None, ..draft() });
    assert_eq!(MessageParser::default().parse(plain.as_bytes()).unwrap().attachment_count(), 3);
}

#[test]
fn too_much_to_carry_is_an_error() {
    let bytes = vec![0; MAX_ATTACHED_BYTES + 1];
    let large = [Attached { name: "x", media_type: "", bytes: &bytes }];
    assert!(matches!(
        compose(&Draft { attachments: &large, ..draft() }),
        Err(ComposeError::TooLarge { count: 1, .. })
    ));
    let many = [Attached { name: "x", media_type: "", bytes: b"" }; MAX_ATTACHMENTS + 1];
    assert!(matches!(compose(&Draft { attachments: &many, ..draft() }), Err(ComposeError::TooLarge { .. })));
}

#[test]
fn file_names_are_cleaned() {
    let long = format!("{}.pdf", "x".repeat(500));
    let cases = [
        ("receipt.pdf", "receipt.pdf"),
        ("C:\\Users\\ada\\receipt.pdf", "receipt.pdf"),
        ("../../../etc/passwd", "passwd"),
        ("a\r\nb\0c.txt", "a bc.txt"),
        ("exe\u{202e}fdp.scr", "exefdp.scr"),
        (" . ", "attachment"),
        ("..", "attachment"),
        ("/", "attachment"),
        ("a\u{200b}b\u{ad}.txt", "ab.txt"),
    ];
    for (found, expected) in cases {
        assert_eq!(clean_name(found), expected, "{found:?}");
    }
    let cut = clean_name(&long);
    assert!(cut.chars().count() == 120 && cut.ends_with("x.pdf"), "{cut}");
}

#[test]
fn every_line_end_becomes_the_same() {
    let cases: [(&[u8], &[u8]); 9] = [
        (b"", b"\r\n"),
        (b"a", b"a\r\n"),
        (b"a\nb\rc\r\nd", b"a\r\nb\r\nc\r\nd\r\n"),
        (b"a\r\r\nb", b"a\r\n\r\nb\r\n"),
        (b"a\n\rb", b"a\r\n\r\nb\r\n"),
        (b"a\r\0\nb", b"a\r\nb\r\n"),
        (b"\0\0", b"\r\n"),
        (b"a\n.\nMAIL FROM:<e>", b"a\r\n.\r\nMAIL FROM:<e>\r\n"),
        (b"a\r\n", b"a\r\n"),
    ];
    for (found, expected) in cases {
        assert_eq!(normalise(found), expected, "{found:?}");
    }
}

#[test]
fn a_long_header_line_is_folded_and_a_long_body_line_cut() {
    let mail = format!("A: {}\r\n\r\n{}\r\n", "x".repeat(2000), "\u{20ac}".repeat(700));
    let out = String::from_utf8(normalise(mail.as_bytes())).unwrap();
    let (head, body) = out.split_once("\r\n\r\n").unwrap();
    assert!(head.split("\r\n").skip(1).all(|line| line.starts_with(' ')), "{head}");
    assert_eq!(body.replace("\r\n", ""), "\u{20ac}".repeat(700));
}

#[test]
fn a_line_of_any_length_arrives_whole() {
    for length in [75, 76, 77, 78, 997, 998, 999, 1000, 5000, 100_000] {
        let text = "x".repeat(length);
        let composed = compose(&Draft { text: &text, html: Some(&text), ..draft() }).unwrap();
        assert!(composed.bytes.split(|byte| *byte == b'\n').all(|line| line.len() <= 999), "{length}");
        let parsed = MessageParser::default().parse(&composed.bytes).unwrap();
        assert_eq!(parsed.body_text(0).unwrap().trim_end(), text, "{length}");
        assert_eq!(parsed.body_html(0).unwrap().trim_end(), text, "{length}");
    }
}

/// What an SMTP server sees between DATA and the end: lines by any of its readings, with the client's stuffing of
/// a dot after CRLF undone. A lone dot in the middle would end the mail.
fn ends_early(bytes: &[u8]) -> bool {
    let mut stuffed = Vec::new();
    let mut at_start = true;
    let mut was_cr = false;
    for &byte in bytes {
        if at_start && byte == b'.' {
            stuffed.push(b'.');
        }
        stuffed.push(byte);
        at_start = was_cr && byte == b'\n';
        was_cr = byte == b'\r';
    }
    stuffed.split(|byte| matches!(byte, b'\r' | b'\n')).any(|line| line == b".")
}

fn anything() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => any::<String>(),
        2 => "[a-z .=?_\r\n\t\u{e4}\u{20ac}\u{1f600}\u{202e}\u{a0}-]{0,400}",
        1 => "(\r|\n|\\.|MAIL FROM:<e@x>| |a){0,60}",
    ]
}

fn any_bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just(b"\r".to_vec()),
        Just(b"\n".to_vec()),
        Just(b".".to_vec()),
        Just(b"\0".to_vec()),
        Just(b"MAIL FROM:<e@x>".to_vec()),
        Just("\u{20ac}".repeat(400).into_bytes()),
        proptest::collection::vec(any::<u8>(), 0..1500),
    ];
    proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn what_is_normal_is_fit_for_smtp(bytes in any_bytes()) {
        let normal = normalise(&bytes);
        prop_assert!(normal.ends_with(b"\r\n"));
        prop_assert!(!normal.contains(&0));
        prop_assert!(!ends_early(&normal));
        let text: Vec<&[u8]> = normal.split(|byte| *byte == b'\n').collect();
        for line in text.iter().rev().skip(1) {
            let content = line.strip_suffix(b"\r");
            prop_assert!(content.is_some_and(|content| content.len() <= 998 && !content.contains(&b'\r')));
        }
        prop_assert_eq!(normalise(&normal), normal);
    }

    #[test]
    fn what_goes_in_is_read_back(subject in anything(), name in anything(), text in anything(), html in anything(), file in anything()) {
        let attachments = [Attached { name: &file, media_type: "image/png", bytes: text.as_bytes() }];
        let draft = Draft {
            subject: &subject, to_name: Some(&name), text: &text, html: Some(&html), attachments: &attachments, ..draft()
        };
        let composed = compose(&draft).unwrap();
        prop_assert_eq!(&normalise(&composed.bytes), &composed.bytes);
        prop_assert!(composed.bytes.is_ascii() && !ends_early(&composed.bytes));
        let parsed = MessageParser::default().parse(&composed.bytes).unwrap();
        prop_assert_eq!(parsed.subject().unwrap_or_default(), clean_line(&subject, MAX_SUBJECT_CHARS));
        prop_assert_eq!(parsed.message_id(), Some(ID));
        let to = parsed.to().unwrap().first().unwrap();
        prop_assert_eq!(to.address(), Some("ada@example.test"));
        prop_assert_eq!(to.name().unwrap_or_default(), clean_line(&name, 100));
        let read = parsed.body_text(0).unwrap_or_default().replace("\r\n", "\n");
        prop_assert_eq!(read.trim_end_matches('\n'), clean_body(&text).trim_end_matches('\n').to_owned());
        let read = parsed.body_html(0).unwrap_or_default().replace("\r\n", "\n");
        prop_assert_eq!(read.trim_end_matches('\n'), clean_body(&html).trim_end_matches('\n').to_owned());
        let attached = parsed.attachments().next().unwrap();
        prop_assert_eq!(attached.contents(), text.as_bytes());
        prop_assert_eq!(attached.attachment_name().unwrap_or_default(), clean_name(&file));
    }
}
