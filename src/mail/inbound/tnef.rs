//! `winmail.dat`: what Outlook packs into a mail for other Outlooks (MS-OXTNEF).
//!
//! Text and files come out; all else that Outlook says of a message is skipped. Every length is checked against the
//! bytes that are there, so nothing is reserved for what is only promised. Deliberately absent: messages packed within
//! attachments, which stay one file, and checksums, which say nothing that a reader could act on.

use super::{charset, rtf};
use crate::mail::reply;

/// What was in a package.
#[derive(Debug, Default)]
pub(super) struct Package {
    /// The body: as plain text, or made from HTML or RTF.
    pub(super) text: String,
    pub(super) files: Vec<File>,
    /// Whether it was read to its end, and something was in it.
    pub(super) whole: bool,
}

/// A file of a package.
#[derive(Debug, Default)]
pub(super) struct File {
    pub(super) name: Option<String>,
    pub(super) media_type: Option<String>,
    pub(super) bytes: Vec<u8>,
}

const SIGNATURE: [u8; 4] = [0x78, 0x9f, 0x3e, 0x22];

/// Files that are taken out of one package, and properties that are read of one list.
const MOST_FILES: usize = 200;
const MOST_PROPERTIES: u32 = 4096;

// Attributes (MS-OXTNEF 2.1.3.2), without their type.
const BODY: u16 = 0x800c;
const CODE_PAGE: u16 = 0x9007;
const MESSAGE_PROPERTIES: u16 = 0x9003;
const ATTACHMENT_BEGINS: u16 = 0x9002;
const ATTACHMENT_TITLE: u16 = 0x8010;
const ATTACHMENT_DATA: u16 = 0x800f;
const ATTACHMENT_PROPERTIES: u16 = 0x9005;

// Properties (MS-OXPROPS).
const P_BODY: u16 = 0x1000;
const P_RTF: u16 = 0x1009;
const P_HTML: u16 = 0x1013;
const P_INTERNET_CODE_PAGE: u16 = 0x3fde;
const P_DATA: u16 = 0x3701;
const P_FILE_NAME: u16 = 0x3704;
const P_LONG_FILE_NAME: u16 = 0x3707;
const P_MIME_TAG: u16 = 0x370e;

/// Whether bytes are such a package, whatever they are called.
pub(super) fn is_tnef(bytes: &[u8]) -> bool {
    bytes.starts_with(&SIGNATURE)
}

/// Takes a package apart; of the text, `most` bytes are enough. `None` where it is none.
pub(super) fn read(bytes: &[u8], most: usize) -> Option<Package> {
    let mut reader = Reader { rest: bytes.strip_prefix(&SIGNATURE)? };
    reader.u16()?;
    let mut open = Open { most, ..Open::default() };
    while !reader.rest.is_empty() {
        let Some((id, data)) = reader.attribute() else {
            open.broken = true;
            break;
        };
        open.attribute(id, data);
    }
    Some(open.finished())
}

/// A package being read.
#[derive(Default)]
struct Open<'a> {
    most: usize,
    code_page: Option<u32>,
    plain: Option<Value<'a>>,
    attribute_body: Option<&'a [u8]>,
    html: Option<Value<'a>>,
    rtf: Option<&'a [u8]>,
    files: Vec<OpenFile<'a>>,
    broken: bool,
}

/// A file being read: names and contents from more than one place.
#[derive(Default)]
struct OpenFile<'a> {
    title: Option<&'a [u8]>,
    name: Option<Value<'a>>,
    long_name: Option<Value<'a>>,
    media_type: Option<Value<'a>>,
    data: Option<&'a [u8]>,
}

impl<'a> Open<'a> {
    fn attribute(&mut self, id: u16, data: &'a [u8]) {
        match id {
            BODY => self.attribute_body = Some(data),
            CODE_PAGE => self.code_page = Reader { rest: data }.u32(),
            MESSAGE_PROPERTIES => {
                let read = properties(data, |id, value| match id {
                    P_BODY => self.plain = Some(value),
                    P_HTML => self.html = Some(value),
                    P_RTF => self.rtf = Some(value.bytes),
                    P_INTERNET_CODE_PAGE => {
                        // The attribute says more of the texts that have no Unicode form.
                        self.code_page = self.code_page.or(Reader { rest: value.bytes }.u32());
                    }
                    _ => {}
                });
                self.broken |= read.is_none();
            }
            ATTACHMENT_BEGINS if self.files.len() < MOST_FILES => self.files.push(OpenFile::default()),
            ATTACHMENT_BEGINS => self.broken = true,
            ATTACHMENT_TITLE | ATTACHMENT_DATA | ATTACHMENT_PROPERTIES => {
                let Some(file) = self.files.last_mut() else { return };
                self.broken |= !file.attribute(id, data);
            }
            _ => {}
        }
    }

    fn finished(self) -> Package {
        let page = self.code_page.map(|page| format!("cp{page}"));
        let page = page.as_deref();
        let text = self.text(page);
        let files: Vec<File> = self.files.iter().filter_map(|file| file.finished(page)).collect();
        let lost = files.len() < self.files.len();
        let empty = text.trim().is_empty() && files.is_empty();
        Package { whole: !(self.broken || lost || empty), text, files }
    }

