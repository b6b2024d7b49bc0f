//! The kinds that letters to staff tell apart, each by a word that templates compare.
use serde::Serialize;

/// Something to beware of in a notification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// Which.
    pub kind: WarningKind,
    /// A number, an address, a reason; empty where the kind says all.
    pub detail: String,
}

worded! {
    /// What an agent should beware of.
    pub enum WarningKind {
        /// The writer is no party of this dispute; their words bind nobody and they get no answer.
        Outsider = "outsider",
        /// Nothing proves that the sender is who they say.
        NotAuthenticated = "not authenticated",
        /// It came through a relay; the detail is its address. Whoever wrote may have typed any address.
        Relayed = "relayed",
        /// It has a relay's address, and nothing proves that it is the relay's.
        FalseRelay = "false relay",
        /// Reply-To names somebody else; answers go to From all the same.
        ReplyToDiffers = "reply-to differs",
        /// The mail mentions the number of a dispute that is not theirs.
        Mentions = "mentions",
        /// Two rules of one rank pointed at different disputes.
        Ambiguous = "ambiguous",
        /// The answer could mean two things and was not taken for either.
        Unclear = "unclear",
        /// No acknowledgement was sent; the detail says why.
        NotAcknowledged = "not acknowledged",
        /// The customer's address refuses our mail.
        Undeliverable = "undeliverable",
        /// A word came late or in reply to a question that is no longer current.
        NotBinding = "not binding",
        /// Part of the mail could not be read; the whole is kept.
        Defect = "defect",
        /// Attachments too large to go along; they are kept with the mail.
        LeftOut = "left out",
        /// The customer opens one dispute after the other; this one collects their mail.
        Flood = "flood",
        /// So much comes to this dispute that further mail of the hour is not announced.
        TooOften = "too often",
        /// The mail is encrypted, and the desk has no key; the detail says how.
        Encrypted = "encrypted",
        /// The mail carries a digital signature, which the desk does not check; the detail says which.
        Signed = "signed",
    }
}

worded! {
    /// What a notification is about.
    pub enum Reason {
        /// A new dispute.
        NewDispute = "new dispute",
        /// The customer wrote.
        CustomerWrote = "customer wrote",
        /// Somebody else wrote.
        OutsiderWrote = "outsider wrote",
        /// A colleague left a note.
        Note = "note",
        /// The customer confirmed the resolution.
        Confirmed = "confirmed",
        /// The customer refused the resolution.
        Refused = "refused",
        /// The customer took the dispute back.
        Withdrawn = "withdrawn",
        /// The customer wrote after closing.
        Reopened = "reopened",
        /// The customer stayed silent and it closed.
        ClosedUnconfirmed = "closed unconfirmed",
        /// Mail to the customer came back for good.
        Undeliverable = "undeliverable",
        /// Two disputes became one.
        Merged = "merged",
        /// A colleague took it.
        Taken = "taken",
        /// The agent who has it is away.
        AgentAway = "agent away",
    }
}

worded! {
    /// Where a reply to this mail goes; said in its first line.
    pub enum Goes {
        /// To the customer, from the desk.
        ToCustomer = "to customer",
        /// Nowhere outside.
        Inside = "inside",
    }
}

worded! {
    /// How urgent a dispute is in a digest.
    pub enum Due {
        /// The date has passed.
        Overdue = "overdue",
        /// Today.
        Today = "today",
        /// Later.
        Later = "later",
        /// The customer's turn.
        Waiting = "waiting",
    }
}
