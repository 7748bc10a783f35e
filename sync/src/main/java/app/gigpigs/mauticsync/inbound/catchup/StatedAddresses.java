package app.gigpigs.mauticsync.inbound.catchup;

import app.gigpigs.mauticsync.consent.delivery.OptOutDelivery;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Looks up in Mautic every address that a statement stands against, in the order of the statements: a contact that
 * Mautic's own form or import made has no customer, and the webhook about it may be lost.
 */
final class StatedAddresses {
    private final Jdbi jdbi;
    private final OptOutDelivery delivery;

    StatedAddresses(Jdbi jdbi, OptOutDelivery delivery) {
        this.jdbi = jdbi;
        this.delivery = delivery;
    }

    /** Some addresses, up to the statement with this id. */
    record Page(long upTo, Set<String> addresses) {}

    Optional<Page> after(long statement, int size) {
        long[] last = {statement};
        Set<String> addresses = new LinkedHashSet<>();
        jdbi.useHandle(handle -> handle.createQuery("""
                        select id, address from mautic_sync.consent_ledger
                         where id > :after and address is not null and ended_at is null order by id limit :size
                        """)
                .bind("after", statement)
                .bind("size", size)
                .map((row, context) -> {
                    last[0] = row.getLong("id");
                    return addresses.add(row.getString("address"));
                })
                .list());
        return addresses.isEmpty() ? Optional.empty() : Optional.of(new Page(last[0], addresses));
    }

    /** Delivers do-not-contact where it is missing, then moves the cursor. Returns how many entries are new. */
    int deliver(Page page, Consumer<Handle> advance) {
        int entries = delivery.to(page.addresses());
        jdbi.useTransaction(advance::accept);
        return entries;
    }
}
