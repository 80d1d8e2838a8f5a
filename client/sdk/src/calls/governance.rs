//! What the sudo key of a development chain does.

use super::{value, Call};
use subxt::ext::scale_value::Value;

/// Runs a call as root, where the signer is the sudo key.
pub fn sudo(call: Call) -> Call {
	Call::new("Sudo", "sudo", vec![("call", call.payload().into_value())])
}

/// Sets one of the chain's parameters that are numbers, by its group and name, e.g. `Tabs` and `Challenge`. Root only.
pub fn set_parameter(group: &str, name: &str, number: u128) -> Call {
	let key = Value::unnamed_composite([]);
	let parameter = Value::unnamed_variant(name, [key, value::option(Some(value::number(number)))]);
	let group = Value::unnamed_variant(group, [parameter]);
	Call::new("Parameters", "set_parameter", vec![("key_value", group)])
}
