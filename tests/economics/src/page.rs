//! The page of what was simulated, and its plot.

use crate::{
	attacks::{
		curators::{nothing_delivered, self_subscription},
		giving_in::{conceded, When},
		griefers::{grief, Grief},
		juries::{attack, Attack, Means, SILENT},
		slashes::{hired, most_of_others, penalty, self_slash, Hers, BOND, NODE_BOND, TABLE},
		voters::{gain, Voter},
		HONEST, MANY_TRIALS, TRIALS,
	},
	Milli, Parameters, SOUK,
};
use pallet_disputes::{DRAW_EVERY, OUTBID_PART};
use sp_arithmetic::FixedU128;
use std::fmt::Write as _;

/// Shares of the pool that are bought, in percent.
const SHARES: [u32; 9] = [5, 10, 15, 20, 25, 30, 35, 40, 50];
/// The price of the order that the plot is about.
const PRICE: Milli = 1_000 * SOUK;
/// What subscribers and reporter get of a fine together, in percent, of which 20 are the reporter's.
const RETURNED: [u32; 3] = [50, 70, 90];

/// What is written.
pub struct Page {
	/// `docs/economics.md`
	pub text: String,
	/// `docs/economics.svg`
	pub plot: String,
}

/// Plays all attacks and writes of them.
pub fn write() -> Page {
	let attacks = Means::ALL.map(|means| {
		let attacks = SHARES.map(|share| attack(&Parameters::CHOSEN, means, share));
		Attacks { means, attacks }
	});
	let mut text = String::new();
	// Writing to a text cannot fail.
	let written = all(&mut text, &attacks);
	debug_assert!(written.is_ok());
	Page { text, plot: plot(&attacks) }
}

/// Attacks of one kind, by the share of the seats.
struct Attacks {
	means: Means,
	attacks: [Attack; SHARES.len()],
}

/// An amount in SOUK, with two digits after the point.
fn souk(amount: Milli) -> String {
	let sign = if amount <= -10 { "−" } else { "" };
	let (whole, rest) = (amount.abs() / SOUK, amount.abs() % SOUK / 10);
	format!("{sign}{whole}.{rest:02}")
}

fn all(page: &mut String, attacks: &[Attacks]) -> std::fmt::Result {
	let Parameters { fee, stake, fine } = Parameters::CHOSEN;
	writeln!(
		page,
		"# What attackers gain\n\n\
		 Written by `cargo run -p souk-economics`, which plays each attack {TRIALS} times, those on juries {MANY_TRIALS} times, with the chain's own arithmetic; a test of that crate \
		 compares this page with what it writes. Amounts are in SOUK. The chosen numbers are: a juror's fee of {}, a stake of {}, of which a \
		 wrong vote costs {fine} %; juries of 3, 7 and 15. An honest arbitrator sees who is right in {HONEST} % of all cases.\n",
		souk(fee),
		souk(stake)
	)?;
	juries(page, attacks)?;
	other_numbers(page)?;
	not_simulated(page)?;
	griefers(page)?;
	giving_in(page)?;
	voters(page)?;
	curators(page)?;
	slashes(page)
}

/// Ten thousands as percent.
fn percent(share: u32) -> String {
	format!("{}.{:02} %", share / 100, share % 100)
}

fn juries(page: &mut String, attacks: &[Attacks]) -> std::fmt::Result {
	writeln!(
		page,
		"## Who buys juries\n\n\
		 A seller who is wrong has a part of all seats: by a bribe that is paid only where the vote was in vain (p + ε), or by arbitrators of \
		 their own, who earn fees and pay fines as all do. Both sides appeal as long as they can. A ruling for the seller is worth the whole price, \
		 a refusal half of it. The attack gains nothing of an order up to the price in the last column.\n\n\
		 ![gain of the attacker by share of the pool](economics.svg)\n\n\
		 | means | share of the seats | succeeds | jury refuses | costs | gains nothing up to |\n|---|---:|---:|---:|---:|---:|"
	)?;
	for Attacks { means, attacks } in attacks {
		for (share, attack) in SHARES.iter().zip(attacks) {
			let bound = match attack.bound() {
				Some(bound) if bound > 0 => souk(bound),
				Some(_) => "nothing".into(),
				None => "any price".into(),
			};
			let Attack { wins, refusals, costs } = *attack;
			let (wins, refusals, costs) = (percent(wins), percent(refusals), souk(costs));
			let name = means.name();
			writeln!(page, "| {name} | {share} % | {wins} | {refusals} | {costs} | {bound} |")?;
		}
	}
	withheld(page)?;
	writeln!(
		page,
		"\n**No parameter makes this safe at any price.** Who has half of all seats has the ruling; the numbers only say what it costs, and \
		 the bound grows with fee, stake and fine alike. An order that is worth more than the bound should be sold in parts: each part is a \
		 dispute of its own, up to the part's price. What stands against a briber besides is that the jury is not known before it is drawn, and \
		 sits for a day.\n"
	)
}

