//! Whether the time of a check tells how much of a signature was right: Welch's t between classes of wrong tokens.
//!
//! `cargo bench --bench tokens`. Each class is probed some hundred thousand times, each probe of a class that is drawn
//! anew, so that the moods of the machine and what its caches remember meet all classes alike. |t| below 4.5 means that
//! no difference shows.
#![expect(clippy::print_stdout, reason = "a benchmark says what it measured")]

use std::{env, hint::black_box, process::ExitCode, time::Instant};

use redress::mail::token::{Audience, KeyRing, Token};

/// Probes of each class, about.
const PROBES: usize = 100_000;
/// Of so many probes the slowest is the scheduler's and not the check's.
const DROPPED: usize = 20;
/// What is taken for a difference.
const MOST: f64 = 4.5;

const ANNA: &str = "anna@shop.example";

fn main() -> ExitCode {
    if !env::args().any(|argument| argument == "--bench") {
        // Built and started by the tests: it works, and nothing is measured.
        return ExitCode::SUCCESS;
    }
    let Ok(ring) = KeyRing::parse(&KeyRing::generate([7; 32])) else { return ExitCode::FAILURE };
    let token = Token { dispute: 1042, audience: Audience::StaffToCustomer, serial: 3 };
    let valid = ring.sign_local(token, Some(ANNA));
    let classes = [
        ("the first character wrong", changed(&valid, 16)),
        ("the last character wrong", changed(&valid, 1)),
        ("of another dispute", valid.replacen("1042", "1043", 1)),
        ("issued to somebody else", ring.sign_local(token, Some("bert@shop.example"))),
    ];
    let times = probe(&ring, &classes.each_ref().map(|(_, text)| text.as_str()));
    let mut good = true;
    let Some((reference, others)) = times.split_first() else { return ExitCode::FAILURE };
    println!("{:<28} {:>10.0} ns", classes[0].0, mean(reference));
    for ((name, _), sample) in classes.iter().skip(1).zip(others) {
        let t = welch(reference, sample);
        good &= t.abs() < MOST;
        println!("{name:<28} {:>10.0} ns   t = {t:>6.2}", mean(sample));
    }
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The token with another character so far from its end.
fn changed(token: &str, from_end: usize) -> String {
    let at = token.chars().count().saturating_sub(from_end);
    let other = |c: char| if c == 'a' { 'b' } else { 'a' };
    token.chars().enumerate().map(|(place, c)| if place == at { other(c) } else { c }).collect()
}

/// Nanoseconds of each probe, by class, the slowest left out.
fn probe(ring: &KeyRing, texts: &[&str]) -> Vec<Vec<f64>> {
    let mut times: Vec<Vec<f64>> = texts.iter().map(|_| Vec::with_capacity(PROBES)).collect();
    let mut state = 0x7265_6472_u64;
    // One place in memory for all, so that none is aligned better than another.
    let mut probed = String::with_capacity(256);
    for _ in 0..PROBES * texts.len() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let class = usize::try_from((state >> 33) % texts.len() as u64).unwrap_or_default();
        let (Some(text), Some(sample)) = (texts.get(class), times.get_mut(class)) else { continue };
        probed.clear();
        probed.push_str(text);
        let begin = Instant::now();
        black_box(ring.verify_local(black_box(&probed), &[ANNA]));
        sample.push(begin.elapsed().as_secs_f64() * 1e9);
    }
    for sample in &mut times {
        sample.sort_by(f64::total_cmp);
        sample.truncate(sample.len() - sample.len() / DROPPED);
    }
    times
}

/// How many, as a number to divide by.
fn size(sample: &[f64]) -> f64 {
    u32::try_from(sample.len()).map_or(f64::MAX, f64::from)
}

fn mean(sample: &[f64]) -> f64 {
    sample.iter().sum::<f64>() / size(sample)
}

fn variance(sample: &[f64]) -> f64 {
    let middle = mean(sample);
    sample.iter().map(|x| (x - middle).powi(2)).sum::<f64>() / (size(sample) - 1.0)
}

/// Welch's t of two samples whose variances may differ.
fn welch(a: &[f64], b: &[f64]) -> f64 {
    (mean(a) - mean(b)) / (variance(a) / size(a) + variance(b) / size(b)).sqrt()
}
