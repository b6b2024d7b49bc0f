//! Did you mean …? For suggestions only: nothing here ever decides what runs.

/// Longer texts are compared by their beginning.
const MAX_CHARS: usize = 32;

/// The candidate nearest to `said`: one that it begins, or one at most two slips away and no more than a third of
/// its length. The earlier wins a tie.
pub(super) fn nearest<'a>(said: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let said: Vec<char> = said.to_lowercase().chars().take(MAX_CHARS).collect();
    if said.len() < 2 {
        return None;
    }
    candidates
        .filter_map(|candidate| {
            let known: Vec<char> = candidate.chars().take(MAX_CHARS).collect();
            let begun = known.starts_with(&said) || said.starts_with(&known);
            let slips = if begun { 0 } else { slips(&said, &known) };
            let allowed = (known.len() / 3).clamp(1, 2);
            (slips <= allowed).then_some((slips, candidate))
        })
        .min_by_key(|(slips, _)| *slips)
        .map(|(_, candidate)| candidate)
}

/// Edit distance in which swapping two neighbours is one slip (optimal string alignment), by rows.
fn slips(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, to) in b.iter().enumerate() {
            let changed = last[j] + usize::from(from != to);
            let mut best = changed.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *from == b[j - 1] && a[i - 1] == *to {
                best = best.min(before[j - 1] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_recognised_and_a_different_word_is_not() {
        let known = ["take", "promise", "resolve", "close"];
        let cases = [
            ("promse", Some("promise")),
            ("porimse", Some("promise")),
            ("PROMISE", Some("promise")),
            ("prom", Some("promise")),
            ("promises", Some("promise")),
            ("taek", Some("take")),
            ("clsoe", Some("close")),
            ("resolv", Some("resolve")),
            ("1", None),
            ("refund", None),
            ("t", None),
            ("", None),
            ("\u{1f600}\u{1f600}\u{1f600}", None),
        ];
        for (said, expected) in cases {
            assert_eq!(nearest(said, known.into_iter()), expected, "{said:?}");
        }
    }
}
