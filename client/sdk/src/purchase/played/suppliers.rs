//! Persistence nodes that are played.

use super::{Made, GENESIS, LISTING};
use crate::{
	purchase::{
		sealed::Wanted,
		suppliers::{Suppliers, Supply},
	},
	types::*,
	AccountId,
};
use async_trait::async_trait;
use codec::Encode as _;
use souk_protocol::download::{DownloadReply, DownloadRequest};
use std::{
	collections::VecDeque,
	sync::{Arc, Mutex},
};

/// How a node serves downloads.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Manner {
	Honest,
	Refuses,
	Unreachable,
	/// Ends each stream after so many pieces.
	EndsAfter(usize),
	/// Breaks off after so many pieces.
	CutsAfter(usize),
	/// Changes a byte of a chunk's piece; the first 32 are its leaf.
	Changes {
		chunk: usize,
		byte: usize,
	},
	/// Says to have another file.
	OtherFile,
	/// Leaves a byte out of each piece.
	WrongSize,
	/// Answers something that is no reply.
	Garbage,
	/// Says "later" so many times.
	LaterUntil(usize),
	Silent,
}

pub(crate) fn node(number: u8) -> AssignmentView {
	AssignmentView {
		node: [number; 32],
		role: NodeRole::Persistence,
		wrapped_key: vec![],
		peer_id: vec![],
		addresses: vec![],
		encryption_key: [0; 32],
		since: 1,
	}
}

/// Nodes that have snapshots.
#[derive(Clone)]
pub(crate) struct PlayedSuppliers {
	made: Arc<Mutex<Vec<Made>>>,
	manners: Arc<Mutex<Vec<(AccountId, Manner)>>>,
	asked: Arc<Mutex<Vec<u32>>>,
}

impl PlayedSuppliers {
	pub fn new(made: Made) -> Self {
		Self { made: Arc::new(Mutex::new(vec![made])), manners: Arc::default(), asked: Arc::default() }
	}

	pub fn add(&mut self, node: &AssignmentView, manner: Manner) {
		self.manners.lock().unwrap().push((node.node, manner));
	}

	pub fn publish(&self, made: Made) {
		self.made.lock().unwrap().push(made);
	}

	/// From which chunk on each request was.
	pub fn asked(&self) -> Vec<u32> {
		self.asked.lock().unwrap().clone()
	}

	fn frames(&self, manner: &Manner, request: &DownloadRequest) -> Result<Frames, String> {
		let made = self.made.lock().unwrap();
		let made = made.iter().find(|made| made.wanted.period == request.period).ok_or("no such period")?;
		let Wanted { chunks, bytes, cipher_root, content_root, .. } = made.wanted;
		let cipher_root = if *manner == Manner::OtherFile { [0; 32] } else { cipher_root };
		let reply = match manner {
			Manner::Refuses => DownloadReply::Refused { reason: "not sold".into() },
			Manner::LaterUntil(_) => DownloadReply::Later { reason: "busy".into() },
			_ => DownloadReply::Sends { chunks, bytes, cipher_root, content_root },
		};
		let sends = matches!(reply, DownloadReply::Sends { .. });
		let reply = if *manner == Manner::Garbage { vec![0xff; 3] } else { reply.encode() };
		let mut frames = VecDeque::from([Some(reply)]);
		for (number, index) in (request.from_chunk..chunks).enumerate().filter(|_| sends) {
			let index = index as usize;
			let mut piece = made.pieces[index].clone();
			match manner {
				Manner::EndsAfter(limit) if number == *limit => break,
				Manner::CutsAfter(limit) if number == *limit => {
					frames.push_back(None);
					break;
				}
				Manner::Changes { chunk, byte } if index == *chunk => piece[*byte] ^= 1,
				Manner::WrongSize => drop(piece.pop()),
				_ => {}
			}
			frames.push_back(Some(piece));
		}
		Ok(Frames(frames))
	}
}

#[async_trait]
impl Suppliers for PlayedSuppliers {
	async fn ask(
		&self,
		provider: &AssignmentView,
		request: DownloadRequest,
	) -> Result<Box<dyn Supply>, String> {
		assert_eq!((request.genesis, request.listing), (GENESIS, LISTING));
		let manner = {
			let mut manners = self.manners.lock().unwrap();
			let (_, manner) = manners.iter_mut().find(|(node, _)| *node == provider.node).unwrap();
			let now = manner.clone();
			if let Manner::LaterUntil(times) = manner {
				*manner = if *times > 1 { Manner::LaterUntil(*times - 1) } else { Manner::Honest };
			}
			now
		};
		match manner {
			Manner::Unreachable => return Err("nobody there".into()),
			Manner::Silent => std::future::pending().await,
			_ => {}
		}
		self.asked.lock().unwrap().push(request.from_chunk);
		Ok(Box::new(self.frames(&manner, &request)?))
	}
}

/// Frames to come; `None` is where it breaks off.
struct Frames(VecDeque<Option<Vec<u8>>>);

#[async_trait]
impl Supply for Frames {
	async fn frame(&mut self) -> Result<Option<Vec<u8>>, String> {
		match self.0.pop_front() {
			Some(Some(frame)) => Ok(Some(frame)),
			Some(None) => Err("cut off".into()),
			None => Ok(None),
		}
	}
}
