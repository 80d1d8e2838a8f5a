//! Manifest and daemon configuration: types, defaults, example files.
