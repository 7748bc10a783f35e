package app.gigpigs.mauticsync.outbound.batch;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.outbound.batch.SendResult.Delivered;
import app.gigpigs.mauticsync.outbound.payload.ContactWrite;
import app.gigpigs.mauticsync.outbound.payload.TargetSchema;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Corrects what Mautic filled in by itself: a new contact gets the default value of every field that the item leaves
 * blank, so that an unknown number would be stored as 0 (seen on 5.1.0).
 */
public final class DefaultsCorrection {
    private final BatchSender sender;
    private final TargetSchema schema;

    public DefaultsCorrection(BatchSender sender, TargetSchema schema) {
        this.sender = sender;
        this.schema = schema;
    }

    /** Sends those contacts once more, as updates; writes for which that fails are no longer delivered. */
    void correct(SendResult sent) {
        List<ContactWrite> filled = sent.delivered.stream()
                .filter(item -> item.status() == 201 && differs(item))
                .map(item -> item.write().to(item.contact().id(), ContactWrite.Origin.KNOWN))
                .toList();
        SendResult again = sender.correct(filled);
        Set<CustomerId> blanked = again.saved();
        Set<CustomerId> failed = filled.stream()
                .map(ContactWrite::customer)
                .filter(customer -> !blanked.contains(customer))
                .collect(Collectors.toSet());
        sent.delivered.removeIf(item -> failed.contains(item.write().customer()));
        sent.outcomes.addAll(again.outcomes);
        sent.missing.addAll(again.missing);
        sent.conflicts.addAll(again.conflicts);
    }

    private boolean differs(Delivered item) {
        return item.write().fields().values().entrySet().stream().anyMatch(field -> {
            String stored = item.contact().text(field.getKey());
            // Whether a new contact keeps a false was never tested; a consent must not depend on it.
            return field.getValue() == null
                    ? stored != null || schema.hasDefault(field.getKey())
                    : field.getValue() instanceof Boolean && stored == null;
        });
    }
}
