package app.gigpigs.mauticsync.outbound.payload;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.outbound.diff.Change.Push;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** Works out what would be sent, without sending: reads the CRM and what was sent last. */
public final class WritePlanner {
    private static final int AT_ONCE = 1_000;

    private final PayloadBuilder payloads;
    private final SentValues sent;

    public WritePlanner(PayloadBuilder payloads, SentValues sent) {
        this.payloads = payloads;
        this.sent = sent;
    }

    /** Calls back for each of them with what would be written, and how that differs from the last time. */
    public void each(List<Push> pushes, BiConsumer<ContactWrite, PlannedWrite> consumer) {
        for (int from = 0; from < pushes.size(); from += AT_ONCE) {
            List<Push> some = pushes.subList(from, Math.min(pushes.size(), from + AT_ONCE));
            List<ContactWrite> writes = payloads.of(some);
            Map<CustomerId, Map<String, String>> before =
                    sent.of(writes.stream().map(ContactWrite::customer).toList());
            for (ContactWrite write : writes) {
                consumer.accept(write, PlannedWrite.of(write, before.getOrDefault(write.customer(), Map.of())));
            }
        }
    }
}
