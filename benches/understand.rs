//! What understanding a mail costs, stage by stage, beside the bare parser on the same files in the same run.
//!
//! `cargo bench --bench understand` reads the project's own corpus and, where it lies beside the project, that of
//! others (`../shared/corpora`, or `REDRESS_CORPORA`). Quote ratios: machines differ, and so do their moods.
//! Then each stage gets an input made for it, and one twice as long: no stage may take much more than twice the
//! time; the program ends with an error if one does.
#![expect(clippy::print_stdout, reason = "a benchmark says what it measured")]
#![expect(clippy::unwrap_used, reason = "what fails in its own preparation fails the benchmark")]

use std::{
    env, fs,
    hint::black_box,
    path::{Path, PathBuf},
    process::ExitCode,
    time::{Duration, Instant},
};

use mail_parser::MessageParser;
use redress::mail::{
    bounce,
    fate::{self, Setting, Verdict},
    inbound::{Limits, Mail, outline, understand},
    language, meaning, reply,
};

/// Passes over all files; the fastest of each stage counts.
const PASSES: usize = 5;
/// How much longer twice the input may take: noise and the growth of tables are in it.
const MOST_GROWTH: f64 = 3.0;

fn main() -> ExitCode {
    if !env::args().any(|argument| argument == "--bench") {
        // Built and started by the tests: it works, and nothing is measured.
        return ExitCode::SUCCESS;
    }
    let files = files();
    println!("{} mails, {} bytes", files.len(), files.iter().map(Vec::len).sum::<usize>());
    stages(&files);
    if doubling() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// All mails, as they are on the wire.
fn files() -> Vec<Vec<u8>> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    let others = others().unwrap_or_else(|| own.join("../shared/corpora"));
    let mut folders = vec![own.join("tests/corpus"), others];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for path in entries.map(|entry| entry.unwrap().path()) {
            let in_files = path.parent().is_some_and(|parent| parent.ends_with("files"));
            if path.is_dir() {
                folders.push(path);
            } else if in_files || path.extension().is_some_and(|end| end == "eml") {
                files.push(redress::cli::mailfile::with_crlf(&fs::read(&path).unwrap()).into_owned());
            }
        }
    }
    files.sort();
    files
}

fn others() -> Option<PathBuf> {
    env::var_os("REDRESS_CORPORA").map(PathBuf::from)
}

/// The verdict, with the reading of reports that it rests on.
fn judged(mail: &Mail, words: &str) -> Verdict {
    let bounce = bounce::read(mail);
    fate::judge(mail, &Setting { bounce: bounce.as_ref(), words, ..Setting::default() })
}

/// The fastest of some runs.
fn fastest(passes: usize, mut run: impl FnMut()) -> Duration {
    let timed = (0..passes).map(|_| {
        let begin = Instant::now();
        run();
        begin.elapsed()
    });
    timed.min().unwrap_or_default()
}

fn stages(files: &[Vec<u8>]) {
    let limits = Limits::default();
    let parser = MessageParser::default();
    let mails: Vec<Mail> = files.iter().map(|raw| understand(raw, &limits).0).collect();
    let new: Vec<String> = mails.iter().map(|mail| reply::split(&mail.text).new).collect();
    let each = |f: &dyn Fn(&Mail)| fastest(PASSES, || mails.iter().for_each(f));
    let bare = fastest(PASSES, || {
        for raw in files {
            black_box(parser.parse(raw.as_slice()));
        }
    });
    let parse = fastest(PASSES, || {
        for raw in files {
            black_box(outline(raw, &limits));
        }
    });
    let whole = fastest(PASSES, || {
        for raw in files {
            black_box(understand(raw, &limits));
        }
    });
    let rows = [
        ("bare mail-parser", bare),
        ("parse", parse),
        ("decode", whole.saturating_sub(parse)),
        (
            "fate",
            fastest(PASSES, || {
                for (mail, words) in mails.iter().zip(&new) {
                    black_box(judged(mail, words));
                }
            }),
        ),
        (
            "reply",
            each(&|mail| {
                black_box(reply::split(&mail.text));
            }),
        ),
        (
            "language",
            fastest(PASSES, || {
                for text in &new {
                    black_box(language::detect(text));
                }
            }),
        ),
        (
            "meaning",
            fastest(PASSES, || {
                for (mail, text) in mails.iter().zip(&new) {
                    black_box(meaning::understood(&mail.subject, text));
                }
            }),
        ),
    ];
    let count = u32::try_from(files.len()).unwrap().max(1);
    println!("{:<18} {:>12} {:>8}", "stage", "a mail", "ratio");
    for (stage, time) in rows {
        let ratio = time.as_secs_f64() / bare.as_secs_f64();
        println!("{stage:<18} {:>9.1} µs {ratio:>8.2}", (time / count).as_secs_f64() * 1e6);
    }
}

