//! `redress man`: the manual, from the one definition.
use std::fs;
use std::io::Write as _;

use anyhow::Context as _;
use clap::{Command, CommandFactory as _};
use clap_mangen::Man;

use super::{Cli, Exit, ManArgs, screen};

/// Prints the page of the program, or writes all pages into a folder.
pub fn run(args: &ManArgs) -> anyhow::Result<Exit> {
    let pages = pages()?;
    let Some(folder) = &args.folder else {
        if let Some((_, page)) = pages.first() {
            std::io::stdout().write_all(page)?;
        }
        return Ok(Exit::Ok);
    };
    fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
    for (name, page) in &pages {
        let path = folder.join(name);
        fs::write(&path, page).with_context(|| format!("cannot write {}", path.display()))?;
    }
    screen::text(format_args!("{} pages written to {}\n", pages.len(), folder.display()))?;
    Ok(Exit::Ok)
}

/// Every page with its file name; the program's own is the first.
fn pages() -> anyhow::Result<Vec<(String, Vec<u8>)>> {
    let mut root = Cli::command();
    root.build();
    let commands =
        std::iter::once(&root).chain(root.get_subcommands().filter(|command| !command.is_hide_set()));
    commands.filter(|command| command.get_name() != "help").map(page).collect()
}

fn page(command: &Command) -> anyhow::Result<(String, Vec<u8>)> {
    let name = command.get_display_name().unwrap_or(command.get_name());
    let mut page = Vec::new();
    Man::new(command.clone()).render(&mut page)?;
    Ok((format!("{name}.1"), page))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_subcommand_has_a_page() {
        let pages = pages().unwrap();
        let names: Vec<&str> = pages.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names.first(), Some(&"redress.1"));
        for name in ["redress-init.1", "redress-check.1", "redress-demo.1", "redress-man.1"] {
            assert!(names.contains(&name), "{names:?}");
        }
        for (name, page) in &pages {
            let text = String::from_utf8_lossy(page);
            assert!(text.contains(".TH") && text.contains(".SH SYNOPSIS"), "{name}");
        }
    }
}
