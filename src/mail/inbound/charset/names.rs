//! The names of charsets as mails write them, and the reader behind each.

use mail_parser::decoders::charsets::{DecoderFnc, map::charset_decoder};

use super::rare;

/// Names that say nothing: the bytes have to tell.
const SAYS_NOTHING: &[&str] = &[
    "unknown",
    "unknown8bit",
    "xunknown",
    "default",
    "none",
    "8bit",
    "7bit",
    "binary",
    "xuserdefined",
    "charset",
    "auto",
];

/// Names, without anything but letters and digits, and the name that the tables know.
const ALIASES: &[(&str, &str)] = &[
    ("utf8", "utf-8"),
    ("utf8n", "utf-8"),
    ("utf8mb4", "utf-8"),
    ("utf8bom", "utf-8"),
    ("cp65001", "utf-8"),
    ("65001", "utf-8"),
    ("unicode11utf8", "utf-8"),
    ("unicode20utf8", "utf-8"),
    ("xunicode20utf8", "utf-8"),
    ("utf7", "utf-7"),
    ("cp65000", "utf-7"),
    ("unicode11utf7", "utf-7"),
    ("unicode20utf7", "utf-7"),
    ("xunicode20utf7", "utf-7"),
    ("csunicode11utf7", "utf-7"),
    ("utf16", "utf-16"),
    ("utf16le", "utf-16le"),
    ("utf16be", "utf-16be"),
    ("ucs2", "utf-16"),
    // What windows-1252 is called, and what it is put under.
    ("usascii", "us-ascii"),
    ("ascii", "us-ascii"),
    ("ascii7bit", "us-ascii"),
    ("iso646us", "us-ascii"),
    ("iso646", "us-ascii"),
    ("646", "us-ascii"),
    ("ansix341968", "us-ascii"),
    ("ansix341986", "us-ascii"),
    ("latin1", "windows-1252"),
    ("l1", "windows-1252"),
    ("isolatin1", "windows-1252"),
    ("iso88591", "windows-1252"),
    ("iso88591windows1252", "windows-1252"),
    ("ansi", "windows-1252"),
    ("winansi", "windows-1252"),
    ("western", "windows-1252"),
    ("cp819", "windows-1252"),
    ("ibm819", "windows-1252"),
    // Supersets in place of what they extend.
    ("iso88599", "windows-1254"),
    ("latin5", "windows-1254"),
    ("iso885911", "windows-874"),
    ("tis620", "windows-874"),
    ("tis6202533", "windows-874"),
    ("cp874", "windows-874"),
    ("ibm874", "windows-874"),
    ("latin7", "iso-8859-13"),
    ("latin8", "iso-8859-14"),
    ("latin9", "iso-8859-15"),
    ("latin0", "iso-8859-15"),
    ("latin10", "iso-8859-16"),
    // Japanese
    ("iso2022jp", "iso-2022-jp"),
    ("iso2022jp1", "iso-2022-jp"),
    ("iso2022jp2", "iso-2022-jp"),
    ("iso2022jp3", "iso-2022-jp"),
    ("iso2022jp2004", "iso-2022-jp"),
    ("iso2022jpms", "iso-2022-jp"),
    ("csiso2022jp2", "iso-2022-jp"),
    ("xiso2022jp", "iso-2022-jp"),
    ("iso2022jpesc", "iso-2022-jp"),
    ("jis", "iso-2022-jp"),
    ("jis7", "iso-2022-jp"),
    ("cp50220", "iso-2022-jp"),
    ("cp50221", "iso-2022-jp"),
    ("cp50222", "iso-2022-jp"),
    ("shiftjis", "shift_jis"),
    ("sjis", "shift_jis"),
    ("xsjis", "shift_jis"),
    ("xshiftjis", "shift_jis"),
    ("shiftjis2004", "shift_jis"),
    ("shiftjisx0213", "shift_jis"),
    ("cp932", "shift_jis"),
    ("ms932", "shift_jis"),
    ("windows932", "shift_jis"),
    ("windows31j", "shift_jis"),
    ("xmscp932", "shift_jis"),
    ("eucjp", "euc-jp"),
    ("xeucjp", "euc-jp"),
    ("eucjpms", "euc-jp"),
    ("cp51932", "euc-jp"),
    ("ujis", "euc-jp"),
    // Korean
    ("euckr", "euc-kr"),
    ("xeuckr", "euc-kr"),
    ("ksc56011987", "euc-kr"),
    ("ksc56011989", "euc-kr"),
    ("ksc56011992", "euc-kr"),
    ("ksc5601", "euc-kr"),
    ("ksx1001", "euc-kr"),
    ("cp949", "euc-kr"),
    ("ms949", "euc-kr"),
    ("windows949", "euc-kr"),
    ("xwindows949", "euc-kr"),
    ("uhc", "euc-kr"),
    ("cp51949", "euc-kr"),
    ("iso2022kr", "iso-2022-kr"),
    ("csiso2022kr", "iso-2022-kr"),
    ("cp50225", "iso-2022-kr"),
    // Chinese: everything simplified is read as its superset.
    ("gb2312", "gb18030"),
    ("gb231280", "gb18030"),
    ("xgb2312", "gb18030"),
    ("gbk", "gb18030"),
    ("xgbk", "gb18030"),
    ("gb", "gb18030"),
    ("gb18030", "gb18030"),
    ("gb180302000", "gb18030"),
    ("gb180302005", "gb18030"),
    ("cp936", "gb18030"),
    ("ms936", "gb18030"),
    ("windows936", "gb18030"),
    ("cp54936", "gb18030"),
    ("euccn", "gb18030"),
    ("xeuccn", "gb18030"),
    ("hzgb2312", "hz-gb-2312"),
    ("hz", "hz-gb-2312"),
    ("big5", "big5"),
    ("big5hkscs", "big5"),
    ("big5eten", "big5"),
    ("xbig5", "big5"),
    ("xxbig5", "big5"),
    ("cnbig5", "big5"),
    ("cp950", "big5"),
    ("ms950", "big5"),
    ("windows950", "big5"),
    ("xwindows950", "big5"),
    // Apple and DOS
    ("macintosh", "macintosh"),
    ("macroman", "macintosh"),
    ("xmacroman", "macintosh"),
    ("xmac", "macintosh"),
    ("applemacroman", "macintosh"),
    ("maccyrillic", "x-mac-cyrillic"),
    ("cp437", "ibm437"),
    ("ibm437", "ibm437"),
    ("437", "ibm437"),
    ("cspc8codepage437", "ibm437"),
    ("cp850", "cp850"),
    ("ibm850", "cp850"),
    ("cp858", "cp850"),
    ("ibm00858", "cp850"),
    ("cp866", "cp866"),
    ("ibm866", "cp866"),
    ("dos866", "cp866"),
    // Cyrillic
    ("koi8", "koi8-r"),
    ("koi8r", "koi8-r"),
    ("koi8u", "koi8-u"),
    ("koi8ru", "koi8-u"),
];

