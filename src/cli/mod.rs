//! The command line: one definition from which parsing, help, completions and the man page come, one file
//! a subcommand.
//!
//! Handlers print results on standard output and nothing else there; what goes wrong is returned, and `main` says it.
//! Deliberately absent: what the subcommands do, which stands in their own files.
pub mod backup;
pub mod check;
mod completions;
pub mod demo;
pub mod exit;
pub mod explain;
pub mod fsck;
pub mod import;
mod init;
pub mod keys;
pub mod list;
pub mod listing;
pub mod logging;
pub mod mailfile;
mod man;
pub mod migrate;
pub mod opened;
pub mod outbox;
pub mod release;
mod run;
pub mod screen;
pub mod senders;
pub mod show;
pub mod status;
pub mod table;
pub mod verify;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::config::{Config, Environment, Secrets};
use crate::crash;
pub use exit::Exit;

/// An email-driven dispute desk: acknowledges, threads, follows up and keeps its promises.
#[derive(Debug, Parser)]
#[command(name = "redress", version, propagate_version = true, arg_required_else_help = true)]
#[command(after_help = exit::HELP, max_term_width = 100)]
pub struct Cli {
    /// What every subcommand knows.
    #[command(flatten)]
    pub global: Global,
    /// The subcommand.
    #[command(subcommand)]
    pub task: Task,
}

/// Options of every subcommand.
#[derive(Debug, Clone, Args)]
pub struct Global {
    /// The configuration file
    #[arg(long, short, global = true, value_name = "FILE", env = "REDRESS_CONFIG")]
    #[arg(default_value = "/etc/redress/redress.toml")]
    pub config: PathBuf,
}

