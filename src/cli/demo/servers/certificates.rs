//! A certificate authority and the servers' certificate, made by the `openssl` program.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use super::process::{program, run};

/// A fresh elliptic-curve key without a passphrase: made in a millisecond.
const FRESH_KEY: [&str; 6] = ["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

/// Whether the servers' certificate can be accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Validity {
    /// For the next ten years.
    TenYears,
    /// It ended yesterday.
    Ended,
}

/// Makes the authority in `folder`: `ca.pem` and `ca-key.pem`.
pub fn make_authority(folder: &Path) -> Result<()> {
    let mut request = openssl(folder)?;
    request.args(FRESH_KEY).args(["-keyout", "ca-key.pem", "-x509", "-out", "ca.pem", "-days", "3650"]);
    request.args(["-subj", "/CN=Redress throw-away authority", "-addext", "keyUsage=critical,keyCertSign"]);
    run(&mut request)?;
    Ok(())
}

/// Signs a new `cert.pem` with `key.pem` for `localhost` and 127.0.0.1.
pub fn issue(folder: &Path, validity: Validity) -> Result<()> {
    let days = match validity {
        Validity::TenYears => "3650",
        Validity::Ended => "-1",
    };
    let mut request = openssl(folder)?;
    request.args(FRESH_KEY).args(["-keyout", "key.pem", "-out", "request.pem", "-subj", "/CN=localhost"]);
    for extension in ["subjectAltName=DNS:localhost,IP:127.0.0.1", "basicConstraints=critical,CA:FALSE"] {
        request.args(["-addext", extension]);
    }
    run(&mut request)?;
    let mut sign = openssl(folder)?;
    sign.args(["x509", "-req", "-in", "request.pem", "-out", "cert.pem", "-days", days]);
    sign.args(["-CA", "ca.pem", "-CAkey", "ca-key.pem", "-copy_extensions", "copyall"]);
    run(&mut sign)?;
    Ok(())
}

fn openssl(folder: &Path) -> Result<Command> {
    let mut command = Command::new(program("openssl", "openssl")?);
    command.current_dir(folder);
    Ok(command)
}