    fn text(&self, page: Option<&str>) -> String {
        let plain = self.plain.as_ref().map(|value| value.text(page));
        let plain = plain.or_else(|| self.attribute_body.map(|bytes| narrow(bytes, page)));
        if let Some(plain) = plain.filter(|text| !text.trim().is_empty()) {
            return plain;
        }
        if let Some(html) = &self.html {
            return reply::html_to_text(&html.text(page));
        }
        let rtf = self.rtf.and_then(|packed| rtf::unpacked(packed, self.most));
        rtf.map(|rtf| rtf::text(&rtf, self.most)).unwrap_or_default()
    }
}

impl<'a> OpenFile<'a> {
    /// Whether the attribute could be read.
    fn attribute(&mut self, id: u16, data: &'a [u8]) -> bool {
        match id {
            ATTACHMENT_TITLE => self.title = Some(data),
            ATTACHMENT_DATA => self.data = Some(data),
            _ => {
                return properties(data, |id, value| match id {
                    P_LONG_FILE_NAME => self.long_name = Some(value),
                    P_FILE_NAME => self.name = Some(value),
                    P_MIME_TAG => self.media_type = Some(value),
                    P_DATA => self.data = self.data.or(Some(value.bytes)),
                    _ => {}
                })
                .is_some();
            }
        }
        true
    }

    fn finished(&self, page: Option<&str>) -> Option<File> {
        let name = self.long_name.as_ref().or(self.name.as_ref()).map(|value| value.text(page));
        let name = name.or_else(|| self.title.map(|title| narrow(title, page)));
        let media_type = self.media_type.as_ref().map(|value| value.text(page).to_ascii_lowercase());
        Some(File { name, media_type, bytes: self.data?.to_vec() })
    }
}

/// A property that is text or bytes.
struct Value<'a> {
    unicode: bool,
    bytes: &'a [u8],
}

impl Value<'_> {
    fn text(&self, page: Option<&str>) -> String {
        if self.unicode {
            let text = charset::text_of(self.bytes, Some("utf-16le"), None).text;
            return text.trim_end_matches('\0').to_owned();
        }
        narrow(self.bytes, page)
    }
}

/// Text in the code page of the sender's system.
fn narrow(bytes: &[u8], page: Option<&str>) -> String {
    charset::text_of(bytes, page, None).text.trim_end_matches('\0').to_owned()
}

// Types of properties (MS-OXCDATA 2.11.1).
const MANY: u16 = 0x1000;
const UNICODE: u16 = 0x001f;

/// Hands each property of a list to `take`; `None` where the list ends before it should.
fn properties<'a>(data: &'a [u8], mut take: impl FnMut(u16, Value<'a>)) -> Option<()> {
    let mut reader = Reader { rest: data };
    let count = reader.u32()?;
    for _ in 0..count.min(MOST_PROPERTIES) {
        let (kind, id) = (reader.u16()?, reader.u16()?);
        if id >= 0x8000 {
            reader.name()?;
        }
        let values = if kind & MANY != 0 || is_sized(kind & !MANY) { reader.u32()? } else { 1 };
        for _ in 0..values.min(MOST_PROPERTIES) {
            let bytes = match kind & !MANY {
                sized if is_sized(sized) => {
                    let length = usize::try_from(reader.u32()?).ok()?;
                    reader.padded(length)?
                }
                0x0005 | 0x0006 | 0x0007 | 0x0014 | 0x0040 => reader.take(8)?,
                0x0048 => reader.take(16)?,
                0x0002 | 0x0003 | 0x0004 | 0x000a | 0x000b => reader.take(4)?,
                _ => return None,
            };
            take(id, Value { unicode: kind & !MANY == UNICODE, bytes });
        }
    }
    Some(())
}

/// Types whose length stands before them: objects, texts and bytes.
fn is_sized(kind: u16) -> bool {
    matches!(kind, 0x000d | 0x001e | UNICODE | 0x0102)
}

/// Bytes still to be read; all numbers are little-endian.
struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(taken)
    }

    /// Values are filled up to four bytes; the last may lack its filling.
    fn padded(&mut self, length: usize) -> Option<&'a [u8]> {
        let taken = self.take(length)?;
        let filling = (4 - length % 4) % 4;
        self.take(filling.min(self.rest.len()))?;
        Some(taken)
    }

    fn u16(&mut self) -> Option<u16> {
        self.take(2)?.try_into().ok().map(u16::from_le_bytes)
    }

    fn u32(&mut self) -> Option<u32> {
        self.take(4)?.try_into().ok().map(u32::from_le_bytes)
    }

    /// Level, id and type, length, data, checksum.
    fn attribute(&mut self) -> Option<(u16, &'a [u8])> {
        self.take(1)?;
        let id = self.u16()?;
        self.u16()?;
        let length = usize::try_from(self.u32()?).ok()?;
        let data = self.take(length)?;
        self.take(2.min(self.rest.len()))?;
        Some((id, data))
    }

    /// The name of a property that has one: a set, and a number or a text.
    fn name(&mut self) -> Option<()> {
        self.take(16)?;
        if self.u32()? == 0 {
            self.u32()?;
        } else {
            let length = usize::try_from(self.u32()?).ok()?;
            self.padded(length)?;
        }
        Some(())
    }
}
