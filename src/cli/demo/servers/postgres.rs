//! A throw-away PostgreSQL: its own cluster in a folder, reachable by a socket in that folder only.
//!
//! It gives no durability on purpose (`fsync=off`): what it holds is worth nothing after the run.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::account::Account;
use super::process::{Farewell, Process, missing, program, run};
use super::{LONGEST_FOLDER, absolute_folder};

/// Where Debian keeps each major version's programs.
const VERSIONS: &str = "/usr/lib/postgresql";
/// The server refuses to run as root; Debian's package brings this account for it.
const ACCOUNT: &str = "postgres";

/// A running PostgreSQL cluster; dropping it stops it.
#[derive(Debug)]
pub struct Postgres {
    folder: PathBuf,
    account: Account,
    programs: PathBuf,
    server: Option<Process>,
}

impl Postgres {
    /// Makes a cluster in `folder` (created if absent) and starts it.
    pub fn start(folder: &Path) -> Result<Self> {
        let programs = newest_programs()?;
        let folder = absolute_folder(folder, LONGEST_FOLDER)?;
        let account = Account::unprivileged(ACCOUNT)?;
        account.own(&folder)?;
        let mut postgres = Self { folder, account, programs, server: None };
        let data = postgres.folder.join("data");
        let mut initdb = postgres.command("initdb")?;
        initdb.arg("-D").arg(&data).args(["-A", "trust", "-U", "redress", "--no-sync", "-E", "UTF8"]);
        run(initdb.arg("--locale=C"))?;
        postgres.start_server()?;
        Ok(postgres)
    }

    /// Makes an empty database and returns its address, as the configuration takes it.
    pub fn create_database(&self, name: &str) -> Result<String> {
        let mut createdb = self.command("createdb")?;
        run(createdb.arg("-h").arg(&self.folder).args(["-U", "redress", name]))?;
        Ok(self.url(name))
    }

    /// The address of the database `name`.
    pub fn url(&self, name: &str) -> String {
        format!("postgres:///{name}?host={}&user=redress", self.folder.display())
    }

    /// Stops the server at once; open connections are cut.
    pub fn stop(&mut self) -> Result<()> {
        self.server.take().map_or(Ok(()), Process::stop)
    }

    /// Starts the stopped server over the same data; a running one is left alone.
    pub fn start_server(&mut self) -> Result<()> {
        if self.server.is_some() {
            return Ok(());
        }
        let mut server = self.command("postgres")?;
        server.arg("-D").arg(self.folder.join("data")).arg("-k").arg(&self.folder);
        for setting in ["listen_addresses=", "fsync=off", "full_page_writes=off", "max_connections=200"] {
            server.args(["-c", setting]);
        }
        let log = self.folder.join("postgres.log");
        // PostgreSQL takes SIGINT as "do not wait for clients"; SIGKILL would leave its shared memory behind.
        let server = Process::spawn("PostgreSQL", &mut server, &log, Farewell::InterruptMain)?;
        let mut ask = self.command("pg_isready")?;
        ask.arg("-q").arg("-h").arg(&self.folder);
        server.wait_until(|| ask.status().is_ok_and(|status| status.success()))?;
        self.server = Some(server);
        Ok(())
    }

    /// Stops and starts the server.
    pub fn restart(&mut self) -> Result<()> {
        self.stop()?;
        self.start_server()
    }

    /// One of PostgreSQL's programs, under the account that may run it.
    fn command(&self, name: &str) -> Result<Command> {
        let path = self.programs.join(name);
        let mut command = if self.account.is_other() {
            let mut command = Command::new(program("setpriv", "util-linux")?);
            command.arg(format!("--reuid={}", self.account.user));
            command.arg(format!("--regid={}", self.account.group)).args(["--init-groups", "--"]).arg(path);
            command
        } else {
            Command::new(path)
        };
        command.current_dir(&self.folder);
        Ok(command)
    }
}

fn newest_programs() -> Result<PathBuf> {
    let found = std::fs::read_dir(VERSIONS).into_iter().flatten().flatten().filter_map(|entry| {
        let version: u32 = entry.file_name().to_str()?.parse().ok()?;
        let programs = entry.path().join("bin");
        programs.join("initdb").is_file().then_some((version, programs))
    });
    let (version, programs) = found.max().with_context(|| missing("PostgreSQL", "postgresql"))?;
    ensure!(version >= 13, "PostgreSQL {version} is too old, install the Debian package postgresql");
    Ok(programs)
}
