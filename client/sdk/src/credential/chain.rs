//! What the chain knows of a credential.

use super::{Credential, PriceRange, Refusal};
use crate::{
	error::SdkError,
	types::{CredentialView, OrderState, OrderView},
	AssetInfo, Digest, View,
};

/// What the chain says that a credential is checked against.
#[derive(Clone, Debug)]
pub struct Known {
	/// Hash of its genesis block.
	pub genesis: Digest,
	/// Its record of the credential.
	pub record: Option<CredentialView>,
	/// Its record of the order, while that is kept, and the asset of its price.
	pub order: Option<(OrderView, AssetInfo)>,
}

impl Known {
	/// Reads it at a block.
	///
	/// Errors: [`SdkError::Read`], [`SdkError::HeadGone`], [`SdkError::UnknownAsset`].
	pub async fn at(view: &View, genesis: Digest, credential: &Credential) -> Result<Self, SdkError> {
		let id = credential.statement.id;
		// Another chain's order is not looked up here.
		if credential.statement.genesis != genesis {
			return Ok(Self { genesis, record: None, order: None });
		}
		let order = match view.order(id.order).await? {
			Some(order) => {
				let asset = view.asset_info(order.price.asset).await?;
				Some((order, asset))
			}
			None => None,
		};
		Ok(Self { genesis, record: view.credential(id).await?, order })
	}
}

/// Something that was checked and holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
	/// The credential is about an order of this chain.
	Chain,
	/// The chain knows this very document.
	Registered,
	/// The chain knows these sides.
	Sides,
	/// It is not revoked.
	NotRevoked,
	/// The order is as the credential says.
	Order,
	/// The order's record was removed from the chain: only its sides and its listing are known.
	OrderForgotten,
}

/// Checks a credential against what the chain knows. Returns what was checked, in that order.
///
/// # Errors
///
/// The first thing that does not hold.
pub fn check(credential: &Credential, known: &Known) -> Result<Vec<Check>, Refusal> {
	let statement = &credential.statement;
	let mut checks = Vec::new();
	let mut hold = |holds: bool, check, refusal| {
		if !holds {
			return Err(refusal);
		}
		checks.push(check);
		Ok(())
	};
	hold(statement.genesis == known.genesis, Check::Chain, Refusal::OtherChain)?;
	let CredentialView { id, record } = known.record.as_ref().ok_or(Refusal::NotRegistered)?;
	hold(record.hash == credential.hash(), Check::Registered, Refusal::OtherDocument)?;
	let sides = (record.issuer, record.subject, record.listing);
	let said = (statement.issuer, statement.subject, statement.facts.listing);
	hold(*id == statement.id && sides == said, Check::Sides, Refusal::OtherSides)?;
	hold(record.revoked_at.is_none(), Check::NotRevoked, Refusal::Revoked(record.revoked_at.unwrap_or(0)))?;
	let check = match &known.order {
		Some((order, asset)) => {
			facts(credential, order, asset)?;
			Check::Order
		}
		None => Check::OrderForgotten,
	};
	checks.push(check);
	Ok(checks)
}

/// Checks what a credential says of its order.
fn facts(credential: &Credential, order: &OrderView, asset: &AssetInfo) -> Result<(), Refusal> {
	let statement = &credential.statement;
	let facts = &statement.facts;
	let is = |holds: bool, what| if holds { Ok(()) } else { Err(Refusal::OtherOrder(what)) };
	let by_buyer = (order.buyer, order.seller) == (statement.issuer, statement.subject);
	let by_seller = (order.seller, order.buyer) == (statement.issuer, statement.subject);
	is(by_buyer || by_seller, "its sides")?;
	is(order.listing == facts.listing, "its listing")?;
	is(order.ended_at.is_some() && (order.state == OrderState::Released) == facts.released, "how it ended")?;
	let price = PriceRange::of(order.price.amount, asset.decimals, &asset.symbol);
	is(price == facts.price, "its price")
}
