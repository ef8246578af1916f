//! Writes `crds/generated/*.yaml` and `docs/custom-resources.md` from the types. Run it at the root of the repository: `make crds`.

use std::{fs, io, path::Path};

fn main() -> io::Result<()> {
    let root = std::env::args().nth(1).unwrap_or_else(|| ".".to_string());
    for (path, text) in dpo_crds::definitions::generated_files().map_err(io::Error::other)? {
        let file = Path::new(&root).join(path);
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&file, text)?;
    }
    Ok(())
}
