//! The HTML: one file that asks nobody for anything, and tells it to everybody.

use std::collections::BTreeSet;

use report::findings::{LogReader, Violating};
use report::html;

use crate::example;
use crate::made_up::{baseline_with, findings, known, made, now, unknown};

const HOSTILE: &str = "\"><img src=x onerror=alert(1)><script>alert('phi')</script>&amp;{{ x }}";

fn pages() -> Vec<String> {
    let mut dark = findings();
    dark.memory = unknown("dynamodb:Query: AccessDenied");
    dark.log_readers = unknown("iam: AccessDenied");
    dark.previous = unknown("s3: AccessDenied");
    dark.duties.clear();
    let reports = [made(&findings()), example::report(), made(&dark)];
    let mut pages: Vec<_> = reports.iter().map(|report| html(report).unwrap()).collect();
    let nobody = baseline_with("", |text| text);
    pages.push(html(&report::report(&findings(), &nobody, now())).unwrap());
    pages
}

/// What stands between one mark and another, everywhere.
fn between<'a>(text: &'a str, from: &str, to: &str) -> Vec<&'a str> {
    text.split(from).skip(1).map(|rest| rest.split(to).next().unwrap()).collect()
}

#[test]
fn it_holds_no_script_and_asks_for_nothing_outside() {
    for page in pages() {
        for forbidden in ["<script", "javascript:", "http:", "https:", "<link", "<img", "<iframe", "@import", "url("] {
            assert!(!page.contains(forbidden), "{forbidden}");
        }
        let attributes = between(&page, "<", ">").into_iter().flat_map(str::split_whitespace);
        assert!(attributes.clone().any(|attribute| attribute.starts_with("lang=")));
        assert!(attributes.filter(|attribute| attribute.starts_with("on")).all(|attribute| !attribute.contains('=')));
    }
}

#[test]
fn it_has_a_title_a_language_one_first_heading_and_no_level_left_out() {
    for page in pages() {
        assert!(page.starts_with("<!doctype html>\n<html lang=\"en\">"));
        assert!(!between(&page, "<title>", "</title>")[0].trim().is_empty());
        let mut level = 0;
        let levels = page.split("<h").skip(1).filter_map(|rest| rest.chars().next()?.to_digit(10));
        let levels: Vec<_> = levels.collect();
        assert_eq!(levels.iter().filter(|level| **level == 1).count(), 1);
        for next in levels {
            assert!(next <= level + 1, "h{level}, then h{next}");
            level = next;
        }
        for landmark in ["<header", "<nav aria-label", "<main id=\"main\"", "<footer"] {
            assert_eq!(page.matches(landmark).count(), 1, "{landmark}");
        }
        assert!(page.contains("class=\"skip\" href=\"#main\""));
    }
}

#[test]
fn every_table_has_a_caption_and_headings_that_say_what_they_head() {
    for page in pages() {
        let tables = between(&page, "<table", "</table>");
        assert!(!tables.is_empty());
        for table in tables {
            assert!(table.contains("<caption>"), "{table}");
            let headings = between(table, "<th ", ">");
            assert!(headings.len() > 1 && headings.iter().all(|heading| heading.contains("scope=\"")), "{table}");
        }
    }
}

#[test]
fn every_link_leads_somewhere_and_no_place_is_there_twice() {
    for page in pages() {
        let ids: Vec<_> = between(&page, " id=\"", "\"");
        let places: BTreeSet<_> = ids.iter().copied().collect();
        assert_eq!(ids.len(), places.len());
        for link in between(&page, "href=\"#", "\"") {
            assert!(places.contains(link), "#{link}");
        }
        for named in between(&page, "aria-labelledby=\"", "\"") {
            assert!(places.contains(named), "{named}");
        }
    }
}

#[test]
fn whatever_aws_names_is_text_and_nothing_else() {
    let mut hostile = findings();
    let duty = hostile.duties.get_mut("buckets").unwrap();
    duty.resources.add(HOSTILE);
    duty.failed = Some(HOSTILE.to_owned());
    let seen = duty.controls.get_mut("buckets.tls-only").unwrap();
    seen.violating = 1;
    seen.first = vec![Violating { resource: HOSTILE.to_owned(), says: HOSTILE.to_owned() }];
    hostile.log_readers = known(vec![LogReader { principal: HOSTILE.to_owned(), unmask: true, decrypt: true }]);
    hostile.run.stack = HOSTILE.to_owned();
    hostile.run.region = HOSTILE.to_owned();
    let page = html(&made(&hostile)).unwrap();
    assert!(!page.contains("<img") && !page.contains("<script") && page.contains("&#60;img src=x"));
    let plain = html(&made(&findings())).unwrap();
    assert_eq!(between(&page, "<article", ">").len(), between(&plain, "<article", ">").len());
}

#[test]
fn every_answer_is_told_by_its_word() {
    let report = example::report();
    let page = html(&report).unwrap();
    let boxes: Vec<_> = between(&page, "<article", "</article>");
    assert_eq!(boxes.len(), report.boxes().count());
    for (answered, shown) in report.boxes().zip(boxes) {
        let badge = between(shown, "<span class=\"badge", "</span>")[0];
        assert!(badge.ends_with(answered.answer.label()) && badge.contains("<svg"), "{}: {badge}", answered.id);
    }
    assert!(page.contains("Not ready</h2>"));
    assert!(html(&made(&findings())).unwrap().contains("Ready</h2>"));
}

#[test]
fn what_is_unknown_is_said_where_it_would_stand() {
    let page = &pages()[2];
    for section in ["changes", "drift", "repairs", "exemptions", "readers"] {
        let shown = between(page, &format!("id=\"{section}\""), "</section>")[0];
        assert!(shown.contains("<strong>Unknown.</strong>"), "{section}");
    }
}

#[test]
fn what_a_text_marks_as_code_is_shown_as_code() {
    let nobody = baseline_with("", |text| text);
    let page = html(&report::report(&findings(), &nobody, now())).unwrap();
    assert!(page.contains("Add <code>incident-plan</code> to the baseline"), "no code");
    let mut odd = findings();
    odd.duties.get_mut("buckets").unwrap().failed = Some("one ` <b>alone</b>".to_owned());
    let page = html(&made(&odd)).unwrap();
    let shown = between(&page, "id=\"box-encryption.buckets\"", "</article>")[0];
    assert!(shown.contains("one ` &#60;b&#62;alone"), "{shown}");
}
