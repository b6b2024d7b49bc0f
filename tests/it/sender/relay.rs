//! A relay that follows rules and remembers what it took.

use std::{
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    time::sleep,
};
use tokio_util::sync::CancellationToken;

/// What a relay does at a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// It answers so.
    Say(&'static str),
    /// It hangs up. A mail whose final dot was read is lost.
    HangUp,
    /// It hangs up, but has taken the mail whose final dot was read.
    TakeAndHangUp,
    /// It asks for the mail and hangs up in the midst of it.
    Cut,
    /// It says nothing more.
    Silence,
    /// It answers as usual, one byte a second.
    Trickle,
    /// It answers as usual, so much later.
    Late(Duration),
}

/// What a relay does at a step that begins like this, and how often.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    pub at: &'static str,
    pub act: Act,
    pub times: u32,
}

/// A mail that a relay took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    pub sender: String,
    pub recipient: String,
    /// As it came over the wire, dots doubled.
    pub text: String,
    /// Whether the client was told.
    pub told: bool,
}

#[derive(Default)]
struct Book {
    rules: Vec<Rule>,
    taken: Vec<Taken>,
    played: u32,
    /// Told to stop as soon as the first mail is taken.
    stop: Option<CancellationToken>,
}

impl Book {
    fn act(&mut self, event: &str, usual: &'static str) -> Act {
        let rule = self.rules.iter_mut().find(|rule| rule.times > 0 && event.starts_with(rule.at));
        let Some(rule) = rule else { return Act::Say(usual) };
        rule.times -= 1;
        self.played += 1;
        rule.act
    }
}

/// The relay. It runs until the test ends.
#[derive(Clone)]
pub struct Server {
    /// Where it listens on the loopback.
    pub port: u16,
    book: Arc<Mutex<Book>>,
}

impl Server {
    /// Starts one that takes everything.
    pub async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = Server { port, book: Arc::default() };
        let shared = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let server = shared.clone();
                tokio::spawn(async move { server.serve(stream).await });
            }
        });
        server
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap()
    }

    /// What it does from now on.
    pub fn follow(&self, rules: Vec<Rule>) {
        let mut book = self.book();
        book.rules = rules;
        book.played = 0;
    }

    /// How often a rule was followed since there are any.
    pub fn played(&self) -> u32 {
        self.book().played
    }

    /// Cancels `stop` as soon as a mail is taken.
    pub fn stop_at_first(&self, stop: CancellationToken) {
        self.book().stop = Some(stop);
    }

    /// What it took, in order.
    pub fn taken(&self) -> Vec<Taken> {
        self.book().taken.clone()
    }

    /// What it took since last asked.
    pub fn take_taken(&self) -> Vec<Taken> {
        std::mem::take(&mut self.book().taken)
    }

    async fn serve(&self, stream: TcpStream) -> std::io::Result<()> {
        let mut stream = BufReader::new(stream);
        let mut event = "GREETING".to_owned();
        let mut mail =
            Taken { sender: String::new(), recipient: String::new(), text: String::new(), told: true };
        loop {
            let usual = match event.split_once([' ', ':']).map_or(event.as_str(), |(word, _)| word) {
                "GREETING" => "220 relay",
                "DATA" => "354 go on",
                "QUIT" => "221 bye",
                _ => "250 fine",
            };
            let act = self.decide(&event, usual, &mail);
            let said = match act {
                Act::Say(answer) => answer,
                Act::HangUp | Act::TakeAndHangUp => return Ok(()),
                Act::Silence => {
                    stream.read_to_end(&mut Vec::new()).await?;
                    return Ok(());
                }
                Act::Trickle => {
                    for byte in usual.bytes() {
                        stream.write_all(&[byte]).await?;
                        sleep(Duration::from_secs(1)).await;
                    }
                    ""
                }
                Act::Late(wait) => {
                    sleep(wait).await;
                    usual
                }
                Act::Cut => usual,
            };
            stream.write_all(format!("{said}\r\n").as_bytes()).await?;
            if said.starts_with("354") || (act == Act::Trickle && usual.starts_with("354")) {
                mail.text.clear();
                while !mail.text.ends_with("\r\n.\r\n") {
                    let read = stream.read_line(&mut mail.text).await?;
                    if read == 0 || act == Act::Cut {
                        return Ok(());
                    }
                }
                event = format!("DOT {}", mail.recipient);
                continue;
            }
            event.clear();
            if stream.read_line(&mut event).await? == 0 {
                return Ok(());
            }
            event.truncate(event.trim_end().len());
            let inside = |text: &str| text.trim_matches(['<', '>']).to_owned();
            if let Some(address) = event.strip_prefix("RCPT TO:") {
                mail.recipient = inside(address);
            } else if let Some(address) = event.strip_prefix("MAIL FROM:") {
                mail.sender = inside(address.split(' ').next().unwrap_or_default());
            }
        }
    }

    /// What follows on an event; a mail that is taken is written down.
    fn decide(&self, event: &str, usual: &'static str, mail: &Taken) -> Act {
        let mut book = self.book();
        let act = book.act(event, usual);
        let told = match act {
            Act::Say(answer) => answer.starts_with('2'),
            Act::Late(_) | Act::Trickle => true,
            Act::TakeAndHangUp => false,
            Act::HangUp | Act::Cut | Act::Silence => return act,
        };
        if event.starts_with("DOT") && (told || act == Act::TakeAndHangUp) {
            book.taken.push(Taken { told, ..mail.clone() });
            book.stop.iter().for_each(CancellationToken::cancel);
        }
        act
    }
}
