//! Which attachments of a mail go along with the letter that passes it on.
//!
//! A customer's go to the agents up to a size that any relay takes; the rest stays with the mail, and the agent is
//! told. An agent's go to the customer without what belongs to their mail program: pictures in the text (logos),
//! signatures, cards, nested mail.
use super::Letterbox;
use crate::{
    domain::decision::AttachmentRef,
    mail::inbound::{Attachment, Mail},
};

/// Bytes that go along with one letter; encoded they grow by a third.
const MOST_BYTES: usize = 8 * 1024 * 1024;
/// Attachments that go along with one letter.
const MOST: usize = 20;

/// Types that an agent's mail program adds and that would tell the customer the agent's own address.
pub(super) const OF_THE_CLIENT: &[&str] = &[
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
    "application/pgp-signature",
    "application/pgp-keys",
    "application/ms-tnef",
    "application/vnd.ms-tnef",
    "text/vcard",
    "text/x-vcard",
    "text/directory",
    "text/rfc822-headers",
    "text/calendar",
];

/// What goes along, and the names of what does not.
#[derive(Debug, Default)]
pub struct Along {
    /// Goes along.
    pub taken: Vec<(AttachmentRef, String)>,
    /// Too much to go along.
    pub left_out: Vec<String>,
}

impl Letterbox<'_> {
    /// What goes along of a customer's mail.
    pub fn customers_along(&self) -> Along {
        self.along(|_| true)
    }

    /// What goes along of an agent's mail.
    pub fn staffs_along(&self) -> Along {
        self.along(|part| {
            let kind = part.media_type.to_lowercase();
            let logo = part.inline && kind.starts_with("image/");
            !logo && !kind.starts_with("message/") && !OF_THE_CLIENT.contains(&kind.as_str())
        })
    }

    fn along(&self, wanted: impl Fn(&Attachment) -> bool) -> Along {
        along(self.waiting.id, &self.reading.mail, wanted)
    }
}

/// What goes to the agents of a mail that one of them forwarded: what the customer sent, and the mail itself where it
/// is attached.
pub fn of_forward(mail: i64, read: &Mail) -> Along {
    along(mail, read, |part| {
        let kind = part.media_type.to_lowercase();
        !OF_THE_CLIENT.contains(&kind.as_str())
    })
}

fn along(mail: i64, read: &Mail, wanted: impl Fn(&Attachment) -> bool) -> Along {
    let mut along = Along::default();
    let mut bytes = 0_usize;
    for (index, part) in read.attachments.iter().enumerate().filter(|(_, part)| wanted(part)) {
        let grown = bytes.saturating_add(part.bytes.len());
        if grown > MOST_BYTES || along.taken.len() >= MOST {
            along.left_out.push(part.name.clone());
        } else {
            bytes = grown;
            along.taken.push((AttachmentRef { mail, index }, part.name.clone()));
        }
    }
    along
}
