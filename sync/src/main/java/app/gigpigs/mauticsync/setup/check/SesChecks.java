package app.gigpigs.mauticsync.setup.check;

import app.gigpigs.mauticsync.inbound.ses.SesSettings;
import app.gigpigs.mauticsync.inbound.ses.TopicArn;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/** Whether Amazon's feedback arrives, as far as the messages show that came. Amazon itself is not asked. */
public final class SesChecks {
    /** Every finding of these checks has this subject. */
    public static final String SUBJECT = "Amazon SES";

    private static final String ENDED = "UnsubscribeConfirmation";

    private final Jdbi jdbi;
    private final SesSettings settings;
    private final InstantSource clock;

    public SesChecks(Jdbi jdbi, SesSettings settings, InstantSource clock) {
        this.jdbi = jdbi;
        this.settings = settings;
        this.clock = clock;
    }

    /** One for each topic. */
    public List<Finding> findings() {
        return settings.topics().stream().map(this::finding).toList();
    }

    private Finding finding(TopicArn topic) {
        Optional<Message> last = last(topic);
        if (last.isEmpty()) {
            return Finding.warning(
                    SUBJECT,
                    "nothing has arrived from " + topic.text() + ": SES' bounces and complaints are not known here",
                    "./mautic-sync setup shows what to create in AWS; if it was created longer ago than"
                            + " SYNC_KEEP_DELIVERIES and nothing bounced since, this is no problem");
        }
        String when = Age.of(last.get().at(), clock) + " ago";
        return last.get().type().equals(ENDED)
                ? Finding.problem(
                        SUBJECT,
                        "the subscription of " + topic.text() + " was ended " + when
                                + ": bounces and complaints do not arrive any more",
                        "subscribe again, ./mautic-sync setup shows how")
                : Finding.ok(SUBJECT, "the last message from " + topic.text() + " came " + when);
    }

    private Optional<Message> last(TopicArn topic) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        select headers->>'sns-type' as type, received_at from mautic_sync.inbox
                         where source = 'ses' and headers->>'sns-topic' = :topic order by id desc limit 1
                        """)
                .bind("topic", topic.text())
                .map((row, context) -> new Message(
                        String.valueOf(row.getString("type")),
                        row.getObject("received_at", OffsetDateTime.class).toInstant()))
                .findOne());
    }

    private record Message(String type, Instant at) {}
}