/// A stage and an input for it, of a size that counts units.
type Stage = (&'static str, fn(usize) -> Vec<u8>, fn(&[u8]), usize);

const HEAD: &str = "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example\r\nTo: support@desk.example\r\n";

fn repeated(head: &str, unit: &str, times: usize) -> Vec<u8> {
    format!("{head}{}", unit.repeat(times)).into_bytes()
}

fn read(raw: &[u8]) {
    black_box(understand(
        raw,
        &Limits { message: usize::MAX, text: usize::MAX, html: usize::MAX, ..Limits::default() },
    ));
}

fn text_of(raw: &[u8]) -> &str {
    std::str::from_utf8(raw).unwrap()
}

const STAGES: &[Stage] = &[
    ("header fields", |n| repeated(HEAD, "X-Field: some words of it\r\n", n), read, 2_000),
    ("encoded words", |n| repeated("Subject:", " =?utf-8?q?caf=C3=A9?=", n), read, 1_000),
    ("addresses", |n| repeated("To: ", "Ada <ada@shop.example>, ", n), read, 1_000),
    (
        "parts",
        |n| repeated("Content-Type: multipart/mixed; boundary=b\r\n\r\n", "--b\r\n\r\nx\r\n", n),
        read,
        400,
    ),
    (
        "quoted-printable",
        |n| repeated("Content-Transfer-Encoding: quoted-printable\r\n\r\n", "a=3D=\r\n", n),
        read,
        50_000,
    ),
    ("HTML", |n| repeated("Content-Type: text/html\r\n\r\n", "<div><p>word", n), read, 10_000),
    (
        "delivery report",
        |n| repeated(&format!("{HEAD}\r\n"), "<ada@shop.example>: 550 no such user\r\n", n),
        |raw| {
            let (mail, _) = understand(raw, &Limits::default());
            black_box(judged(&mail, &mail.text));
        },
        2_000,
    ),
    (
        "reply",
        |n| repeated("", "> quoted\nOn Monday Ada wrote:\nmy words\n", n),
        |raw| {
            black_box(reply::split(text_of(raw)));
        },
        4_000,
    ),
    (
        "language",
        |n| repeated("", "My order has not come and nobody answers. ", n),
        |raw| {
            black_box(language::detect(text_of(raw)));
        },
        4_000,
    ),
    (
        "meaning",
        |n| repeated("", "order 17, 49.90 EUR, refund, ", n),
        |raw| {
            black_box(meaning::understood("", text_of(raw)));
        },
        4_000,
    ),
];

/// Doubles the input of each stage; whether none grows faster than its input.
fn doubling() -> bool {
    println!("{:<18} {:>12} {:>12} {:>8}", "doubled", "n", "2n", "growth");
    let mut good = true;
    for (stage, make, run, size) in STAGES {
        let time = |size| {
            let input = make(size);
            fastest(PASSES, || run(&input)).as_secs_f64()
        };
        let (once, twice) = (time(*size), time(size * 2));
        let growth = twice / once.max(1e-9);
        good &= growth <= MOST_GROWTH;
        println!("{stage:<18} {:>9.2} ms {:>9.2} ms {growth:>8.2}", once * 1e3, twice * 1e3);
    }
    good
}
