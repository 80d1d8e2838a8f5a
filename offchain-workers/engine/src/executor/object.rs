//! The one file that an executor reads, as an object store of one object.
//!
//! It is opened before the sandbox closes and read at offsets from then on, so that the sandbox need not let any file be
//! opened. Reads are plain `pread`s on the thread that asks: the file is local, and mostly in the page cache.

use std::{fmt, fs::File, io, ops::Range, os::unix::fs::FileExt, sync::Arc, time::SystemTime};

use async_trait::async_trait;
use bytes::Bytes;
use datafusion::{
	datasource::listing::ListingTableUrl,
	error::DataFusionError,
	execution::object_store::ObjectStoreUrl,
	object_store::{
		path::Path, Attributes, CopyOptions, Error, GetOptions, GetResult, GetResultPayload, ListResult,
		MultipartUpload, ObjectMeta, ObjectStore, PutMultipartOptions, PutOptions, PutPayload, PutResult,
		Result,
	},
	prelude::SessionContext,
};
use futures::{
	stream::{self, BoxStream},
	StreamExt,
};

const STORE: &str = "snapshot://table";

/// Where the bytes are.
#[derive(Debug)]
pub(super) enum Content {
	/// An open file.
	File(File),
	/// Memory, for what an executor practises on.
	Memory(Bytes),
}

/// A store that holds one object, and gives nothing away but that.
#[derive(Debug)]
struct OneObject {
	content: Content,
	location: Path,
	size: u64,
	modified: SystemTime,
}

/// Makes `content` the only object that `context` can reach, under `name`. Returns its URL.
pub(super) fn register(
	context: &SessionContext,
	name: &str,
	content: Content,
) -> Result<ListingTableUrl, DataFusionError> {
	let (size, modified) = match &content {
		Content::File(file) => {
			let metadata = file.metadata()?;
			(metadata.len(), metadata.modified()?)
		}
		Content::Memory(bytes) => (bytes.len() as u64, SystemTime::UNIX_EPOCH),
	};
	let object = OneObject { content, location: Path::from(name), size, modified };
	context.register_object_store(ObjectStoreUrl::parse(STORE)?.as_ref(), Arc::new(object));
	ListingTableUrl::parse(format!("{STORE}/{name}"))
}

impl OneObject {
	fn meta(&self) -> ObjectMeta {
		ObjectMeta {
			location: self.location.clone(),
			last_modified: self.modified.into(),
			size: self.size,
			e_tag: None,
			version: None,
		}
	}

	fn check(&self, location: &Path) -> Result<()> {
		if *location == self.location {
			return Ok(());
		}
		Err(Error::NotFound { path: location.to_string(), source: "there is one object here".into() })
	}

	fn read(&self, range: &Range<u64>) -> Result<Bytes> {
		let failed = |error: io::Error| Error::Generic { store: "snapshot", source: Box::new(error) };
		let invalid =
			|| failed(io::Error::new(io::ErrorKind::UnexpectedEof, "a range beyond the end of the snapshot"));
		if range.start > range.end || range.end > self.size {
			return Err(invalid());
		}
		let (start, end) = (usize::try_from(range.start), usize::try_from(range.end));
		let (Ok(start), Ok(end)) = (start, end) else { return Err(invalid()) };
		match &self.content {
			Content::Memory(bytes) => Ok(bytes.slice(start..end)),
			Content::File(file) => {
				let mut buffer = vec![0; end - start];
				file.read_exact_at(&mut buffer, range.start).map_err(failed)?;
				Ok(buffer.into())
			}
		}
	}
}

impl fmt::Display for OneObject {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str("snapshot")
	}
}

fn read_only<T>() -> Result<T> {
	Err(Error::NotSupported { source: "the snapshot is only read".into() })
}

#[async_trait]
impl ObjectStore for OneObject {
	async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
		self.check(location)?;
		let meta = self.meta();
		options.check_preconditions(&meta)?;
		let range = match &options.range {
			Some(range) => range
				.as_range(self.size)
				.map_err(|error| Error::Generic { store: "snapshot", source: Box::new(error) })?,
			None => 0..self.size,
		};
		let bytes = if options.head { Bytes::new() } else { self.read(&range)? };
		let payload = GetResultPayload::Stream(stream::once(async { Ok(bytes) }).boxed());
		Ok(GetResult { payload, meta, range, attributes: Attributes::default() })
	}

	async fn get_ranges(&self, location: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
		self.check(location)?;
		ranges.iter().map(|range| self.read(range)).collect()
	}

	fn list(&self, _: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
		stream::once(std::future::ready(Ok(self.meta()))).boxed()
	}

	async fn list_with_delimiter(&self, _: Option<&Path>) -> Result<ListResult> {
		Ok(ListResult { common_prefixes: Vec::new(), objects: vec![self.meta()] })
	}

	async fn put_opts(&self, _: &Path, _: PutPayload, _: PutOptions) -> Result<PutResult> {
		read_only()
	}

	async fn put_multipart_opts(&self, _: &Path, _: PutMultipartOptions) -> Result<Box<dyn MultipartUpload>> {
		read_only()
	}

	fn delete_stream(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
		locations.then(|_| async { read_only() }).boxed()
	}

	async fn copy_opts(&self, _: &Path, _: &Path, _: CopyOptions) -> Result<()> {
		read_only()
	}
}
