//! Throw-away servers: Dovecot and Exim on loopback (and PostgreSQL), in one folder that may be deleted after.
//!
//! The demonstration and the end-to-end tests run Redress against these real servers instead of imitations:
//! Exim is both the border that the outside world delivers to and the submission server that Redress sends by,
//! Dovecot holds all mailboxes. They need no privileges; under root they run as `nobody`.
//! Deliberately absent: faults. A server that stalls or speaks garbage is scripted in the tests.

mod account;
mod certificates;
pub mod clients;
mod postgres;
pub mod process;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result, bail, ensure};

use account::Account;
use certificates::Validity;
use clients::Mailbox;
pub use postgres::Postgres;
pub use process::accepts as accepts_on_loopback;
use process::{Farewell, Process, accepts, program};

/// The desk's own domain; its agents live there too.
pub const DESK_DOMAIN: &str = "shop.test";
/// The customers' domain.
pub const CUSTOMER_DOMAIN: &str = "example.test";
/// The name under which the border stamps its `Authentication-Results`.
pub const AUTHSERV_ID: &str = "mx.test";
/// The password of every mailbox that [`MailServers::start`] makes.
pub const PASSWORD: &str = "secret";
/// User and password of the submission service.
pub const SUBMISSION: (&str, &str) = ("relay", "secret");
/// The mailboxes that exist from the start; others are added by [`MailServers::add_user`].
pub const USERS: &[&str] = &[
    "support@shop.test",
    "anna@shop.test",
    "mara@shop.test",
    "carla@example.test",
    "dieter@example.test",
    "news@example.test",
];

/// A Unix socket's path has at most 107 bytes; the longest name below our folder needs up to 40 of them.
const LONGEST_FOLDER: usize = 67;
/// Ports are taken below the range from which Linux gives out ports by itself.
const PORTS: std::ops::Range<u16> = 20_000..32_000;

/// Under root the mail servers work as this user, which always exists on Debian.
const UNPRIVILEGED: &str = "nobody";

const DOVECOT_CONF: &str = include_str!("servers/dovecot.conf");
const EXIM_CONF: &str = include_str!("servers/exim.conf");

/// What the border finds out about the sender of a mail, told to it by the client's name in `EHLO`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sender {
    /// Stamped `dmarc=pass` if the domains of From and of the envelope agree, else `dmarc=none`.
    Honest,
    /// Stamped `dmarc=fail`.
    Forger,
    /// Stamped `dmarc=none`: a domain that publishes nothing.
    Unknown,
}

/// How a mail lies in a mailbox into which it was planted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// As freshly delivered.
    Unread,
    /// As after somebody has read it.
    Read,
}

/// Dovecot and Exim, running in one folder; dropping this stops them and leaves the folder.
#[derive(Debug)]
pub struct MailServers {
    folder: PathBuf,
    account: Account,
    ports: Ports,
    imap: Option<Process>,
    smtp: Option<Process>,
}

#[derive(Debug, Clone, Copy)]
struct Ports {
    imap: u16,
    imaps: u16,
    lmtp: u16,
    incoming: u16,
    submission: u16,
    smtps: u16,
}

impl MailServers {
    /// Starts both servers in `folder` (created if absent, its path at most 67 bytes) and waits until they answer.
    pub fn start(folder: &Path) -> Result<Self> {
        let folder = absolute_folder(folder, LONGEST_FOLDER)?;
        let mut servers = Self {
            folder,
            account: Account::unprivileged(UNPRIVILEGED)?,
            ports: Ports::free()?,
            imap: None,
            smtp: None,
        };
        servers.write_configuration()?;
        certificates::make_authority(&servers.folder)?;
        servers.issue_certificate(Validity::TenYears)?;
        for user in USERS {
            servers.add_user(user, PASSWORD)?;
        }
        servers.start_imap()?;
        servers.start_smtp()?;
        Ok(servers)
    }

    /// IMAP in the clear, and with STARTTLS.
    pub fn imap_port(&self) -> u16 {
        self.ports.imap
    }

    /// IMAP with TLS from the first byte.
    pub fn imaps_port(&self) -> u16 {
        self.ports.imaps
    }

    /// Submission: STARTTLS is required, then AUTH PLAIN with [`SUBMISSION`].
    pub fn smtp_port(&self) -> u16 {
        self.ports.submission
    }

    /// Submission with TLS from the first byte, then AUTH PLAIN with [`SUBMISSION`].
    pub fn smtps_port(&self) -> u16 {
        self.ports.smtps
    }

    /// Where the outside world delivers: no TLS, no AUTH, our own domains only.
    pub fn incoming_port(&self) -> u16 {
        self.ports.incoming
    }

    /// The certificate (PEM) of the authority that signed the servers', for `localhost` and 127.0.0.1.
    pub fn ca_pem(&self) -> PathBuf {
        self.folder.join("ca.pem")
    }

