//! Logits to the next token.
//!
//! Everything here is IEEE arithmetic in a fixed order, the exponential included, so equal logits,
//! settings and seeds choose equal tokens on every platform.

use std::collections::HashSet;

use chat::Sampling;

/// Chooses tokens for one completion.
///
/// ```
/// use chat::Sampling;
/// use glm::Sampler;
///
/// let mut greedy = Sampler::new(Sampling::default());
/// assert_eq!(greedy.next(&mut [0.1, 2.0, 1.0]), Some(1));
/// // A mask is written into the logits: what is −∞ is never chosen.
/// assert_eq!(greedy.next(&mut [0.1, f32::NEG_INFINITY, 1.0]), Some(2));
/// ```
#[derive(Clone, Debug)]
pub struct Sampler {
    sampling: Sampling,
    random: Random,
    written: HashSet<u32>,
    candidates: Vec<Candidate>,
}

/// A token that may be chosen.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    id: u32,
    /// Its likelihood relative to the likeliest token's; up to that a logit.
    weight: f64,
}

impl Sampler {
    /// A sampler at the start of a completion. A temperature that is not above 0 is greedy; a
    /// penalty that is not above 0 is off.
    pub fn new(sampling: Sampling) -> Self {
        Self { sampling, random: Random(sampling.seed), written: HashSet::new(), candidates: Vec::new() }
    }

    /// Chooses the next token and remembers it for the repetition penalty. The steps are the
    /// penalty, temperature, top-k, top-p and min-p, in this order; of equal logits the lower id
    /// comes first. NaN and −∞ are never chosen, and without any other logit the answer is none.
    ///
    /// The penalty is written into `logits`.
    pub fn next(&mut self, logits: &mut [f32]) -> Option<u32> {
        self.penalize(logits);
        let id = if self.sampling.temperature > 0.0 { self.draw(logits) } else { likeliest(logits) }?;
        self.written.insert(id);
        Some(id)
    }

    /// Remembers a token that was written without being chosen.
    pub fn note(&mut self, id: u32) {
        self.written.insert(id);
    }

    fn penalize(&self, logits: &mut [f32]) {
        let penalty = self.sampling.repetition_penalty;
        if penalty == 1.0 || !penalty.is_finite() || penalty <= 0.0 {
            return;
        }
        for &id in &self.written {
            if let Some(logit) = logits.get_mut(id as usize) {
                let penalized = if *logit > 0.0 { *logit / penalty } else { *logit * penalty };
                *logit = if is_possible(*logit) { penalized.max(f32::MIN) } else { *logit };
            }
        }
    }

    fn draw(&mut self, logits: &[f32]) -> Option<u32> {
        let max = f64::from(finite(logits[likeliest(logits)? as usize]));
        let temperature = f64::from(self.sampling.temperature);
        self.candidates.clear();
        self.candidates.extend((0..).zip(logits).filter(|(_, logit)| is_possible(**logit)).map(
            |(id, &logit)| Candidate { id, weight: exp((f64::from(finite(logit)) - max) / temperature) },
        ));
        self.keep_top_k();
        self.keep_top_p();
        self.keep_min_p();
        let total: f64 = self.candidates.iter().map(|c| c.weight).sum();
        let mut left = self.random.next_unit() * total;
        for candidate in &self.candidates {
            left -= candidate.weight;
            if left < 0.0 {
                return Some(candidate.id);
            }
        }
        // Rounding can leave a crumb behind the last weight.
        self.candidates.iter().rfind(|c| c.weight > 0.0).map(|c| c.id)
    }

    fn keep_top_k(&mut self) {
        let k = self.sampling.top_k;
        if k > 0 && k < self.candidates.len() {
            self.candidates.select_nth_unstable_by(k, Candidate::likelier_first);
            self.candidates.truncate(k);
            self.candidates.sort_unstable_by_key(|c| c.id);
        }
    }

