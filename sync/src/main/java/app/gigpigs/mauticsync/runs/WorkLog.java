package app.gigpigs.mauticsync.runs;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs of long work how far it is: after three seconds, and then once a minute. Short work stays silent. For one thread. */
public final class WorkLog {
    private static final Logger log = LoggerFactory.getLogger(WorkLog.class);
    private static final Duration LONG = Duration.ofSeconds(3);
    private static final Duration BETWEEN = Duration.ofMinutes(1);

    private final InstantSource clock;
    private final String what;
    private Instant next;
    private long done;

    /** @param what is done with what, such as "comparing customers"; without personal data */
    public WorkLog(InstantSource clock, String what) {
        this.clock = clock;
        this.what = what;
        this.next = clock.instant().plus(LONG);
    }

    /** This many more are done. */
    public void done(int more) {
        done += more;
        Instant now = clock.instant();
        if (!now.isBefore(next)) {
            log.info("{}: {} so far", what, done);
            next = now.plus(BETWEEN);
        }
    }
}
