//! Whatever stops and starts in the middle, each complaint is taken once and acknowledged once.

use redress::cli::demo::servers::Mark;

use crate::desk::{CUSTOMER, DESK, Desk, SOON, Settings, delivered};

const DIETER: &str = "dieter@example.test";

#[test]
fn a_desk_that_is_killed_again_and_again_loses_and_doubles_nothing() {
    let Some(mut desk) = Desk::new(&Settings::default()) else { return };
    desk.start();
    // Killed after the first was taken, after the next was handled, and after the next began to leave.
    for (round, sign) in ["Mail was taken", "A mail was handled", "A mail left"].into_iter().enumerate() {
        let before = desk.count(sign);
        desk.complain(round * 5..round * 5 + 5);
        desk.wait(sign, |desk| desk.count(sign) > before);
        desk.kill();
        desk.launch();
    }
    desk.complain(15..20);
    desk.expect_acknowledged(0..20);
    assert!(desk.stop().success(), "{:?}", desk.log());
}

#[test]
fn mail_that_came_while_the_desk_was_dead_is_taken() {
    let Some(mut desk) = Desk::new(&Settings::default()) else { return };
    desk.start();
    desk.complain(0..1);
    desk.expect_acknowledged(0..1);
    desk.kill();
    desk.complain(1..4);
    desk.start();
    desk.expect_acknowledged(0..4);
}

#[test]
fn a_desk_that_is_told_to_close_ends_well_and_goes_on_later() {
    let Some(mut desk) = Desk::new(&Settings::default()) else { return };
    desk.start();
    desk.complain(0..3);
    desk.wait_for_line("Mail was taken");
    assert!(desk.stop().success(), "{:?}", desk.log());
    assert_eq!(desk.count("The desk is closed"), 1);
    desk.start();
    desk.expect_acknowledged(0..3);
}

#[test]
fn the_imap_server_may_go_and_come_back() {
    let Some(mut desk) = Desk::new(&Settings::default()) else { return };
    desk.start();
    desk.complain(0..2);
    desk.expect_acknowledged(0..2);
    desk.servers.stop_imap().unwrap();
    // The border keeps what it cannot deliver.
    desk.complain(2..4);
    desk.wait_for_line("The mailbox cannot be read");
    desk.servers.start_imap().unwrap();
    desk.complain(4..6);
    desk.expect_acknowledged(0..6);
    assert!(desk.is_running());
}

#[test]
fn the_smtp_server_may_go_and_come_back() {
    let Some(mut desk) = Desk::new(&Settings::default()) else { return };
    desk.start();
    desk.complain(0..2);
    desk.expect_acknowledged(0..2);
    desk.servers.stop_smtp().unwrap();
    desk.servers.plant(DESK, Mark::Unread, delivered(2, DIETER).as_bytes()).unwrap();
    desk.wait_for_line("A mail was put off");
    desk.servers.start_smtp().unwrap();
    desk.complain(3..4);
    let late = desk.servers.wait_for_mail(DIETER, 1, SOON);
    assert_eq!(late.unwrap_or_else(|error| panic!("{error:#}: {:#?}", desk.log())).len(), 1);
    let mails = desk.servers.wait_for_mail(CUSTOMER, 3, SOON).unwrap();
    assert_eq!(mails.len(), 3);
    assert!(desk.is_running());
}