    fn keep_top_p(&mut self) {
        let p = f64::from(self.sampling.top_p);
        if p.is_nan() || p >= 1.0 {
            return;
        }
        let total: f64 = self.candidates.iter().map(|c| c.weight).sum();
        // All candidates below this weight together weigh less than what the set leaves out, so none
        // of them is in it: a few are left to sort instead of the vocabulary.
        let least = (1.0 - p.max(0.0)) * total / self.candidates.len() as f64;
        let lost_to_rounding = 0.999;
        self.candidates.retain(|c| c.weight >= least * lost_to_rounding);
        self.candidates.sort_unstable_by(Candidate::likelier_first);
        let mut reached = 0.0;
        let before = self.candidates.iter().take_while(|c| {
            let open = reached < p * total;
            reached += c.weight;
            open
        });
        let n_kept = before.count().max(1);
        self.candidates.truncate(n_kept);
    }

    fn keep_min_p(&mut self) {
        let p = f64::from(self.sampling.min_p).min(1.0);
        if p > 0.0 {
            self.candidates.retain(|c| c.weight >= p); // The likeliest weighs 1.
        }
    }
}

impl Candidate {
    fn likelier_first(&self, other: &Self) -> std::cmp::Ordering {
        other.weight.total_cmp(&self.weight).then(self.id.cmp(&other.id))
    }
}

fn is_possible(logit: f32) -> bool {
    !logit.is_nan() && logit != f32::NEG_INFINITY
}

/// An overflow to ∞ is still the largest number.
fn finite(logit: f32) -> f32 {
    logit.min(f32::MAX)
}

/// The id of the largest logit, the first of several.
pub(crate) fn likeliest(logits: &[f32]) -> Option<u32> {
    let mut best: Option<(u32, f32)> = None;
    for (id, &logit) in (0..).zip(logits) {
        if is_possible(logit) && best.is_none_or(|(_, most)| logit > most) {
            best = Some((id, logit));
        }
    }
    best.map(|(id, _)| id)
}

/// e to the power of a number that is not above 0, the same on every platform, which the C library's
/// is not: reduced to at most half of ln 2, then fourteen terms of the series.
fn exp(x: f64) -> f64 {
    if x < -700.0 {
        return 0.0;
    }
    let n = (x * std::f64::consts::LOG2_E).round_ties_even();
    let r = x - n * std::f64::consts::LN_2;
    let series = (1..=14).rev().fold(1.0, |sum, k| 1.0 + sum * r / f64::from(k));
    // n is −1010 to 0, so the exponent is that of a normal number.
    series * f64::from_bits(((1023 + n as i64) as u64) << 52)
}

