//! What patterns match: texts, and each other.

/// Matches `*` and `?` as IAM and EventBridge do.
#[must_use]
pub fn matches(pattern: &[u8], text: &[u8]) -> bool {
    walk(pattern, text, |_| true)
}

/// Whether every text that `inner` matches is matched by `outer` too; where that is hard to tell, no.
#[must_use]
pub fn covers(outer: &[u8], inner: &[u8]) -> bool {
    // A `*` of the inner pattern may be any text, so only a `*` of the outer one takes it.
    walk(outer, inner, |c| c != b'*')
}

/// Linear in practice: on a mismatch only the last `*` is taken up again. `single`: what a `?` takes.
fn walk(pattern: &[u8], text: &[u8], single: impl Fn(u8) -> bool) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while let Some(c) = text.get(t) {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(b'?') if single(*c) => {
                p += 1;
                t += 1;
            }
            Some(same) if same == c => {
                p += 1;
                t += 1;
            }
            _ => match star {
                Some((at, from)) => {
                    p = at + 1;
                    t = from + 1;
                    star = Some((at, from + 1));
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(p).all(|c| *c == b'*')
}

/// Whether some ARN matches both a policy's pattern and that of what is asked for, whose wildcards stand for names, and so
/// for no colon; a policy's may.
#[must_use]
pub fn overlap(policy: &[u8], asked: &[u8]) -> bool {
    // Row by row from the end: whether what is left of one and what is left of the other have a text in common.
    let ends = |rest: &[u8]| rest.iter().all(|c| *c == b'*');
    let mut below: Vec<bool> = (0..=asked.len()).map(|at| ends(asked.get(at..).unwrap_or_default())).collect();
    for (index, one) in policy.iter().enumerate().rev() {
        let mut row = vec![false; asked.len() + 1];
        let mut next = ends(policy.get(index..).unwrap_or_default());
        if let Some(last) = row.last_mut() {
            *last = next;
        }
        for (at, other) in asked.iter().enumerate().rev() {
            let under = |at: usize| below.get(at).copied().unwrap_or(false);
            next = match (one, other) {
                (b'*', _) => under(at) || next,
                (b':', b'*') => next,
                (_, b'*') => under(at) || next,
                (b':', b'?') => false,
                (b'?', _) | (_, b'?') => under(at + 1),
                (one, other) => one == other && under(at + 1),
            };
            if let Some(here) = row.get_mut(at) {
                *here = next;
            }
        }
        below = row;
    }
    below.first().copied().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_overlap_or_cover() {
        let cases = [
            // a policy's, what is asked for, whether they overlap, whether the first one covers the second one
            ("a*", "*b", true, false),
            ("a*", "a?c", true, true),
            ("a?c", "a*", true, false),
            ("a?c", "a*c", true, false),
            ("a*c", "a?d", false, false),
            ("", "*", true, false),
            ("*", "", true, true),
            ("", "?", false, false),
            ("*", "a*b?c", true, true),
            ("log:*", "log:x-*:*", true, true),
            ("log:x-1", "log:x-*:*", false, false),
            ("log:x-*", "log:y-*", false, false),
            ("*x*y*", "?y*x?", true, false),
            ("a*", "a:b", true, true),
            ("a?b", "a:b", true, true),
            ("a:b", "a*", false, false),
            ("a:b", "a?b", false, false),
            ("*:log:/other/*", "r:log:/ours/*", false, false),
        ];
        for (policy, asked, both, all) in cases {
            assert_eq!(overlap(policy.as_bytes(), asked.as_bytes()), both, "{policy} and {asked}");
            assert_eq!(covers(policy.as_bytes(), asked.as_bytes()), all, "{policy} over {asked}");
        }
    }

    proptest::proptest! {
        #[test]
        fn a_text_of_both_makes_an_overlap_and_what_is_covered_is_matched(
            left in "[ab*?]{0,6}", right in "[ab*?]{0,6}", text in "[ab]{0,6}",
        ) {
            let (left, right, text) = (left.as_bytes(), right.as_bytes(), text.as_bytes());
            if matches(left, text) && matches(right, text) {
                proptest::prop_assert!(overlap(left, right));
            }
            if covers(left, right) {
                proptest::prop_assert!(!matches(right, text) || matches(left, text));
            }
        }
    }
}