impl Global {
    /// Reads the configuration, opens the log as `voice` says and puts the configuration's warnings there.
    pub fn load(&self, need: Secrets, voice: logging::Voice) -> Result<Config, crate::config::ConfigError> {
        let config = Config::load(&self.config, &Environment::of_process(), need)?;
        logging::start(config.logging, voice);
        for warning in &config.warnings {
            tracing::warn!(key = %warning.key, "{warning}");
        }
        Ok(config)
    }
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Task {
    /// Write a commented configuration and a fresh signing key
    ///
    /// Asks for what every desk must say, unless options answer it. Nothing that exists is changed.
    #[command(after_help = "Examples:\n  \
        redress init\n  \
        redress init --config desk/redress.toml --address support@example.com --imap-host imap.example.com")]
    Init(InitArgs),
    /// Run the desk
    ///
    /// Checks everything local first, then works until it is told to stop. Servers that are down are waited for.
    #[command(after_help = "Examples:\n  redress run --config /etc/redress/redress.toml")]
    Run,
    /// Check the configuration and everything it names
    ///
    /// Configuration, database, every letter with its sample, the next runs of every schedule, and a login to each
    /// mail server. Each failure says what to do.
    #[command(after_help = "Examples:\n  redress check\n  redress check --probe")]
    Check(CheckArgs),
    /// Say how the desk is doing: queues, servers, what is due next
    #[command(after_help = "Examples:\n  redress status\n  redress status --json")]
    Status(Print),
    /// Say what the desk makes of mails, and why, without doing anything
    ///
    /// The files are taken in order, as if they arrived one after the other at an empty desk: later ones can join
    /// the disputes of earlier ones. Nothing is sent or kept. The configuration is used if it is there and may be
    /// read; without one the rules are those of a fresh desk.
    #[command(
        after_help = "Examples:\n  redress explain mail.eml reply.eml\n  redress explain - < mail.eml\n  \
        redress explain --json --own support@example.com --authserv mx.example.com mail.eml"
    )]
    Explain(ExplainArgs),
    /// List disputes
    #[command(
        after_help = "Examples:\n  redress list\n  redress list --all --agent anna@example.com\n  redress list --json"
    )]
    List(ListArgs),
    /// Show one dispute with its journal
    ///
    /// Or one mail of the inbox, with what the desk made of it.
    #[command(after_help = "Examples:\n  redress show D-1042\n  redress show 1042 --json\n  \
        redress show --mail 812\n  redress show --mail 812 --raw > 812.eml")]
    Show(ShowArgs),
    /// List outgoing mail, send again what failed for good, or take back what is held
    #[command(
        after_help = "Examples:\n  redress outbox\n  redress outbox --state dead\n  redress outbox --resend 17 18\n  \
        redress outbox --drop 19"
    )]
    Outbox(OutboxArgs),
    /// Take up quarantined mail again
    #[command(after_help = "Examples:\n  redress retry 812\n  redress retry --all")]
    Retry(ChoiceArgs),
    /// Let held letters leave, or make held mail a dispute
    #[command(after_help = "Examples:\n  redress release letters --all\n  redress release mail 812")]
    Release(ReleaseArgs),
    /// List, block and allow senders, beside the lists of the configuration
    ///
    /// Mail of blocked senders is held and named in no digest; mail of allowed ones is never held for who they are.
    #[command(after_help = "Examples:\n  redress senders list\n  redress senders block @spam.example\n  \
        redress senders allow ada@example.com\n  redress senders forget @spam.example")]
    Senders(SendersArgs),
    /// Take mail from an mbox file or a Maildir; it is never acknowledged
    #[command(
        after_help = "Examples:\n  redress import old.mbox\n  redress import --mailbox support ~/Maildir"
    )]
    Import(ImportArgs),
    /// Verify the journals: that no entry was changed, removed or cut off
    #[command(after_help = "Examples:\n  redress verify\n  redress verify D-1042")]
    Verify(VerifyArgs),
    /// Check that everything stored can be true: mail, disputes, letters, journals
    ///
    /// Reads the whole database in one view, beside a running desk, and changes nothing. Each fault says where it
    /// is and what to do; the sums say what became of every mail that was taken.
    #[command(after_help = "Examples:\n  redress fsck\n  redress fsck --json")]
    Fsck(Print),
    /// Copy the database of a desk while it runs, and check the copy
    ///
    /// The copy gets its name only when it is whole and on disk; nothing is overwritten. It holds everybody's mail:
    /// keep it as safe as the desk. PostgreSQL has a program of its own.
    #[command(after_help = "Examples:\n  redress backup /backup/redress-2026-11-23.db")]
    Backup(BackupArgs),
    /// Put a copy of the database in place; the desk must be stopped
    ///
    /// The copy is checked and brought to this version first, and the database that was there is kept. What the
    /// desk did since the copy is not done again: no mail that is older than the restore is acknowledged, and
    /// letters that may have been sent wait for “redress release letters”.
    #[command(after_help = "Examples:\n  redress restore /backup/redress-2026-11-23.db\n  \
        redress restore --in-place")]
    Restore(RestoreArgs),
    /// List, add and retire the keys that sign reply addresses
    #[command(after_help = "Examples:\n  redress keys list\n  redress keys add\n  redress keys retire a")]
    Keys(KeysArgs),
    /// Bring the database to this version
    #[command(after_help = "Examples:\n  redress migrate --dry-run\n  redress migrate")]
    Migrate(MigrateArgs),
    /// Play one dispute on throw-away mail servers
    #[command(after_help = "Examples:\n  redress demo\n  redress demo --keep")]
    Demo(DemoArgs),
    /// Print completions for a shell
    #[command(after_help = "Examples:\n  redress completions bash > /etc/bash_completion.d/redress")]
    Completions(CompletionsArgs),
    /// Print the man page, or write one for each subcommand
    #[command(
        after_help = "Examples:\n  redress man | man -l -\n  redress man --folder /usr/local/share/man/man1"
    )]
    Man(ManArgs),
}

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
    #[arg(long, value_name = "ADDRESS")]
    pub own: Vec<String>,
    /// The name of a server whose Authentication-Results are believed; may be given more than once
    #[arg(long, value_name = "ID")]
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

/// Does what was asked for.
pub fn run(cli: Cli) -> anyhow::Result<Exit> {
    if let Some(plan) = std::env::var_os("REDRESS_CRASH_AT") {
        crash::arm(&plan.to_string_lossy()).map_err(anyhow::Error::msg)?;
    }
    match cli.task {
        Task::Run => run::run(&cli.global),
        Task::Demo(args) => demo::run(&args),
        Task::Init(args) => init::run(&cli.global, &args),
        Task::Completions(args) => completions::run(&args),
        Task::Man(args) => man::run(&args),
        Task::Check(args) => check::run(&cli.global, &args),
        Task::Status(args) => status::run(&cli.global, &args),
        Task::Explain(args) => explain::run(&cli.global, &args),
        Task::List(args) => list::run(&cli.global, &args),
        Task::Show(args) => show::run(&cli.global, &args),
        Task::Outbox(args) => outbox::run(&cli.global, &args),
        Task::Retry(args) => release::retry(&cli.global, &args),
        Task::Release(args) => release::run(&cli.global, &args),
        Task::Senders(args) => senders::run(&cli.global, &args),
        Task::Import(args) => import::run(&cli.global, &args),
        Task::Verify(args) => verify::run(&cli.global, &args),
        Task::Fsck(print) => fsck::run(&cli.global, &print),
        Task::Backup(args) => backup::run(&cli.global, &args),
        Task::Restore(args) => backup::restore(&cli.global, &args),
        Task::Keys(args) => keys::run(&cli.global, &args),
        Task::Migrate(args) => migrate::run(&cli.global, &args),
    }
}

#[cfg(test)]
mod tests;
