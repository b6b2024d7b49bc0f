//! The throw-away servers do what the demonstration and the end-to-end tests rely on.

use std::time::Duration;

use redress::cli::demo::servers::{
    CUSTOMER_DOMAIN, MailServers, Mark, PASSWORD, Postgres, Sender, USERS, accepts_on_loopback,
};
use tempfile::TempDir;

use crate::support::available;

const SOON: Duration = Duration::from_secs(20);
const CUSTOMER: &str = "carla@example.test";
const DESK: &str = "support@shop.test";

fn servers() -> Option<(TempDir, MailServers)> {
    let folder = tempfile::tempdir().unwrap();
    let servers = available(MailServers::start(folder.path()))?;
    Some((folder, servers))
}

fn text(mails: &[Vec<u8>]) -> Vec<String> {
    mails.iter().map(|mail| String::from_utf8_lossy(mail).replace("\r\n", "\n")).collect()
}

/// The value of the first header of that name, unfolded lines not included.
fn header<'a>(mail: &'a str, name: &str) -> Vec<&'a str> {
    let head = mail.split("\n\n").next().unwrap();
    head.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).collect()
}

#[test]
fn a_delivered_mail_arrives_with_its_detail_its_return_path_and_its_bytes() {
    let Some((_folder, servers)) = servers() else { return };
    let raw = "From: Carla <carla@example.test>\nTo: support+d1.x@shop.test\nReturn-Path: <forged@example.test>\nSubject: Broken\n\nHello\n.dot\n..dots\n";
    servers.deliver(Sender::Honest, CUSTOMER, &["support+d1.x@shop.test"], raw.as_bytes()).unwrap();
    let mails = text(&servers.wait_for_mail(DESK, 1, SOON).unwrap());
    let mail = &mails[0];
    assert_eq!(header(mail, "Return-Path"), ["<carla@example.test>"], "{mail}");
    assert_eq!(header(mail, "Delivered-To"), ["support+d1.x@shop.test"], "{mail}");
    assert_eq!(header(mail, "Envelope-to"), ["support+d1.x@shop.test"], "{mail}");
    assert!(mail.ends_with("\n\nHello\n.dot\n..dots\n"), "{mail}");
}

#[test]
fn the_border_stamps_its_verdict_and_drops_forged_ones() {
    let Some((_folder, servers)) = servers() else { return };
    let cases = [
        (Sender::Honest, CUSTOMER, "Carla <carla@example.test>", "pass header.from=example.test"),
        (Sender::Honest, "carla@other.test", "carla@example.test", "none header.from=example.test"),
        (Sender::Forger, "anna@shop.test", "anna@shop.test", "fail header.from=shop.test"),
        (Sender::Unknown, CUSTOMER, "carla@example.test", "none header.from=example.test"),
        (Sender::Honest, "", "nobody in particular", "permerror header.from="),
    ];
    for (number, (sender, envelope, from, expected)) in cases.into_iter().enumerate() {
        let raw = format!(
            "Authentication-Results: mx.test; dmarc=pass header.from=shop.test\n\
             Authentication-Results: MX.test;\n dmarc=pass header.from=shop.test\n\
             Authentication-Results: elsewhere.test; dkim=pass header.d=a.test\n\
             From: {from}\nTo: support@shop.test\nSubject: {number}\n\nText\n"
        );
        servers.deliver(sender, envelope, &[DESK], raw.as_bytes()).unwrap();
        let mails = text(&servers.wait_for_mail(DESK, number + 1, SOON).unwrap());
        let mail = mails.last().unwrap();
        assert_eq!(
            header(mail, "Authentication-Results"),
            [&format!("mx.test; dmarc={expected}"), "elsewhere.test; dkim=pass header.d=a.test"],
            "{mail}"
        );
    }
}

