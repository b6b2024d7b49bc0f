//! A desk as an operator runs it: a configuration in a folder, the program as a process of its own, and its log.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use redress::cli::demo::servers::{AUTHSERV_ID, MailServers, PASSWORD, SUBMISSION, Sender};
use redress::mail::token::KeyRing;
use redress::store::Store;
use tempfile::TempDir;

use crate::{redress_with, secret, support};

/// The desk's address.
pub const DESK: &str = "support@shop.test";
/// Anything the desk does by itself is done within this time.
pub const SOON: Duration = Duration::from_secs(30);
/// Between two looks at what is waited for.
const TICK: Duration = Duration::from_millis(20);

/// What differs between the desks of these tests; the default is a desk that works.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How IMAP is protected.
    pub imap_security: &'static str,
    /// Another IMAP port than the server's.
    pub imap_port: Option<u16>,
    /// How SMTP is protected.
    pub smtp_security: &'static str,
    /// Another SMTP port than the server's.
    pub smtp_port: Option<u16>,
    /// The folder that is read.
    pub folder: &'static str,
    /// Whether the past is taken.
    pub take_past: bool,
    /// Free space below which no mail is taken.
    pub low_disk: &'static str,
    /// Where the desk keeps its state, if not below its own folder.
    pub state_dir: Option<PathBuf>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            imap_security: "tls",
            imap_port: None,
            smtp_security: "tls",
            smtp_port: None,
            folder: "INBOX",
            take_past: false,
            low_disk: "1MiB",
            state_dir: None,
        }
    }
}

/// A desk of a test's own, with its servers. Dropping it kills the program.
pub struct Desk {
    /// Dovecot and Exim.
    pub servers: MailServers,
    child: Option<Child>,
    folder: TempDir,
}

impl Desk {
    /// Starts the servers and writes the configuration; `None` where the servers are not installed.
    pub fn new(settings: &Settings) -> Option<Self> {
        let (folder, servers) = support::mail_servers()?;
        let desk = Self { servers, child: None, folder };
        secret(desk.folder.path(), "signing-key", &KeyRing::generate([7; 32]));
        secret(desk.folder.path(), "imap-password", PASSWORD);
        secret(desk.folder.path(), "smtp-password", SUBMISSION.1);
        desk.configure(settings);
        Some(desk)
    }

    /// Where the configuration lies.
    pub fn configuration(&self) -> PathBuf {
        self.folder.path().join("redress.toml")
    }

    /// Where the desk keeps its database.
    pub fn state_dir(&self) -> PathBuf {
        self.folder.path().join("state")
    }

    /// Its database, for what no letter and no log shows.
    pub fn store(&self) -> Store {
        let file = self.state_dir().join("redress.db");
        Store::open(&redress::store::Settings::new(format!("sqlite:{}", file.display()))).unwrap()
    }

    fn log_file(&self) -> PathBuf {
        self.folder.path().join("desk.log")
    }

    /// Writes the configuration anew.
    pub fn configure(&self, settings: &Settings) {
        let servers = &self.servers;
        let state = settings.state_dir.clone().unwrap_or_else(|| self.state_dir());
        fs::create_dir_all(&state).unwrap();
        let tls = |security: &str| security == "tls";
        let imap = settings.imap_port.unwrap_or_else(|| {
            if tls(settings.imap_security) { servers.imaps_port() } else { servers.imap_port() }
        });
        let smtp = settings.smtp_port.unwrap_or_else(|| {
            if tls(settings.smtp_security) { servers.smtps_port() } else { servers.smtp_port() }
        });
        let ca = servers.ca_pem().display().to_string();
        let text = format!(
            r#"
[desk]
name = "Shop Care"
address = "{DESK}"
state_dir = "{state}"

[[mailbox]]
name = "support"
host = "localhost"
port = {imap}
security = "{imap_security}"
user = "{DESK}"
password_file = "imap-password"
folder = "{inbox}"
take_past = {take_past}
{imap_ca}

[sending]
host = "localhost"
port = {smtp}
security = "{smtp_security}"
user = "{user}"
password_file = "smtp-password"
agent_delay = "0s"
extra_ca = "{ca}"

[signing]
key_file = "signing-key"

[authentication]
trusted_authserv_ids = ["{AUTHSERV_ID}"]
border_hosts = ["{AUTHSERV_ID}"]

[[agent]]
address = "anna@shop.test"
name = "Anna Berg"

[acknowledgement]
address_hour = 1000
address_day = 1000
domain_hour = 1000
total_hour = 1000

[intake]
allowed = ["@example.test"]

[operations]
low_disk = "{low_disk}"
"#,
            state = state.display(),
            imap_security = settings.imap_security,
            smtp_security = settings.smtp_security,
            inbox = settings.folder,
            take_past = settings.take_past,
            imap_ca = if settings.imap_security == "plain" {
                String::new()
            } else {
                format!("extra_ca = \"{ca}\"")
            },
            user = SUBMISSION.0,
            low_disk = settings.low_disk,
        );
        fs::write(self.configuration(), text).unwrap();
    }

    /// The command line of this desk, in a plain environment.
    pub fn command(&self, words: &[&str]) -> Command {
        redress_with(&self.configuration(), words)
    }