    /// The folder of configurations, logs and mailboxes.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Makes a mailbox, or gives an existing one another password; takes effect at once.
    pub fn add_user(&self, address: &str, password: &str) -> Result<()> {
        let mut users = self.users()?;
        users.insert(address.to_owned(), password.to_owned());
        let mut lines = String::new();
        for (user, password) in &users {
            writeln!(lines, "{user}:{{PLAIN}}{password}::::::")?;
        }
        // Renamed into place, so that Dovecot never reads half of it.
        let fresh = self.folder.join("users.new");
        fs::write(&fresh, lines)?;
        fs::rename(fresh, self.folder.join("users"))?;
        let Some(server) = &self.imap else { return Ok(()) };
        // Dovecot looks at the file at most once a second.
        server.wait_until(|| Mailbox::open(self.ports.imap, address, password).is_ok())
    }

    /// Every mailbox with its password.
    pub fn users(&self) -> Result<BTreeMap<String, String>> {
        let file = self.folder.join("users");
        let text = if file.exists() { fs::read_to_string(file)? } else { String::new() };
        let user = |line: &str| {
            let (user, rest) = line.split_once(":{PLAIN}")?;
            Some((user.to_owned(), rest.strip_suffix("::::::")?.to_owned()))
        };
        Ok(text.lines().filter_map(user).collect())
    }

    /// Delivers one mail as the outside world does; an empty `from` is the null sender of reports.
    ///
    /// Fails with the server's words when it refuses: `tempfail@…` with 451, `nouser@…` with 550.
    pub fn deliver(&self, sender: Sender, from: &str, to: &[&str], raw: &[u8]) -> Result<()> {
        let name = match sender {
            Sender::Honest => "honest.test",
            Sender::Forger => "forger.test",
            Sender::Unknown => "unknown.test",
        };
        clients::send(self.ports.incoming, name, from, to, raw)
    }

    /// Opens the INBOX of a mailbox made by us.
    pub fn mailbox(&self, address: &str) -> Result<Mailbox> {
        let users = self.users()?;
        let password = users.get(address).with_context(|| format!("there is no mailbox {address}"))?;
        Mailbox::open(self.ports.imap, address, password)
    }

    /// Waits until the INBOX of `address` holds at least `count` mails and returns all of them, oldest first.
    pub fn wait_for_mail(&self, address: &str, count: usize, within: Duration) -> Result<Vec<Vec<u8>>> {
        let found = self.mailbox(address)?.wait_for(count, within);
        found.with_context(|| format!("while waiting for mail to {address}"))
    }

    /// Puts a mail straight into an INBOX, past SMTP and without any stamp: a mailbox as it was before us, in 2001.
    pub fn plant(&self, address: &str, mark: Mark, raw: &[u8]) -> Result<()> {
        static PLANTED: AtomicU32 = AtomicU32::new(0);
        let number = PLANTED.fetch_add(1, Ordering::Relaxed);
        let maildir = self.folder.join("mail").join(address);
        for folder in [maildir.clone(), maildir.join("cur"), maildir.join("new"), maildir.join("tmp")] {
            if !folder.exists() {
                fs::create_dir(&folder)?;
                self.account.own(&folder)?;
            }
        }
        // Dovecot numbers what it finds in the order of these names; the leading digits are a time in its format.
        let name = match mark {
            Mark::Unread => format!("new/1{number:09}.planted"),
            Mark::Read => format!("cur/1{number:09}.planted:2,S"),
        };
        let file = maildir.join(name);
        fs::write(&file, raw)?;
        // Dovecot takes the file's time for the day of arrival.
        let arrival = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000 + u64::from(number));
        fs::File::options().append(true).open(&file)?.set_modified(arrival)?;
        self.account.own(&file)
    }

    /// Starts Dovecot again on its old ports; a running one is left alone.
    pub fn start_imap(&mut self) -> Result<()> {
        if self.imap.is_none() {
            let mut command = Command::new(program("dovecot", "dovecot-imapd")?);
            command.arg("-F").arg("-c").arg(self.folder.join("dovecot.conf"));
            let ports = [self.ports.imap, self.ports.imaps, self.ports.lmtp];
            self.imap = Some(self.launch("Dovecot", &mut command, "dovecot.log", &ports)?);
        }
        Ok(())
    }

    /// Starts Exim again on its old ports; a running one is left alone.
    pub fn start_smtp(&mut self) -> Result<()> {
        if self.smtp.is_none() {
            let mut command = Command::new(program("exim4", "exim4-daemon-light")?);
            // A queue run each second brings out what Dovecot's absence has kept waiting.
            command.arg("-C").arg(self.folder.join("exim.conf")).args(["-bdf", "-q1s"]);
            let ports = [self.ports.incoming, self.ports.submission, self.ports.smtps];
            self.smtp = Some(self.launch("Exim", &mut command, "exim.log", &ports)?);
        }
        Ok(())
    }

    /// Stops Dovecot; every IMAP connection ends, and Exim keeps its mail waiting.
    pub fn stop_imap(&mut self) -> Result<()> {
        self.imap.take().map_or(Ok(()), Process::stop)
    }

    /// Stops Exim; its queue stays on disk.
    pub fn stop_smtp(&mut self) -> Result<()> {
        self.smtp.take().map_or(Ok(()), Process::stop)
    }

    /// Stops and starts both servers.
    pub fn restart(&mut self) -> Result<()> {
        self.stop_smtp()?;
        self.stop_imap()?;
        self.start_imap()?;
        self.start_smtp()
    }

    /// Gives both servers a certificate that ended yesterday, and restarts them.
    pub fn expire_certificate(&mut self) -> Result<()> {
        self.issue_certificate(Validity::Ended)?;
        self.restart()
    }

    /// Gives both servers a certificate that is valid for ten years, and restarts them.
    pub fn renew_certificate(&mut self) -> Result<()> {
        self.issue_certificate(Validity::TenYears)?;
        self.restart()
    }

    fn launch(&self, name: &'static str, command: &mut Command, log: &str, ports: &[u16]) -> Result<Process> {
        // Dovecot would wait five seconds for a child that missed the signal, Exim's children for slow clients.
        let server = Process::spawn(name, command, &self.folder.join(log), Farewell::TermAll)?;
        server.wait_until(|| ports.iter().all(|port| accepts(*port)))?;
        Ok(server)
    }

    fn write_configuration(&self) -> Result<()> {
        let (Account { user, group, .. }, ports) = (&self.account, &self.ports);
        let words = [
            ("@DIR@", self.folder.display().to_string()),
            ("@RUN_AS@", format!("exim_user = {user}\nexim_group = {group}")),
            ("@USER@", user.clone()),
            ("@GROUP@", group.clone()),
            ("@IMAP@", ports.imap.to_string()),
            ("@IMAPS@", ports.imaps.to_string()),
            ("@LMTP@", ports.lmtp.to_string()),
            ("@INCOMING@", ports.incoming.to_string()),
            ("@SUBMISSION@", ports.submission.to_string()),
            ("@SMTPS@", ports.smtps.to_string()),
        ];
        for (file, template) in [("dovecot.conf", DOVECOT_CONF), ("exim.conf", EXIM_CONF)] {
            let text =
                words.iter().fold(template.to_owned(), |text, (word, value)| text.replace(word, value));
            let path = self.folder.join(file);
            fs::write(&path, text)?;
            // Exim trusts no configuration that others could have written.
            fs::set_permissions(&path, fs::Permissions::from_mode(0o644))?;
        }
        for folder in ["mail", "home", "spool"] {
            let path = absolute_folder(&self.folder.join(folder), usize::MAX)?;
            self.account.own(&path)?;
        }
        // Both servers write logs beside their configuration.
        self.account.own(&self.folder)
    }

    fn issue_certificate(&self, validity: Validity) -> Result<()> {
        certificates::issue(&self.folder, validity)?;
        self.account.own(&self.folder.join("key.pem"))
    }
}

