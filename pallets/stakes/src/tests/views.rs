use super::*;

#[test]
fn fines_are_shown_while_they_are_divided() {
	TestExt::default().execute(|| {
		subscribe(LISTING, FIRST, 1, Asset::Native, 1_000_000);
		commit(offence(OffenceKind::BadChunk));
		commit(Offence { reporter: None, ..offence(OffenceKind::LostDispute) });
		let view = |id, left, subscribers, reporter| FineView {
			id,
			listing: LISTING,
			at: START,
			left,
			paid: Division::default(),
			subscribers,
			reporter,
			waits_until: None,
		};
		// For subscribers, no more than what the node has lost.
		let first = view(0, 1_200, 200, Some((REPORTER, 240)));
		let second = view(1, 1_060, 160, None);
		assert_eq!(Stakes::fines(None, 10), [first.clone(), second.clone()]);
		assert_eq!(Stakes::fines(None, 1), [first]);
		assert_eq!(Stakes::fines(Some(0), 10), [second]);
		assert!(Stakes::fines(Some(1), 10).is_empty() && Stakes::fines(None, 0).is_empty());
		advance_to(START + 1);
		assert!(Stakes::fines(None, 10).is_empty());
	});
}

#[test]
fn the_table_has_every_kind() {
	TestExt::default().execute(|| {
		let table = Stakes::penalties();
		assert_eq!(table.len(), OffenceKind::ALL.len());
		assert!(table.iter().all(|(_, cost)| *cost == penalty()));
		let codes: Vec<_> = table.iter().map(|(kind, _)| codec::Encode::encode(kind)).collect();
		assert_eq!(codes, (0..7u8).map(|code| vec![code]).collect::<Vec<_>>());
	});
}