fn withheld(page: &mut String) -> std::fmt::Result {
	const SHARE: u32 = 25;
	const TENTH: u32 = 10;
	let of = |means| attack(&Parameters::CHOSEN, means, SHARE);
	let (open, withheld) = (of(Means::BribesAmongSilent), of(Means::Withholding));
	let bound = |attack: &Attack| attack.bound().map_or("any price".into(), souk);
	writeln!(
		page,
		"\n**Who reveals last** sees what the others' votes come to, can change none, and can keep her own back. That costs the stake, and can \
		 leave a jury without a quorum. Where all others reveal it changes nothing, however many are bought: what rules against them is a \
		 majority of all seats, by itself a quorum; a test plays every jury. Where some of the others are silent ({SILENT} % of them in the rows \
		 of the last two kinds), a last jury that would rule against the seller can be made to refuse. With {SHARE} % of the seats it \
		 refuses in {} of all cases instead of {}, and the bound is {} instead of {}. So **silence of honest jurors is what makes withholding \
		 worth anything**, and all of a stake is its price.",
		percent(withheld.refusals),
		percent(open.refusals),
		bound(&withheld),
		bound(&open)
	)?;
	refusals(page, [(SHARE, withheld), (TENTH, attack(&Parameters::CHOSEN, Means::Withholding, TENTH))])
}

/// What becomes of the bound where a refusal is worth more to who withholds votes.
fn refusals(
	page: &mut String,
	[(share, first), (other_share, other)]: [(u32, Attack); 2],
) -> std::fmt::Result {
	let [least, half, most] = Parameters::BUYER_SHARES;
	let bound = |attack: &Attack, refusal| attack.bound_where(refusal).map_or("any price".into(), souk);
	writeln!(
		page,
		"\n**What a refusal is worth** governance sets (`DisputeBuyerShare`), also for orders that are disputed already: {half} % of the price at first, as in the \
		 rows above, never less than {least} % nor more than {most} % for the buyer, and so for the seller. With all of it for one side a refusal would be as good as a ruling, \
		 and small attackers have one more often than the other: the bound of withheld votes with {share} % of the seats would be {}, with {other_share} % it would be {}. With \
		 {most} % it is {} and {}, less than a fifth below that of {half} %, with each part of the seats above. What was delivered of data is proved, and paid.",
		bound(&first, 100),
		bound(&other, 100),
		bound(&first, most),
		bound(&other, most)
	)
}

/// What becomes of the bound where governance sets other numbers.
fn other_numbers(page: &mut String) -> std::fmt::Result {
	writeln!(
		page,
		"Governance can set any numbers, but the runtime has floors: a fee counts as {} at least, a bond of an arbitrator, and of a ticket, as 10 SOUK, \
		 and each time of a case as {} blocks, that of a drawing as two epochs more. Below that juries would be had for nothing, or never be drawn, or nobody could answer or vote in time. The stake may be \
		 set to nothing: twice the fee is in force then. There is no ceiling, since the bound grows with all three.\n\n\
		 The bound for a tenth and a quarter of the seats, bribed, with other parameters:\n\n\
		 | fee | stake | wrong vote | bound at 10 % | bound at 25 % |\n|---:|---:|---:|---:|---:|",
		souk(Parameters::LEAST_FEE),
		Parameters::SHORTEST_PHASE
	)?;
	for parameters in Parameters::reachable() {
		let bound = |share| {
			let attack = attack(&parameters, Means::Bribes, share);
			attack.bound().map_or("any price".into(), souk)
		};
		let Parameters { fee, stake, fine } = parameters;
		let (tenth, quarter) = (bound(10), bound(25));
		writeln!(page, "| {} | {} | {fine} % | {tenth} | {quarter} |", souk(fee), souk(stake))?;
	}
	writeln!(
		page,
		"\nWith every one of them, and with whatever a refusal is worth, who has a tenth of the seats by any of these means gains nothing of an order of up to a thousand fees.\n"
	)
}