impl Ports {
    fn free() -> Result<Self> {
        let [imap, imaps, lmtp, incoming, submission, smtps] = free_ports()?;
        Ok(Self { imap, imaps, lmtp, incoming, submission, smtps })
    }
}

/// Finds ports that nothing listens on, starting elsewhere in each process and at each call,
/// so that tests running side by side stay apart even while one of them has a server stopped.
fn free_ports<const N: usize>() -> Result<[u16; N]> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let span = u32::from(PORTS.end - PORTS.start);
    let first = std::process::id().wrapping_mul(24);
    let mut found = [0; N];
    let mut count = 0;
    for _ in 0..span {
        let offset = first.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed)) % span;
        let port = PORTS.start + u16::try_from(offset).expect("the span of u16 ports fits u16");
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_err() {
            continue;
        }
        found[count] = port;
        count += 1;
        if count == N {
            return Ok(found);
        }
    }
    bail!("no {N} free ports between {} and {}", PORTS.start, PORTS.end)
}

/// Creates `folder` and returns its full path, which may have at most `limit` bytes.
fn absolute_folder(folder: &Path, limit: usize) -> Result<PathBuf> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let folder = folder.canonicalize()?;
    ensure!(
        folder.as_os_str().len() <= limit,
        "{} is too long for the path of a socket, {limit} bytes are the most",
        folder.display()
    );
    // A temporary folder is closed to others, yet under root the servers are others.
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755))?;
    Ok(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_the_configurations_is_filled_in() {
        let folder = tempfile::tempdir().unwrap();
        let folder = absolute_folder(folder.path(), LONGEST_FOLDER).unwrap();
        let account = Account::unprivileged(UNPRIVILEGED).unwrap();
        let servers = MailServers { folder, account, ports: Ports::free().unwrap(), imap: None, smtp: None };
        servers.write_configuration().unwrap();
        for file in ["dovecot.conf", "exim.conf"] {
            let text = fs::read_to_string(servers.folder.join(file)).unwrap();
            let left = text.split_whitespace().find(|word| word.matches('@').count() > 1);
            assert_eq!(left, None, "{file}");
        }
    }

    #[test]
    fn ports_are_not_given_twice() {
        let (one, two) = (free_ports::<6>().unwrap(), free_ports::<6>().unwrap());
        assert!(one.iter().all(|port| PORTS.contains(port) && !two.contains(port)), "{one:?} {two:?}");
    }
}