    /// Starts the desk without waiting for anything; its log goes on where it ended.
    pub fn launch(&mut self) {
        let log = File::options().create(true).append(true).open(self.log_file()).unwrap();
        let mut command = self.command(&["run"]);
        self.child = Some(command.stdout(Stdio::null()).stderr(log).spawn().unwrap());
    }

    /// Starts the desk and waits until it has its mailbox open.
    pub fn start(&mut self) {
        let before = self.count("The mailbox is open");
        self.launch();
        self.wait("the mailbox to be open", |desk| desk.count("The mailbox is open") > before);
    }

    /// Ends the desk at once, as a power failure does.
    pub fn kill(&mut self) {
        let mut child = self.child.take().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// Asks the desk to end and returns what it ended with.
    pub fn stop(&mut self) -> ExitStatus {
        let mut child = self.child.take().unwrap();
        let asked = Command::new("/bin/sh").arg("-c").arg(format!("kill -TERM {}", child.id())).status();
        assert!(asked.unwrap().success());
        let deadline = Instant::now() + SOON;
        loop {
            if let Some(status) = child.try_wait().unwrap() {
                return status;
            }
            assert!(Instant::now() < deadline, "the desk does not end:\n{}", self.log().join("\n"));
            std::thread::park_timeout(TICK);
        }
    }

    /// Whether the desk is still at work.
    pub fn is_running(&mut self) -> bool {
        self.child.as_mut().is_some_and(|child| child.try_wait().unwrap().is_none())
    }

    /// What the desk has logged, without the time at the head of each line.
    pub fn log(&self) -> Vec<String> {
        let text = fs::read_to_string(self.log_file()).unwrap_or_default();
        text.lines().map(without_time).collect()
    }

    /// How many lines of the log hold `words`.
    pub fn count(&self, words: &str) -> usize {
        self.log().iter().filter(|line| line.contains(words)).count()
    }

    /// Waits until `done` holds; fails with the log when it does not within [`SOON`].
    pub fn wait(&self, what: &str, mut done: impl FnMut(&Self) -> bool) {
        let deadline = Instant::now() + SOON;
        while !done(self) {
            assert!(Instant::now() < deadline, "waited for {what}; the log:\n{}", self.log().join("\n"));
            std::thread::park_timeout(TICK);
        }
    }

    /// Waits until a line of the log holds `words`, and returns it.
    pub fn wait_for_line(&self, words: &str) -> String {
        self.wait(words, |desk| desk.count(words) > 0);
        self.log().into_iter().find(|line| line.contains(words)).unwrap()
    }

    /// A customer complains, once for each number; subject and Message-ID carry it.
    pub fn complain(&self, numbers: std::ops::Range<usize>) {
        for number in numbers {
            let raw = complaint(number);
            self.servers.deliver(Sender::Honest, CUSTOMER, &[DESK], raw.as_bytes()).unwrap();
        }
    }

    /// Waits until exactly these complaints are acknowledged, each by one mail, and nothing else has come.
    pub fn expect_acknowledged(&self, numbers: std::ops::Range<usize>) {
        let mails = self.servers.wait_for_mail(CUSTOMER, numbers.len(), SOON);
        let mails = mails.unwrap_or_else(|error| panic!("{error:#}; the log:\n{}", self.log().join("\n")));
        let mut answers: Vec<(String, String)> = mails
            .iter()
            .map(|raw| {
                let text = String::from_utf8_lossy(raw);
                (header(&text, "In-Reply-To"), header(&text, "Message-ID"))
            })
            .collect();
        answers.sort();
        // The same mail may arrive twice when the desk dies before it hears that it was taken: same Message-ID.
        answers.dedup();
        let answered: Vec<String> = answers.into_iter().map(|(answered, _)| answered).collect();
        let mut expected: Vec<String> = numbers.map(|number| format!("<{}>", message_id(number))).collect();
        expected.sort();
        assert_eq!(answered, expected, "the log:\n{}", self.log().join("\n"));
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Who complains.
pub const CUSTOMER: &str = "carla@example.test";

fn message_id(number: usize) -> String {
    format!("complaint-{number}@example.test")
}

/// The mail of a customer; unlike those that are planted, it has passed no border yet.
pub fn complaint(number: usize) -> String {
    let mut raw = String::new();
    let _ = write!(
        raw,
        "From: Carla Diaz <{CUSTOMER}>\nTo: {DESK}\nSubject: Complaint {number}\nMessage-ID: <{}>\n\n\
         My order {number} came broken, and I would like my money back.\n",
        message_id(number)
    );
    raw
}

/// The mail of a customer as the border leaves it, except that nobody vouches for it.
pub fn delivered(number: usize, customer: &str) -> String {
    format!("Return-Path: <{customer}>\n{}", complaint(number).replace(CUSTOMER, customer))
}

/// The value of the first header of that name.
pub fn header(mail: &str, name: &str) -> String {
    let head = mail.split("\r\n\r\n").next().unwrap_or_default();
    let found = head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    found.unwrap_or_default().trim().to_owned()
}

fn without_time(line: &str) -> String {
    let is_time = |word: &str| word.ends_with('Z') && word.starts_with("20");
    match line.split_once(' ') {
        Some((first, rest)) if is_time(first) => rest.trim_start().to_owned(),
        _ => line.to_owned(),
    }
}
