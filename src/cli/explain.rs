//! `redress explain`: what the desk makes of mails, and why, without sending or keeping anything.
//!
//! It is the daemon's own desk, over an empty database in memory or, with `--database`, over the real one in a
//! transaction that is never finished: the files are put into its inbox one after the other, and what it did is read
//! off. So an explanation cannot differ from what the daemon does. Deliberately absent: any rule.
mod account;
mod bench;

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use anyhow::anyhow;

use super::{Exit, ExplainArgs, Global, mailfile::with_crlf, opened::missing_database, screen};
use crate::{
    clock::Clock,
    config::{Config, ConfigError, Environment, Secrets},
};

pub use account::{Account, Source};
pub use bench::Bench;

/// Explains each file. What the mails are does not matter to the status; a file that cannot be read does, and of it
/// nothing is said to a person but that.
pub fn run(global: &Global, args: &ExplainArgs) -> anyhow::Result<Exit> {
    let mut bench = bench(global, args)?;
    let mut exit = Exit::Ok;
    let mut accounts = Vec::with_capacity(args.files.len());
    for file in &args.files {
        accounts.push(match read(file, bench.longest()) {
            Ok(raw) => bench.explain(&file.to_string_lossy(), &with_crlf(&raw)),
            Err(error) => {
                exit = Exit::Failure;
                screen::failure(&anyhow!("{}: the file cannot be read: {error}", file.display()));
                bench.unreadable(&file.to_string_lossy(), &error)
            }
        });
    }
    bench.settle(&mut accounts)?;
    for account in &accounts {
        if args.print.json {
            screen::json_line(account)?;
        } else if account.source == Source::Read {
            screen::text(account)?;
        }
    }
    Ok(exit)
}

/// An address of the desk as it is given on the command line; one without a name before the `@` is a whole domain.
pub(super) fn own_address(text: &str) -> Result<String, String> {
    let address = text.trim().to_lowercase();
    let domain = address.rsplit_once('@').map(|(_, domain)| domain);
    let strange = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | ',' | ';');
    if domain.is_none_or(str::is_empty) || address.contains(strange) {
        return Err("it is no address; one such as support@example.com is needed".to_owned());
    }
    Ok(address)
}

/// The name of a server as it is given on the command line (RFC 8601 section 2.5).
pub(super) fn authserv_id(text: &str) -> Result<String, String> {
    let id = text.trim().to_lowercase();
    let strange = |c: char| c.is_whitespace() || c.is_control() || matches!(c, ';' | '=');
    if id.is_empty() || id.contains(strange) {
        return Err("it is no server's name; one such as mx.example.com is needed".to_owned());
    }
    Ok(id)
}

fn bench(global: &Global, args: &ExplainArgs) -> anyhow::Result<Bench> {
    let clock = Clock::shifted();
    if !args.database {
        return Bench::new(configuration(global)?, &args.own, &args.authserv, clock);
    }
    let config = Config::load(&global.config, &Environment::of_process(), Secrets::IfPresent)?;
    if let Some(missing) = missing_database(&config) {
        return Err(anyhow!("{missing}: without “--database” the mails are explained over an empty one"));
    }
    Bench::over_its_database(config, &args.own, &args.authserv, clock)
}

/// The configuration if this user may read it, else that of a fresh desk.
fn configuration(global: &Global) -> Result<Config, ConfigError> {
    if File::open(&global.config).is_ok() {
        return Config::load(&global.config, &Environment::of_process(), Secrets::IfPresent);
    }
    bench::fresh()
}

/// Reads a file, or standard input for `-`, as far as `longest` bytes: of a longer one no more is needed to see
/// that it is too long.
fn read(file: &Path, longest: u64) -> io::Result<Vec<u8>> {
    let mut raw = Vec::new();
    if file == Path::new("-") {
        io::stdin().lock().take(longest).read_to_end(&mut raw)?;
    } else {
        File::open(file)?.take(longest).read_to_end(&mut raw)?;
    }
    Ok(raw)
}
