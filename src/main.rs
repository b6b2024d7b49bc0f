//! The `redress` program: reads the command line, does what it says, and turns the outcome into an exit status.
use std::process::ExitCode;

use clap::Parser as _;
use redress::cli::{self, Cli, Exit, screen};

fn main() -> ExitCode {
    let cli = Cli::parse();
    match cli::run(cli) {
        Ok(exit) => exit.into(),
        Err(error) if screen::is_closed_pipe(&error) => Exit::Ok.into(),
        Err(error) => {
            screen::failure(&error);
            Exit::of(&error).into()
        }
    }
}
