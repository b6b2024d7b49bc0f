//! No level of the log shows a secret: the real program with real servers, told to log everything (row 22).
use std::{
    fs::{self, File},
    process::Stdio,
    time::Instant,
};

use redress::cli::demo::servers::{SUBMISSION, Sender};
use redress::mail::token::KeyRing;

use crate::desk::{CUSTOMER, DESK, Desk, SOON, Settings, header};

const WRONG: &str = "canary-wrong-password";
const PASSWORD: &str = "canary-mailbox-password";

#[test]
fn a22_with_everything_logged_no_secret_is_in_the_log() {
    let Some(desk) = Desk::new(&Settings::default()) else { return };
    let beside = |name: &str| desk.configuration().with_file_name(name);
    desk.servers.add_user(DESK, PASSWORD).unwrap();
    fs::write(beside("imap-password"), WRONG).unwrap();
    let log = || fs::read_to_string(beside("trace.log")).unwrap_or_default();
    let run = || {
        let mut command = desk.command(&["run"]);
        command.env("RUST_LOG", "trace,async_imap=trace,lettre=trace,rustls=trace,redress=trace");
        let file = File::options().create(true).append(true).open(beside("trace.log")).unwrap();
        command.stdout(Stdio::null()).stderr(file).spawn().unwrap()
    };
    let wait = |what: &str| {
        let deadline = Instant::now() + SOON;
        while !log().contains(what) {
            assert!(Instant::now() < deadline, "waited for {what}:\n{}", log());
            std::thread::park_timeout(std::time::Duration::from_millis(50));
        }
    };
    // First a password that is refused, then one that is taken.
    let mut child = run();
    wait("The mailbox cannot be read");
    child.kill().unwrap();
    child.wait().unwrap();
    fs::write(beside("imap-password"), PASSWORD).unwrap();
    let mut child = run();
    wait("The mailbox is open");
    let raw = format!(
        "From: Canaryname <{CUSTOMER}>\nTo: {DESK}\nSubject: Canarysubject\nMessage-ID: <canaryid@example.test>\n\n\
         Canarybody\n"
    );
    desk.servers.deliver(Sender::Honest, CUSTOMER, &[DESK], raw.as_bytes()).unwrap();
    let mails = desk.servers.wait_for_mail(CUSTOMER, 1, SOON).unwrap();
    let letter = String::from_utf8_lossy(mails.first().unwrap()).into_owned();
    wait("A mail left");
    child.kill().unwrap();
    child.wait().unwrap();
    let log = log();
    assert!(log.contains("A mail was handled"), "{log}");
    let key = KeyRing::generate([7; 32]);
    let key = key.lines().last().unwrap().split(' ').next_back().unwrap().to_owned();
    let tokens = ["Message-ID", "Reply-To"].map(|name| {
        let value = header(&letter, name);
        let local = value.split('@').next().unwrap_or_default().to_owned();
        local.rsplit('.').next().unwrap_or_default().to_owned()
    });
    assert!(tokens.iter().all(|token| token.len() > 12), "{tokens:?}");
    let base64 = |text: &str| data_encoding::BASE64.encode(text.as_bytes());
    let login = |user: &str, password: &str| base64(&format!("\0{user}\0{password}"));
    let mut secrets = vec![WRONG.to_owned(), PASSWORD.to_owned(), SUBMISSION.1.to_owned(), key];
    secrets.extend([base64(WRONG), base64(PASSWORD), base64(SUBMISSION.1)]);
    secrets.extend([login(DESK, WRONG), login(DESK, PASSWORD), login(SUBMISSION.0, SUBMISSION.1)]);
    secrets.extend(tokens);
    for secret in secrets.iter().map(String::as_str).chain(["Canary", "canaryid", CUSTOMER]) {
        let shown = log.lines().find(|line| line.contains(secret));
        assert_eq!(shown, None, "{secret}");
    }
}
