package app.gigpigs.mauticsync.outbound;

import app.gigpigs.mauticsync.outbound.Change.Push;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiConsumer;

/** Works out what would be sent, without sending: reads the CRM and what was sent last. */
final class Planner {
    private static final int AT_ONCE = 1_000;

    private final Preparation preparation;
    private final SentFields sent;

    Planner(Preparation preparation, SentFields sent) {
        this.preparation = preparation;
        this.sent = sent;
    }

    /** Calls back for each of them with what would be written, and how that differs from the last time. */
    void each(List<Push> pushes, BiConsumer<Write, PlannedPush> consumer) {
        for (int from = 0; from < pushes.size(); from += AT_ONCE) {
            List<Push> some = pushes.subList(from, Math.min(pushes.size(), from + AT_ONCE));
            List<Write> writes = preparation.of(some);
            Map<UUID, Map<String, String>> before =
                    sent.of(writes.stream().map(Write::customer).toList());
            for (Write write : writes) {
                consumer.accept(write, PlannedPush.of(write, before.getOrDefault(write.customer(), Map.of())));
            }
        }
    }
}
