//! `redress check`: everything that the configuration names, tried out; each failure says what to do.
//!
//! Nothing is changed: no folder is made, no table migrated, no mail taken. With `--probe` one mail is sent, from the
//! desk to itself. All problems are reported, and the gravest gives the exit status.
mod local;
mod probe;
mod servers;

use std::fmt;

use anyhow::Context as _;
use serde::{Serialize, Serializer};

use super::{
    CheckArgs, Exit, Global, logging, screen,
    table::{Align, Table},
};
use crate::{
    clock::Clock,
    config::{Config, Environment, Secrets},
};

/// Checks, prints what was found, and ends with the gravest of it.
pub fn run(global: &Global, args: &CheckArgs) -> anyhow::Result<Exit> {
    let clock = Clock::system();
    let mut findings = Findings::default();
    if let Some(config) = configuration(global, &mut findings) {
        logging::start(config.logging, logging::Voice::Quiet);
        local::check(&config, &clock, &mut findings);
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build().context("no runtime")?;
        runtime.block_on(async {
            servers::check(&config, &mut findings).await;
            if args.probe {
                probe::check(&config, &clock, &mut findings).await;
            }
        });
    }
    screen::show(&findings, &args.print)?;
    Ok(findings.exit())
}

/// The configuration with all its mistakes. Where only secrets are missing, the rest is still checked.
fn configuration(global: &Global, findings: &mut Findings) -> Option<Config> {
    const AREA: &str = "configuration";
    let environment = Environment::of_process();
    match Config::load(&global.config, &environment, Secrets::Required) {
        Ok(config) => {
            findings.ok(AREA, format!("{} can be used", global.config.display()));
            for warning in &config.warnings {
                findings.note(AREA, warning.to_string(), "");
            }
            Some(config)
        }
        Err(error) => {
            let advice = format!("Correct {}.", global.config.display());
            for mistake in &error.mistakes {
                findings.problem(AREA, mistake.to_string(), &advice, Exit::Config);
            }
            Config::load(&global.config, &environment, Secrets::IfPresent).ok()
        }
    }
}

/// What was found, in the order of looking.
#[derive(Debug, Default, Serialize)]
pub struct Findings {
    findings: Vec<Finding>,
}

/// One thing that was looked at.
#[derive(Debug, Serialize)]
pub struct Finding {
    /// What it belongs to.
    pub area: String,
    /// How it is.
    pub result: Outcome,
    /// What was found.
    pub what: String,
    /// What to do about it; empty where there is nothing to do.
    pub advice: String,
}

/// How something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// As it should be.
    Ok,
    /// Usable, and worth knowing.
    Note,
    /// Not usable; what the program ends with for it.
    Problem(Exit),
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ok => "ok",
            Self::Note => "note",
            Self::Problem(_) => "problem",
        })
    }
}

impl Serialize for Outcome {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Findings {
    fn add(&mut self, area: &str, result: Outcome, what: String, advice: &str) {
        self.findings.push(Finding { area: area.to_owned(), result, what, advice: advice.to_owned() });
    }

    /// Something is as it should be.
    fn ok(&mut self, area: &str, what: impl Into<String>) {
        self.add(area, Outcome::Ok, what.into(), "");
    }

    /// Something is usable, and worth knowing.
    fn note(&mut self, area: &str, what: impl Into<String>, advice: &str) {
        self.add(area, Outcome::Note, what.into(), advice);
    }

    /// Something is not usable.
    fn problem(&mut self, area: &str, what: impl Into<String>, advice: &str, exit: Exit) {
        self.add(area, Outcome::Problem(exit), what.into(), advice);
    }

    /// The gravest: a wrong configuration before a server, a server before all others.
    pub fn exit(&self) -> Exit {
        let exits = self.findings.iter().filter_map(|finding| match finding.result {
            Outcome::Problem(exit) => Some(exit),
            Outcome::Ok | Outcome::Note => None,
        });
        exits.max_by_key(|exit| exit.code()).unwrap_or(Exit::Ok)
    }
}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const WHOLE: usize = 1_000;
        let mut table = Table::new()
            .column("check", Align::Left, 40)
            .column("result", Align::Left, 7)
            .column("what", Align::Left, WHOLE);
        for finding in &self.findings {
            let Finding { area, result, what, advice } = finding;
            let words = if advice.is_empty() { what.clone() } else { format!("{what}. {advice}") };
            table.row([area.clone(), result.to_string(), words]);
        }
        write!(f, "{table}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gravest_problem_gives_the_status() {
        let check = |exits: &[Exit], expected| {
            let mut findings = Findings::default();
            findings.ok("disk", "much");
            findings.note("authentication", "none", "");
            for exit in exits {
                findings.problem("x", "broken", "Repair it.", *exit);
            }
            assert_eq!(findings.exit(), expected);
        };
        check(&[], Exit::Ok);
        check(&[Exit::Failure], Exit::Failure);
        check(&[Exit::Unavailable, Exit::Failure], Exit::Unavailable);
        check(&[Exit::Unavailable, Exit::Config, Exit::Failure], Exit::Config);
    }

    #[test]
    fn a_problem_says_what_to_do_on_its_line() {
        let mut findings = Findings::default();
        findings.ok("disk", "9 GB free");
        findings.problem("relay", "it cannot be reached", "Check host and port.", Exit::Unavailable);
        let text = anstream::adapter::strip_str(&findings.to_string()).to_string();
        assert_eq!(
            text,
            "check  result   what\n\
             disk   ok       9 GB free\n\
             relay  problem  it cannot be reached. Check host and port.\n"
        );
    }
}
