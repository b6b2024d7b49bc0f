//! Servers that cannot be trusted get no password, and the desk goes on when they can be.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use redress::cli::demo::servers::{Mark, PASSWORD};

use crate::desk::{CUSTOMER, DESK, Desk, Settings, delivered};

#[test]
fn a_wrong_password_is_said_and_tried_again_until_it_is_right() {
    let Some(mut desk) = Desk::new(&Settings::default()) else { return };
    desk.servers.add_user(DESK, "another").unwrap();
    desk.launch();
    let line = desk.wait_for_line("The mailbox cannot be read");
    assert!(line.contains("the server refuses the login"), "{line}");
    assert!(!desk.log().join("\n").contains(PASSWORD));
    desk.servers.add_user(DESK, PASSWORD).unwrap();
    desk.wait_for_line("The mailbox is open");
    desk.complain(0..1);
    desk.expect_acknowledged(0..1);
}

#[test]
fn an_expired_certificate_is_refused_until_it_is_renewed() {
    let Some(mut desk) = Desk::new(&Settings::default()) else { return };
    desk.servers.expire_certificate().unwrap();
    desk.launch();
    let line = desk.wait_for_line("The mailbox cannot be read");
    assert!(line.contains("the server's certificate has expired"), "{line}");
    desk.servers.renew_certificate().unwrap();
    desk.wait_for_line("The mailbox is open");
    desk.complain(0..1);
    desk.expect_acknowledged(0..1);
}

#[test]
fn starttls_works_where_it_is_offered() {
    let settings = Settings { imap_security: "starttls", smtp_security: "starttls", ..Settings::default() };
    let Some(mut desk) = Desk::new(&settings) else { return };
    desk.start();
    desk.complain(0..1);
    desk.expect_acknowledged(0..1);
}

/// A server from whose offers somebody on the way has removed STARTTLS; it keeps all that it hears.
struct Stripped {
    port: u16,
    heard: Arc<Mutex<String>>,
}

impl Stripped {
    /// Greets with `greeting` and answers each line by `answer`.
    fn start(greeting: &'static str, answer: fn(&str) -> String) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = Arc::new(Mutex::new(String::new()));
        let ear = Arc::clone(&heard);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                // A client that hangs up is what is hoped for.
                let _ = stream.and_then(|stream| talk(stream, greeting, answer, &ear));
            }
        });
        Self { port, heard }
    }

    fn heard(&self) -> String {
        self.heard.lock().unwrap().clone()
    }
}

fn talk(
    mut stream: TcpStream,
    greeting: &str,
    answer: fn(&str) -> String,
    ear: &Mutex<String>,
) -> std::io::Result<()> {
    write!(stream, "{greeting}\r\n")?;
    let mut lines = BufReader::new(stream.try_clone()?);
    let mut line = String::new();
    while lines.read_line(&mut line)? > 0 {
        ear.lock().unwrap().push_str(&line);
        write!(stream, "{}", answer(line.trim_end()))?;
        line.clear();
    }
    Ok(())
}

/// All that a client may say to a server that offers no STARTTLS.
fn assert_harmless(heard: &str, allowed: &[&str]) {
    let command = |line: &str| {
        let mut words = line.split_whitespace();
        let first = words.next().unwrap_or_default();
        if first.starts_with('P') { words.next().unwrap_or_default().to_owned() } else { first.to_owned() }
    };
    for line in heard.lines() {
        assert!(allowed.contains(&command(line).as_str()), "{heard}");
    }
}

#[test]
fn imap_without_starttls_hears_no_password() {
    let server = Stripped::start("* OK ready", |line| {
        let tag = line.split(' ').next().unwrap_or_default();
        format!("* CAPABILITY IMAP4rev1 AUTH=PLAIN AUTH=LOGIN\r\n{tag} OK done\r\n")
    });
    let settings =
        Settings { imap_security: "starttls", imap_port: Some(server.port), ..Settings::default() };
    let Some(mut desk) = Desk::new(&settings) else { return };
    desk.launch();
    let line = desk.wait_for_line("The mailbox cannot be read");
    assert!(line.contains("the server does not offer STARTTLS; no password was sent"), "{line}");
    assert_harmless(&server.heard(), &["CAPABILITY", "LOGOUT"]);
}

#[test]
fn smtp_without_starttls_hears_no_password() {
    let server = Stripped::start("220 relay ready", |line| match line.split(' ').next() {
        Some("EHLO") => "250-relay\r\n250 AUTH PLAIN LOGIN\r\n".to_owned(),
        Some("QUIT") => "221 bye\r\n".to_owned(),
        _ => "250 fine\r\n".to_owned(),
    });
    let settings =
        Settings { smtp_security: "starttls", smtp_port: Some(server.port), ..Settings::default() };
    let Some(mut desk) = Desk::new(&settings) else { return };
    desk.start();
    desk.servers.plant(DESK, Mark::Unread, delivered(0, CUSTOMER).as_bytes()).unwrap();
    let line = desk.wait_for_line("A mail was put off");
    assert!(line.contains("STARTTLS"), "{line}");
    assert_harmless(&server.heard(), &["EHLO", "QUIT", "NOOP", "RSET"]);
}
