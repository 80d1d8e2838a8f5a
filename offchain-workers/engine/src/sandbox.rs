//! Locking the executor process in, before it sees any SQL.
//!
//! Four layers, each of which would do alone against what it covers:
//!
//! - **rlimits**: address space, data, processor time, open files; no file may be written, no core dumped;
//! - **no_new_privs**: implied by the next two, and final;
//! - **Landlock**: no file or directory may be opened, made, changed or removed, no TCP, and no signals or abstract
//!   sockets to the outside where the kernel knows these rights. The snapshot was opened before, for reading;
//! - **seccomp**: a list of the system calls that computing, threading and reading an open file need. It is an allow list,
//!   because a deny list is out of date with the next kernel. What is not on it answers `ENOSYS`, "this kernel does
//!   not have that call", which every C library knows how to live with: that keeps the list short and lets it work
//!   with C libraries that are newer than it.
//!
//! Landlock binds the calling thread and those it starts, so the process must still have a single thread; that is
//! checked. Whatever fails is an error: a process that is not locked in must not run a query.

use std::{fs, io, time::Duration};

use landlock::{
	Access, AccessFs, AccessNet, CompatLevel, Compatible, Ruleset, RulesetAttr, RulesetStatus, Scope, ABI,
};
use seccompiler::{
	BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
};

/// Files an executor may have open: three pipes and a few handles on the snapshot.
const OPEN_FILES: u64 = 128;

/// What the process may still do once it is locked in.
#[derive(Clone, Debug)]
pub struct Sandbox {
	/// Memory that may be allocated from here on, bytes, thread stacks included.
	pub memory_bytes: u64,
	/// Processor time of all threads together, from the start of the process; rounded up to seconds.
	pub cpu: Duration,
	/// Go on where the kernel has no Landlock or no seccomp. For development on such kernels only.
	pub allow_unsandboxed: bool,
}

/// Which layer could not be put in place, and why.
#[derive(Debug, thiserror::Error)]
#[error("{layer}: {reason}")]
pub struct SandboxError {
	/// `rlimit`, `threads`, `landlock` or `seccomp`.
	pub layer: &'static str,
	/// What the system said.
	pub reason: String,
}

fn failed(layer: &'static str, reason: impl ToString) -> SandboxError {
	SandboxError { layer, reason: reason.to_string() }
}

/// A process that has left its parent's things behind and is ready to be locked in. See [`detach`].
pub struct Detached {
	filter: Result<BpfProgram, SandboxError>,
}

/// What every executor does first, before it knows its job: dies with its parent, cannot be attached to, has no files
/// open but its three pipes, and has its system call filter compiled.
///
/// # Errors
/// What `prctl` or `close_range` said.
pub fn detach() -> io::Result<Detached> {
	// SAFETY: plain system calls with constant arguments; closing descriptors above 2 is sound here because this
	// process has just started and owns none.
	unsafe {
		check(libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL))?;
		check(libc::prctl(libc::PR_SET_DUMPABLE, 0))?;
		if libc::syscall(libc::SYS_close_range, 3_u32, u32::MAX, 0_u32) != 0 {
			return Err(io::Error::last_os_error());
		}
	}
	#[cfg(target_env = "gnu")]
	{
		// Each arena reserves 64 MiB of address space, which will be limited; the default is eight per core.
		let arenas = std::thread::available_parallelism().map_or(2, |cores| cores.get().clamp(2, 4));
		// SAFETY: a plain call with integer arguments, while the process has one thread.
		unsafe { libc::mallopt(libc::M_ARENA_MAX, i32::try_from(arenas).unwrap_or(2)) };
	}
	Ok(Detached { filter: filter() })
}

fn check(result: libc::c_int) -> io::Result<()> {
	if result == 0 {
		Ok(())
	} else {
		Err(io::Error::last_os_error())
	}
}

impl Sandbox {
	/// Puts all layers in place. There is no way back.
	///
	/// # Errors
	/// The first layer that failed. The caller must end the process then.
	pub fn enter(&self, process: Detached) -> Result<(), SandboxError> {
		let status = ProcessStatus::read()?;
		if status.threads != 1 {
			return Err(failed(
				"threads",
				format!("{} threads run already, Landlock would bind one", status.threads),
			));
		}
		self.limit(&status)?;
		self.optional(restrict_files())?;
		self.optional(process.filter.and_then(|filter| {
			seccompiler::apply_filter_all_threads(&filter).map_err(|error| failed("seccomp", error))
		}))
	}

