//! Files and the disk they are on. One is made beside its place, and put there whole: who looks finds the old
//! or the new, and never a part.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, chown};
use std::path::{Path, PathBuf};

/// What SQLite keeps beside a file. One that another file left behind would be read into a new one.
const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];

/// A file on its way to its place; gone if it does not get there.
#[derive(Debug)]
pub struct Coming {
    path: PathBuf,
    place: PathBuf,
}

impl Coming {
    /// One that is to stand at `place`; there is nothing at its path yet. `mark` tells it from others.
    pub fn to(place: &Path, mark: &str) -> Self {
        let name = place.file_name().unwrap_or_default().to_string_lossy();
        Self {
            path: place.with_file_name(format!(".{name}.{mark}.part")),
            place: place.to_owned(),
        }
    }

    /// Makes it, empty, for this user's eyes alone: what is written into it is nobody else's while it is written.
    pub fn begin(&self) -> io::Result<()> {
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true).mode(0o600);
        options.open(&self.path).map(drop)
    }

    /// Where it is being made.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Puts it in its place, in the place of what was there, and makes it last. It belongs to whom `like`
    /// belongs, and who may read that may read it.
    pub fn arrive(self, like: &Path) -> io::Result<()> {
        self.prepare(like)?;
        for leftover in beside(&self.place) {
            remove(&leftover)?;
        }
        fs::rename(&self.path, &self.place)?;
        self.last()
    }

    /// The same where nothing is yet: what came to stand there meanwhile stays, and this fails.
    pub fn arrive_new(self, like: &Path) -> io::Result<()> {
        self.prepare(like)?;
        // What SQLite keeps beside a file would be read into this one.
        if let Some(leftover) = beside(&self.place).find(|path| path.exists()) {
            let told = format!("{} stands beside it: move it away", leftover.display());
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, told));
        }
        // A second name for the file: unlike a change of name, it takes no place that is taken.
        fs::hard_link(&self.path, &self.place)?;
        self.last()
    }

    fn prepare(&self, like: &Path) -> io::Result<()> {
        let like = fs::metadata(like)?;
        // Who may not give it away keeps it. Restored by root, it would else be root's alone, and the service
        // could not write to it.
        drop(chown(&self.path, Some(like.uid()), Some(like.gid())));
        fs::set_permissions(&self.path, like.permissions())?;
        File::open(&self.path)?.sync_all()
    }

    fn last(&self) -> io::Result<()> {
        let folder = match self.place.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        File::open(folder)?.sync_all()
    }
}

impl Drop for Coming {
    fn drop(&mut self) {
        for path in beside(&self.path).chain([self.path.clone()]) {
            drop(remove(&path));
        }
    }
}

/// Whether this user may write a file or a folder.
pub fn may_write(path: &Path) -> bool {
    rustix::fs::access(path, rustix::fs::Access::WRITE_OK).is_ok()
}

/// How many bytes this user may still write to the disk of a file or a folder.
pub fn free_bytes(path: &Path) -> io::Result<u64> {
    let disk = rustix::fs::statvfs(path)?;
    Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
}

fn beside(path: &Path) -> impl Iterator<Item = PathBuf> {
    BESIDE.into_iter().map(move |end| {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        name.into()
    })
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
