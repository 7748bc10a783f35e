package app.gigpigs.mauticsync.simulator;

import java.time.Duration;

/** A failure that the simulator is told to make of one request. */
public sealed interface Fault {
    /** Answers this instead of working. */
    record Status(int code, String body) implements Fault {}

    /** The rate limiter's refusal, with the header that says until when (rate-limit-429). */
    record RateLimited(Duration time) implements Fault {}

    /** All tokens are revoked, and this request finds out. */
    record TokenRevoked() implements Fault {}

    /** A web server's page instead of Mautic. */
    record HtmlPage(int code) implements Fault {}

    /** Does the work, sends half of the answer and breaks the connection. */
    record CutAnswer() implements Fault {}

    /** Breaks the connection without doing anything. */
    record CloseBefore() implements Fault {}

    /** Does the work and breaks the connection without an answer. */
    record CloseAfter() implements Fault {}

    /** Begins only after that time; the client may have gone by then, the work is done all the same. */
    record Slow(Duration time) implements Fault {}
}
