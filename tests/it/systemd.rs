//! The unit that we ship is one that systemd accepts and rates as closed.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use redress::cli::demo::servers::process::program;

use crate::support::available;

/// In tenths of systemd's exposure level, which goes from 0 to 10; the shipped unit has 1.1.
const MOST_EXPOSURE: &str = "--threshold=12";

fn shipped(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("systemd").join(file)
}

fn read(file: &str) -> String {
    std::fs::read_to_string(shipped(file)).unwrap()
}

fn systemd(tool: &str) -> Option<Command> {
    available(program(tool, "systemd")).map(Command::new)
}

fn assert_fine(output: &Output) {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}{errors}", String::from_utf8_lossy(&output.stdout));
}

/// A copy of the unit whose program exists on this machine.
fn unit_with_existing_program(folder: &Path) -> PathBuf {
    let unit = read("redress.service");
    assert!(unit.contains("\nExecStart=/usr/bin/redress run "));
    let copy = folder.join("redress.service");
    std::fs::write(&copy, unit.replace("ExecStart=/usr/bin/redress", "ExecStart=/bin/true")).unwrap();
    copy
}

#[test]
fn systemd_accepts_the_unit_without_a_warning() {
    let Some(mut verify) = systemd("systemd-analyze") else { return };
    let folder = tempfile::tempdir().unwrap();
    let output = verify
        .args(["verify", "--man=no", "--recursive-errors=no"])
        .arg(unit_with_existing_program(folder.path()))
        .output()
        .unwrap();
    assert_fine(&output);
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn systemd_accepts_the_network_drop_in() {
    let Some(mut verify) = systemd("systemd-analyze") else { return };
    let folder = tempfile::tempdir().unwrap();
    let unit = unit_with_existing_program(folder.path());
    let drop_ins = folder.path().join("redress.service.d");
    std::fs::create_dir(&drop_ins).unwrap();
    std::fs::copy(shipped("redress.service.d/network.conf.example"), drop_ins.join("network.conf")).unwrap();
    let output = verify.args(["verify", "--man=no", "--recursive-errors=no"]).arg(unit).output().unwrap();
    assert_fine(&output);
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn systemd_rates_the_unit_as_closed() {
    let Some(mut security) = systemd("systemd-analyze") else { return };
    let unit = shipped("redress.service");
    let output = security.args(["security", "--offline=yes", MOST_EXPOSURE]).arg(unit).output().unwrap();
    assert_fine(&output);
}

#[test]
fn systemd_can_make_the_user() {
    let Some(mut sysusers) = systemd("systemd-sysusers") else { return };
    let output = sysusers.arg("--dry-run").arg(shipped("redress.sysusers.conf")).output().unwrap();
    assert_fine(&output);
}

#[test]
fn every_credential_is_kept_from_others() {
    let tmpfiles = read("redress.tmpfiles.conf");
    let unit = read("redress.service");
    let credentials: Vec<&str> = unit
        .lines()
        .filter_map(|line| line.strip_prefix("LoadCredential=")?.split_once(':'))
        .map(|c| c.1)
        .collect();
    assert_eq!(credentials.len(), 3);
    for path in credentials {
        let rule = tmpfiles.lines().find(|line| line.split_whitespace().nth(1) == Some(path));
        let fields: Vec<&str> =
            rule.unwrap_or_else(|| panic!("no rule for {path}")).split_whitespace().collect();
        assert_eq!(fields[2..5], ["0400", "redress", "redress"], "{path}");
    }
}

#[test]
fn the_unit_and_the_tables_name_one_user() {
    assert!(read("redress.service").contains("\nUser=redress\nGroup=redress\n"));
    assert!(
        read("redress.sysusers.conf")
            .lines()
            .any(|line| line.starts_with("u ") && line.contains(" redress "))
    );
    assert!(!read("redress.service").contains("DynamicUser"));
}
