//! `redress completions`: the shell's half of the command line, from the one definition.
use std::io::Write as _;

use clap::CommandFactory as _;

use super::{Cli, CompletionsArgs, Exit};

/// Prints a completion script.
pub fn run(args: &CompletionsArgs) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "redress", &mut script);
    std::io::stdout().write_all(&script)?;
    Ok(Exit::Ok)
}
