//! The table of faults in `docs/operations.md`: each row is a test here, and what it says is what the program prints.
//!
//! A row's `…` stands for what differs from machine to machine: paths, ports, sizes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use redress::cli::demo::servers::Mark;

use crate::desk::{CUSTOMER, DESK, Desk, Settings, delivered};

const OPERATIONS: &str = include_str!("../../docs/operations.md");

/// A row of the table.
#[derive(Debug)]
struct Row {
    fault: &'static str,
    shown: &'static str,
    /// The exit status; none where the desk goes on.
    exit: Option<i32>,
}

/// All rows, between the two comments that mark the table.
fn table() -> Vec<Row> {
    let (_, rest) = OPERATIONS.split_once("<!-- faults -->").unwrap();
    let (table, _) = rest.split_once("<!-- end of faults -->").unwrap();
    let rows = table.lines().filter(|line| line.starts_with("| ")).skip(1);
    rows.map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        assert_eq!(cells.len(), 4, "{line}");
        Row { fault: cells[0], shown: cells[1].trim_matches('`'), exit: cells[2].parse().ok() }
    })
    .collect()
}

fn row(fault: &str) -> Row {
    table().into_iter().find(|row| row.fault == fault).unwrap_or_else(|| panic!("no row for {fault}"))
}

/// Whether `line` is what the row shows.
fn is_shown(line: &str, shown: &str) -> bool {
    let mut parts = shown.split('…');
    let Some(mut rest) = line.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    for part in parts {
        let Some((_, after)) = rest.split_once(part) else { return false };
        rest = after;
    }
    shown.ends_with('…') || rest.is_empty()
}

/// A line of the log as the table shows it: without its level and its fields.
fn message(line: &str) -> &str {
    let line = line.trim_start();
    let message =
        ["INFO ", "WARN ", "ERROR "].iter().find_map(|level| line.strip_prefix(level)).unwrap_or(line);
    let field = [" mailbox=", " flow=", " outbox="].iter().filter_map(|field| message.find(field)).min();
    field.and_then(|end| message.get(..end)).unwrap_or(message)
}

/// Runs a desk that cannot start and compares what it prints and ends with.
fn assert_refused(desk: &Desk, fault: &str) {
    let row = row(fault);
    let output = desk.command(&["run"]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.lines().any(|line| is_shown(line.trim_start(), row.shown)), "{row:?}\n{said}");
    assert_eq!(output.status.code(), row.exit, "{said}");
}

/// Waits until a running desk logs what the row shows.
fn assert_logged(desk: &mut Desk, fault: &str) {
    let row = row(fault);
    assert_eq!(row.exit, None);
    desk.wait(row.shown, |desk| desk.log().iter().any(|line| is_shown(message(line), row.shown)));
    assert!(desk.is_running());
}

/// A complaint is acknowledged: all is well again.
fn assert_recovered(desk: &mut Desk) {
    desk.complain(0..1);
    desk.expect_acknowledged(0..1);
    assert!(desk.is_running());
}

fn desk() -> Option<Desk> {
    Desk::new(&Settings::default())
}

#[test]
fn every_row_has_its_test() {
    let source = include_str!("faults.rs");
    let table = table();
    assert!(table.len() >= 7, "{table:?}");
    for row in table {
        assert!(source.contains(&format!("\"{}\"", row.fault)), "{}", row.fault);
    }
}

#[test]
fn a_missing_configuration() {
    let Some(desk) = desk() else { return };
    fs::remove_file(desk.configuration()).unwrap();
    assert_refused(&desk, "missing configuration");
}

#[test]
fn a_newer_database() {
    let Some(mut desk) = desk() else { return };
    desk.start();
    assert!(desk.stop().success());
    let file = desk.state_dir().join("redress.db");
    let url = format!("{}", file.display());
    let mut connection = <diesel::SqliteConnection as diesel::Connection>::establish(&url).unwrap();
    let newer = "INSERT INTO __diesel_schema_migrations (version) VALUES ('9999')";
    diesel::connection::SimpleConnection::batch_execute(&mut connection, newer).unwrap();
    drop(connection);
    assert_refused(&desk, "newer database");
}

#[test]
fn a_locked_state_folder() {
    let Some(mut desk) = desk() else { return };
    desk.start();
    assert_refused(&desk, "locked state folder");
    assert_recovered(&mut desk);
}

