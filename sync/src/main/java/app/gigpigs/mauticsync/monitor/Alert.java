package app.gigpigs.mauticsync.monitor;

import app.gigpigs.mauticsync.failure.Failure;
import java.net.URI;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * A change that somebody is told.
 *
 * @param since when the problem began
 */
record Alert(Change change, Failure failure, Instant since) {
    /** What has happened to a problem. */
    enum Change {
        BEGAN("PROBLEM"),
        ENDED("OVER"),
        TEST("TEST");

        private final String word;

        Change(String word) {
            this.word = word;
        }
    }

    /** One line. */
    String subject() {
        return "mautic-sync " + change.word + " " + failure.code().id() + ": "
                + failure.code().title();
    }

    /**
     * A few lines, without personal data.
     *
     * @param mautic which installation it is
     */
    String text(URI mautic) {
        return failure.message() + "\nSince " + since.truncatedTo(ChronoUnit.SECONDS) + ", at " + mautic
                + (change == Change.BEGAN
                        ? "\nWhat to do: docs/troubleshooting.md, "
                                + failure.code().id()
                        : "");
    }
}