	fn optional(&self, layer: Result<(), SandboxError>) -> Result<(), SandboxError> {
		match layer {
			Err(error) if self.allow_unsandboxed => {
				eprintln!("the executor goes on without a layer of its sandbox, as configured: {error}");
				Ok(())
			}
			other => other,
		}
	}

	fn limit(&self, status: &ProcessStatus) -> Result<(), SandboxError> {
		let cpu = self.cpu.as_secs().saturating_add(1);
		set_limit("cpu", libc::RLIMIT_CPU, cpu, cpu.saturating_add(1))?;
		// Address space also holds what was reserved and never touched, such as arenas and guard pages.
		let address_space = status.size.saturating_add(self.memory_bytes).saturating_add(512 << 20);
		set_limit("address space", libc::RLIMIT_AS, address_space, address_space)?;
		let data = status.data.saturating_add(self.memory_bytes);
		set_limit("data", libc::RLIMIT_DATA, data, data)?;
		set_limit("open files", libc::RLIMIT_NOFILE, OPEN_FILES, OPEN_FILES)?;
		set_limit("file size", libc::RLIMIT_FSIZE, 0, 0)?;
		set_limit("core size", libc::RLIMIT_CORE, 0, 0)
	}
}

#[cfg(target_env = "gnu")]
type Resource = libc::__rlimit_resource_t;
#[cfg(not(target_env = "gnu"))]
type Resource = libc::c_int;

fn set_limit(name: &str, resource: Resource, soft: u64, hard: u64) -> Result<(), SandboxError> {
	let limit = libc::rlimit { rlim_cur: soft, rlim_max: hard };
	// SAFETY: the pointer is to a live value of the right type.
	check(unsafe { libc::setrlimit(resource, &limit) })
		.map_err(|error| failed("rlimit", format!("{name}: {error}")))
}

/// The lines of `/proc/self/status` that matter here.
struct ProcessStatus {
	threads: u64,
	/// Address space in use, bytes.
	size: u64,
	/// Private writable memory mapped, bytes.
	data: u64,
}

impl ProcessStatus {
	fn read() -> Result<Self, SandboxError> {
		let text = fs::read_to_string("/proc/self/status").map_err(|error| failed("rlimit", error))?;
		let field = |name: &str| -> Result<u64, SandboxError> {
			text.lines()
				.find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
				.and_then(|value| value.split_whitespace().next()?.parse().ok())
				.ok_or_else(|| failed("rlimit", format!("/proc/self/status has no {name}")))
		};
		Ok(Self { threads: field("Threads")?, size: field("VmSize")? << 10, data: field("VmData")? << 10 })
	}
}

/// Every right that Landlock knows is handled, and none is granted.
fn restrict_files() -> Result<(), SandboxError> {
	let error = |error: &dyn ToString| failed("landlock", error.to_string());
	let status = Ruleset::default()
		// The rights of the first version must be there; those of later kernels are taken where they exist.
		.set_compatibility(CompatLevel::HardRequirement)
		.handle_access(AccessFs::from_all(ABI::V1))
		.map_err(|e| error(&e))?
		.set_compatibility(CompatLevel::BestEffort)
		.handle_access(AccessFs::from_all(ABI::V6))
		.map_err(|e| error(&e))?
		.handle_access(AccessNet::from_all(ABI::V4))
		.map_err(|e| error(&e))?
		.scope(Scope::from_all(ABI::V6))
		.map_err(|e| error(&e))?
		.create()
		.map_err(|e| error(&e))?
		.restrict_self()
		.map_err(|e| error(&e))?;
	if status.ruleset == RulesetStatus::NotEnforced {
		return Err(failed("landlock", "this kernel does not enforce it"));
	}
	if !status.no_new_privs {
		return Err(failed("landlock", "no_new_privs could not be set"));
	}
	Ok(())
}

/// `argument & mask == value`, of the 64-bit argument at `index`.
fn masked(index: u8, mask: u64, value: u64) -> Result<SeccompCondition, seccompiler::BackendError> {
	SeccompCondition::new(index, SeccompCmpArgLen::Qword, SeccompCmpOp::MaskedEq(mask), value)
}

