//! Row 12: mails that are made to cost. The real program reads each, and its memory and time are watched.
use std::{
    fs,
    io::Write as _,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

/// Size of a bomb. As it is tested the program is not compiled for speed, and twenty of full size take minutes.
const SIZE: usize = if cfg!(debug_assertions) { 2 } else { 24 } * 1024 * 1024;
/// The most memory that one may take, in KiB.
const MOST_MEMORY: u64 = 256 * 1024;
/// The most time. The bar is five seconds for the program as it is shipped; tests share their machine.
const MOST_TIME: Duration = Duration::from_secs(if cfg!(debug_assertions) { 30 } else { 5 });

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
    let mixed = "Content-Type: multipart/mixed; boundary=b\r\n\r\n";
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
    ]
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
    let all = bombs();
    assert_eq!(all.len(), 20);
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
