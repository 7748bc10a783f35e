package app.gigpigs.mauticsync.inbound.inbox;

import java.sql.Timestamp;
import java.time.Instant;
import org.jdbi.v3.core.statement.Update;

/** Which deliveries are processed again. */
public sealed interface Replay {
    /** The condition that selects them. */
    String condition();

    /** Binds the parameters of the condition. */
    Update bind(Update update);

    /** This one, whatever its state. */
    record One(long id) implements Replay {
        @Override
        public String condition() {
            return "id = :id";
        }

        @Override
        public Update bind(Update update) {
            return update.bind("id", id);
        }
    }

    /** All dead ones. */
    record AllDead() implements Replay {
        @Override
        public String condition() {
            return "state = 'dead'";
        }

        @Override
        public Update bind(Update update) {
            return update;
        }
    }

    /** Those received in this period, whatever their state. */
    record Between(Instant from, Instant until) implements Replay {
        @Override
        public String condition() {
            return "received_at >= :from and received_at < :until";
        }

        @Override
        public Update bind(Update update) {
            return update.bind("from", Timestamp.from(from)).bind("until", Timestamp.from(until));
        }
    }
}
