//! What each subcommand takes; the sentences are what `--help` and the man page say.
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// How results are printed.
#[derive(Debug, Clone, Args)]
pub struct Print {
    /// Print JSON for programs in place of a table
    #[arg(long)]
    pub json: bool,
}

/// Options of `init`: each answers a question.
#[derive(Debug, Args)]
pub struct InitArgs {
    /// Name of the desk as customers see it
    #[arg(long, value_name = "TEXT")]
    pub name: Option<String>,
    /// The desk's one public address
    #[arg(long)]
    pub address: Option<String>,
    /// IMAP server
    #[arg(long, value_name = "HOST")]
    pub imap_host: Option<String>,
    /// Name to log in to IMAP with [default: the desk's address]
    #[arg(long, value_name = "TEXT")]
    pub imap_user: Option<String>,
    /// SMTP server [default: the IMAP server]
    #[arg(long, value_name = "HOST")]
    pub smtp_host: Option<String>,
    /// Name to log in to SMTP with [default: as for IMAP]
    #[arg(long, value_name = "TEXT")]
    pub smtp_user: Option<String>,
    /// Address of the first agent
    #[arg(long, value_name = "ADDRESS")]
    pub agent_address: Option<String>,
    /// Name of the first agent
    #[arg(long, value_name = "TEXT")]
    pub agent_name: Option<String>,
    /// Time zone of the desk, such as Europe/Berlin
    #[arg(long)]
    pub zone: Option<String>,
}

/// Options of `check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Also send the desk a mail and see what survives the way
    #[arg(long)]
    pub probe: bool,
    /// How results are printed.
    #[command(flatten)]
    pub print: Print,
}

/// Options of `explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// Mails, one a file; “-” is standard input
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// An address of the desk itself; may be given more than once
    #[arg(long, value_name = "ADDRESS", value_parser = super::explain::own_address)]
    pub own: Vec<String>,
    /// The name of a server whose Authentication-Results are believed; may be given more than once
    #[arg(long, value_name = "ID", value_parser = super::explain::authserv_id)]
    pub authserv: Vec<String>,
    /// Over the desk's own database, of which nothing is changed; the desk waits meanwhile
    #[arg(long)]
    pub database: bool,
    /// How results are printed.
    #[command(flatten)]
    pub print: Print,
}

/// Options of `list`.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// Closed disputes too
    #[arg(long)]
    pub all: bool,
    /// Only those of this agent
    #[arg(long, value_name = "ADDRESS")]
    pub agent: Option<String>,
    /// Only those in this stage: open, investigating, offered, agreed or closed
    #[arg(long)]
    pub stage: Option<crate::domain::dispute::Stage>,
    /// At most so many, newest first
    #[arg(long, value_name = "COUNT", default_value_t = 100)]
    pub limit: u32,
    /// How results are printed.
    #[command(flatten)]
    pub print: Print,
}

/// Options of `show`.
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// Number of the dispute, with or without its prefix
    #[arg(required_unless_present = "mail")]
    pub number: Option<String>,
    /// Show this mail of the inbox, by its number, in place of a dispute
    #[arg(long, value_name = "NUMBER", conflicts_with = "number")]
    pub mail: Option<i64>,
    /// Print the bytes of that mail as they came
    #[arg(long, requires = "mail", conflicts_with = "json")]
    pub raw: bool,
    /// How results are printed.
    #[command(flatten)]
    pub print: Print,
}

/// Options of `outbox`.
#[derive(Debug, Args)]
pub struct OutboxArgs {
    /// Only mail in this state
    #[arg(long, value_enum)]
    pub state: Option<OutboxState>,
    /// Send these again, by their numbers
    #[arg(long, value_name = "NUMBER", num_args = 1.., conflicts_with = "state")]
    pub resend: Vec<i64>,
    /// Take these back, by their numbers; only held letters are
    #[arg(long, value_name = "NUMBER", num_args = 1.., conflicts_with_all = ["state", "resend"])]
    pub drop: Vec<i64>,
    /// How results are printed.
    #[command(flatten)]
    pub print: Print,
}

