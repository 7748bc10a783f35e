package app.gigpigs.mauticsync.mautic;

import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.failure.Failure;
import app.gigpigs.mauticsync.mautic.Http.LostAnswerException;
import app.gigpigs.mauticsync.mautic.Http.NotSentException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Repeats calls while Mautic has a transient failure, with growing pauses. */
final class Retries {
    private static final int ATTEMPTS = 3;
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

    private final Waiting waiting;
    private final InstantSource clock;

    Retries(Waiting waiting, InstantSource clock) {
        this.waiting = waiting;
        this.clock = clock;
    }

    /**
     * Calls until there is an answer that is not a transient failure.
     *
     * @throws MauticUnavailable when there is none after a few attempts
     */
    Response run(URI url, Call call) {
        return run(url, call, RepeatPolicy.ALWAYS);
    }

    /**
     * Repeats a call only if it certainly did nothing: it was not sent, or the rate limiter rejected it.
     *
     * @throws MauticUnavailable when it was never sent, or was sent without an answer
     */
    Response runOnce(URI url, Call call) {
        return run(url, call, RepeatPolicy.ONLY_IF_NOTHING_WAS_DONE);
    }

    private Response run(URI url, Call call, RepeatPolicy policy) {
        Failure seen = new Failure(ErrorCode.MAUTIC_SILENT, "");
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            Duration wait = FIRST_PAUSE.multipliedBy(1L << (attempt - 1));
            try {
                Response reply = call.make();
                if (!reply.isTransient()
                        || (policy == RepeatPolicy.ONLY_IF_NOTHING_WAS_DONE && reply.status() != 429)) {
                    return reply;
                }
                seen = new Failure(
                        reply.status() == 429 ? ErrorCode.MAUTIC_RATE_LIMIT : ErrorCode.MAUTIC_ERROR,
                        "it answered " + reply.status() + ": " + reply.message());
                wait = reply.status() == 429 ? untilReset(url, reply, wait) : wait;
            } catch (NotSentException e) {
                seen = new Failure(e.code(), String.valueOf(e.getMessage()));
            } catch (LostAnswerException e) {
                seen = new Failure(ErrorCode.MAUTIC_SILENT, String.valueOf(e.getMessage()));
                if (policy == RepeatPolicy.ONLY_IF_NOTHING_WAS_DONE) {
                    throw new MauticUnavailable(
                            seen.code(),
                            "Mautic at " + url + " did not answer, and may have carried out the call: "
                                    + seen.message());
                }
            }
            if (attempt < ATTEMPTS) {
                waiting.pause(wait, "Mautic does not work just now (" + seen.message() + "); the call is repeated");
            }
        }
        throw new MauticUnavailable(seen.code(), "Mautic at " + url + " does not work just now: " + seen.message());
    }

    private enum RepeatPolicy {
        ALWAYS,
        ONLY_IF_NOTHING_WAS_DONE
    }

    private Duration untilReset(URI url, Response reply, Duration otherwise) {
        Duration wait = untilReset(reply);
        if (wait.compareTo(LONGEST_WAIT) > 0) {
            throw new MauticUnavailable(
                    ErrorCode.MAUTIC_RATE_LIMIT,
                    "Mautic at " + url + " limits its API calls and accepts none before "
                            + clock.instant().plus(wait) + ": raise api_rate_limiter_limit in Mautic's configuration");
        }
        return wait.isZero() ? otherwise : wait;
    }

    /**
     * How long Mautic's rate limiter rejects calls, by its header; it sends no Retry-After (seen on 5.1.0).
     * Zero when it does not say.
     */
    Duration untilReset(Response reply) {
        String reset = reply.header("X-RateLimit-Reset");
        if (!reset.matches("\\d{1,12}")) {
            return Duration.ZERO;
        }
        Instant at = Instant.ofEpochSecond(Long.parseLong(reset));
        Duration wait = Duration.between(clock.instant(), at).plusSeconds(1);
        return wait.isNegative() ? Duration.ZERO : wait;
    }

    /** One attempt. */
    @FunctionalInterface
    interface Call {
        Response make() throws NotSentException, LostAnswerException;
    }
}