/// The low half of the argument at `index`, which is what the kernel takes an `int` from.
fn equal(index: u8, value: u32) -> Result<SeccompCondition, seccompiler::BackendError> {
	SeccompCondition::new(index, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, u64::from(value))
}

/// Calls that are allowed with any arguments: none of them reaches anything outside of this process's memory, threads
/// and open descriptors.
fn plain_calls() -> Vec<libc::c_long> {
	let mut calls = vec![
		// memory
		libc::SYS_brk,
		libc::SYS_munmap,
		libc::SYS_mremap,
		libc::SYS_madvise,
		// threads
		libc::SYS_futex,
		libc::SYS_set_robust_list,
		libc::SYS_rseq,
		libc::SYS_sched_yield,
		libc::SYS_sched_getaffinity,
		libc::SYS_getcpu,
		libc::SYS_gettid,
		libc::SYS_getpid,
		libc::SYS_exit,
		libc::SYS_exit_group,
		libc::SYS_sigaltstack,
		libc::SYS_rt_sigaction,
		libc::SYS_rt_sigprocmask,
		libc::SYS_rt_sigreturn,
		libc::SYS_restart_syscall,
		// time, randomness (hash seeds), accounting
		libc::SYS_clock_gettime,
		libc::SYS_clock_getres,
		libc::SYS_clock_nanosleep,
		libc::SYS_nanosleep,
		libc::SYS_gettimeofday,
		libc::SYS_getrandom,
		libc::SYS_getrusage,
		libc::SYS_sysinfo,
		// descriptors that are open
		libc::SYS_read,
		libc::SYS_readv,
		libc::SYS_pread64,
		libc::SYS_preadv,
		libc::SYS_lseek,
		libc::SYS_write,
		libc::SYS_writev,
		libc::SYS_close,
		libc::SYS_fstat,
		libc::SYS_ppoll,
	];
	// What older C libraries use for the same.
	#[cfg(target_arch = "x86_64")]
	calls.extend([libc::SYS_poll, libc::SYS_getrlimit]);
	calls.sort_unstable();
	calls
}

fn filter() -> Result<BpfProgram, SandboxError> {
	let build = || -> Result<BpfProgram, seccompiler::BackendError> {
		let mut rules: std::collections::BTreeMap<i64, Vec<SeccompRule>> =
			plain_calls().into_iter().map(|call| (call, Vec::new())).collect();
		let mut allow = |call: libc::c_long, alternatives: Vec<Vec<SeccompCondition>>| {
			let alternatives: Result<Vec<_>, _> = alternatives.into_iter().map(SeccompRule::new).collect();
			alternatives.map(|alternatives| rules.insert(call, alternatives))
		};
		// Memory is never made executable.
		let executable = u64::from(libc::PROT_EXEC.cast_unsigned());
		allow(libc::SYS_mmap, vec![vec![masked(2, executable, 0)?]])?;
		allow(libc::SYS_mprotect, vec![vec![masked(2, executable, 0)?]])?;
		// Threads, no processes. `clone3` hides its flags in memory, where a filter cannot look: it is left out, and
		// the C library falls back to `clone`.
		let thread = u64::from(libc::CLONE_THREAD.cast_unsigned());
		allow(libc::SYS_clone, vec![vec![masked(0, thread, thread)?]])?;
		// A thread's name; an `abort`; reading, not raising, a limit; duplicating a descriptor.
		allow(libc::SYS_prctl, vec![vec![equal(0, libc::PR_SET_NAME.cast_unsigned())?]])?;
		allow(libc::SYS_tgkill, vec![vec![equal(0, std::process::id())?]])?;
		allow(libc::SYS_prlimit64, vec![vec![equal(0, 0)?, masked(2, u64::MAX, 0)?]])?;
		let commands = [libc::F_GETFD, libc::F_SETFD, libc::F_GETFL, libc::F_DUPFD_CLOEXEC];
		let commands: Result<Vec<_>, _> = commands
			.into_iter()
			.map(|command| equal(1, command.cast_unsigned()).map(|is| vec![is]))
			.collect();
		allow(libc::SYS_fcntl, commands?)?;

		SeccompFilter::new(
			rules,
			SeccompAction::Errno(libc::ENOSYS.cast_unsigned()),
			SeccompAction::Allow,
			std::env::consts::ARCH.try_into()?,
		)?
		.try_into()
	};
	build().map_err(|error| failed("seccomp", error))
}