/// Standards whose bytes 80 to 9F are controls that nobody sends, and the code page that gives them their meaning.
const EXTENDED_BY: &[(&str, &str)] = &[
    ("iso-8859-2", "windows-1250"),
    ("iso-8859-5", "windows-1251"),
    ("iso-8859-6", "windows-1256"),
    ("iso-8859-7", "windows-1253"),
    ("iso-8859-8", "windows-1255"),
    ("iso-8859-4", "windows-1257"),
    ("iso-8859-13", "windows-1257"),
    ("iso-8859-15", "windows-1252"),
];

/// What turns bytes into text.
pub(super) struct Reader {
    name: String,
    how: How,
}

enum How {
    Utf8,
    Utf7,
    Table(DecoderFnc),
    /// A table, and the one that reads what it leaves as controls.
    Extended(DecoderFnc, DecoderFnc),
    Own(fn(&[u8]) -> String),
}

impl Reader {
    /// windows-1252, which reads any byte.
    pub(super) fn western() -> Self {
        let how = charset_decoder(b"windows-1252").map_or(How::Utf8, How::Table);
        Self { name: "windows-1252".to_owned(), how }
    }

    pub(super) fn read(&self, bytes: &[u8]) -> String {
        match self.how {
            How::Utf8 => String::from_utf8_lossy(bytes).into_owned(),
            How::Utf7 => rare::utf7(bytes),
            How::Table(table) => table(bytes),
            How::Own(own) => own(bytes),
            How::Extended(table, controls) => {
                let meant = |c: char| match u8::try_from(u32::from(c)) {
                    Ok(byte @ 0x80..=0x9f) => controls(&[byte]).chars().next().unwrap_or(c),
                    _ => c,
                };
                table(bytes).chars().map(meant).collect()
            }
        }
    }

