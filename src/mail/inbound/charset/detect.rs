//! What bytes without a usable name surely are.
//!
//! Each candidate reads the bytes; how many of the characters it finds are among the commonest of its language is its
//! score. A wrong reading gives rare characters, since the common ones are few among thousands. Nothing is taken
//! below a clear score: windows-1252 then shows at least which bytes came.

use super::names::{Reader, reader};

/// Bytes that are looked at.
const LOOKED_AT: usize = 64 * 1024;

/// A charset that bytes may be in, which characters speak for it, and which share of all beyond ASCII must.
struct Candidate {
    name: &'static str,
    common: fn(char) -> bool,
    share: usize,
    /// What else must hold of the text.
    fits: fn(&str) -> bool,
}

const CANDIDATES: &[Candidate] = &[
    Candidate { name: "shift_jis", common: is_kana, share: 40, fits: is_any },
    Candidate { name: "euc-jp", common: is_kana, share: 40, fits: is_any },
    Candidate { name: "gb18030", common: |c| SIMPLIFIED.contains(c), share: 30, fits: is_any },
    Candidate { name: "big5", common: |c| TRADITIONAL.contains(c), share: 30, fits: is_any },
    Candidate { name: "euc-kr", common: |c| HANGUL.contains(c), share: 40, fits: is_any },
    Candidate { name: "koi8-r", common: is_common_cyrillic, share: 75, fits: is_in_cyrillic_words },
    Candidate { name: "windows-1251", common: is_common_cyrillic, share: 75, fits: is_in_cyrillic_words },
    Candidate { name: "cp866", common: is_common_cyrillic, share: 80, fits: is_in_cyrillic_words },
];

/// Characters beyond ASCII below which nothing is sure.
const FEWEST: usize = 3;

/// Hiragana and katakana of full width.
fn is_kana(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{30fe}') && c != '・'
}

/// Small letters, and capitals that begin a word in every text: a wrong Cyrillic table swaps the cases.
fn is_common_cyrillic(c: char) -> bool {
    matches!(c, 'а'..='я' | 'ё')
}

fn is_any(_: &str) -> bool {
    true
}

/// Letters below which a single byte a letter says nothing.
const FEWEST_LETTERS: usize = 5;

/// Whether words are Cyrillic as a whole: read in a Cyrillic table, `Größe` is not.
fn is_in_cyrillic_words(text: &str) -> bool {
    let is_cyrillic = |c: char| matches!(c, 'а'..='я' | 'А'..='Я' | 'ё' | 'Ё');
    let (mut words, mut pure, mut letters) = (0_usize, 0_usize, 0_usize);
    for word in text.split(|c: char| !c.is_alphabetic()).filter(|word| word.chars().any(is_cyrillic)) {
        words += 1;
        pure += usize::from(word.chars().all(is_cyrillic));
        letters += word.chars().filter(|&c| is_cyrillic(c)).count();
    }
    letters >= FEWEST_LETTERS && letters >= words * 2 && pure * 10 >= words * 9
}

const SIMPLIFIED: &str = "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运请谢您订单价货款退，。";
const TRADITIONAL: &str = "的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之年過發後作裡用道行所然家種事成方多經麼去法學如都同現當沒動面起看定天分還進好小部其些主樣理心她本前開但因只從想實日軍者意無力它與長把機十民第公此已工使情明性知全三又關點正業外將兩高間由問很最重並物手應戰向頭文體政美相見被利什二等產或新己制身果加西斯月話合回特代內信表化老給世位次度門任常先海通教兒東聲提立及比員解水名真論處走義各入幾口認條平系氣題活爾更別打女變四神總何電數安少報才結反受目太量再感建務做接必場件計管期市直德資命山金指克許統區保至隊形社便空決治展馬科司五基眼書非則聽白卻界達光放強即像難且權思王象完設式色路記南品住告類求據程北邊張該交規萬取拉格望覺術領共確傳師觀清今切院讓識候帶導爭運請謝您訂單價貨款退，。";
const HANGUL: &str = "이다는에의을가하고은한로지도사기를어니리자나시스대인라서그들해있으게여부아정수일보것제전만장과와않했면상습세주된구요원신조성오우합안녕님감문료드까때르트생공동무소불경중유국맙";

