//! stub
use crate::domain::dispute::QuestionKind;
/// w
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word { 
/// s
Status, 
/// s
Yes, 
/// s
No, 
/// s
Withdraw, 
/// s
Rating(u8) }
/// s
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said { 
/// s
Word(Word), 
/// s
Unclear(Word), 
/// s
Prose }
/// s
pub fn first_line(_: &str, _: Option<QuestionKind>) -> Said { Said::Prose }
/// s
pub fn is_plain_thanks(_: &str) -> bool { false }
/// x
pub fn document() -> String { String::new() }
