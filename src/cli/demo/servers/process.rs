//! One server process in the foreground of its own process group, stopped whatever happens to us.
//!
//! Each server has a *keeper*: a shell that waits for the end of its input and then stops the server.
//! The input is a pipe that only this program holds, so the kernel closes it even when this program is killed
//! and no destructor runs. Nothing here sleeps: a wait is always for the server's exit, with a limit.

use std::fs::File;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// How long a server may take until it answers, or until it has gone.
const PATIENCE: Duration = Duration::from_secs(20);
/// Between two questions whether a server answers by now.
const TICK: Duration = Duration::from_millis(10);
/// Where Debian puts programs; the environment's search path is not asked.
const PROGRAM_FOLDERS: &[&str] =
    &["/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/sbin", "/usr/local/bin"];

/// The keeper's script: `$1` is the server's process and group, `$2` the signal, `$3` whom it goes to, `$4` the
/// twentieths of a second until whoever of the group is left is killed: a connection being served, or a child
/// that was born too late to be told.
const KEEPER: &str = "read -r _; kill -s $2 -- $3; left=$4; \
    while [ $left -gt 0 ] && kill -0 $1; do sleep 0.05; left=$((left - 1)); done; kill -s KILL -- -$1";

/// How a server is asked to end; in each case it is killed when it does not.
#[derive(Debug, Clone, Copy)]
pub enum Farewell {
    /// SIGTERM to the main process and its children together, half a second to obey.
    TermAll,
    /// SIGINT to the main process, which ends its children itself; ten seconds to obey.
    InterruptMain,
}

/// A running server; dropping it stops it.
#[derive(Debug)]
pub struct Process {
    name: &'static str,
    keeper: Option<Child>,
    exited: Mutex<Receiver<io::Result<ExitStatus>>>,
    output: PathBuf,
}

impl Process {
    /// Starts `command` with its output in the file `output`.
    pub fn spawn(
        name: &'static str,
        command: &mut Command,
        output: &Path,
        farewell: Farewell,
    ) -> Result<Self> {
        let log = File::options()
            .create(true)
            .append(true)
            .open(output)
            .with_context(|| format!("cannot write {}", output.display()))?;
        let mut child = command
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .process_group(0)
            .spawn()
            .with_context(|| format!("cannot start {name}"))?;
        let group = child.id().to_string();
        let keeper = Command::new("/bin/sh")
            .args(["-c", KEEPER, "keeper", &group])
            .args(match farewell {
                Farewell::TermAll => ["TERM".to_owned(), format!("-{group}"), "10".to_owned()],
                Farewell::InterruptMain => ["INT".to_owned(), group, "200".to_owned()],
            })
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .context("cannot start /bin/sh")?;
        let (tell, exited) = channel();
        std::thread::spawn(move || {
            // Nobody listens any more once a stop has given up waiting.
            let _ = tell.send(child.wait());
        });
        Ok(Self { name, keeper: Some(keeper), exited: Mutex::new(exited), output: output.to_owned() })
    }

    /// Waits until `answers` holds; fails when the server ends before, or after twenty seconds.
    pub fn wait_until(&self, mut answers: impl FnMut() -> bool) -> Result<()> {
        let deadline = Instant::now() + PATIENCE;
        while !answers() {
            if let Some(status) = self.exit_within(TICK) {
                bail!("{} ended at once ({status}):\n{}", self.name, tail(&self.output));
            }
            if Instant::now() >= deadline {
                bail!("{} does not answer after {PATIENCE:?}:\n{}", self.name, tail(&self.output));
            }
        }
        Ok(())
    }

    /// Ends the server and waits until it has gone.
    pub fn stop(mut self) -> Result<()> {
        self.end()
    }

    fn end(&mut self) -> Result<()> {
        let Some(mut keeper) = self.keeper.take() else { return Ok(()) };
        drop(keeper.stdin.take());
        keeper.wait().with_context(|| format!("cannot stop {}", self.name))?;
        if self.exit_within(PATIENCE).is_none() {
            bail!("{} does not stop:\n{}", self.name, tail(&self.output));
        }
        Ok(())
    }

    /// What is said of the end when it comes within `limit`.
    fn exit_within(&self, limit: Duration) -> Option<String> {
        let exited = self.exited.lock().unwrap_or_else(PoisonError::into_inner);
        match exited.recv_timeout(limit) {
            Ok(Ok(status)) => Some(status.to_string()),
            Ok(Err(error)) => Some(error.to_string()),
            Err(RecvTimeoutError::Disconnected) => Some("ended earlier".to_owned()),
            Err(RecvTimeoutError::Timeout) => None,
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // A destructor can tell nobody; a server that had to be killed is gone all the same.
        let _ = self.end();
    }
}

/// Whether something on loopback accepts a connection on `port`.
pub fn accepts(port: u16) -> bool {
    TcpStream::connect_timeout(&SocketAddr::from((Ipv4Addr::LOCALHOST, port)), PATIENCE).is_ok()
}

/// The full path of `program`, or an error that names the Debian package to install.
pub fn program(program: &str, package: &str) -> Result<PathBuf> {
    PROGRAM_FOLDERS
        .iter()
        .map(|folder| Path::new(folder).join(program))
        .find(|path| path.is_file())
        .with_context(|| missing(program, package))
}

/// What to say of a program that is not installed.
pub fn missing(program: &str, package: &str) -> String {
    format!(
        "{program} is not installed; install the Debian package {package} (`apt-get install {package}`, or run `scripts/setup`)"
    )
}

/// Runs a program to its end and returns what it wrote; its errors become ours.
pub fn run(command: &mut Command) -> Result<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("cannot run {name}"))?;
    if !output.status.success() {
        bail!("{name} failed ({}): {}", output.status, String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The last lines of a log, for an error text; empty when there is none.
pub fn tail(path: &Path) -> String {
    let text = std::fs::read(path).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().collect();
    lines.get(lines.len().saturating_sub(8)..).unwrap_or_default().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_program_names_the_package_to_install() {
        let error = program("no-such-program", "some-package").unwrap_err().to_string();
        assert!(error.starts_with("no-such-program is not installed"), "{error}");
        assert!(error.contains("apt-get install some-package"), "{error}");
    }

    #[test]
    fn a_server_that_ends_at_once_says_why() {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new("/bin/sh");
        command.args(["-c", "echo the port is taken; exit 7"]);
        let log = folder.path().join("log");
        let server = Process::spawn("Server", &mut command, &log, Farewell::TermAll).unwrap();
        let error = server.wait_until(|| false).unwrap_err().to_string();
        assert_eq!(error, "Server ended at once (exit status: 7):\nthe port is taken");
    }

    #[test]
    fn a_server_that_ignores_its_signal_is_killed_with_its_children() {
        let folder = tempfile::tempdir().unwrap();
        let ready = folder.path().join("ready");
        let mut command = Command::new("/bin/sh");
        let script = format!("trap '' TERM; tail -f /dev/null & touch {}; wait", ready.display());
        command.args(["-c", &script]);
        let log = folder.path().join("log");
        let server = Process::spawn("Server", &mut command, &log, Farewell::TermAll).unwrap();
        server.wait_until(|| ready.exists()).unwrap();
        server.stop().unwrap();
    }
}