#[test]
fn little_space_on_the_disk() {
    let Some(mut desk) = desk() else { return };
    desk.configure(&Settings { low_disk: "1TiB", ..Settings::default() });
    desk.launch();
    assert_logged(&mut desk, "little space on the disk");
    desk.kill();
    desk.configure(&Settings::default());
    desk.start();
    assert_recovered(&mut desk);
}

/// A disk of 16 MiB, where this user may mount one; unmounted when dropped.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(folder: &Path) -> Option<Self> {
        fs::create_dir_all(folder).unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=16m", "tmpfs"]).arg(folder);
        let mounted = mount.output().is_ok_and(|output| output.status.success());
        if !mounted {
            eprintln!("skipped: no disk can be mounted here");
        }
        mounted.then(|| Self(folder.to_owned()))
    }

    /// Leaves no byte free.
    fn fill(&self) {
        let chunk = vec![0_u8; 64 * 1024];
        let mut ballast = fs::File::create(self.0.join("ballast")).unwrap();
        while std::io::Write::write_all(&mut ballast, &chunk).is_ok() {}
    }

    fn free(&self) {
        fs::remove_file(self.0.join("ballast")).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk() {
    let Some(mut desk) = desk() else { return };
    let folder = desk.state_dir().with_file_name("small");
    let Some(small) = SmallDisk::mount(&folder) else { return };
    desk.configure(&Settings { state_dir: Some(folder), ..Settings::default() });
    small.fill();
    assert_refused(&desk, "full disk at the start");
    small.free();
    desk.start();
    small.fill();
    desk.complain(0..1);
    assert_logged(&mut desk, "full disk while running");
    small.free();
    desk.expect_acknowledged(0..1);
    assert!(desk.stop().success());
    drop(small);
}

#[test]
fn wrong_credentials_for_the_mailbox() {
    let Some(mut desk) = desk() else { return };
    desk.servers.add_user(DESK, "another").unwrap();
    desk.launch();
    assert_logged(&mut desk, "wrong password of a mailbox");
    desk.servers.add_user(DESK, "secret").unwrap();
    // What lies there before the desk has ever been let in is the past.
    desk.wait_for_line("The mailbox is open");
    assert_recovered(&mut desk);
}

#[test]
fn wrong_credentials_for_the_relay() {
    let Some(mut desk) = desk() else { return };
    let password = desk.configuration().with_file_name("smtp-password");
    fs::write(&password, "wrong").unwrap();
    desk.start();
    desk.servers.plant(DESK, Mark::Unread, delivered(0, CUSTOMER).as_bytes()).unwrap();
    assert_logged(&mut desk, "wrong password of the relay");
    desk.kill();
    fs::write(&password, "secret").unwrap();
    desk.start();
    desk.expect_acknowledged(0..1);
}

#[test]
fn a_refused_certificate() {
    let Some(mut desk) = desk() else { return };
    desk.start();
    desk.servers.expire_certificate().unwrap();
    assert_logged(&mut desk, "refused certificate of a mailbox");
    desk.servers.renew_certificate().unwrap();
    assert_recovered(&mut desk);
}

#[test]
fn a_refused_certificate_of_the_relay() {
    let Some(mut desk) = desk() else { return };
    // The mailbox needs none, so that mail still comes in.
    desk.configure(&Settings { imap_security: "plain", ..Settings::default() });
    desk.start();
    desk.servers.expire_certificate().unwrap();
    desk.servers.plant(DESK, Mark::Unread, delivered(0, CUSTOMER).as_bytes()).unwrap();
    assert_logged(&mut desk, "refused certificate of the relay");
    desk.servers.renew_certificate().unwrap();
    desk.expect_acknowledged(0..1);
}

#[test]
fn a_mailbox_that_is_down() {
    let Some(mut desk) = desk() else { return };
    desk.servers.stop_imap().unwrap();
    desk.launch();
    assert_logged(&mut desk, "server of a mailbox down");
    desk.servers.start_imap().unwrap();
    desk.wait_for_line("The mailbox is open");
    assert_recovered(&mut desk);
}

#[test]
fn a_relay_that_is_down() {
    let Some(mut desk) = desk() else { return };
    desk.servers.stop_smtp().unwrap();
    desk.start();
    desk.servers.plant(DESK, Mark::Unread, delivered(0, CUSTOMER).as_bytes()).unwrap();
    assert_logged(&mut desk, "relay down");
    desk.servers.start_smtp().unwrap();
    desk.expect_acknowledged(0..1);
}
