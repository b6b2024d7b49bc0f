//! Rich text as Outlook packs it (MS-OXRTFCP), and the words in it (MS-OXRTFEX for HTML within).
//!
//! One pass with a stack of bounded depth. Deliberately absent: everything that is not words, such as fonts, tables
//! and pictures.

use super::charset;
use crate::mail::reply;

/// What the window of the compression holds at the start (MS-OXRTFCP 2.1.2.1).
const WINDOW: &[u8] = b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";
const WINDOW_SIZE: usize = 4096;
const COMPRESSED: &[u8] = b"LZFu";
const STORED: &[u8] = b"MELA";
/// Bytes of rich text that are read for one byte of text that is kept.
const OVERHEAD: usize = 8;

/// The rich text in a packed property; at most `OVERHEAD` times `most` bytes.
pub(super) fn unpacked(packed: &[u8], most: usize) -> Option<Vec<u8>> {
    let (head, content) = packed.split_at_checked(16)?;
    let most = most.saturating_mul(OVERHEAD);
    match head.get(8..12)? {
        STORED => Some(content.get(..most).unwrap_or(content).to_vec()),
        COMPRESSED => Some(expanded(content, most)),
        _ => None,
    }
}

fn expanded(content: &[u8], most: usize) -> Vec<u8> {
    let mut window = [b' '; WINDOW_SIZE];
    window.iter_mut().zip(WINDOW).for_each(|(place, byte)| *place = *byte);
    let mut at = WINDOW.len();
    let mut out = Vec::new();
    let mut write = |byte: u8, at: &mut usize, window: &mut [u8; WINDOW_SIZE]| {
        out.push(byte);
        if let Some(place) = window.get_mut(*at) {
            *place = byte;
        }
        *at = (*at + 1) % WINDOW_SIZE;
        out.len() < most
    };
    let mut bytes = content.iter().copied();
    'runs: while let Some(control) = bytes.next() {
        for bit in 0..8 {
            let Some(first) = bytes.next() else { break 'runs };
            if control >> bit & 1 == 0 {
                if !write(first, &mut at, &mut window) {
                    break 'runs;
                }
                continue;
            }
            let Some(second) = bytes.next() else { break 'runs };
            let from = usize::from(first) << 4 | usize::from(second) >> 4;
            // A reference to where the next byte goes is the end.
            if from == at {
                break 'runs;
            }
            for step in 0..usize::from(second & 15) + 2 {
                let byte = window.get((from + step) % WINDOW_SIZE).copied().unwrap_or(b' ');
                if !write(byte, &mut at, &mut window) {
                    break 'runs;
                }
            }
        }
    }
    out
}

/// The words of rich text; where it wraps HTML, of that.
pub(super) fn text(rtf: &[u8], most: usize) -> String {
    let mut page = Page { most, charset: "windows-1252".to_owned(), ..Page::default() };
    page.groups.push(Group { fallback: 1, ..Group::default() });
    let mut rest = rtf;
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        match byte {
            b'{' => page.open(),
            b'}' => page.close(),
            b'\\' => rest = page.control(tail),
            b'\r' | b'\n' => {}
            _ => page.byte(byte),
        }
        if page.is_full() {
            break;
        }
    }
    page.settle();
    if page.html { reply::html_to_text(&page.out) } else { page.out }
}

/// How deep groups are followed; deeper ones are read as if they were their parent.
const DEEPEST: usize = 100;

/// What holds within a pair of braces.
#[derive(Debug, Clone, Default)]
struct Group {
    /// Not words.
    hidden: bool,
    /// Rich text that stands in for HTML that is given too.
    doubled: bool,
    /// Characters that follow one in Unicode for readers that know none.
    fallback: usize,
}

#[derive(Default)]
struct Page {
    most: usize,
    out: String,
    /// Bytes that wait for their charset.
    bytes: Vec<u8>,
    charset: String,
    groups: Vec<Group>,
    /// Groups opened beyond the deepest that is followed.
    deeper: usize,
    /// Characters still to be left out after one in Unicode.
    skip: usize,
    html: bool,
    /// Half of a character beyond the first plane.
    high: Option<u16>,
    starred: bool,
}

/// Groups whose content is not words.
const HIDDEN: [&str; 12] = [
    "fonttbl",
    "colortbl",
    "stylesheet",
    "info",
    "pict",
    "header",
    "footer",
    "object",
    "themedata",
    "datastore",
    "listtable",
    "fldinst",
];

impl Page {
    fn group(&mut self) -> Option<&mut Group> {
        self.groups.last_mut()
    }

    fn is_full(&self) -> bool {
        self.out.len() + self.bytes.len() > self.most.saturating_mul(2)
    }

    fn open(&mut self) {
        if self.groups.len() >= DEEPEST {
            self.deeper += 1;
        } else if let Some(group) = self.groups.last().cloned() {
            self.groups.push(group);
        }
        self.skip = 0;
    }

