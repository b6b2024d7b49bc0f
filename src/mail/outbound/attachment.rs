//! Names and types of attachments that go along: the name is data from a stranger, the type a claim.
use super::clean_line;

/// Characters of a file name.
const MAX_NAME_CHARS: usize = 120;
/// Characters of an ending that survives the shortening of a long name.
const MAX_ENDING_CHARS: usize = 12;
/// The type of whatever is not known to be harmless.
const OPAQUE: &str = "application/octet-stream";

/// Types that no common reader runs or loads anything for. HTML, SVG, XML, scripts, nested mail and archives are
/// not among them, nor is anything new: a list of what is harmful would never be complete.
const HARMLESS: &[&str] = &[
    "application/msword",
    "application/pdf",
    "application/rtf",
    "application/vnd.ms-excel",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "audio/mp4",
    "audio/mpeg",
    "audio/ogg",
    "image/bmp",
    "image/gif",
    "image/heic",
    "image/jpeg",
    "image/png",
    "image/tiff",
    "image/webp",
    "text/calendar",
    "text/csv",
    "text/plain",
    "video/mp4",
    "video/quicktime",
    "video/webm",
];

/// The media type that an attachment goes out with: its own if harmless, without parameters.
pub fn safe_media_type(claimed: &str) -> &'static str {
    let bare = claimed.split(';').next().unwrap_or_default().trim();
    HARMLESS.iter().copied().find(|known| known.eq_ignore_ascii_case(bare)).unwrap_or(OPAQUE)
}

/// A file name without path, controls, invisible characters and surrounding dots, of at most 120 characters with
/// its ending kept. Never empty.
pub fn clean_name(found: &str) -> String {
    let base = found.rsplit(['/', '\\']).next().unwrap_or_default();
    let visible: String = base.chars().filter(|c| !is_invisible(*c)).collect();
    let clean = clean_line(&visible, usize::MAX);
    let clean = clean.trim_matches([' ', '.']);
    if clean.is_empty() { "attachment".to_owned() } else { shortened(clean) }
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2064}')
}

fn shortened(name: &str) -> String {
    let length = name.chars().count();
    if length <= MAX_NAME_CHARS {
        return name.to_owned();
    }
    let (stem, ending) = match name.rsplit_once('.') {
        Some((stem, ending)) if ending.chars().count() <= MAX_ENDING_CHARS => (stem, format!(".{ending}")),
        _ => (name, String::new()),
    };
    let room = MAX_NAME_CHARS - ending.chars().count();
    let stem: String = stem.chars().take(room).collect();
    format!("{stem}{ending}")
}
