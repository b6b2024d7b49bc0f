//! A copy is made while the desk works, the desk goes on, and the copy is put back: nobody is answered twice.
use std::process::Command;

use redress::{
    clock::Clock,
    store::inbox::{self, Status},
};

use crate::desk::{DESK, Desk, Settings};

fn succeeds(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{command:?}: {said}{}", String::from_utf8_lossy(&output.stderr));
    said
}

#[test]
fn g12_an_older_copy_that_is_put_back_answers_nobody_again_and_takes_what_it_lacks() {
    let Some(mut desk) = Desk::new(&Settings::default()) else { return };
    let copy = desk.state_dir().join("copy.db");
    desk.start();
    desk.complain(0..10);
    desk.wait("the first mails to be handled", |desk| desk.count("A mail was handled") >= 3);
    succeeds(desk.command(&["backup"]).arg(&copy));
    desk.complain(10..30);
    desk.expect_acknowledged(0..30);
    assert!(desk.stop().success());
    let said = succeeds(desk.command(&["restore"]).arg(&copy));
    assert!(said.contains("New disputes begin at D-1030"), "{said}");
    let restored = Clock::system().now().timestamp();

    // The operator brings back what was moved since; the server says when each mail first came.
    let mut mailbox = desk.servers.mailbox(DESK).unwrap();
    mailbox.command("SELECT Redress").unwrap();
    mailbox.command("MOVE 1:* INBOX").unwrap();
    desk.start();
    let store = desk.store();
    let done = || store.read(|db| inbox::list(db, Status::Done, 100)).unwrap().len();
    desk.wait("all mail to be handled", |_| done() == 30);
    // Mail of the very second of the restore counts as older.
    desk.wait("the next second", |_| Clock::system().now().timestamp() > restored);
    desk.complain(30..31);
    desk.expect_acknowledged(0..31);
    let said = succeeds(&mut desk.command(&["fsck"]));
    assert!(said.contains("Disputes: 31 = 31 opened"), "{said}");
}
