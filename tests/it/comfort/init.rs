//! The first inventory of an organisation.

use super::{ropa, told};
use crate::support::{Database, On, Service, file, run};

#[test]
fn the_skeleton_is_valid_and_its_first_check_is_permitted() {
    run(async {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mine.yaml");
        let path = path.to_str().unwrap();
        let (exit, said) = told(ropa(&["init", path]));
        assert_eq!(exit, Some(0), "{said}");
        let (exit, said) = told(ropa(&["validate", path]));
        assert_eq!(exit, Some(0), "{said}");

        let database = Database::new(On::Sqlite).await;
        let service = Service::with_reference(&database).await;
        let server = ["--server", &service.address];
        let (exit, said) = told(ropa(&[&["import", path], server.as_slice()].concat()));
        assert_eq!(exit, Some(0), "{said}");
        // The check that its first lines tell of.
        let text = std::fs::read_to_string(path).unwrap();
        let check = text
            .lines()
            .find_map(|line| {
                line.trim_start_matches('#')
                    .trim()
                    .strip_prefix("ropa check ")
            })
            .expect("a first check");
        let words: Vec<&str> = check.split(' ').collect();
        let asked = [&["check"], words.as_slice(), server.as_slice()].concat();
        let (exit, said) = told(ropa(&asked));
        assert_eq!(exit, Some(0), "{said}");
        assert!(said.starts_with("PERMIT"), "{said}");
        service.stop().await;
    });
}

#[test]
fn the_skeleton_marks_what_is_to_be_filled_in() {
    let (exit, said) = told(ropa(&["init", "-"]));
    assert_eq!(exit, Some(0));
    let skeleton = std::fs::read_to_string(file::path("examples/skeleton.yaml")).unwrap();
    assert_eq!(said, skeleton);
    assert!(said.matches("FILL IN").count() > 20);
}

#[test]
fn a_file_that_exists_is_not_overwritten() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "mine").unwrap();
    let (exit, said) = told(ropa(&["init", file.path().to_str().unwrap()]));
    assert_eq!(exit, Some(1));
    assert!(said.contains("not overwritten"), "{said}");
    assert_eq!(std::fs::read_to_string(file.path()).unwrap(), "mine");
}