/// Seven-bit text with the escapes of ISO-2022-JP or ISO-2022-KR in it.
pub(super) fn escaped(bytes: &[u8]) -> Option<String> {
    let has = |mark: &[u8]| bytes.windows(mark.len()).any(|window| window == mark);
    if !bytes.is_ascii() || !bytes.contains(&0x1b) {
        return None;
    }
    let name = if has(b"\x1b$B") || has(b"\x1b$@") || has(b"\x1b$(D") {
        "iso-2022-jp"
    } else if has(b"\x1b$)C") {
        "iso-2022-kr"
    } else {
        return None;
    };
    Some(reader(name)?.read(bytes)).filter(|text| broken(text) * 20 <= text.chars().count())
}

/// Whether good characters beyond ASCII outnumber broken bytes.
pub(super) fn is_mostly_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good > 0 && good >= bad
}

/// The text in the charset that the bytes surely have.
pub(super) fn surely(bytes: &[u8]) -> Option<String> {
    best(bytes, CANDIDATES).map(|(_, reader)| reader.read(bytes))
}

/// The name of the charset that bytes surely have.
pub(super) fn sure_name(bytes: &[u8]) -> Option<&'static str> {
    best(bytes, CANDIDATES).map(|(name, _)| name)
}

fn best(bytes: &[u8], candidates: &[Candidate]) -> Option<(&'static str, Reader)> {
    let sample = bytes.get(..LOOKED_AT).unwrap_or(bytes);
    let scored = candidates.iter().filter_map(|candidate| {
        let reader = reader(candidate.name)?;
        Some((score(&reader.read(sample), candidate)?, candidate.name, reader))
    });
    scored.max_by_key(|(score, ..)| *score).map(|(_, name, reader)| (name, reader))
}

/// The share of common characters in hundredths, `None` where it is too low or the text is not all good.
fn score(text: &str, candidate: &Candidate) -> Option<usize> {
    let (mut all, mut common, mut bad) = (0_usize, 0_usize, 0_usize);
    for c in text.chars().filter(|c| !c.is_ascii()) {
        all += 1;
        common += usize::from((candidate.common)(c));
        bad += usize::from(is_bad(c));
    }
    let share = common * 100 / all.max(1);
    (all >= FEWEST && bad * 50 <= all && share >= candidate.share && (candidate.fits)(text)).then_some(share)
}

/// Characters that no mail is written in: a reading that finds them is wrong.
fn is_bad(c: char) -> bool {
    c == '\u{fffd}' || matches!(c, '\u{80}'..='\u{9f}' | '\u{e000}'..='\u{f8ff}')
}

fn broken(text: &str) -> usize {
    text.chars().filter(|c| *c == '\u{fffd}').count()
}

/// Another reading of bytes that are not what they are called; `None` where the name can stand.
pub(super) fn better(text: &str, bytes: &[u8], named: &Reader) -> Option<String> {
    let bad = broken(text);
    if bad == 0 || bytes.is_ascii() {
        return None;
    }
    if let Ok(utf8) = std::str::from_utf8(bytes) {
        return Some(utf8.to_owned());
    }
    let beyond = text.chars().filter(|c| !c.is_ascii()).count();
    if named.is_wide() && bad * 20 < beyond {
        return None;
    }
    if named.is_japanese() {
        let japanese = CANDIDATES.get(..2).unwrap_or_default();
        if let Some((_, reader)) = best(bytes, japanese) {
            return Some(reader.read(bytes));
        }
        // Names and words of two characters are all kanji: then whatever reads them without a fault.
        let whole = japanese.iter().filter_map(|one| reader(one.name)).map(|reader| reader.read(bytes));
        if let Some(whole) = whole.into_iter().find(|text| !text.chars().any(is_bad)) {
            return Some(whole);
        }
    }
    surely(bytes)
}
