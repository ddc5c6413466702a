//! Records with a right digest of their own that nobody of Phiward has written.

use evidence::bundle::Bundle;
use evidence::verify::{Defect, verify};
use evidence::{Body, Record};

use crate::bundles::{decided, long_ago};
use crate::verify::{CONTROL, defects, key, sound};

/// The bundle with a record, sealed anew, in the place of another.
fn forged(number: u64, change: impl FnOnce(&mut Record)) -> Bundle {
    let mut bundle = sound();
    let bytes = bundle.records.get_mut(&key(number)).unwrap();
    let mut record: Record = serde_json::from_slice(bytes).unwrap();
    change(&mut record);
    *bytes = record.seal().unwrap().bytes;
    bundle
}

#[test]
fn a_record_of_another_resource_is_misplaced_even_if_it_says_that_it_belongs_there() {
    let other = Body::Outcome(decided(CONTROL, "phi-b", long_ago()));
    let bundle = forged(3, |record| record.body = other);
    assert_eq!(defects(&bundle), [Defect::Misplaced(key(3))]);
}

#[test]
fn a_forged_record_breaks_the_chain_at_itself_and_after_itself() {
    let bundle = forged(3, |record| record.chain.previous = Some("0".repeat(64)));
    assert_eq!(defects(&bundle), [Defect::Broken(key(3)), Defect::Broken(key(4))]);
    let bundle = forged(3, |record| record.chain.previous = None);
    assert_eq!(defects(&bundle), [Defect::Broken(key(3)), Defect::Broken(key(4))]);
    let bundle = forged(3, |record| record.function.version = "8".into());
    assert_eq!(defects(&bundle), [Defect::Broken(key(4))]);
    let bundle = forged(1, |record| record.chain.previous = Some("0".repeat(64)));
    assert_eq!(defects(&bundle), [Defect::Broken(key(1)), Defect::Broken(key(2))]);
    let bundle = forged(5, |record| record.function.version = "8".into());
    assert_eq!(defects(&bundle), [Defect::HeadDiffers(key(5))]);
    let bundle = Bundle { heads: None, ..forged(5, |record| record.function.version = "8".into()) };
    assert_eq!(defects(&bundle), [], "nothing but the heads could tell");
}

#[test]
fn what_is_no_record_is_foreign() {
    let record = sound().records[&key(1)].clone();
    let names =
        ["evidence/README".to_owned(), key(1).replace("00000001", "000000001"), key(0), key(1).replace('b', "B")];
    for name in names {
        let mut bundle = sound();
        bundle.records.insert(name.clone(), record.clone());
        let report = verify(&bundle);
        assert_eq!((report.records, report.defects), (12, vec![Defect::Foreign(name)]));
    }
    // Canonical, with a right digest, and yet no record: of another form, or not one at all.
    let bundle = forged(5, |record| record.schema = "phiward-evidence/0".into());
    assert_eq!(defects(&bundle), [Defect::Foreign(key(5))]);
    let mut bundle = sound();
    let mut value = serde_json::json!({"schema": "phiward-evidence/1"});
    value["sha256"] = evidence::canonical::digest(&value).unwrap().into();
    bundle.records.insert(key(5), evidence::canonical::canonical(&value).unwrap());
    assert_eq!(defects(&bundle), [Defect::Foreign(key(5))]);
}
