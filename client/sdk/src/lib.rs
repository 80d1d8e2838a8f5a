//! Light client and off-chain network behind one facade; no printing.
