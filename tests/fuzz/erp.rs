//! Descriptions of ERPs.

use erp_rest::Profile;

use crate::corpus::samples;
use crate::target::fuzz;

#[test]
fn any_description_of_an_erp_is_taken_or_its_mistake_is_named() {
    let mut known = samples("shared/erp-rest/profiles", "yaml");
    known.extend(samples("shared/erp-rest/tests/answers", "yaml"));
    fuzz("profile", &known, |name, bytes| {
        let text = String::from_utf8_lossy(bytes);
        if let Err(error) = Profile::parse(name, &text) {
            assert!(error.to_string().starts_with(name), "{error}");
        }
    });
}