    fn close(&mut self) {
        if self.deeper > 0 {
            self.deeper -= 1;
        } else if self.groups.len() > 1 {
            self.groups.pop();
        }
        self.skip = 0;
    }

    fn shows(&self) -> bool {
        self.groups.last().is_some_and(|group| !group.hidden && !group.doubled)
    }

    fn byte(&mut self, byte: u8) {
        if self.skip > 0 {
            self.skip -= 1;
        } else if self.shows() {
            self.bytes.push(byte);
        }
    }

    fn write(&mut self, text: &str) {
        if self.shows() {
            self.settle();
            self.out.push_str(text);
        }
    }

    fn settle(&mut self) {
        let bytes = std::mem::take(&mut self.bytes);
        if !bytes.is_empty() {
            self.out.push_str(&charset::text_of(&bytes, Some(&self.charset), None).text);
        }
    }

    /// What stands behind a backslash; returns what follows it.
    fn control<'a>(&mut self, rest: &'a [u8]) -> &'a [u8] {
        let Some((&first, after)) = rest.split_first() else { return rest };
        if !first.is_ascii_alphabetic() {
            return self.symbol(first, after);
        }
        let letters = rest.iter().take(32).take_while(|byte| byte.is_ascii_alphabetic()).count();
        let (word, after) = rest.split_at_checked(letters).unwrap_or((rest, &[]));
        let digits = after.iter().take(11).take_while(|byte| byte.is_ascii_digit() || **byte == b'-').count();
        let (number, after) = after.split_at_checked(digits).unwrap_or((after, &[]));
        let number = std::str::from_utf8(number).ok().and_then(|text| text.parse::<i64>().ok());
        let after = after.strip_prefix(b" ").unwrap_or(after);
        let word = std::str::from_utf8(word).unwrap_or_default();
        if word == "bin" {
            let length = number.and_then(|length| usize::try_from(length).ok()).unwrap_or(0);
            return after.get(length..).unwrap_or_default();
        }
        self.word(word, number);
        after
    }

    fn symbol<'a>(&mut self, symbol: u8, after: &'a [u8]) -> &'a [u8] {
        match symbol {
            b'\'' => {
                let digits = after.get(..2).and_then(|two| std::str::from_utf8(two).ok());
                if let Some(byte) = digits.and_then(|two| u8::from_str_radix(two, 16).ok()) {
                    self.byte(byte);
                    return after.get(2..).unwrap_or_default();
                }
            }
            b'*' => self.starred = true,
            b'~' => self.write("\u{a0}"),
            b'_' => self.write("-"),
            b'\r' | b'\n' => self.write("\n"),
            b'{' | b'}' | b'\\' => self.byte(symbol),
            _ => {}
        }
        after
    }

    fn word(&mut self, word: &str, number: Option<i64>) {
        let starred = std::mem::take(&mut self.starred);
        match word {
            "htmltag" if starred => {
                if let Some(group) = self.group() {
                    group.doubled = false;
                }
            }
            "htmlrtf" => {
                if let Some(group) = self.group() {
                    group.doubled = number != Some(0);
                }
            }
            "fromhtml" => self.html = true,
            "ansicpg" => self.charset = format!("cp{}", number.unwrap_or(1252)),
            "uc" => {
                let fallback = number.and_then(|count| usize::try_from(count).ok()).unwrap_or(1).min(8);
                if let Some(group) = self.group() {
                    group.fallback = fallback;
                }
            }
            "u" => self.unicode(number),
            "par" | "line" | "row" | "sect" => self.write("\n"),
            "tab" | "cell" => self.write("\t"),
            "emdash" => self.write("—"),
            "endash" => self.write("–"),
            "bullet" => self.write("•"),
            "lquote" => self.write("‘"),
            "rquote" => self.write("’"),
            "ldblquote" => self.write("“"),
            "rdblquote" => self.write("”"),
            _ if starred || HIDDEN.contains(&word) => {
                if let Some(group) = self.group() {
                    group.hidden = true;
                }
            }
            _ => {}
        }
    }

    /// `\u8364`: a unit of UTF-16, at times as a negative number.
    fn unicode(&mut self, number: Option<i64>) {
        let unit =
            number.map(|number| number.rem_euclid(0x1_0000)).and_then(|number| u16::try_from(number).ok());
        self.skip = self.groups.last().map_or(1, |group| group.fallback);
        let Some(unit) = unit else { return };
        match (self.high.take(), unit) {
            (None, 0xd800..=0xdbff) => self.high = Some(unit),
            (Some(high), low) => self.write(&String::from_utf16_lossy(&[high, low])),
            (None, unit) => self.write(&String::from_utf16_lossy(&[unit])),
        }
    }
}
