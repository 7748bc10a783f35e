package app.gigpigs.mauticsync.consent.erasure;

import app.gigpigs.mauticsync.consent.ledger.HashKey;
import app.gigpigs.mauticsync.consent.ledger.HashKey.HashKeyException;
import app.gigpigs.mauticsync.crm.ColumnName;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.CustomerEmails;
import app.gigpigs.mauticsync.instance.InstanceCheck;
import app.gigpigs.mauticsync.mapping.FieldMap;
import app.gigpigs.mauticsync.mautic.Contact;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.runs.Lease;
import app.gigpigs.mauticsync.runs.Sleeper;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Erases a person in Mautic and in our tables, and keeps the person out from then on. In an order that may be cut off
 * anywhere and begun again: the hashes first, so that nothing comes back meanwhile; then, with the right to push in hand
 * and after every write that may still be running is over, Mautic; our own tables, which tell where to look, last.
 */
public final class Erasure {
    private static final Logger log = LoggerFactory.getLogger(Erasure.class);
    private static final int TRIES_FOR_THE_LEASE = 60;
    private static final Duration BETWEEN_TRIES = Duration.ofSeconds(5);

    private final Jdbi jdbi;
    private final Mautic mautic;
    private final CrmNames names;
    private final Sleeper pause;
    private final ErasureRegister erased;

    /**
     * Erases through the given connections.
     *
     * @param key what the hashes are made with
     * @throws HashKeyException without a key, because the person would come back
     */
    public Erasure(Jdbi jdbi, Mautic mautic, CrmNames names, Optional<HashKey> key, Sleeper pause) {
        if (key.isEmpty()) {
            throw new HashKeyException(HashKey.VARIABLE + " is not set: without a hash of it the next sync would bring"
                    + " the person back; " + HashKey.HOW);
        }
        this.jdbi = jdbi;
        this.mautic = mautic;
        this.names = names;
        this.pause = pause;
        this.erased = new ErasureRegister(key);
    }

    /** What there is to erase; changes nothing. */
    public Findings look(String email) {
        PersonIdentifiers person = find(email);
        return jdbi.withHandle(handle -> new Findings(
                erased.concerns(handle, null, null, person.email()),
                person.contacts().stream().sorted().toList(),
                new PersonalDataEraser(erased).count(handle, person),
                person.customers().size()));
    }

    /**
     * Erases; doing it again is harmless.
     *
     * @return empty when another run pushes and does not end: the person is kept out from the next run on, but not
     *     erased yet
     */
    public Optional<Receipt> erase(String email) {
        boolean before = jdbi.withHandle(handle -> erased.concerns(handle, null, null, HashKey.normal(email)));
        UUID erasure = UUID.randomUUID();
        PersonIdentifiers known = find(email);
        remember(erasure, known);
        Optional<Lease> lease = lease();
        if (lease.isEmpty()) {
            return Optional.empty();
        }
        try (Lease conflict = lease.get()) {
            log.debug("erasure {} holds the lease with token {}", erasure, conflict.token());
            // The contacts that are remembered would be strangers' in another one.
            new InstanceCheck(jdbi, mautic).check();
            waitForWrites(known);
            PersonIdentifiers person = find(email).with(known.contacts());
            remember(erasure, person);
            int contacts = deleteContacts(person);
            Map<String, Integer> removed = jdbi.inTransaction(handle -> {
                erased.enterAlone(handle);
                return new PersonalDataEraser(erased).remove(handle, person);
            });
            return Optional.of(receipt(before && contacts == 0 && removed.isEmpty(), contacts, removed, person));
        }
    }

    /** Everything that anybody knows of the address by now. */
    private PersonIdentifiers find(String email) {
        String address = HashKey.normal(email);
        Set<UUID> customers = new HashSet<>();
        Set<Long> contacts = new HashSet<>();
        jdbi.useHandle(handle -> {
            customers.addAll(
                    new CustomerEmails(names).holders(handle, Set.of(address)).getOrDefault(address, Set.of()));
            contacts.addAll(remembered(handle, address, customers));
        });
        mautic.contacts().withEmails(List.of(address)).stream()
                .filter(contact -> has(contact, address))
                .forEach(contact -> {
                    contacts.add(contact.id());
                    deletedCustomer(contact).ifPresent(customers::add);
                });
        mautic
                .contacts()
                .withValues(
                        FieldMap.SUPABASE_ID,
                        customers.stream().map(UUID::toString).toList())
                .stream()
                .map(Contact::id)
                .forEach(contacts::add);
        return new PersonIdentifiers(address, customers, contacts);
    }

    /** Mautic's database compares without accents: asked for josé it finds jose, too, who is somebody else. */
    private static boolean has(Contact contact, String address) {
        String theirs = contact.email();
        return theirs != null && HashKey.normal(theirs).equals(address);
    }

