//! Makes `cargo test -p` resolve every dependency to the features that the whole workspace uses, so that nothing is built twice.
