//! Mailboxes as they are found: full, read by people, without the folders that the configuration names.

use redress::cli::demo::servers::Mark;
use redress::store::inbox::{self, Age, Status};

use crate::desk::{CUSTOMER, DESK, Desk, SOON, Settings, delivered};

const MANY: usize = 2_000;

/// The INBOX as it was before the desk: mail of the past, half of it read.
fn a_full_mailbox(desk: &Desk) {
    for number in 0..MANY {
        let mark = if number % 2 == 0 { Mark::Read } else { Mark::Unread };
        let raw = delivered(100_000 + number, &format!("past{number}@example.test"));
        desk.servers.plant(DESK, mark, raw.as_bytes()).unwrap();
    }
    // Dovecot looks through the folder when it is opened; in a mailbox of years that has long happened.
    assert_eq!(in_inbox(desk), MANY);
}

fn in_inbox(desk: &Desk) -> usize {
    let lines = desk.servers.mailbox(DESK).unwrap().command("STATUS INBOX (MESSAGES)").unwrap().lines;
    let line = lines.first().unwrap();
    line.trim_end_matches(')').rsplit(' ').next().unwrap().parse().unwrap()
}

#[test]
fn a_full_mailbox_is_left_alone_and_new_mail_answered_at_once() {
    let Some(mut desk) = Desk::new(&Settings::default()) else { return };
    a_full_mailbox(&desk);
    desk.start();
    desk.complain(0..1);
    desk.expect_acknowledged(0..1);
    assert_eq!(in_inbox(&desk), MANY);
    assert_eq!(desk.count("A mail was handled"), 1);
}

#[test]
fn a_full_mailbox_is_taken_when_asked_for_and_nobody_of_the_past_is_answered() {
    let Some(mut desk) = Desk::new(&Settings { take_past: true, ..Settings::default() }) else { return };
    a_full_mailbox(&desk);
    desk.start();
    desk.wait("the mailbox to be empty", |desk| in_inbox(desk) == 0);
    // In steps, since a machine with much else to do needs a while for so many.
    for step in (0..=MANY).step_by(MANY / 4) {
        desk.wait("the past to be handled", |desk| desk.count("A mail was handled") >= step);
    }
    let store = desk.store();
    let taken = store.read(|db| inbox::list(db, Status::Done, 10_000)).unwrap();
    assert_eq!(taken.len(), MANY);
    assert!(taken.iter().all(|mail| mail.age == Age::Past));
    desk.complain(0..1);
    desk.expect_acknowledged(0..1);
    assert_eq!(desk.count("letter=\"acknowledgement"), 1);
}

#[test]
fn mail_that_a_person_has_read_is_taken_all_the_same() {
    let Some(mut desk) = Desk::new(&Settings::default()) else { return };
    desk.start();
    desk.servers.plant(DESK, Mark::Read, delivered(0, CUSTOMER).as_bytes()).unwrap();
    desk.expect_acknowledged(0..1);
}

#[test]
fn the_folder_for_taken_mail_is_made() {
    let Some(mut desk) = Desk::new(&Settings::default()) else { return };
    let folders = |desk: &Desk| {
        desk.servers.mailbox(DESK).unwrap().command("LIST \"\" \"*\"").unwrap().lines.join("\n")
    };
    assert!(!folders(&desk).contains("Redress"), "{}", folders(&desk));
    desk.start();
    desk.complain(0..1);
    desk.expect_acknowledged(0..1);
    assert!(folders(&desk).contains("Redress"), "{}", folders(&desk));
    desk.wait("the mail to be moved", |desk| in_inbox(desk) == 0);
    let mut mailbox = desk.servers.mailbox(DESK).unwrap();
    mailbox.command("SELECT Redress").unwrap();
    assert_eq!(mailbox.mails().unwrap().len(), 1);
}

#[test]
fn a_missing_folder_is_named_and_waited_for() {
    let Some(mut desk) = Desk::new(&Settings { folder: "Complaints", ..Settings::default() }) else { return };
    desk.launch();
    let line = desk.wait_for_line("The mailbox cannot be read");
    assert!(line.contains("the folder does not exist on the server"), "{line}");
    assert!(line.contains("Create the folder or correct its name"), "{line}");
    let mut mailbox = desk.servers.mailbox(DESK).unwrap();
    mailbox.command("CREATE Complaints").unwrap();
    desk.wait_for_line("The mailbox is open");
    desk.complain(0..1);
    desk.wait("the mail to arrive", |desk| in_inbox(desk) == 1);
    mailbox.command("NOOP").unwrap();
    mailbox.command("MOVE 1 Complaints").unwrap();
    desk.expect_acknowledged(0..1);
    assert!(desk.servers.wait_for_mail("anna@shop.test", 1, SOON).is_ok());
}