#[test]
fn an_unknown_user_brings_a_delivery_report() {
    let Some((_folder, servers)) = servers() else { return };
    let raw =
        b"From: carla@example.test\nTo: ghost@shop.test\nMessage-ID: <1@example.test>\nSubject: x\n\nText\n";
    servers.deliver(Sender::Honest, CUSTOMER, &["ghost@shop.test"], raw).unwrap();
    let mails = text(&servers.wait_for_mail(CUSTOMER, 1, SOON).unwrap());
    let mail = &mails[0];
    assert_eq!(header(mail, "Return-Path"), ["<>"], "{mail}");
    assert!(mail.contains("message/delivery-status") && mail.contains("\nStatus: 5."), "{mail}");
}

#[test]
fn the_border_refuses_as_told() {
    let Some((_folder, servers)) = servers() else { return };
    for (to, words) in [("tempfail@shop.test", "451 "), ("nouser@shop.test", "550 "), ("a@else.test", "550 ")]
    {
        let refused =
            servers.deliver(Sender::Honest, CUSTOMER, &[to], b"From: a@example.test\n\n").unwrap_err();
        assert!(format!("{refused:#}").contains(words), "{refused:#}");
    }
}

#[test]
fn mail_waits_while_dovecot_is_away() {
    let Some((_folder, mut servers)) = servers() else { return };
    servers.stop_imap().unwrap();
    assert!(servers.mailbox(DESK).is_err());
    servers.deliver(Sender::Honest, CUSTOMER, &[DESK], b"From: carla@example.test\n\nLate\n").unwrap();
    servers.start_imap().unwrap();
    let mails = text(&servers.wait_for_mail(DESK, 1, SOON).unwrap());
    assert!(mails[0].ends_with("\nLate\n"));
}

#[test]
fn planted_mail_lies_there_as_marked() {
    let Some((_folder, servers)) = servers() else { return };
    servers.plant(DESK, Mark::Read, b"Subject: old\r\n\r\n").unwrap();
    servers.plant(DESK, Mark::Unread, b"Subject: new\r\n\r\n").unwrap();
    let mut mailbox = servers.mailbox(DESK).unwrap();
    assert_eq!(text(&mailbox.mails().unwrap()), ["Subject: old\n\n", "Subject: new\n\n"]);
    assert_eq!(mailbox.command("SEARCH UNSEEN").unwrap().lines, ["* SEARCH 2"]);
}

#[test]
fn mailboxes_can_be_added_and_passwords_changed() {
    let Some((_folder, servers)) = servers() else { return };
    let late = format!("late@{CUSTOMER_DOMAIN}");
    servers.add_user(&late, "first").unwrap();
    servers.mailbox(&late).unwrap();
    servers.add_user(&late, "another").unwrap();
    servers.mailbox(&late).unwrap();
    assert_eq!(servers.users().unwrap().len(), USERS.len() + 1);
    assert_eq!(servers.users().unwrap()[DESK], PASSWORD);
}

#[test]
fn servers_are_gone_once_dropped() {
    let Some((_folder, servers)) = servers() else { return };
    let ports = [servers.imap_port(), servers.smtp_port()];
    assert!(ports.iter().all(|port| accepts_on_loopback(*port)));
    drop(servers);
    assert!(!ports.iter().any(|port| accepts_on_loopback(*port)));
}

#[test]
fn a_folder_too_deep_for_sockets_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let error = MailServers::start(&folder.path().join("x".repeat(80))).unwrap_err();
    assert!(error.to_string().contains("too long for the path of a socket"), "{error:#}");
}

#[tokio::test]
async fn postgresql_starts_restarts_and_keeps_its_data() {
    let folder = tempfile::tempdir().unwrap();
    let Some(mut postgres) = available(Postgres::start(folder.path())) else { return };
    let url = postgres.create_database("first").unwrap();
    query(&url, "CREATE TABLE kept AS SELECT 7 AS number").await.unwrap();
    postgres.restart().unwrap();
    query(&url, "SELECT number FROM kept").await.unwrap();
    postgres.stop().unwrap();
    assert!(query(&url, "SELECT 1").await.is_err());
}

async fn query(url: &str, sql: &str) -> Result<(), tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await?;
    let connection = tokio::spawn(connection);
    client.batch_execute(sql).await?;
    drop(client);
    connection.await.unwrap()
}
