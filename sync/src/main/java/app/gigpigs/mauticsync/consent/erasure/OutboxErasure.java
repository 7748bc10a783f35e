package app.gigpigs.mauticsync.consent.erasure;

import app.gigpigs.mauticsync.consent.delivery.Outbox;
import org.jdbi.v3.core.Handle;

/** What mautic_sync.outbox holds about a person. Erasing sets do-not-contact itself, so nothing is left to deliver. */
public final class OutboxErasure implements PersonalDataTable {
    private final Outbox outbox = new Outbox();

    @Override
    public String table() {
        return "mautic_sync.outbox";
    }

    @Override
    public int count(Handle handle, PersonIdentifiers person) {
        return person.bind(
                        handle.createQuery("select count(*)::int from mautic_sync.outbox o where " + Outbox.OF_PERSON))
                .mapTo(Integer.class)
                .one();
    }

    @Override
    public int erase(Handle handle, PersonIdentifiers person) {
        return outbox.forget(handle, person.email(), person.customers(), person.contacts());
    }
}
