package app.gigpigs.mauticsync.consent.erasure;

import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.crm.EmailAddress;
import app.gigpigs.mauticsync.instance.InstanceCheck;
import app.gigpigs.mauticsync.mautic.Contact;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.runs.Lease;
import app.gigpigs.mauticsync.runs.Sleeper;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Erases a person in Mautic and in our tables, and blocks the person from then on. The order allows it to be cut off
 * anywhere and started again: the hashes first, so that nothing comes back meanwhile; then Mautic, with the outbound
 * lease held and after every write that may still be running has ended; our own tables last, because they are needed to
 * find the contacts.
 */
public final class Erasure {
    private static final Logger log = LoggerFactory.getLogger(Erasure.class);
    private static final int LEASE_ATTEMPTS = 60;
    private static final Duration BETWEEN_ATTEMPTS = Duration.ofSeconds(5);

    private final Jdbi jdbi;
    private final Mautic mautic;
    private final PersonFinder people;
    private final PersonalDataEraser data;
    private final Sleeper pause;

    /** Erases through the given connections. */
    public Erasure(Jdbi jdbi, Mautic mautic, CrmNames names, PersonalDataEraser data, Sleeper pause) {
        this.jdbi = jdbi;
        this.mautic = mautic;
        this.people = new PersonFinder(jdbi, mautic, names);
        this.data = data;
        this.pause = pause;
    }

    /** What there is to erase; nothing of it stays changed. */
    public Findings look(String email) {
        PersonIdentifiers person = people.find(email);
        List<Long> contacts = mautic.contacts().withIds(person.contacts()).stream()
                .map(Contact::id)
                .sorted()
                .toList();
        return jdbi.withHandle(handle -> new Findings(
                data.register().concerns(handle, null, null, person.email()),
                contacts,
                data.tryOut(handle, person),
                person.customers().size()));
    }

    /**
     * Erases; doing it again is harmless.
     *
     * @return empty when another run holds the outbound lease and does not end: the person is blocked from the next run
     *     on, but not erased yet
     */
    public Optional<Receipt> erase(String email) {
        boolean erasedBefore =
                jdbi.withHandle(handle -> data.register().concerns(handle, null, null, EmailAddress.normal(email)));
        UUID erasure = UUID.randomUUID();
        PersonIdentifiers known = people.find(email);
        block(erasure, known);
        Optional<Lease> acquired = lease();
        if (acquired.isEmpty()) {
            return Optional.empty();
        }
        try (Lease lease = acquired.get()) {
            log.debug("erasure {} holds the lease with token {}", erasure, lease.token());
            // In a different Mautic instance the stored contact ids would be those of other people.
            new InstanceCheck(jdbi, mautic).check();
            waitForWrites(known);
            PersonIdentifiers person = people.find(email).with(known.contacts());
            block(erasure, person);
            log.info(
                    "the person is blocked; deleting {} contacts in Mautic, then the sync's own rows",
                    person.contacts().size());
            List<Long> contacts = deleteContacts(person);
            Map<String, Integer> rows = jdbi.inTransaction(handle -> {
                data.register().enterAlone(handle);
                return data.erase(handle, person);
            });
            boolean nothingLeft = contacts.isEmpty() && rows.isEmpty();
            return Optional.of(receipt(erasedBefore && nothingLeft, new Removed(contacts, rows), person));
        }
    }

    private void block(UUID erasure, PersonIdentifiers person) {
        jdbi.useTransaction(handle -> data.register().add(handle, erasure, person.references()));
    }

    /** Only one run pushes at a time; it may take minutes to end. */
    private Optional<Lease> lease() {
        Optional<Lease> lease = Lease.acquire(jdbi, Lease.OUTBOUND, pause);
        if (lease.isPresent()) {
            return lease;
        }
        Runnable end = pause.begins(
                BETWEEN_ATTEMPTS.multipliedBy(LEASE_ATTEMPTS), "another run is pushing; the person is already blocked");
        try {
            for (int i = 1; i < LEASE_ATTEMPTS && lease.isEmpty(); i++) {
                pause.of(BETWEEN_ATTEMPTS);
                lease = Lease.acquire(jdbi, Lease.OUTBOUND, pause);
            }
            return lease;
        } finally {
            end.run();
        }
    }

    /** Mautic finishes a batch whose client has disconnected (seen on 5.1.0): a contact may still be created. */
    private void waitForWrites(PersonIdentifiers person) {
        jdbi.withHandle(handle -> handle.createQuery("""
                                select greatest(ceil(extract(epoch from max(in_flight_until) - now())), 0)::bigint
                                  from public.mautic_sync_status where customer_id = any(:customers)
                                """)
                        .bindArray(
                                "customers",
                                CustomerId.class,
                                person.customers().toArray())
                        .mapTo(Long.class)
                        .findOne())
                .filter(seconds -> seconds > 0)
                .ifPresent(seconds -> pause.of(
                        Duration.ofSeconds(seconds), "a write whose answer was lost may still be running in Mautic"));
    }

    private List<Long> deleteContacts(PersonIdentifiers person) {
        return person.contacts().stream()
                .sorted()
                .filter(mautic.contacts()::delete)
                .toList();
    }

    private Receipt receipt(boolean already, Removed removed, PersonIdentifiers person) {
        return jdbi.inTransaction(handle -> new Receipt(
                already,
                data.register().since(handle, person.email()),
                data.register().hashOf(handle, person.email()).substring(0, 8),
                removed,
                person.customers().size()));
    }

    /**
     * What there is to erase.
     *
     * @param already whether the address was erased before
     * @param contacts Mautic's contacts
     * @param rows table to the number of rows to delete or to change
     * @param customers how many customers of the CRM have the address; deleting them is left to the CRM
     */
    public record Findings(boolean already, List<Long> contacts, Map<String, Integer> rows, int customers) {}

    /**
     * What was erased, without anything that names the person.
     *
     * @param already whether nothing was left to erase
     * @param since when the person was first erased
     * @param hash how the hash of the address begins
     * @param customersLeft customers whom the CRM still has
     */
    public record Receipt(boolean already, Instant since, String hash, Removed removed, int customersLeft) {}

    /** What was deleted: contacts in Mautic, and rows by table. */
    public record Removed(List<Long> contactIds, Map<String, Integer> rows) {
        public int contacts() {
            return contactIds.size();
        }
    }
}
