//! Linker flags for an addon, which finds Node's functions when it is loaded.

fn main() {
    napi_build::setup();
}
