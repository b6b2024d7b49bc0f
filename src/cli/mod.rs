//! The command line: one definition from which parsing, help, completions and the man page come, one file
//! a subcommand.
//!
//! Handlers print results on standard output and nothing else there; what goes wrong is returned, and `main` says it.
//! Deliberately absent: what the subcommands do, which stands in their own files.
mod args;
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

use clap::{Args, Parser, Subcommand};

use crate::config::{Config, Environment, Secrets};
use crate::crash;
pub use args::*;
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
