//! The account that a throw-away server works under: our own, or under root an unprivileged one.

use std::os::unix::fs::chown;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use super::process::{program, run};

/// A user and its group.
#[derive(Debug)]
pub struct Account {
    /// The user's name.
    pub user: String,
    /// The name of its group.
    pub group: String,
    /// Their numbers, where files must be given to them because we are root and they are not.
    owner: Option<(u32, u32)>,
}

impl Account {
    /// Our own account, or `user` where we are root.
    pub fn unprivileged(user: &str) -> Result<Self> {
        if id(&["-u"])? != "0" {
            return Ok(Self { user: id(&["-un"])?, group: id(&["-gn"])?, owner: None });
        }
        let owner = Some((id(&["-u", user])?.parse()?, id(&["-g", user])?.parse()?));
        Ok(Self { user: user.to_owned(), group: id(&["-gn", user])?, owner })
    }

    /// Whether we are root and this account is another.
    pub fn is_other(&self) -> bool {
        self.owner.is_some()
    }

    /// Gives `path` to this account; its own needs no giving.
    pub fn own(&self, path: &Path) -> Result<()> {
        let Some((user, group)) = self.owner else { return Ok(()) };
        chown(path, Some(user), Some(group))
            .with_context(|| format!("cannot give {} to {}", path.display(), self.user))
    }
}

fn id(arguments: &[&str]) -> Result<String> {
    run(Command::new(program("id", "coreutils")?).args(arguments))
}