    /** A contact of the address may be that of a customer whom the CRM has deleted; one that it still has is another. */
    private Optional<UUID> deletedCustomer(Contact contact) {
        String id = contact.text(FieldMap.SUPABASE_ID);
        if (id == null || !id.strip().matches("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")) {
            return Optional.empty();
        }
        UUID customer = UUID.fromString(id.strip());
        boolean alive = jdbi.withHandle(
                handle -> handle.createQuery("select exists (select from <profiles> p where p.<id> = :customer)")
                        .define("profiles", names.profiles().table().sql())
                        .define("id", ColumnName.quoted(names.profiles().id()))
                        .bind("customer", customer)
                        .mapTo(Boolean.class)
                        .one());
        return alive ? Optional.empty() : Optional.of(customer);
    }

    private static List<Long> remembered(Handle handle, String address, Set<UUID> customers) {
        return handle.createQuery("""
                        select st.mautic_contact_id::bigint from public.mautic_sync_status st
                         where st.mautic_contact_id is not null
                           and (st.customer_id = any(:customers) or lower(btrim(st.synced_email)) = :email)
                        union
                        select t.mautic_contact_id::bigint from mautic_sync.deleted_customer t
                         where t.mautic_contact_id is not null and t.customer_id = any(:customers)
                        union
                        select g.mautic_contact_id from mautic_sync.pending_event u
                          join public.customer_email_engagement g on g.id = u.event_id
                         where g.mautic_contact_id is not null
                           and (lower(btrim(u.email)) = :email or u.customer_ref = any(cast(:customers as text[])))
                        """)
                .bindArray("customers", UUID.class, customers.toArray())
                .bind("email", address)
                .mapTo(Long.class)
                .list();
    }

    private void remember(UUID erasure, PersonIdentifiers person) {
        jdbi.useTransaction(handle -> erased.add(handle, erasure, person.identifies()));
    }

    /** Only one run pushes at a time; it may take minutes to end. */
    private Optional<Lease> lease() {
        for (int i = 0; i < TRIES_FOR_THE_LEASE; i++) {
            Optional<Lease> lease = Lease.acquire(jdbi, Lease.OUTBOUND, pause);
            if (lease.isPresent()) {
                return lease;
            }
            if (i == 0) {
                log.info(
                        "another run is pushing: waiting for its end, {} minutes at most; the person is kept out already",
                        BETWEEN_TRIES.multipliedBy(TRIES_FOR_THE_LEASE).toMinutes());
            }
            pause.of(BETWEEN_TRIES);
        }
        return Optional.empty();
    }

    /** Mautic finishes a batch whose client has gone (seen on 5.1.0): a contact may still be on its way. */
    private void waitForWrites(PersonIdentifiers person) {
        jdbi.withHandle(handle -> handle.createQuery("""
                                select greatest(ceil(extract(epoch from max(in_flight_until) - now())), 0)::bigint
                                  from public.mautic_sync_status where customer_id = any(:customers)
                                """)
                        .bindArray("customers", UUID.class, person.customers().toArray())
                        .mapTo(Long.class)
                        .findOne())
                .filter(seconds -> seconds > 0)
                .ifPresent(seconds -> {
                    log.info("waiting {} s: a write whose answer was lost may still be running in Mautic", seconds);
                    pause.of(Duration.ofSeconds(seconds));
                });
    }

    private int deleteContacts(PersonIdentifiers person) {
        int deleted = 0;
        for (long contact : person.contacts()) {
            if (contact < 0) {
                continue; // of a Mautic before a relink
            }
            deleted += mautic.contacts().delete(contact) ? 1 : 0;
        }
        return deleted;
    }

    private Receipt receipt(boolean already, int contacts, Map<String, Integer> removed, PersonIdentifiers person) {
        return jdbi.inTransaction(handle -> new Receipt(
                already,
                handle.createQuery("select min(erased_at) from mautic_sync.erased_identifier where hash = :hash")
                        .bind("hash", erased.hashOf(handle, person.email()))
                        .mapTo(OffsetDateTime.class)
                        .one()
                        .toInstant(),
                erased.hashOf(handle, person.email()).substring(0, 8),
                new Removed(contacts, removed),
                person.customers().size()));
    }

    /**
     * What there is to erase.
     *
     * @param already whether the address was erased before
     * @param contacts Mautic's contacts
     * @param rows table to the number of rows that go, or that lose what names the person
     * @param customers how many customers of the CRM have the address; they are the CRM's own to delete
     */
    public record Findings(boolean already, List<Long> contacts, Map<String, Integer> rows, int customers) {}

    /**
     * What was erased, without anything that names the person.
     *
     * @param already whether nothing was left to erase
     * @param since when the person was erased first
     * @param hash how the hash of the address begins
     * @param customersLeft customers whom the CRM still has
     */
    public record Receipt(boolean already, Instant since, String hash, Removed removed, int customersLeft) {}

    /** What went: contacts in Mautic, and rows by table. */
    public record Removed(int contacts, Map<String, Integer> rows) {}
}
