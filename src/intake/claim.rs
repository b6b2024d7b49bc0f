//! The claim on the server: a small mail that says which desk works a folder, so that desks with different databases
//! find each other.
//!
//! It lies in a folder of its own: that one stays small, is never read for mail, and is the same whatever the desks
//! are told to do with mail they took. A server that does not let us have the folder is worked without a claim.
use super::{Intake, IntakeError, doubts::Doubts};
use crate::{
    crash::{self, Point},
    domain::Timestamp,
    imap::{Connection, ImapError},
};

/// Where claims lie: the first of these folders that the server lets us have. Some servers keep all folders below
/// INBOX.
const FOLDERS: [&str; 2] = ["Redress-Claim", "INBOX.Redress-Claim"];
/// Claims that are read.
const MOST: usize = 50;
/// Which desk, in a claim.
const DESK: &str = "X-Redress-Claim";
/// Which folder, in a claim.
const FOLDER: &str = "X-Redress-Folder";

/// What one claim says.
#[derive(Debug, PartialEq, Eq)]
struct Claim {
    desk: String,
    folder: String,
}

impl Intake {
    /// Finds whose folder this is, and lays a claim where there is none.
    ///
    /// # Errors
    /// When another desk has claimed it, or the connection broke.
    pub(super) async fn claim_on_server(
        &self,
        connection: &mut Connection,
        doubts: &mut Doubts,
    ) -> Result<(), IntakeError> {
        let source = written(&self.settings.imap.folder);
        if doubts.claiming.are_too_many() || FOLDERS.iter().any(|folder| written(folder) == source) {
            return Ok(());
        }
        match self.find_or_lay(connection, &source).await {
            Ok(holder) => {
                doubts.claiming.forget();
                match holder {
                    Some(desk) if desk != self.settings.desk => Err(IntakeError::Claimed(desk)),
                    _ => Ok(()),
                }
            }
            Err(error) if error.leaves_connection_usable() => {
                if !std::mem::replace(&mut doubts.claimless, true) {
                    tracing::warn!(
                        mailbox = self.settings.imap.name,
                        "The server lets us lay no claim, so that another desk would not be noticed: {error}"
                    );
                }
                Ok(())
            }
            Err(error) => {
                doubts.claiming.count();
                Err(error.into())
            }
        }
    }

    /// The desk with the oldest claim, once ours is laid.
    async fn find_or_lay(
        &self,
        connection: &mut Connection,
        source: &str,
    ) -> Result<Option<String>, ImapError> {
        let folder = folder(connection).await?;
        if let Some(holder) = holder(connection, folder, source).await? {
            return Ok(Some(holder));
        }
        let desk_address = &self.clerk.policy.desk_address;
        let mail = mail(&self.settings.desk, source, desk_address, self.clerk.clock.now());
        crash::before(Point::ImapClaim);
        connection.append(folder, mail.as_bytes()).await?;
        crash::after(Point::ImapClaim);
        // Two desks may have come at the same time: both now see the same oldest claim.
        holder(connection, folder, source).await
    }
}

/// The folder for claims, made where it is missing.
async fn folder(connection: &mut Connection) -> Result<&'static str, ImapError> {
    let [first, second] = FOLDERS;
    match connection.ensure_folder(first).await {
        Ok(()) => Ok(first),
        Err(error) if error.leaves_connection_usable() => match connection.ensure_folder(second).await {
            Ok(()) => Ok(second),
            Err(later) if later.leaves_connection_usable() => Err(error),
            Err(later) => Err(later),
        },
        Err(error) => Err(error),
    }
}

/// Whose the oldest claim for `source` is.
async fn holder(
    connection: &mut Connection,
    folder: &str,
    source: &str,
) -> Result<Option<String>, ImapError> {
    connection.select(folder).await?;
    let uids = connection.search_uids(1, None).await?;
    for uid in uids.into_iter().take(MOST) {
        let Some(head) = connection.fetch_head(uid, 1).await? else { continue };
        if let Some(claim) = parse(&head)
            && claim.folder == source
        {
            return Ok(Some(claim.desk));
        }
    }
    Ok(None)
}

/// How a folder's name stands in a claim: in ASCII, and INBOX always the same (RFC 9051 section 5.1).
fn written(folder: &str) -> String {
    if folder.eq_ignore_ascii_case("INBOX") {
        return "INBOX".to_owned();
    }
    folder.escape_default().to_string()
}

fn parse(head: &[u8]) -> Option<Claim> {
    let text = String::from_utf8_lossy(head);
    let header = |name: &str| {
        text.lines().take_while(|line| !line.is_empty()).find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        })
    };
    Some(Claim { desk: header(DESK)?, folder: header(FOLDER)? })
}

fn mail(desk: &str, source: &str, address: &str, now: Timestamp) -> String {
    let lines = [
        format!("From: Redress <{address}>"),
        "Subject: Redress claim".to_owned(),
        format!("Date: {}", now.to_rfc2822()),
        format!("{DESK}: {desk}"),
        format!("{FOLDER}: {source}"),
        "MIME-Version: 1.0".to_owned(),
        "Content-Type: text/plain; charset=us-ascii".to_owned(),
        String::new(),
        "Redress, a desk for disputes by mail, works a folder of this mailbox. This mail is".to_owned(),
        "its claim: another desk that finds it keeps off, so that nobody is answered twice.".to_owned(),
        String::new(),
        format!("Desk:   {desk}"),
        format!("Folder: {source}"),
        String::new(),
        "If that desk is gone for good, delete this mail: another desk then takes over.".to_owned(),
    ];
    lines.iter().fold(String::new(), |text, line| text + line + "\r\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_is_read_as_it_was_written() {
        for (folder, expected) in [("inbox", "INBOX"), ("Büro", "B\\u{fc}ro"), ("a/b", "a/b")] {
            let mail = mail("d1", &written(folder), "support@shop.test", Timestamp::UNIX_EPOCH);
            assert!(mail.is_ascii());
            let claim = parse(mail.as_bytes()).unwrap();
            assert_eq!(claim, Claim { desk: "d1".to_owned(), folder: expected.to_owned() });
        }
    }

    #[test]
    fn what_is_no_claim_claims_nothing() {
        for mail in [
            "",
            "Subject: x\r\n\r\nX-Redress-Claim: d\r\nX-Redress-Folder: INBOX\r\n",
            "X-Redress-Claim: d\r\n\r\n",
        ] {
            assert_eq!(parse(mail.as_bytes()), None, "{mail}");
        }
    }
}
