//! What libFuzzer calls with bytes that it made up. Built and run by `libfuzzer/fuzz.sh`.
#![no_main]

/// Plays a sequence. Where something does not hold, the process ends, and libFuzzer keeps the bytes.
///
/// # Safety
/// `data` points to `size` bytes, as libFuzzer promises.
#[no_mangle]
pub unsafe extern "C" fn LLVMFuzzerTestOneInput(data: *const u8, size: usize) -> i32 {
	let bytes = if size == 0 { &[][..] } else { unsafe { std::slice::from_raw_parts(data, size) } };
	if let Some(broken) = souk_fuzz::run(bytes).violation {
		eprintln!("{broken}");
		std::process::abort();
	}
	0
}
