#!/usr/bin/env bash
# The compiler as it is, as cargo's wrapper for the crates of a workspace: what is compiled through a wrapper has names of its own in the target directory.
# So nothing with planted bugs is ever taken for what it stands for. The dependencies are those that are built already.
exec "$@"