    pub(super) fn is_utf8(&self) -> bool {
        matches!(self.how, How::Utf8)
    }

    /// ASCII, Latin 1 and its like: what senders write who do not know what they send.
    pub(super) fn is_western(&self) -> bool {
        matches!(self.name.as_str(), "windows-1252" | "us-ascii" | "iso-8859-15")
    }

    pub(super) fn is_japanese(&self) -> bool {
        matches!(self.name.as_str(), "iso-2022-jp" | "shift_jis" | "euc-jp")
    }

    /// Whether more than one byte may make a character.
    pub(super) fn is_wide(&self) -> bool {
        self.is_japanese() || matches!(self.name.as_str(), "gb18030" | "big5" | "euc-kr")
    }

    /// Whether ASCII bytes are ASCII text in it.
    pub(super) fn is_ascii_based(&self) -> bool {
        let shifts = ["iso-2022", "hz", "utf-1"].iter().any(|family| self.name.starts_with(family));
        !shifts && !matches!(self.how, How::Utf7)
    }
}

/// The name without quotes, escapes and what was glued to it; `None` where it says nothing.
pub(super) fn tidy(given: &str) -> Option<String> {
    let lower = given.trim().to_ascii_lowercase();
    let bare = lower.trim_start_matches("charset=").trim_matches(['"', '\'', '=', '<', '>', ' ', '`']);
    let label = bare.split([';', ' ', '\t', ',', '*', '"', '(']).next().unwrap_or_default();
    let says = !label.is_empty() && !SAYS_NOTHING.contains(&squeezed(label).as_str());
    says.then(|| label.to_owned())
}

/// Whether a charset is named that can be read.
pub(in super::super) fn is_named(given: Option<&str>) -> bool {
    given.and_then(tidy).is_some_and(|label| reader(&label).is_some())
}

fn squeezed(label: &str) -> String {
    label.chars().filter(char::is_ascii_alphanumeric).collect()
}

/// The reader for a tidy name.
pub(super) fn reader(label: &str) -> Option<Reader> {
    // A year, as in ISO_8859-1:1987, adds nothing.
    let label = label.split(':').next().unwrap_or_default();
    let squeezed = squeezed(label);
    let aliased =
        |key: &str| ALIASES.iter().find(|(alias, _)| *alias == key).map(|(_, name)| (*name).to_owned());
    let bare = squeezed.strip_prefix('x').unwrap_or(&squeezed);
    let name = aliased(&squeezed)
        .or_else(|| aliased(bare))
        .or_else(|| numbered(bare, "iso-8859-", &["iso8859", "8859"]))
        .or_else(|| numbered(bare, "windows-", &["windows", "win", "cp", "microsoftcp", "ms"]))
        .unwrap_or_else(|| label.to_owned());
    by_name(name)
}

/// `iso88592` as `iso-8859-2`: a family's name with its number.
fn numbered(key: &str, family: &str, prefixes: &[&str]) -> Option<String> {
    let number = prefixes.iter().find_map(|prefix| key.strip_prefix(prefix))?;
    // Logical and visual order of Hebrew and Arabic are not told apart.
    let number = number.trim_end_matches(['i', 'e']).trim_start_matches('0');
    (matches!(number.len(), 1..=4) && number.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| format!("{family}{number}"))
}

fn by_name(name: String) -> Option<Reader> {
    let how = match name.as_str() {
        "utf-8" => How::Utf8,
        "utf-7" => How::Utf7,
        "iso-2022-kr" => How::Own(rare::iso_2022_kr),
        "hz-gb-2312" => How::Own(rare::hz),
        "ibm437" => How::Own(rare::ibm437),
        other => {
            let table = charset_decoder(other.as_bytes())?;
            let controls = EXTENDED_BY.iter().find(|(known, _)| known == &other);
            match controls.and_then(|(_, page)| charset_decoder(page.as_bytes())) {
                Some(controls) => How::Extended(table, controls),
                None => How::Table(table),
            }
        }
    };
    Some(Reader { name, how })
}