/// What governance can set, and what can be done to the pool, that no table shows.
fn not_simulated(page: &mut String) -> std::fmt::Result {
	writeln!(
		page,
		"**No table covers the following**, which governance can set, or which comes before a jury is drawn:\n\n\
		 - *Times.* Nobody is late in what is simulated. With times of {} blocks, which are a minute, a side loses by default, and a juror the stake, who has no \
		 program that looks at each block: the opener wins then against whoever only looks now and then. That floor keeps a mistake from making an answer or a vote \
		 impossible, and no more. A case keeps the numbers with which it was opened.\n\
		 - *`DrawTimeout`.* Randomness takes two epochs at most, and it is waited for whatever is set: a test of the runtime has juries drawn where governance gives no time for \
		 it. With no more than the floor a pool is soon kept busy for as long (below). Where no jury is drawn fees go back, and governance may rule; where nobody does, the order is \
		 divided. After an appeal the ruling before stands.\n\
		 - *Capture of the pool.* The tables begin with a share of the seats and do not say what it costs. The pool has a bounded number of places. Where it is full, a bond \
		 has to be larger by one part in {OUTBID_PART} than the smallest that sits on no jury to push it out, and nobody is pushed out less than {DRAW_EVERY} blocks after \
		 another; who was has the bond at once and can come back with more. So whoever bonds most has the pool in the end, within some hours, and the money is a \
		 bond and not spent: what it loses is what wrong votes cost, as above.\n\
		 - *Occupation of the pool.* Who has cases of their own opened locks stakes of arbitrators, for some fees of juries. Others' cases are opened all the same, and appeals taken, \
		 if the pool has enough arbitrators whose bonds are large enough; but a drawing waits no longer than `DrawTimeout` for those who are free. In a \
		 small pool that can be kept busy for as long, and then there is no jury, as above. A larger pool and larger bonds stand against it, and that each such case is paid for.\n",
		Parameters::SHORTEST_PHASE
	)
}

fn griefers(page: &mut String) -> std::fmt::Result {
	writeln!(
		page,
		"## Griefers\n\n\
		 A buyer disputes what there is nothing wrong with. What both sides lose of what they posted, in the mean; the victim always appeals \
		 where a jury errs.\n\n\
		 | arbitrators are right | griefer appeals | griefer loses | victim loses |\n|---:|---|---:|---:|"
	)?;
	for accuracy in [95, 90, 75] {
		for (appeals_to, name) in [(0, "never"), (1, "once"), (2, "twice")] {
			let Grief { griefer, victim } = grief(&Parameters::CHOSEN, accuracy, appeals_to);
			writeln!(page, "| {accuracy} % | {name} | {} | {} |", souk(griefer), souk(victim))?;
		}
	}
	writeln!(
		page,
		"\nA griefer loses something, and at least what the victim does, with every parameter set that was tried ({} of them): a winner pays only where a \
		 jury was wrong first, and then after what that jury is fined. Who does not answer a dispute about goods loses it: that costs the victim the \
		 order, and is the one thing that a griefer may hope for. A delivery that is proved answers by itself, if the seller has the jury's fee.\n",
		Parameters::reachable().len()
	)
}

