package app.gigpigs.mauticsync.simulator;

import java.time.Duration;

/** A failure that is injected into one request. */
public sealed interface Fault {
    /** Sends this answer instead of doing the work. */
    record Status(int code, String body) implements Fault {}

    /** The rate limiter's answer, with the header that says until when (rate-limit-429). */
    record RateLimited(Duration time) implements Fault {}

    /** Revokes all tokens before this request. */
    record TokenRevoked() implements Fault {}

    /** A web server's page instead of Mautic. */
    record HtmlPage(int code) implements Fault {}

    /** Does the work, sends half of the answer and closes the connection. */
    record CutAnswer() implements Fault {}

    /** Closes the connection without doing anything. */
    record CloseBefore() implements Fault {}

    /** Does the work and closes the connection without an answer. */
    record CloseAfter() implements Fault {}

    /** Something else happens in Mautic right before. */
    record Meanwhile(Runnable happens) implements Fault {}

    /** Starts only after that time; the work is done even if the client has closed the connection. */
    record Slow(Duration time) implements Fault {}
}
