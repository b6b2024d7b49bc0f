//! What can be wrong with a mail, in words, and the limits it is read within.

/// Bounds on one mail. Whatever exceeds one is held with its bytes, never dropped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the whole mail.
    pub message: usize,
    /// Bytes of the header.
    pub header_block: usize,
    /// Bytes of one header field, its folds included.
    pub header_field: usize,
    /// How deep MIME parts may stand in one another.
    pub depth: usize,
    /// MIME parts in all.
    pub parts: usize,
    /// How deep messages may stand in one another.
    pub nested: usize,
    /// Addresses read from one kind of field; more are left unread.
    pub recipients: usize,
    /// Ids read from References; of more, the last are read.
    pub references: usize,
    /// Bytes of readable text; the rest is cut off.
    pub text: usize,
    /// Bytes of HTML that are turned into text; the rest is cut off.
    pub html: usize,
    /// Characters of an attachment's name.
    pub attachment_name: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            message: 25 * 1024 * 1024,
            header_block: 256 * 1024,
            header_field: 64 * 1024,
            depth: 50,
            parts: 1000,
            nested: 10,
            recipients: 200,
            references: 50,
            text: 256 * 1024,
            html: 512 * 1024,
            attachment_name: 120,
        }
    }
}

/// Why a mail has no author that anything may be based on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FromProblem {
    /// No From field at all.
    #[error("it has no From field")]
    Missing,
    /// RFC 5322 §3.6 allows one.
    #[error("it has more than one From field")]
    SeveralFields,
    /// RFC 5322 allows it; nobody can be held to it (RFC 7489 §6.6.1).
    #[error("its From field names more than one address")]
    SeveralAddresses,
    /// Group syntax (RFC 6854).
    #[error("its From field names a group")]
    Group,
    /// Control characters, written out or hidden in an encoded word.
    #[error("its From field holds control characters")]
    ControlCharacters,
    /// Nothing in it reads as an address.
    #[error("its From field holds no usable address")]
    NoAddress,
}

/// Something wrong with a mail. None of them keeps it from being taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Defect {
    /// No bytes, or white space only.
    #[error("the mail is empty")]
    Empty,
    /// The first line is no field.
    #[error("the mail has no header")]
    NoHeader,
    /// How many lines of the header are no fields; they were skipped.
    #[error("{0} lines of the header are not fields")]
    NotFields(usize),
    /// A field that may stand once stands more often; the topmost was taken.
    #[error("the field {0} is repeated")]
    Repeated(&'static str),
    /// A field that every mail should have is not there.
    #[error("the field {0} is absent")]
    Absent(&'static str),
    /// A field whose value makes no sense.
    #[error("the field {0} cannot be read")]
    Unreadable(&'static str),
    /// A field held control characters, which were replaced by spaces.
    #[error("the field {0} held control characters")]
    ControlCharacters(String),
    /// No single author.
    #[error("{0}")]
    From(FromProblem),
    /// A multipart without a boundary, or whose boundary never occurs; it was read as text.
    #[error("a multipart has no usable boundary")]
    NoBoundary,
    /// A multipart without its closing line: the mail may have been cut off.
    #[error("a multipart is not closed")]
    NotClosed,
    /// Content that is not what its transfer encoding promises.
    #[error("content is not valid {0}")]
    BadEncoding(&'static str),
    /// A transfer encoding nobody knows; the bytes were taken as they are.
    #[error("the transfer encoding {0} is unknown")]
    UnknownEncoding(String),
    /// A charset nobody knows; UTF-8 and then windows-1252 were tried.
    #[error("the charset {0} is unknown")]
    UnknownCharset(String),
    /// Text that is not in the charset it names.
    #[error("text is not valid {0}")]
    BadText(String),
    /// The readable text was longer than is kept.
    #[error("the text was cut off after {0} bytes")]
    TextCut(usize),
    /// A limit was exceeded: what and by how much.
    #[error("over a limit: {0}")]
    OverLimit(String),
}
