//! Row 8: nothing that anybody writes makes a header field, a recipient or an SMTP command of its own. Five hundred
//! texts stand in eight places at once, and each mail goes through a real connection to a relay that takes down
//! every line.
use std::{
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    thread::{self, JoinHandle},
};

use redress::{
    domain::decision::Nature,
    mail::outbound::{self, Attached, Draft},
    net::{Endpoint, Security, TlsSettings},
    smtp::{Mailer, Patience, Settings},
};

/// So many mails.
const PAYLOADS: usize = 500;

/// What a relay was told: the commands, and each mail as it stood between DATA and the final dot.
#[derive(Default)]
struct Heard {
    commands: Vec<String>,
    mails: Vec<String>,
}

/// A relay that takes everything and notes each line. Like some real ones it takes a bare LF for the end of a line,
/// so that whatever could be smuggled in by one shows.
struct Sink {
    port: u16,
    task: JoinHandle<Heard>,
}

impl Sink {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let task = thread::spawn(move || {
            let (stream, _) = listener.accept().unwrap();
            take_down(&stream)
        });
        Sink { port, task }
    }
}

fn take_down(stream: &TcpStream) -> Heard {
    let mut heard = Heard::default();
    let mut lines = BufReader::new(stream);
    let say = |text: &str| {
        let mut stream = stream;
        stream.write_all(text.as_bytes()).unwrap();
    };
    say("220 sink\r\n");
    let mut mail: Option<String> = None;
    loop {
        let mut line = Vec::new();
        if lines.read_until(b'\n', &mut line).unwrap() == 0 {
            return heard;
        }
        let text = String::from_utf8_lossy(&line).into_owned();
        let bare = text.trim_end_matches(['\r', '\n']);
        if let Some(content) = &mut mail {
            assert!(text.ends_with("\r\n") && !bare.contains('\r'), "a bare line end: {text:?}");
            if bare == "." {
                heard.mails.push(mail.take().unwrap());
                say("250 taken\r\n");
            } else {
                content.push_str(bare.strip_prefix('.').unwrap_or(bare));
                content.push('\n');
            }
            continue;
        }
        heard.commands.push(bare.to_owned());
        match bare.split([' ', ':']).next().unwrap_or_default() {
            "EHLO" => say("250-sink\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n"),
            "DATA" => {
                mail = Some(String::new());
                say("354 go on\r\n");
            }
            "QUIT" => {
                say("221 bye\r\n");
                return heard;
            }
            _ => say("250 fine\r\n"),
        }
    }
}

/// Pieces of which the texts are made.
const PIECES: [&str; 24] = [
    "\r\n",
    "\n",
    "\r",
    "\0",
    "\r\n.\r\n",
    "\n.\n",
    "\r.\r",
    "\r\n\r\n",
    "\n\n",
    "\u{85}",
    "\u{2028}",
    "\u{2029}",
    "Bcc: eve@evil.test",
    "MAIL FROM:<eve@evil.test>",
    "RCPT TO:<eve@evil.test>",
    "DATA",
    "QUIT",
    ".",
    "..",
    "=?utf-8?q?=0D=0ABcc:_eve@evil.test?=",
    "\"; filename=\"x",
    ">\r\n X-Injected: 1",
    "\u{202e}",
    "x",
];

/// The text of that number: up to six pieces, the same in every run.
fn payload(number: usize) -> String {
    let mut seed = u64::try_from(number).unwrap().wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        usize::try_from(seed >> 33).unwrap()
    };
    let count = 1 + next() % 6;
    (0..count).map(|_| PIECES[next() % PIECES.len()]).collect()
}

/// Names of the fields of a header, without repetition, in order.
fn names(header: &str) -> Vec<&str> {
    let fields = header.lines().filter(|line| !line.starts_with([' ', '\t']));
    fields.map(|line| line.split(':').next().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a08_no_text_makes_a_field_or_a_command_of_its_own() {
    let sink = Sink::start();
    let mailer = Mailer::new(Settings {
        server: Endpoint {
            host: "localhost".to_owned(),
            port: sink.port,
            security: Security::Plain,
            tls: TlsSettings::default(),
        },
        user: None,
        password: None,
        hello_name: "desk.shop.test".to_owned(),
        patience: Patience::default(),
    });
    for number in 0..PAYLOADS {
        let text = payload(number);
        let references = [text.clone(), "whole@example.test".to_owned()];
        let attached = [Attached { name: &text, media_type: &text, bytes: text.as_bytes() }];
        let composed = outbound::compose(&Draft {
            from_name: &text,
            from_address: "support@shop.test",
            to_name: Some(&text),
            to_address: "ada@example.test",
            reply_to: Some("support+d1.c0.x@shop.test"),
            subject: &text,
            text: &text,
            html: Some(&text),
            message_id: "d1.c0.x@shop.test",
            in_reply_to: Some(&text),
            references: &references,
            nature: Nature::Replied,
            attachments: &attached,
            date: "2026-11-23T10:00:00Z".parse().unwrap(),
            loop_mark: "kabcdefghijklmnop",
        })
        .unwrap();
        mailer.send(Some("support@shop.test"), "ada@example.test", &composed.bytes).await.unwrap();
    }
    mailer.close().await;
    let heard = sink.task.join().unwrap();
    assert_eq!(heard.mails.len(), PAYLOADS);
    let mut commands = heard.commands.iter().map(String::as_str);
    assert_eq!(commands.next(), Some("EHLO desk.shop.test"));
    // Between two mails the relay is asked whether it is still there.
    let mut rest: Vec<&str> = commands.filter(|command| *command != "RSET").collect();
    assert_eq!(rest.pop(), Some("QUIT"));
    for three in rest.chunks(3) {
        let [mail, to, data] = three else { panic!("{three:?}") };
        assert!(mail.starts_with("MAIL FROM:<support@shop.test>") && !mail.contains("evil"), "{mail}");
        assert_eq!((*to, *data), ("RCPT TO:<ada@example.test>", "DATA"));
    }
    let allowed = [
        "From",
        "To",
        "Reply-To",
        "Subject",
        "Date",
        "Message-ID",
        "In-Reply-To",
        "References",
        "Auto-Submitted",
        "X-Auto-Response-Suppress",
        "X-Redress-Loop",
        "MIME-Version",
        "Content-Type",
    ];
    for (number, mail) in heard.mails.iter().enumerate() {
        let found = names(mail.split("\n\n").next().unwrap());
        let mut left = allowed.iter();
        for name in &found {
            assert!(left.any(|allowed| allowed == name), "{number}: {name:?} of {found:?} in\n{mail}");
        }
        for needed in ["From", "To", "Message-ID", "Auto-Submitted", "Content-Type"] {
            assert!(found.contains(&needed), "{number}: {needed}\n{mail}");
        }
    }
}
