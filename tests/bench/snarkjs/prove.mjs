// snarkjs proves a circuit, one proof for each line of standard input, and prints how many milliseconds each took.
//
//   node prove.mjs CIRCUIT.r1cs WITNESS.wtns CACHE
//
// The keys are made once and kept in the directory CACHE, by the hash of the circuit: with powers of a secret of its own, since only
// the time counts. The first proof is verified; then it prints "ready".

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import * as snarkjs from "snarkjs";

const [circuit, witness, cache] = process.argv.slice(2);
/** Powers for 2^13 constraints: what KeyDelivery needs. */
const POWER = 13;

/** Makes the keys of the circuit, unless they are there. Returns where they are. */
async function keys() {
	const hash = createHash("sha256").update(readFileSync(circuit)).digest("hex");
	const zkey = join(cache, `${hash}.zkey`);
	if (existsSync(zkey)) return zkey;
	const file = (name) => join(cache, `${hash}.${name}`);
	mkdirSync(cache, { recursive: true });
	console.error("snarkjs: making keys, once; takes minutes");
	const curve = await snarkjs.curves.getCurveFromName("bls12381");
	await snarkjs.powersOfTau.newAccumulator(curve, POWER, file("new"));
	await snarkjs.powersOfTau.contribute(file("new"), file("powers"), "bench", "only the time counts");
	await snarkjs.powersOfTau.preparePhase2(file("powers"), file("prepared"));
	await snarkjs.zKey.newZKey(circuit, file("prepared"), file("making"));
	renameSync(file("making"), zkey);
	for (const name of ["new", "powers", "prepared"]) rmSync(file(name));
	return zkey;
}

const zkey = await keys();
const { proof, publicSignals } = await snarkjs.groth16.prove(zkey, witness);
const valid = await snarkjs.groth16.verify(await snarkjs.zKey.exportVerificationKey(zkey), publicSignals, proof);
if (!valid) throw new Error("snarkjs does not accept its own proof");
console.log("ready");
for await (const _ of createInterface({ input: process.stdin })) {
	const start = performance.now();
	await snarkjs.groth16.prove(zkey, witness);
	console.log((performance.now() - start).toFixed(3));
}
process.exit(0);