fn giving_in(page: &mut String) -> std::fmt::Result {
	writeln!(
		page,
		"## Sellers who give in\n\n\
		 A seller who is wrong, with a bond of {}, gives the order's money back (`cancel`) before a ruling is final, to save what a lost dispute takes of the bond. What \
		 she loses of what she posted and of the bond, and what each of the jurors gains who sit then and are not counted any more; in the mean. The buyer appeals where a jury errs.\n\n\
		 | gives in | fees | bond | jurors who are not counted |\n|---|---:|---:|---:|",
		souk(BOND)
	)?;
	for when in When::ALL {
		let costs = conceded(&Parameters::CHOSEN, when);
		let jurors = costs.jurors.map_or("—".into(), souk);
		writeln!(page, "| {} | {} | {} | {jurors} |", when.name(), souk(costs.fees), souk(costs.bond))?;
	}
	writeln!(
		page,
		"\nAfter a ruling it saves nothing, with every parameter set that was tried: what was decided stands, also while the jury of an appeal votes, and as soon as the \
		 votes that are revealed leave no other ruling, or their time is over, whether or not a block had room to count them. **Before that it saves the bond**: nobody has ruled then. Votes are revealed one by one, so that who looks at each block can give in after the \
		 first. The money goes back and the jury is paid all the same, and none of its members is fined for what a side decided after it had seen the votes.\n"
	)
}

fn voters(page: &mut String) -> std::fmt::Result {
	write!(
		page,
		"## Jurors who do not look\n\n\
		 What a seat on a first jury brings, in the mean, where all others look and who is right appeals.\n\n\
		 | fee | stake | wrong vote |"
	)?;
	for voter in Voter::ALL {
		write!(page, " {} |", voter.name())?;
	}
	writeln!(page, "\n|---:|---:|---:|{}", "---:|".repeat(Voter::ALL.len()))?;
	for parameters in Parameters::reachable() {
		let Parameters { fee, stake, fine } = parameters;
		let (in_force, wrong) = parameters.at_stake();
		let raised = if in_force > stake { format!(" → {}", souk(in_force)) } else { String::new() };
		write!(page, "| {} | {}{raised} | {fine} %: {} |", souk(fee), souk(stake), souk(wrong))?;
		for voter in Voter::ALL {
			write!(page, " {} |", souk(gain(&parameters, voter)))?;
		}
		writeln!(page)?;
	}
	let harsh = Parameters { fee: SOUK / 2, stake: 100 * SOUK, fine: 100 };
	writeln!(
		page,
		"\nTo wait for the last block of the commitments shows nothing, and is no strategy: they are salted hashes, and the chain takes no \
		 vote before the time for them is over. Who waits with revealing sees all votes and can only keep her own back; that costs the whole stake, \
		 and a lost vote no more than that, so that it never brings more than to reveal. A copied commitment can be revealed by nobody and \
		 costs the stake. The chain raises stake and fine where a wrong vote would cost less than twice the fee: without that, a coin that is \
		 right every other time would earn more than it loses, and governance could set numbers by which not to look pays. \
		 Nothing keeps governance from the other end: with a fee of {}, a stake of {} and all of it lost with a wrong vote, a seat brings \
		 {} to who looks, and nobody honest would sit.\n",
		souk(harsh.fee),
		souk(harsh.stake),
		souk(gain(&harsh, Voter::Honest))
	)
}

fn curators(page: &mut String) -> std::fmt::Result {
	writeln!(
		page,
		"## Curators\n\n\
		 **Self-subscribers.** A curator pays for her own listing from accounts of her own, and has all of the workers and persistence nodes. \
		 For each 100 SOUK she loses the protocol fee (and the fees of the transactions, which are not counted):\n\n\
		 | protocol fee | gain |\n|---:|---:|"
	)?;
	for percent in [0, 1, 5, 30] {
		writeln!(page, "| {percent} % | {} |", souk(self_subscription(100 * SOUK, percent)))?;
	}
	writeln!(
		page,
		"\nNever a gain. **With a protocol fee of 0 it is no loss either**: the place in the rankings that she has by it costs only deposits and the \
		 fees of transactions. Rankings count who stays, so it has to be kept up.\n\n\
		 **Sybil curators.** A curator under ever new names marks orders of 40 SOUK as delivered and delivers nothing, without a bond. What she \
		 gains of an order, where so many of her buyers object:\n\n\
		 | buyers who object | gain of an order |\n|---:|---:|"
	)?;
	for percent in [100, 90, 75, 50, 25] {
		let gain = nothing_delivered(&Parameters::CHOSEN, 40 * SOUK, percent);
		writeln!(page, "| {percent} % | {} |", souk(gain))?;
	}
	writeln!(
		page,
		"\nShe loses as long as her buyers object. **Who pays without looking is what she lives of, and no jury helps there**: the gain is \
		 positive where few object, whatever governance sets. Data cannot be sold that way: its delivery is proved.\n"
	)
}

