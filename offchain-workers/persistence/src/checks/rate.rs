//! Rate: a token bucket for each of those who ask.

use super::{codes, Refusal, Stage};
use souk_protocol::{request::QueryRequest, AccountId};
use std::{
	collections::HashMap,
	hash::Hash,
	sync::{Mutex, PoisonError},
	time::{Duration, Instant},
};

/// Buckets kept at a time. A full bucket says nothing and is the first to go.
const MAX_BUCKETS: usize = 65_536;

/// How fast one may ask.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
	/// Requests at once.
	pub burst: u32,
	/// Requests per second after that.
	pub per_second: f64,
}

/// A token bucket for each `K`.
pub struct RateLimiter<K> {
	rate: Rate,
	buckets: Mutex<HashMap<K, Bucket>>,
}

struct Bucket {
	tokens: f64,
	since: Instant,
}

impl Bucket {
	fn tokens_at(&self, rate: &Rate, now: Instant) -> f64 {
		let refilled = now.saturating_duration_since(self.since).as_secs_f64() * rate.per_second;
		(self.tokens + refilled).min(f64::from(rate.burst))
	}
}

impl<K: Eq + Hash> RateLimiter<K> {
	/// All buckets start full.
	pub fn new(rate: Rate) -> Self {
		Self { rate, buckets: Mutex::default() }
	}

	/// Takes one token of `whose` at `now`, or says how long until there is one.
	pub fn take(&self, whose: K, now: Instant) -> Result<(), Duration> {
		// A map that a panicking task left behind is still a map.
		let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
		if buckets.len() >= MAX_BUCKETS && !buckets.contains_key(&whose) {
			let full = f64::from(self.rate.burst);
			buckets.retain(|_, bucket| bucket.tokens_at(&self.rate, now) < full);
			if buckets.len() >= MAX_BUCKETS {
				return Err(Duration::from_secs(1));
			}
		}
		let bucket =
			buckets.entry(whose).or_insert(Bucket { tokens: f64::from(self.rate.burst), since: now });
		let tokens = bucket.tokens_at(&self.rate, now);
		bucket.since = now;
		if tokens < 1.0 {
			bucket.tokens = tokens;
			// A rate of zero refills never; an hour is as good as never for a request.
			let wait = ((1.0 - tokens) / self.rate.per_second).clamp(0.001, 3600.0);
			return Err(Duration::from_secs_f64(wait));
		}
		bucket.tokens = tokens - 1.0;
		Ok(())
	}
}

/// Takes one of the holder's tokens.
pub fn check(limiter: &RateLimiter<AccountId>, request: &QueryRequest) -> Result<(), Refusal> {
	limiter.take(request.holder, Instant::now()).map_err(|wait| {
		Refusal::new(
			Stage::Rate,
			codes::RATE_LIMITED,
			format!("too many requests of this account: wait {} ms", wait.as_millis().max(1)),
		)
	})
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_burst_passes_then_the_rate_holds_and_others_are_not_touched() {
		let limiter = RateLimiter::new(Rate { burst: 3, per_second: 2.0 });
		let start = Instant::now();
		for _ in 0..3 {
			limiter.take([1; 32], start).expect("within the burst");
		}
		let wait = limiter.take([1; 32], start).expect_err("beyond the burst");
		assert_eq!(wait, Duration::from_millis(500));
		limiter.take([2; 32], start).expect("another holder");
		limiter.take([1; 32], start + wait).expect("refilled");
		limiter.take([1; 32], start + wait).expect_err("one token only");
		for _ in 0..3 {
			limiter
				.take([1; 32], start + Duration::from_secs(60))
				.expect("full again, and no more than full");
		}
		limiter.take([1; 32], start + Duration::from_secs(60)).expect_err("no more than full");
	}

	#[test]
	fn a_rate_of_zero_says_never_without_dividing_by_it() {
		let limiter = RateLimiter::new(Rate { burst: 1, per_second: 0.0 });
		let now = Instant::now();
		limiter.take([1; 32], now).expect("the first");
		assert_eq!(limiter.take([1; 32], now), Err(Duration::from_secs(3600)));
	}
}
