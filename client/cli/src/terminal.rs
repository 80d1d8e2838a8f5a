//! The size of the terminal behind stdout.

/// Columns and rows, where stdout is a terminal that says so.
#[cfg(unix)]
pub fn size() -> Option<(u16, u16)> {
	let mut size = libc::winsize { ws_row: 0, ws_col: 0, ws_xpixel: 0, ws_ypixel: 0 };
	// SAFETY: TIOCGWINSZ writes one `winsize` to the address that it is given, which is that of a live local; on what
	// is no terminal it fails and writes nothing.
	let result = unsafe { libc::ioctl(libc::STDOUT_FILENO, libc::TIOCGWINSZ, &mut size) };
	(result == 0 && size.ws_col > 0 && size.ws_row > 0).then_some((size.ws_col, size.ws_row))
}

/// Columns and rows are not asked for here.
#[cfg(not(unix))]
pub fn size() -> Option<(u16, u16)> {
	None
}