fn slashes(page: &mut String) -> std::fmt::Result {
	writeln!(
		page,
		"## Curators who let themselves be fined\n\n\
		 A curator and a node of hers commit an offence, or let it be ruled that they did, and she gets back of the fine what she can: all who pay for the \
		 listing are she, under names that nobody knows, and have paid enough to get all that subscribers may get; and she reports herself. Her \
		 bond is {}, her node's {}, and nobody backs her. What she gains with the chain's first table, and where subscribers and reporter have another part of the \
		 fine together:\n\n\
		 | offence | fine | first table | 50 % | 70 % | 90 % |\n|---|---:|---:|---:|---:|---:|",
		souk(BOND),
		souk(NODE_BOND)
	)?;
	for (kind, numbers) in TABLE {
		let gain = |[subscribers, reporter]: [u32; 2]| {
			let [curator, node, ..] = numbers;
			souk(self_slash(&penalty([curator, node, subscribers, reporter]).sound(), Hers::ALL))
		};
		let [curator, node, subscribers, reporter] = numbers;
		let fine = Milli::from(curator) * BOND / 1_000 + Milli::from(node) * NODE_BOND / 1_000;
		write!(page, "| `{kind:?}` | {} | {} |", souk(fine), gain([subscribers, reporter]))?;
		for together in RETURNED {
			write!(page, " {} |", gain([together - 20, 20]))?;
		}
		writeln!(page)?;
	}
	writeln!(
		page,
		"\nNever a gain, and a tenth of each fine is lost whatever governance sets: of more than 90 %, 90 % are in force, since with all of it hers no \
		 fine would take anything of her. A penalty that is set to nothing takes nothing.\n\n\
		 **Each one costs more than the last**, up to all of the bond: as much again for each earlier one of its kind in four weeks. Of absences (the first three) \
		 one in a day counts for that, so that a node that is down for a night loses a part of the bond and not the bond. Whoever sees an offence coming gains \
		 nothing by subscribing: those who have a part of the fine were there before anybody could see it. Nor are absences got around for a fee: until there is a \
		 snapshot, pauses put it off by six hours in all, and neither a new one before each round nor a node that leaves and is back at once keeps nodes from being \
		 asked.\n\n\
		 **With others' money behind her bond** she is given a part of what they lose. So no more of it answers than what makes that no gain, \
		 whatever governance sets for it (`without_gain`). A bad chunk, which takes a tenth of bond and backing, with as much behind the bond as can answer:\n\n\
		 | subscribers and reporter | most behind a bond of {} | gain, others back her | gain, she backs herself |\n|---:|---:|---:|---:|",
		souk(BOND)
	)?;
	for together in RETURNED {
		let penalty = penalty([100, 0, together - 20, 20]).sound();
		let most = most_of_others(&penalty, FixedU128::from_u32(1_000));
		let others = self_slash(&penalty, Hers { others: most, ..Hers::ALL });
		let herself = self_slash(&penalty, Hers { herself: most, ..Hers::ALL });
		writeln!(page, "| {together} % | {} | {} | {} |", souk(most), souk(others), souk(herself))?;
	}
	writeln!(
		page,
		"\nAt the limit she gains nothing, **and loses nothing either**: the loss is her backers', who see on chain how much is behind the bond and what \
		 the penalties are. Below it she loses, and most where she has backed herself."
	)?;
	hired_nodes(page)
}

fn hired_nodes(page: &mut String) -> std::fmt::Result {
	writeln!(
		page,
		"\n## Nodes and workers who are hired\n\n\
		 A node that a curator has hired is all who pay for her listing, under names that nobody knows, and commits an offence for which both answer. With her bond \
		 of {} and its own of {}:\n\n\
		 | offence | the curator loses | the node loses | those who pay get |\n|---|---:|---:|---:|",
		souk(BOND),
		souk(NODE_BOND)
	)?;
	for (kind, numbers) in TABLE {
		let [curator, node, ..] = numbers;
		if curator > 0 && node > 0 {
			let (back, lost) = hired(&penalty(numbers));
			writeln!(
				page,
				"| `{kind:?}` | {} | {} | {} |",
				souk(Milli::from(curator) * BOND / 1_000),
				souk(lost),
				souk(back)
			)?;
		}
	}
	writeln!(
		page,
		"\nNever a gain, whatever governance sets: they get no more than the node loses. A worker answers for no snapshot that is late, nor for one that is bad, and can bring \
		 about either where a quorum needs it. Of these nobody gets more than what they have paid for the time in which they were harmed, out of the price of a \
		 subscription that she has: so that is no gain either. **Harm for its own sake** is not prevented by it. It costs a node as above, and a worker its place: a \
		 curator chooses whom she hires, and as many that one alone is no quorum."
	)
}

