//! `check`, without servers and with real ones.
use redress::cli::demo::servers::{MailServers, PASSWORD, SUBMISSION};

use super::*;

#[test]
fn check_reports_everything_that_is_wrong_with_what_to_do() {
    let folder = folder(CLOSED_PORTS);
    let output = program(&["check"], folder.path());
    assert_eq!(output.status.code(), Some(69), "{}", said(&output));
    let text = said(&output);
    for part in ["database        note", "letters         ok", "mailbox support  problem", "relay"] {
        let found = text.lines().any(|line| squeezed(line).contains(&squeezed(part)));
        assert!(found, "{part} is not in\n{text}");
    }
    assert!(text.contains("Check host, port and the network"), "{text}");
    assert!(text.contains("reply-only mode"), "{text}");
    assert!(!text.contains("secret"), "{text}");
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn check_reports_all_mistakes_of_a_configuration_and_goes_on_where_only_secrets_are_missing() {
    let folder = folder(CLOSED_PORTS);
    fs::remove_file(folder.path().join("imap-password")).unwrap();
    let output = program(&["check", "--json"], folder.path());
    assert_eq!(output.status.code(), Some(78), "{}", said(&output));
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = found["findings"].as_array().unwrap();
    assert!(findings.iter().any(|finding| finding["area"] == "relay"), "{found}");
    fs::write(folder.path().join("redress.toml"), "[desk]\nnmae = 1\n").unwrap();
    let output = program(&["check"], folder.path());
    assert_eq!(output.status.code(), Some(78));
    assert!(said(&output).contains("nmae"), "{}", said(&output));
}

fn real(servers: &MailServers, more: &str) -> TempDir {
    let ca = servers.ca_pem();
    let (user, _) = SUBMISSION;
    let office = folder(&format!(
        "[[mailbox]]\nname = \"support\"\nhost = \"localhost\"\nport = {}\nextra_ca = \"{ca}\"\n\
         user = \"support@shop.test\"\npassword_file = \"imap-password\"\n\n\
         [sending]\nhost = \"localhost\"\nport = {}\nextra_ca = \"{ca}\"\nuser = \"{user}\"\n\
         password_file = \"imap-password\"\n\n{more}",
        servers.imaps_port(),
        servers.smtps_port(),
        ca = ca.display(),
    ));
    assert_eq!(PASSWORD, "secret", "the file of the fixture holds it");
    office
}

#[test]
fn check_logs_in_to_real_servers_and_the_probe_comes_home() {
    let Some((_servers_folder, servers)) = mail_servers() else { return };
    let trust = "[authentication]\ntrusted_authserv_ids = [\"mx.test\"]\nborder_hosts = [\"mx.test\"]\n";
    let folder = real(&servers, trust);
    let output = program(&["check", "--probe"], folder.path());
    let text = said(&output);
    assert_eq!(output.status.code(), Some(0), "{text}");
    for part in [
        "logged in to localhost",
        "IDLE",
        "arrived in INBOX",
        "our Message-ID stays",
        "the signed address arrives",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
}

#[test]
fn check_says_what_is_wrong_with_a_password_and_with_a_folder() {
    let Some((_servers_folder, servers)) = mail_servers() else { return };
    let folder = real(&servers, "");
    fs::write(folder.path().join("imap-password"), "wrong").unwrap();
    let output = program(&["check"], folder.path());
    assert_eq!(output.status.code(), Some(69));
    assert!(said(&output).contains("Check user and password"), "{}", said(&output));
}
