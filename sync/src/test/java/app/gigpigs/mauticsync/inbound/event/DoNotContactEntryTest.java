package app.gigpigs.mauticsync.inbound.event;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.inbound.event.EventDetails.ContactRef;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DoNotContactEntryTest {
    private static final EventDetails ABOUT =
            new EventDetails(new ContactRef(9L, null, "a@example.com"), null, Instant.EPOCH, "{}");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "2 | HARD: AWS: General: smtp; 550 5.1.1 user unknown          | PERMANENT",
                "2 | hard bounce                                              | PERMANENT",
                "2 | Permanent: Suppressed                                    | PERMANENT",
                "2 | Bounce (Permanent/General)                               | PERMANENT",
                "2 | SOFT: AWS: General: smtp; 451 no permanent failure       | COUNTED",
                "2 | Transient/General                                        | COUNTED",
                "2 | OTHER: AWS: Undetermined: 550 permanent failure          | COUNTED",
                "2 | not permanent                                            | COUNTED",
                "2 | non-permanent                                            | COUNTED",
                "2 | smtp; 550 user unknown                                   | COUNTED",
                "2 | orchard is closed                                        | COUNTED",
                "2 | ``                                                       | COUNTED",
                "2 |                                                          | COUNTED",
                "2 | mautic.plugin.scmailerses.complaint.reason.abuse         | COMPLAINT",
                "2 | Complaint: abuse                                         | COMPLAINT",
                "1 | abuse                                                    | COMPLAINT",
                "1 | complaint                                                | COMPLAINT",
                "3 | The customer complained by phone                         | COMPLAINT",
                "1 | User unsubscribed.                                       | UNSUBSCRIBE",
                "1 | HARD: AWS                                                | UNSUBSCRIBE",
                "1 | unknown                                                  | UNSUBSCRIBE",
                "1 | not-spam                                                 | UNSUBSCRIBE",
                "3 |                                                          | UNSUBSCRIBE",
                "4 |                                                          | UNSUBSCRIBE"
            })
    void the_comment_says_more_than_the_reason(long reason, String comment, String expected) {
        Event.Recorded event = DoNotContactEntry.event("dnc:1:" + reason, reason, comment, ABOUT);

        String what = event instanceof Event.BounceReport report
                ? report.severity().name()
                : event instanceof Event.Complaint ? "COMPLAINT" : "UNSUBSCRIBE";
        assertThat(what).isEqualTo(expected);
        assertThat(event.key()).isEqualTo("dnc:1:" + reason);
    }
}