/// The gain of an order of [`PRICE`] by the share of the seats that is bought.
fn plot(attacks: &[Attacks]) -> String {
	const WIDTH: Milli = 640;
	const HEIGHT: Milli = 360;
	const LEFT: Milli = 70;
	const RIGHT: Milli = 20;
	const TOP: Milli = 30;
	const BOTTOM: Milli = 40;
	const COLOURS: [&str; Means::ALL.len()] = ["#b03a2e", "#1f618d", "#9a7d0a", "#6c3483"];
	let gains = |Attacks { attacks, .. }: &Attacks| attacks.each_ref().map(|attack| attack.gain(PRICE));
	let lines: Vec<_> =
		attacks.iter().zip(COLOURS).map(|(all, colour)| (all.means.name(), colour, gains(all))).collect();
	let all = || lines.iter().flat_map(|(_, _, gains)| gains.iter().copied());
	let (low, high) = (all().min().unwrap_or(0).min(0), all().max().unwrap_or(0).max(0));
	let span = (high - low).max(1);
	let most = Milli::from(SHARES[SHARES.len() - 1]);
	let x = |share: u32| LEFT + Milli::from(share) * (WIDTH - LEFT - RIGHT) / most;
	let y = |gain: Milli| TOP + (high - gain) * (HEIGHT - TOP - BOTTOM) / span;
	let mut svg = format!(
		"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" font-size=\"12\">\n\
		 <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"white\"/>\n\
		 <text x=\"{LEFT}\" y=\"18\">gain of who attacks an order of {} SOUK, by share of the seats</text>\n\
		 <line x1=\"{LEFT}\" y1=\"{zero}\" x2=\"{end}\" y2=\"{zero}\" stroke=\"black\"/>\n\
		 <line x1=\"{LEFT}\" y1=\"{TOP}\" x2=\"{LEFT}\" y2=\"{foot}\" stroke=\"black\"/>\n",
		PRICE / SOUK,
		zero = y(0),
		end = WIDTH - RIGHT,
		foot = HEIGHT - BOTTOM
	);
	for gain in [low, 0, high] {
		let at = y(gain);
		svg += &format!(
			"<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>\n",
			LEFT - 6,
			at + 4,
			gain / SOUK
		);
	}
	for share in SHARES {
		let at = x(share);
		svg += &format!(
			"<text x=\"{at}\" y=\"{}\" text-anchor=\"middle\">{share} %</text>\n",
			HEIGHT - BOTTOM + 18
		);
	}
	for (at, (name, colour, gains)) in lines.iter().enumerate() {
		let points = SHARES.iter().zip(gains).map(|(share, gain)| format!("{},{}", x(*share), y(*gain)));
		let points = points.collect::<Vec<_>>().join(" ");
		let below = TOP + 20 + 16 * Milli::try_from(at).unwrap_or(0);
		svg += &format!(
			"<polyline points=\"{points}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>\n\
			 <text x=\"{}\" y=\"{below}\" fill=\"{colour}\">{name}</text>\n",
			LEFT + 12
		);
	}
	svg + "</svg>\n"
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::path::Path;

	#[test]
	fn the_committed_page_is_what_is_simulated() {
		let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
		let committed = |name: &str| std::fs::read_to_string(docs.join(name)).unwrap_or_default();
		let page = write();
		let again = "write it again: cargo run -p souk-economics";
		assert!(committed("economics.md") == page.text, "docs/economics.md is out of date; {again}");
		assert!(committed("economics.svg") == page.plot, "docs/economics.svg is out of date; {again}");
	}
}
