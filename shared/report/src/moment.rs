//! Times and days, as they stand in the JSON and as people read them.

use std::borrow::Cow;
use std::fmt;

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use policy::baseline::Day;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize, Serializer};

/// A moment: RFC 3339 in UTC, to the second; for people `22 Nov 2026, 06:00 UTC`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(transparent)]
pub struct Moment(pub DateTime<Utc>);

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.rfc3339())
    }
}

impl Moment {
    /// As it stands in the JSON.
    #[must_use]
    pub fn rfc3339(&self) -> String {
        self.0.to_rfc3339_opts(SecondsFormat::Secs, true)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format("%-d %b %Y, %H:%M UTC"))
    }
}

impl JsonSchema for Moment {
    fn schema_name() -> Cow<'static, str> {
        "Moment".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date-time" })
    }
}

/// A day of the calendar in UTC: `2026-11-22`; for people `22 Nov 2026`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Date(pub NaiveDate);

impl Date {
    /// The day of the baseline, which has checked that there is one.
    #[must_use]
    pub fn of(day: Day) -> Self {
        let date = NaiveDate::from_ymd_opt(i32::from(day.year), u32::from(day.month), u32::from(day.day));
        Self(date.unwrap_or(NaiveDate::MIN))
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format("%-d %b %Y"))
    }
}

impl JsonSchema for Date {
    fn schema_name() -> Cow<'static, str> {
        "Date".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date" })
    }
}

/// How long, in words: `3 days 4 h`, `2 h 5 min`, `48 s`, `820 ms`.
#[must_use]
pub fn duration(milliseconds: u64) -> String {
    const SECOND: u64 = 1000;
    const MINUTE: u64 = 60 * SECOND;
    const HOUR: u64 = 60 * MINUTE;
    const DAY: u64 = 24 * HOUR;
    let two = |big: u64, of: &str, small: u64, word: &str| match small {
        0 => format!("{big} {of}"),
        _ => format!("{big} {of} {small} {word}"),
    };
    match milliseconds {
        0..SECOND => format!("{milliseconds} ms"),
        SECOND..MINUTE => match (milliseconds / SECOND, milliseconds % SECOND / 100) {
            (seconds @ 0..10, tenths @ 1..) => format!("{seconds}.{tenths} s"),
            (seconds, _) => format!("{seconds} s"),
        },
        MINUTE..HOUR => two(milliseconds / MINUTE, "min", milliseconds % MINUTE / SECOND, "s"),
        HOUR..DAY => two(milliseconds / HOUR, "h", milliseconds % HOUR / MINUTE, "min"),
        _ => {
            let days = milliseconds / DAY;
            two(days, if days == 1 { "day" } else { "days" }, milliseconds % DAY / HOUR, "h")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_long_is_said_with_the_two_units_that_matter() {
        for (milliseconds, said) in [
            (0, "0 ms"),
            (820, "820 ms"),
            (1_000, "1 s"),
            (4_260, "4.2 s"),
            (48_900, "48 s"),
            (60_000, "1 min"),
            (125_000, "2 min 5 s"),
            (7_500_000, "2 h 5 min"),
            (86_400_000, "1 day"),
            (273_600_000, "3 days 4 h"),
        ] {
            assert_eq!(duration(milliseconds), said);
        }
    }

    #[test]
    fn a_moment_is_read_as_it_was_written() {
        let text = "\"2026-11-22T06:00:00Z\"";
        let moment: Moment = serde_json::from_str(text).unwrap();
        assert_eq!(
            (serde_json::to_string(&moment).unwrap().as_str(), moment.to_string().as_str()),
            (text, "22 Nov 2026, 06:00 UTC")
        );
        assert_eq!(Date::of(Day { year: 2026, month: 2, day: 3 }).to_string(), "3 Feb 2026");
    }
}
