//! Compiles the `.proto` files without protoc.

use std::error::Error;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=ropa");
    println!("cargo:rerun-if-changed=google");
    let mut files = Vec::new();
    for entry in std::fs::read_dir("ropa/v1")? {
        files.push(entry?.path());
    }
    files.sort();
    let mut compiler = protox::Compiler::new(["."])?;
    compiler
        .include_imports(true)
        .include_source_info(true)
        .open_files(files)?;
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    std::fs::write(
        out.join("descriptor.bin"),
        compiler.encode_file_descriptor_set(),
    )?;
    let mut prost = tonic_prost_build::Config::new();
    // Maps in the order of their keys: the same record is the same bytes, always.
    prost.btree_map(["."]);
    tonic_prost_build::configure()
        .extern_path(".google.rpc.Status", "::tonic_types::Status")
        .compile_fds_with_config(compiler.file_descriptor_set(), prost)?;
    Ok(())
}
