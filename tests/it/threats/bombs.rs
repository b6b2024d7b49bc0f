//! Row 12: mails that are made to cost. The real program reads each, and its memory and time are watched.
use std::{
    fs,
    io::Write as _,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use redress::mail::{
    bounce,
    inbound::{Limits, understand},
    reply,
};

/// Size of a bomb. As it is tested the program is not compiled for speed, and twenty of full size take minutes.
const SIZE: usize = if cfg!(debug_assertions) { 2 } else { 24 } * 1024 * 1024;
/// How many times fewer pieces those get that are slow where the program is not compiled for speed.
const SLOWER: usize = if cfg!(debug_assertions) { 10 } else { 1 };
/// The most memory that one may take, in KiB.
const MOST_MEMORY: u64 = 256 * 1024;
/// The most time. The bar is five seconds for the program as it is shipped; tests share their machine.
const MOST_TIME: Duration = Duration::from_secs(if cfg!(debug_assertions) { 60 } else { 5 });

const MIXED: &str = "Content-Type: multipart/mixed; boundary=b\r\n\r\n";
const HEADER: &str = "Return-Path: <a@b.test>\r\nFrom: a@b.test\r\nTo: support@shop.test\r\nSubject: x\r\n";

/// `begin`, as many of `piece` as fit, and `end`.
fn filled(begin: &str, piece: &str, end: &str) -> Vec<u8> {
    let mut raw = format!("{HEADER}{begin}").into_bytes();
    while raw.len() + piece.len() + end.len() < SIZE {
        raw.extend_from_slice(piece.as_bytes());
    }
    raw.extend_from_slice(end.as_bytes());
    raw
}

fn nested(kind: &str) -> Vec<u8> {
    let mut raw = HEADER.as_bytes().to_vec();
    for level in 0_u64.. {
        if raw.len() + 100 > SIZE {
            break;
        }
        if kind == "multipart" {
            write!(raw, "Content-Type: multipart/mixed; boundary=b{level}\r\n\r\n--b{level}\r\n").unwrap();
        } else {
            write!(raw, "Content-Type: {kind}\r\n\r\n").unwrap();
        }
    }
    raw.extend_from_slice(b"\r\nx");
    raw
}

fn bombs() -> Vec<(&'static str, Vec<u8>)> {
    let mixed = MIXED;
    vec![
        ("parts without end", filled(mixed, "--b\r\n\r\n\r\n", "--b--\r\n")),
        (
            "attachments without end",
            filled(mixed, "--b\r\nContent-Disposition: attachment\r\n\r\nx\r\n", "--b--"),
        ),
        ("nested multiparts", nested("multipart")),
        ("nested messages", nested("message/rfc822")),
        ("nested digests", nested("multipart/digest; boundary=b\r\n\r\n--b")),
        ("nested global messages", nested("message/global")),
        ("fields without end", filled("", "X-A: b\r\n", "\r\n\r\nx")),
        ("one field without end", filled("X-A: ", "aaaaaaaa\r\n ", "\r\n\r\nx")),
        ("References without end", filled("References:", " <a@b.test>\r\n", "\r\n\r\nx")),
        ("recipients without end", filled("Cc: x@y.test", ", a@b.test\r\n ", "\r\n\r\nx")),
        ("Received without end", filled("", "Received: from a by b; x\r\n", "\r\n\r\nx")),
        ("comments in comments", filled("Cc: ", "(", "\r\n\r\nx")),
        ("encoded words without end", filled("X-B: ", "=?utf-8?q?a?= \r\n ", "\r\n\r\nx")),
        ("one line without end", filled("\r\n", "aaaaaaaaaaaaaaaa", "")),
        ("empty lines", filled("\r\n", "\r\n", "")),
        ("quotes in quotes", filled("\r\n", "> > > > > > > > x\r\n", "")),
        ("base64", filled("Content-Transfer-Encoding: base64\r\n\r\n", "QUFBQUFBQUFBQUFB\r\n", "")),
        ("tags in tags", filled("Content-Type: text/html\r\n\r\n", "<div><b>", "")),
        ("entities", filled("Content-Type: text/html\r\n\r\n", "&amp;&#x41;", "")),
        ("boundaries that nearly match", filled(mixed, "--bb\r\n--\r\n--b \r\n-", "--b--")),
        ("brackets that are not closed", filled("To: ", "<a@b.test\r\n ", "\r\n\r\nx")),
        ("encoded words that are not closed", filled("Subject: ", "=?a?q?b\r\n ", "\r\n\r\nx")),
        ("parameters without end", filled("Content-Type: text/plain", ";\r\n a*1*=b", "\r\n\r\nx")),
        ("quotes that are not closed", filled("Content-Type: text/plain; a=\"", "\"b\r\n ", "\r\n\r\nx")),
        ("files in the text", filled("\r\n", "begin 644 a\r\n#86)C\r\n", "")),
        ("flowed lines", filled("Content-Type: text/plain; format=flowed\r\n\r\n", "> a \r\n", "")),
        ("escapes of no charset", filled("\r\n", "\u{1b}$ \u{1b}$B%", "")),
        ("a package that expands", package()),
        ("pages of brackets", pages("<<<<\u{2039}>")),
        ("pages of no charset", pages("<p>\u{e9}\u{fc}")),
        ("pages of quotes", pages("<div class=gmail_quote><hr>")),
        ("pages in the mail that a server returns", returned_pages()),
    ]
}

/// As many parts as fit, each of the size of the longest page.
fn pages(piece: &str) -> Vec<u8> {
    let page = piece.repeat(512 * 1024 / piece.len());
    filled(MIXED, &format!("--b\r\nContent-Type: text/html\r\n\r\n{page}\r\n"), "--b--\r\n")
}

/// The same within a report, as some gateways return them.
fn returned_pages() -> Vec<u8> {
    let head = "Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n\r\nUndeliverable\r\n--a\r\n\
                Content-Type: message/rfc822\r\n\r\nFrom: MAILER-DAEMON@mx.test\r\n";
    let page = "<<<<\u{2039}>".repeat(64 * 1024);
    let piece = format!("--b\r\nContent-Type: text/html\r\n\r\n{page}\r\n");
    let raw = filled(&format!("{head}{MIXED}"), &piece, "--b--\r\n--a--\r\n");
    [b"Return-Path: <>\r\n", raw.as_slice()].concat()
}

/// `winmail.dat` whose rich text is nothing but references into what it has written.
fn package() -> Vec<u8> {
    let references = b"\xff\x00\x0f\x00\x0f\x00\x0f\x00\x0f\x00\x0f\x00\x0f\x00\x0f\x00\x0f";
    let packed = references.repeat(SIZE / references.len() / 2);
    let rich = [&[0; 8][..], b"LZFu", &[0; 4], &packed].concat();
    let length = |bytes: &[u8]| u32::try_from(bytes.len()).unwrap().to_le_bytes();
    // A list of one property, which is bytes, and one of them; and the attribute that holds it.
    let list = [&[1, 0, 0, 0, 2, 1, 9, 0x10, 1, 0, 0, 0], &length(&rich)[..], &rich].concat();
    let begin = b"\x78\x9f\x3e\x22\x01\x00\x01\x03\x90\x06\x00";
    let head = format!("{HEADER}Content-Type: application/ms-tnef\r\n\r\n");
    [head.as_bytes(), begin, &length(&list), &list].concat()
}

/// Those that are named by their size, in that size.
fn named_bombs() -> Vec<(&'static str, Vec<u8>)> {
    let counted = |begin: &str, piece: &str, times: usize, end: &str| {
        [HEADER, begin, &piece.repeat(times), end].concat().into_bytes()
    };
    let html = "Content-Type: text/html\r\n\r\n";
    let closed = "</div>".repeat(20_000);
    vec![
        ("30,000 nested messages", counted("", "Content-Type: message/rfc822\r\n\r\n", 30_000, "x")),
        ("100,000 parts", counted(MIXED, "--b\r\n\r\nx\r\n", 100_000, "--b--\r\n")),
        ("a megabyte of References", counted("References:", " <a@b.test>\r\n", 80_000, "\r\nx")),
        ("one line of 25 MB", counted("\r\n", "aaaaaaaaaaaaaaaaaaaaaaaaa", 1_000_000, "")),
        (
            "headings among 130,000 empty lines of a quote",
            counted("\r\n> From: x\r\n", ">\n", 130_000, "> To: y\n> Date: z\n"),
        ),
        ("addresses in brackets in HTML", counted(html, "<a@", 174_000 / SLOWER, ">")),
        ("unclosed words before question marks", counted(MIXED, &word_fields(), 300 / SLOWER, "--b--\r\n")),
        ("a report of 800 blocks and 24 MB of empty lines", empty_report()),
        ("30,000 fields with a control character", controlled_fields()),
        ("20,000 nested divs", counted(html, "<div>", 20_000, &format!("x{closed}"))),
    ]
}

/// Parts whose name is made of encoded words that are not closed, before question marks.
fn word_fields() -> String {
    let (words, marks) = ("=?a?q? ".repeat(4_000), "?".repeat(32_000));
    format!("--b\r\nContent-Type: a/b; name=\"{words}{marks}\"\r\n\r\n\r\n")
}

/// A delivery report with many blocks and nothing after them.
fn empty_report() -> Vec<u8> {
    let head = "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n";
    let blocks = "X-A: b\n\n".repeat(800);
    let empty = "\n".repeat(24_000_000);
    [HEADER, head, "Content-Type: message/delivery-status\r\n\r\n", &blocks, &empty].concat().into_bytes()
}

/// Fields of as many names, each with a character that belongs in none; and parts with as many.
fn controlled_fields() -> Vec<u8> {
    let fields: Vec<String> = (0..20_000).map(|number| format!("{number:x}:\u{1}\r\n")).collect();
    let part = format!("--b\r\n{}\r\nx\r\n", fields.concat());
    [HEADER, MIXED, &part.repeat(100 / SLOWER)].concat().into_bytes()
}

/// The most memory that a process has had so far, in KiB.
fn peak(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

#[test]
fn a12_a_mail_that_is_made_to_cost_costs_little() {
    let folder = tempfile::tempdir().unwrap();
    let all: Vec<_> = bombs().into_iter().chain(named_bombs()).collect();
    assert_eq!(all.len(), 42);
    let (mut slowest, mut largest) = (Duration::ZERO, 0);
    for (name, raw) in all {
        let file = folder.path().join("bomb.eml");
        fs::write(&file, &raw).unwrap();
        let begun = Instant::now();
        let mut child = Command::new(env!("CARGO_BIN_EXE_redress"))
            .args(["explain", "--json"])
            .arg(&file)
            .stdout(fs::File::create(folder.path().join("account")).unwrap())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut memory = 0;
        let status = loop {
            memory = peak(child.id()).unwrap_or(0).max(memory);
            assert!(begun.elapsed() < MOST_TIME, "{name} takes longer than {MOST_TIME:?}");
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            std::thread::park_timeout(Duration::from_millis(2));
        };
        let account = fs::read_to_string(folder.path().join("account")).unwrap();
        assert!(status.success(), "{name}: {status} {account}");
        assert!(account.contains("\"fate\""), "{name} is judged like any mail: {account}");
        assert!(memory < MOST_MEMORY, "{name} takes {memory} KiB");
        slowest = begun.elapsed().max(slowest);
        largest = memory.max(largest);
    }
    eprintln!("the slowest took {slowest:?}, the largest {largest} KiB");
}

/// A kind of mail of which there can be more: what it begins with, what is repeated, how often, and what ends it.
type Growing = (&'static str, &'static str, &'static str, usize, &'static str);

/// Each within the limits even when it has grown, so that all of it is read.
const GROWING: &[Growing] = &[
    ("fields", "", "X-A: b\r\n", 250, "\r\nx"),
    ("fields beyond ASCII", "", "X-A: \u{e9}\u{fc}\r\n", 250, "\r\nx"),
    ("lines that are no fields", "", "a b\r\nX-A: b\r\n", 125, "\r\nx"),
    ("parts", MIXED, "--b\r\n\r\nx\r\n", 25, "--b--\r\n"),
    ("attachments", MIXED, "--b\r\nContent-Disposition: attachment; filename*=a\r\n\r\nx\r\n", 25, "--b--"),
    ("encoded words", "Subject:", " =?utf-8?q?a=C3?=\r\n", 75, "\r\nx"),
    ("base64 words", "Subject:", " =?utf-8?b?w6Q?=\r\n", 75, "\r\nx"),
    ("unclosed words", "Subject:", " =?a?q?b", 125, "\r\n\r\nx"),
    ("addresses", "To: x@y.test", ",\r\n \"B, C\" <a@b.test>", 50, "\r\n\r\nx"),
    ("unclosed brackets", "To: ", "<a@b.test ", 125, "\r\n\r\nx"),
    ("quotes", "To: ", "\"a\\\" ", 125, "\r\n\r\nx"),
    ("comments", "To: ", "(", 1250, "\r\n\r\nx"),
    ("ids", "References:", " <a@b.test>\r\n", 100, "\r\nx"),
    ("parameters", "Content-Type: text/plain", "; a*1*=b", 125, "\r\n\r\nx"),
    ("quotes in a parameter", "Content-Type: text/plain; a=\"", "\"b", 500, "\r\n\r\nx"),
    ("lines", "\r\n", "> a b c\r\n", 500, ""),
    ("flowed lines", "Content-Type: text/plain; format=flowed\r\n\r\n", "> a b \r\n", 500, ""),
    ("bytes of no charset", "\r\n", "\u{e9}\u{e4}\u{fc}x ", 500, ""),
    ("beginnings of files", "\r\n", "begin 644 a\r\n#86)C\r\n", 250, ""),
    ("soft breaks", "Content-Transfer-Encoding: quoted-printable\r\n\r\n", "a=\r\n=C3", 500, ""),
    ("tags", "Content-Type: text/html\r\n\r\n", "<div>a&amp;", 375, ""),
    ("empty lines of a quote", "\r\n> From: x\r\n", ">\n", 2_500, "> To: y\n> Date: z\n"),
    ("addresses in HTML", "Content-Type: text/html\r\n\r\n", "<a@", 2_500, ">"),
];

/// How much larger each is made.
const GROWTH: usize = 8;
/// How much longer that one may take than as many bytes in small mails. What grows with the square of its size takes
/// eight times as long.
const MOST_GROWTH: u32 = 3;

/// How long it takes to read a mail so many times: the shortest of a few, since whatever else the machine does only
/// adds to it.
fn time(raw: &[u8], times: usize) -> Duration {
    let all = || {
        let begun = Instant::now();
        for _ in 0..times {
            let (mail, _) = understand(std::hint::black_box(raw), &Limits::default());
            std::hint::black_box((reply::split(&mail.text), bounce::read(&mail)));
        }
        begun.elapsed()
    };
    (0..3).map(|_| all()).min().unwrap_or_default()
}

#[test]
fn a12_understanding_grows_no_faster_than_the_mail() {
    let mut wrong = Vec::new();
    for (name, begin, piece, times, end) in GROWING {
        let raw = |times: usize| -> Vec<u8> {
            // Characters stand for bytes, as in a mail of no charset.
            let text = [HEADER, begin, &piece.repeat(times), end].concat();
            text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect()
        };
        let (small, large) = (raw(*times), raw(times * GROWTH));
        assert_eq!(understand(&large, &Limits::default()).0.over_limit, None, "{name}");
        // What is slow is slow every time; a busy machine is not.
        let measured: Vec<_> = (0..3)
            .map(|_| (time(&small, GROWTH), time(&large, 1)))
            .take_while(|(apart, together)| *together > *apart * MOST_GROWTH)
            .collect();
        if measured.len() == 3 {
            wrong.push(format!("{name}: {GROWTH} small ones and the large one take {measured:?}"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}
