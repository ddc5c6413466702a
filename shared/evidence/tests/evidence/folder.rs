//! A bundle as a folder.

use std::path::Path;

use evidence::bundle::{Bundle, BundleError, HEADS};
use evidence::verify::{Defect, verify};

use crate::bundles::{Writer, bundle};

fn write(folder: &Path, bundle: &Bundle) {
    for (key, bytes) in &bundle.records {
        let file = folder.join(key);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, bytes).unwrap();
    }
    if let Some(heads) = &bundle.heads {
        std::fs::write(folder.join(HEADS), serde_json::to_vec(heads).unwrap()).unwrap();
    }
}

#[test]
fn a_folder_reads_as_what_was_put_there() {
    let (folder, sound) = (tempfile::tempdir().unwrap(), bundle(&[Writer::of("buckets.tls-only", "phi-a").lived()]));
    write(folder.path(), &sound);
    std::fs::write(folder.path().join("README"), "beside the evidence anything may lie").unwrap();
    let read = Bundle::read(folder.path()).unwrap();
    assert_eq!((&read.records, &read.heads), (&sound.records, &sound.heads));
    std::fs::write(folder.path().join("evidence/README"), "").unwrap();
    assert_eq!(verify(&Bundle::read(folder.path()).unwrap()).defects, [Defect::Foreign("evidence/README".into())]);
}

#[test]
fn without_any_record_the_heads_say_what_is_lost() {
    let (folder, writer) = (tempfile::tempdir().unwrap(), Writer::of("buckets.tls-only", "phi-a").lived());
    assert!(matches!(Bundle::read(folder.path()), Err(BundleError::Empty(_))));
    write(folder.path(), &Bundle { records: Default::default(), ..bundle(&[writer]) });
    let defects = verify(&Bundle::read(folder.path()).unwrap()).defects;
    assert!(matches!(&defects[..], [Defect::TailLost { .. }]), "{defects:?}");
}

#[test]
fn heads_that_are_none_are_refused() {
    let (folder, sound) = (tempfile::tempdir().unwrap(), bundle(&[Writer::of("buckets.tls-only", "phi-a").lived()]));
    write(folder.path(), &sound);
    let heads = sound.heads.unwrap();
    let other = |change: &dyn Fn(&mut evidence::bundle::Heads)| {
        let mut heads = heads.clone();
        change(&mut heads);
        serde_json::to_string(&heads).unwrap()
    };
    let wrong = [
        "{}".to_owned(),
        other(&|heads| heads.schema = "phiward-heads/2".into()),
        other(&|heads| heads.heads.push(heads.heads[0].clone())),
        other(&|heads| heads.heads[0].sequence = 0),
    ];
    for text in wrong {
        std::fs::write(folder.path().join(HEADS), &text).unwrap();
        assert!(matches!(Bundle::read(folder.path()), Err(BundleError::Heads { .. })), "{text}");
    }
}