/// What `outbox` can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OutboxState {
    /// Waiting for its time or its next attempt
    Waiting,
    /// Kept back by `[sending] hold` or by an agent
    Held,
    /// Taken by the server
    Sent,
    /// Refused for good, or tried for too long
    Dead,
    /// Taken back before it left
    Cancelled,
}

/// Some by number, or all.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct ChoiceArgs {
    /// These, by their numbers
    #[arg(value_name = "NUMBER")]
    pub numbers: Vec<i64>,
    /// All of them
    #[arg(long)]
    pub all: bool,
}

/// Options of `release`.
#[derive(Debug, Args)]
pub struct ReleaseArgs {
    /// What is released.
    #[command(subcommand)]
    pub what: Release,
}

/// What can be released.
#[derive(Debug, Subcommand)]
pub enum Release {
    /// Let letters leave that are held
    Letters(ChoiceArgs),
    /// Make disputes of mail that is held as suspect
    Mail(ChoiceArgs),
}

/// Options of `senders`.
#[derive(Debug, Args)]
pub struct SendersArgs {
    /// What is done.
    #[command(subcommand)]
    pub what: Senders,
}

/// What can be done with senders.
#[derive(Debug, Subcommand)]
pub enum Senders {
    /// Say who is blocked and who is allowed
    List(Print),
    /// Hold their mail, and name it in no digest
    Block(WhomArgs),
    /// Never hold their mail for who they are
    Allow(WhomArgs),
    /// Take back what was said of them
    Forget(WhomArgs),
}

/// Some senders.
#[derive(Debug, Args)]
pub struct WhomArgs {
    /// Addresses, or domains such as @example.com
    #[arg(required = true, value_name = "SENDER")]
    pub senders: Vec<String>,
}

/// Options of `import`.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// The mailbox of the configuration that the mail counts as [default: the first]
    #[arg(long, value_name = "NAME")]
    pub mailbox: Option<String>,
    /// Mbox files and Maildir folders
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
}

/// Options of `verify`.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// Number of one dispute [default: all]
    pub number: Option<String>,
    /// How results are printed.
    #[command(flatten)]
    pub print: Print,
}

/// Options of `backup`.
#[derive(Debug, Args)]
pub struct BackupArgs {
    /// The copy; it must not exist
    pub file: PathBuf,
}

/// Options of `restore`.
#[derive(Debug, Args)]
pub struct RestoreArgs {
    /// The copy
    #[arg(required_unless_present = "in_place", conflicts_with = "in_place")]
    pub file: Option<PathBuf>,
    /// The copy was put in place by other means: only do what follows
    #[arg(long)]
    pub in_place: bool,
}

/// Options of `keys`.
#[derive(Debug, Args)]
pub struct KeysArgs {
    /// What is done.
    #[command(subcommand)]
    pub what: Keys,
}

/// What can be done with the signing keys.
#[derive(Debug, Subcommand)]
pub enum Keys {
    /// Say which keys there are
    List,
    /// Add a key, which signs from the next start of the desk on; the others go on verifying
    Add,
    /// Remove a key that signs no more: replies to what it signed are then not known by their address
    Retire(RetireArgs),
}

/// Options of `keys retire`.
#[derive(Debug, Args)]
pub struct RetireArgs {
    /// The key's id, one letter or digit
    pub id: char,
}

/// Options of `migrate`.
#[derive(Debug, Args)]
pub struct MigrateArgs {
    /// Only say what would be done
    #[arg(long)]
    pub dry_run: bool,
}

/// Options of `demo`.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Leave the servers and the desk running, and say how to use and how to stop them
    #[arg(long)]
    pub keep: bool,
}

/// Options of `completions`.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    pub shell: clap_complete::Shell,
}

/// Options of `man`.
#[derive(Debug, Args)]
pub struct ManArgs {
    /// Write a page for the program and each subcommand into this folder
    #[arg(long, value_name = "FOLDER")]
    pub folder: Option<PathBuf>,
}
