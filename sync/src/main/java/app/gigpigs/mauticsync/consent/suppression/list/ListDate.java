package app.gigpigs.mauticsync.consent.suppression.list;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A date of a list, in the forms that exports use; without a time zone it is UTC.
 *
 * @param at null when day and month cannot be told apart
 */
record ListDate(@Nullable Instant at) {
    private static final int LONGEST = 60;
    /** Earlier dates are another system's way of saying none, or a date of birth. */
    private static final int FIRST_YEAR = 1990;

    private static final int LAST_YEAR = 2100;
    private static final int MONTHS = 12;

    private static final String TIME = "(?:[T, ]+(?:at |um |à )?(\\d{1,2}):(\\d{2})(?::(\\d{2})(?:[.,]\\d+)?)?)?"
            + "\\s*((?i)[ap]\\.?m\\.?)?\\s*(Z|[A-Z]{2,5})?\\s*([+-]\\d{2}(?::?\\d{2})?)?(?:\\s*\\([A-Za-z ]+\\))?";
    private static final Pattern YEAR_FIRST = Pattern.compile("(\\d{4})([-/.])(\\d{1,2})\\2(\\d{1,2})" + TIME);
    private static final Pattern YEAR_LAST = Pattern.compile("(\\d{1,2})([-/.])(\\d{1,2})\\2(\\d{4}|\\d{2})" + TIME);
    private static final Pattern COMPACT = Pattern.compile("((?:19|20)\\d{2})()(\\d{2})(\\d{2})" + TIME);
    private static final Pattern DAY_MONTH = Pattern.compile(
            "(?:\\p{L}+\\.?,? )?(\\d{1,2})(?:\\.|st|nd|rd|th)?[ -](?:de )?(\\p{L}{3,})\\.?,?[ -](?:de )?(\\d{4})"
                    + TIME);
    private static final Pattern MONTH_DAY =
            Pattern.compile("(?:\\p{L}{3,},? )?(\\p{L}{3,})\\.? (\\d{1,2})(?:st|nd|rd|th)?,? (\\d{4})" + TIME);
    private static final Pattern SECONDS = Pattern.compile("(1\\d{9})(?:\\.\\d+)?");
    private static final Pattern MILLISECONDS = Pattern.compile("(1\\d{12})");

    /** What the months of the seven languages begin with, without accents. */
    private static final List<List<String>> MONTH_NAMES = List.of(
            List.of("jan", "ene", "gen"),
            List.of("feb", "fev", "fevr"),
            List.of("mar", "maa", "mrt", "maerz"),
            List.of("apr", "avr", "abr"),
            List.of("may", "mai", "mag", "mei"),
            List.of("jun", "juin", "giu"),
            List.of("jul", "juil", "lug"),
            List.of("aug", "aou", "ago"),
            List.of("sep", "set"),
            List.of("oct", "okt", "ott", "out"),
            List.of("nov"),
            List.of("dec", "dez", "dic"));

    /** Empty when the text is no date. */
    static Optional<ListDate> read(String text) {
        if (text.length() > LONGEST || text.chars().noneMatch(Character::isDigit)) {
            return Optional.empty();
        }
        try {
            return epoch(text).or(() -> numbers(text)).or(() -> named(text));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Optional<ListDate> epoch(String text) {
        Matcher seconds = SECONDS.matcher(text);
        if (seconds.matches()) {
            return Optional.of(new ListDate(Instant.ofEpochSecond(Long.parseLong(seconds.group(1)))));
        }
        Matcher millis = MILLISECONDS.matcher(text);
        return millis.matches()
                ? Optional.of(new ListDate(Instant.ofEpochMilli(Long.parseLong(millis.group(1)))))
                : Optional.empty();
    }

    private static Optional<ListDate> numbers(String text) {
        for (Pattern pattern : List.of(YEAR_FIRST, COMPACT)) {
            Matcher first = pattern.matcher(text);
            if (first.matches()) {
                return at(number(first, 1), number(first, 3), number(first, 4), new Rest(first, 5));
            }
        }
        Matcher last = YEAR_LAST.matcher(text);
        if (!last.matches()) {
            return Optional.empty();
        }
        int year = number(last, 4);
        return dayAndMonth(year < 100 ? 2000 + year : year, number(last, 1), number(last, 3), last);
    }

    /** A dot means day first; otherwise only a number over 12 tells. */
    private static Optional<ListDate> dayAndMonth(int year, int first, int second, Matcher matched) {
        Rest rest = new Rest(matched, 5);
        if (matched.group(2).equals(".") || first > MONTHS || first == second) {
            return at(year, second, first, rest);
        }
        Optional<ListDate> monthFirst = at(year, first, second, rest);
        return second > MONTHS ? monthFirst : monthFirst.map(any -> new ListDate(null));
    }

    private static Optional<ListDate> named(String text) {
        Matcher day = DAY_MONTH.matcher(text);
        if (day.matches()) {
            return at(number(day, 3), month(day.group(2)), number(day, 1), new Rest(day, 4));
        }
        Matcher month = MONTH_DAY.matcher(text);
        return month.matches()
                ? at(number(month, 3), month(month.group(1)), number(month, 2), new Rest(month, 4))
                : Optional.empty();
    }

    private static int month(String name) {
        String plain = Vocabulary.plain(name);
        for (int month = 1; month <= MONTHS; month++) {
            if (MONTH_NAMES.get(month - 1).stream().anyMatch(plain::startsWith)) {
                return month;
            }
        }
        return 0;
    }

    private static Optional<ListDate> at(int year, int month, int day, Rest rest) {
        if (year < FIRST_YEAR || year > LAST_YEAR) {
            return Optional.empty();
        }
        LocalDateTime local = LocalDate.of(year, month, day).atTime(rest.hour(), rest.part(1), rest.part(2));
        return Optional.of(new ListDate(local.toInstant(rest.offset())));
    }

    private static int number(Matcher matched, int group) {
        return Integer.parseInt(matched.group(group));
    }

    /** The time of day, from this group of the match on. */
    private record Rest(Matcher matched, int from) {
        int part(int which) {
            String text = matched.group(from + which);
            return text == null ? 0 : Integer.parseInt(text);
        }

        int hour() {
            String half = matched.group(from + 3);
            if (half == null) {
                return part(0);
            }
            return part(0) % 12 + (half.startsWith("p") || half.startsWith("P") ? 12 : 0);
        }

        ZoneOffset offset() {
            String offset = matched.group(from + 5);
            return offset == null ? ZoneOffset.UTC : ZoneOffset.of(offset);
        }
    }
}
