//! An executor on its own, for the integration tests of this crate.
//!
//! `souk-executor` is an executor. `souk-executor probe <snapshot> <other file>` locks itself in like one and then tries
//! to get out, printing for each way what the kernel said.

use std::{
	env,
	ffi::CString,
	fs, io,
	os::unix::{ffi::OsStrExt, fs::FileExt},
	path::Path,
	process::ExitCode,
	time::Duration,
};

use souk_engine::sandbox::{self, Sandbox};

fn main() -> ExitCode {
	let args: Vec<_> = env::args_os().skip(1).collect();
	match args.as_slice() {
		[] => souk_engine::executor_main(),
		[mode, snapshot, other] if mode == "probe" => match probe(Path::new(snapshot), Path::new(other)) {
			Ok(()) => ExitCode::SUCCESS,
			Err(error) => {
				eprintln!("{error}");
				ExitCode::FAILURE
			}
		},
		_ => ExitCode::FAILURE,
	}
}

fn report(what: &str, result: io::Result<()>) {
	match result {
		Ok(()) => println!("{what}: allowed"),
		Err(error) => println!("{what}: {}", error.raw_os_error().unwrap_or(-1)),
	}
}

fn of(result: libc::c_long) -> io::Result<()> {
	if result < 0 {
		Err(io::Error::last_os_error())
	} else {
		Ok(())
	}
}

fn probe(snapshot: &Path, other: &Path) -> Result<(), Box<dyn std::error::Error>> {
	let process = sandbox::detach()?;
	let open = fs::File::open(snapshot)?;
	let new = other.with_extension("new");
	let c_other = CString::new(other.as_os_str().as_bytes())?;
	Sandbox { memory_bytes: 256 << 20, cpu: Duration::from_secs(10), allow_unsandboxed: false }
		.enter(process)?;

	report("read the open snapshot", open.read_exact_at(&mut [0; 4], 0));
	report("open the snapshot again", fs::read(snapshot).map(drop));
	report("look for a file", fs::metadata(other).map(drop));
	report("read another file", fs::read(other).map(drop));
	report("read a file of the system", fs::read("/etc/passwd").map(drop));
	report("read this process's memory", fs::read("/proc/self/environ").map(drop));
	report("list a directory", fs::read_dir("/").map(drop));
	report("write the snapshot", fs::OpenOptions::new().write(true).open(snapshot).map(drop));
	report("append to the snapshot", fs::OpenOptions::new().append(true).open(snapshot).map(drop));
	report("make a file", fs::File::create(new).map(drop));
	report("remove a file", fs::remove_file(other));
	report("rename a file", fs::rename(other, "/tmp/elsewhere"));
	report("run a program", std::process::Command::new("/bin/true").status().map(drop));
	// SAFETY: system calls that are meant to fail; none of them is given memory to write to.
	unsafe {
		report("make a TCP socket", of(libc::socket(libc::AF_INET, libc::SOCK_STREAM, 0).into()));
		report("make a UNIX socket", of(libc::socket(libc::AF_UNIX, libc::SOCK_STREAM, 0).into()));
		report("make a raw socket", of(libc::socket(libc::AF_PACKET, libc::SOCK_RAW, 0).into()));
		report("fork", of(libc::fork().into()));
		report("exec", of(libc::execve(c_other.as_ptr(), std::ptr::null(), std::ptr::null()).into()));
		report("ptrace", of(libc::ptrace(libc::PTRACE_ATTACH, libc::getppid(), 0, 0)));
		report("signal the parent", of(libc::kill(1, 0).into()));
		report("make memory executable", {
			let page = libc::mmap(
				std::ptr::null_mut(),
				4096,
				libc::PROT_READ | libc::PROT_EXEC,
				libc::MAP_PRIVATE | libc::MAP_ANON,
				-1,
				0,
			);
			if page == libc::MAP_FAILED {
				Err(io::Error::last_os_error())
			} else {
				Ok(())
			}
		});
		report("make a memory file", of(libc::syscall(libc::SYS_memfd_create, c"x".as_ptr(), 0)));
		report("use io_uring", of(libc::syscall(libc::SYS_io_uring_setup, 1, std::ptr::null::<u8>())));
		report(
			"mount",
			of(libc::mount(c"x".as_ptr(), c"/mnt".as_ptr(), c"tmpfs".as_ptr(), 0, std::ptr::null()).into()),
		);
		report("enter a namespace", of(libc::unshare(libc::CLONE_NEWUSER).into()));
		report("load a BPF program", of(libc::syscall(libc::SYS_bpf, 0, std::ptr::null::<u8>(), 0)));
		report("raise a limit", {
			let limit = libc::rlimit { rlim_cur: libc::RLIM_INFINITY, rlim_max: libc::RLIM_INFINITY };
			of(libc::setrlimit(libc::RLIMIT_AS, &limit).into())
		});
	}
	report("start a thread", std::thread::Builder::new().spawn(|| ()).map(drop));
	let mut block: Vec<u8> = Vec::new();
	let reserved = block.try_reserve_exact(2 << 30).map_err(|_| io::Error::from_raw_os_error(libc::ENOMEM));
	report("allocate 2 GiB", reserved);
	Ok(())
}