/// SplitMix64: a counter with a mixing function, every seed a good one.
///
/// # Source
/// Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014.
#[derive(Clone, Debug)]
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from 0 up to but not including 1.
    fn next_unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HOT: Sampling =
        Sampling { temperature: 1.0, top_k: 0, top_p: 1.0, min_p: 0.0, repetition_penalty: 1.0, seed: 7 };

    /// How often each of the tokens comes in 2000 draws that do not know of each other.
    fn counts(sampling: Sampling, logits: &[f32]) -> Vec<usize> {
        let mut counts = vec![0; logits.len()];
        for seed in 0..2000 {
            let id = Sampler::new(Sampling { seed, ..sampling }).next(&mut logits.to_vec()).unwrap();
            counts[id as usize] += 1;
        }
        counts
    }

    fn drawn(sampling: Sampling, logits: &[f32]) -> Vec<usize> {
        let counts = counts(sampling, logits);
        (0..logits.len()).filter(|&id| counts[id] > 0).collect()
    }

    #[test]
    fn greedy_takes_the_first_of_the_largest() {
        let check = |logits: &[f32], id| {
            assert_eq!(Sampler::new(Sampling::default()).next(&mut logits.to_vec()), id);
        };
        check(&[1.0, 3.0, 3.0], Some(1));
        check(&[f32::NAN, -2.0, f32::NEG_INFINITY], Some(1));
        check(&[1.0, f32::INFINITY], Some(1));
        check(&[f32::NAN, f32::NEG_INFINITY], None);
        check(&[], None);
    }

    #[test]
    fn temperature_sets_the_odds() {
        let logits = [0.0, 1.0];
        let share = |temperature| counts(Sampling { temperature, ..HOT }, &logits)[1] as f64 / 2000.0;
        assert!((share(1.0) - 0.731).abs() < 0.03);
        assert!((share(2.0) - 0.622).abs() < 0.03);
        assert!((share(f32::INFINITY) - 0.5).abs() < 0.04);
        assert_eq!(share(1e-30), 1.0);
        assert_eq!(share(f32::NAN), 1.0);
    }

    #[test]
    fn top_k_keeps_k() {
        let logits = [0.0, 0.2, 0.1, 0.2, 0.0];
        assert_eq!(drawn(Sampling { top_k: 1, ..HOT }, &logits), [1]);
        assert_eq!(drawn(Sampling { top_k: 3, ..HOT }, &logits), [1, 2, 3]);
        assert_eq!(drawn(Sampling { top_k: 9, ..HOT }, &logits), [0, 1, 2, 3, 4]);
    }

    #[test]
    fn top_p_keeps_the_smallest_set_that_reaches_p() {
        let logits = [0.5f32, 0.3, 0.15, 0.05].map(f32::ln);
        let check = |top_p, ids: &[usize]| assert_eq!(drawn(Sampling { top_p, ..HOT }, &logits), ids);
        check(0.4, &[0]);
        check(0.6, &[0, 1]);
        check(0.9, &[0, 1, 2]);
        check(0.99, &[0, 1, 2, 3]);
        check(0.0, &[0]);
        check(-1.0, &[0]);
        check(f32::NAN, &[0, 1, 2, 3]);
    }

    #[test]
    fn min_p_is_relative_to_the_likeliest() {
        let logits = [0.5f32, 0.3, 0.15, 0.05].map(f32::ln);
        let check = |min_p, ids: &[usize]| assert_eq!(drawn(Sampling { min_p, ..HOT }, &logits), ids);
        check(0.5, &[0, 1]);
        check(0.2, &[0, 1, 2]);
        check(5.0, &[0]);
    }

    #[test]
    fn repetition_is_penalized_whatever_the_sign() {
        let mut sampler = Sampler::new(Sampling { repetition_penalty: 2.0, ..Sampling::default() });
        assert_eq!(sampler.next(&mut [3.0, 2.0, -1.0]), Some(0));
        assert_eq!(sampler.next(&mut [3.0, 2.0, -1.0]), Some(1));
        let mut logits = [3.0, 2.0, -1.0];
        sampler.next(&mut logits);
        assert_eq!(logits, [1.5, 1.0, -1.0]);
        let mut off = Sampler::new(Sampling { repetition_penalty: f32::NAN, ..Sampling::default() });
        assert_eq!([(); 3].map(|()| off.next(&mut [3.0, 2.0])), [Some(0); 3]);
    }

    /// These values may only change with the major version: they are what "same seed, same tokens"
    /// means from one machine to the next.
    #[test]
    fn a_seed_gives_the_same_tokens_everywhere() {
        let mut random = Random(1234567);
        assert_eq!([random.next(), random.next()], [6457827717110365317, 3203168211198807973]);
        let mut sampler = Sampler::new(HOT);
        let ids: Vec<u32> = (0..16).map(|_| sampler.next(&mut [0.0; 100]).unwrap()).collect();
        let mut again = Sampler::new(HOT);
        assert_eq!(ids, (0..16).map(|_| again.next(&mut [0.0; 100]).unwrap()).collect::<Vec<_>>());
        assert_eq!(ids, [38, 1, 90, 58, 45, 24, 46, 32, 13, 41, 10, 95, 91, 87, 86, 54]);
    }

    #[test]
    fn our_exponential_is_exact_enough() {
        for n in 0..7000 {
            let x = -f64::from(n) / 10.0;
            assert!((exp(x) / x.exp() - 1.0).abs() < 1e-13, "{x}");
        }
        assert_eq!(exp(f64::NEG_INFINITY), 0.0);
    }

    proptest! {
        #[test]
        fn only_possible_tokens_are_drawn(
            mut logits in prop::collection::vec(prop::num::f32::ANY, 1..50),
            temperature in prop::num::f32::ANY, top_k in 0usize..60, top_p in prop::num::f32::ANY,
            min_p in prop::num::f32::ANY, repetition_penalty in prop::num::f32::ANY, seed in any::<u64>(),
        ) {
            let sampling = Sampling { temperature, top_k, top_p, min_p, repetition_penalty, seed };
            let possible: Vec<bool> = logits.iter().map(|&l| is_possible(l)).collect();
            match Sampler::new(sampling).next(&mut logits) {
                Some(id) => prop_assert!(possible[id as usize]),
                None => prop_assert!(!possible.contains(&true)),
            }
        }
    }
}
