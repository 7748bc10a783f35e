package app.gigpigs.mauticsync.consent.erasure;

import app.gigpigs.mauticsync.consent.ledger.CrmStatements.OptedOut;
import app.gigpigs.mauticsync.consent.ledger.HashKey;
import app.gigpigs.mauticsync.consent.ledger.HashKeyStore;
import app.gigpigs.mauticsync.crm.CustomerId;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The table mautic_sync.erased_identifier: people who were erased. Asked before anything about a
 * person is stored or sent. Every method throws {@link HashKey.HashKeyException} when the hashes cannot be read. Thread-safe.
 */
public final class ErasureRegister {
    /** Any number that no other lock uses; transactions that store people hold it shared, an erasure exclusively. */
    private static final long GATE = 5_106_022_026L;

    private static final String OF_PERSON = """
            (hash = any(:hashes)
             or erasure in (select e.erasure from mautic_sync.erased_identifier e where e.hash = any(:addresses)))
            """;

    private final HashKeyStore keys;

    /** @param configured the key from the environment; without one the database keeps its own */
    public ErasureRegister(Optional<HashKey> configured) {
        this.keys = new HashKeyStore(configured);
    }

    /** What the hashes are made with. */
    HashKey key(Handle handle) {
        return keys.key(handle);
    }

    /** The key to look for hashes with; empty when no person was erased yet, so that nothing has to be looked for. */
    private Optional<HashKey> used(Handle handle) {
        boolean any = handle.createQuery("select exists (select from mautic_sync.erased_identifier)")
                .mapTo(Boolean.class)
                .one();
        return any ? Optional.of(key(handle)) : Optional.empty();
    }

    /** Makes an erasure wait for the end of this transaction, so that nothing is stored after its cleaning. */
    public void enter(Handle handle) {
        handle.createQuery("select pg_advisory_xact_lock_shared(:gate)")
                .bind("gate", GATE)
                .map((row, context) -> 0)
                .one();
    }

    /** Waits for all transactions that called {@link #enter}; later ones wait for this one, and then see the hashes. */
    void enterAlone(Handle handle) {
        handle.createQuery("select pg_advisory_xact_lock(:gate)")
                .bind("gate", GATE)
                .map((row, context) -> 0)
                .one();
    }

    /** Whether no person was erased yet. */
    public boolean nobody(Handle handle) {
        return used(handle).isEmpty();
    }

    /** Whether this person was erased; what is not known is null. */
    public boolean concerns(
            Handle handle, @Nullable Long contact, @Nullable CustomerId customer, @Nullable String email) {
        return namedIn(handle, PersonReferences.of(contact, customer, email));
    }

    /** Of several people, those who were erased. */
    public <T> Set<T> among(Handle handle, Collection<T> people, Function<T, PersonReferences> named) {
        Optional<HashKey> used = used(handle);
        if (used.isEmpty() || people.isEmpty()) {
            return Set.of();
        }
        Map<T, List<String>> hashes = new HashMap<>();
        people.forEach(one -> hashes.put(one, hashes(used.get(), named.apply(one))));
        Set<String> known =
                known(handle, hashes.values().stream().flatMap(List::stream).toList());
        Set<T> erased = new HashSet<>();
        hashes.forEach((one, all) -> {
            if (all.stream().anyMatch(known::contains)) {
                erased.add(one);
            }
        });
        return erased;
    }

    /** Of opt-outs that were just recorded, those of people who were erased. */
    public Set<OptedOut> among(Handle handle, Collection<OptedOut> recorded) {
        return among(handle, recorded, one -> PersonReferences.of(null, one.customer(), one.address()));
    }

    /** The same for all people that something refers to. */
    boolean namedIn(Handle handle, PersonReferences named) {
        Optional<HashKey> used = used(handle);
        if (used.isEmpty() || named.none()) {
            return false;
        }
        return !known(handle, hashes(used.get(), named)).isEmpty();
    }

    /** Those of these customers who were erased, by their id or by the address they have now. */
    public Set<CustomerId> among(Handle handle, Map<CustomerId, String> addresses) {
        Optional<HashKey> used = used(handle);
        if (used.isEmpty()) {
            return Set.of();
        }
        HashKey mine = used.get();
        List<String> hashes = new ArrayList<>();
        addresses.forEach((customer, address) -> {
            hashes.add(mine.customer(customer));
            hashes.add(mine.email(address));
        });
        Set<String> known = known(handle, hashes);
        Set<CustomerId> erased = new HashSet<>();
        addresses.forEach((customer, address) -> {
            if (known.contains(mine.customer(customer)) || known.contains(mine.email(address))) {
                erased.add(customer);
            }
        });
        return erased;
    }

    /** Stores the hashes of a person under one erasure; existing ones stay. Returns how many are new. */
    int add(Handle handle, UUID erasure, PersonReferences person) {
        return handle.createUpdate("""
                        insert into mautic_sync.erased_identifier (hash, erasure)
                        select hash, :erasure from unnest(cast(:hashes as text[])) as h (hash) on conflict do nothing
                        """)
                .bind("erasure", erasure)
                .bind("hashes", hashes(key(handle), person).toArray(String[]::new))
                .execute();
    }

    /** How many hashes {@link #forget} would find. */
    int remembered(Handle handle, PersonReferences person) {
        return used(handle)
                .map(mine -> handle.createQuery("select count(*) from mautic_sync.erased_identifier where " + OF_PERSON)
                        .bind("hashes", hashes(mine, person).toArray(String[]::new))
                        .bind("addresses", addresses(mine, person))
                        .mapTo(Integer.class)
                        .one())
                .orElse(0);
    }

    /** Forgets whole erasures of these addresses, and of other erasures these customers. Returns how many hashes were deleted. */
    int forget(Handle handle, PersonReferences person) {
        return used(handle)
                .map(mine -> handle.createUpdate("delete from mautic_sync.erased_identifier where " + OF_PERSON)
                        .bind("hashes", hashes(mine, person).toArray(String[]::new))
                        .bind("addresses", addresses(mine, person))
                        .execute())
                .orElse(0);
    }

    /** The hash of an address, to be shown as a receipt. */
    String hashOf(Handle handle, String email) {
        return key(handle).email(email);
    }

    /** When the address was first erased. */
    Instant since(Handle handle, String email) {
        return handle.createQuery("select min(erased_at) from mautic_sync.erased_identifier where hash = :hash")
                .bind("hash", hashOf(handle, email))
                .mapTo(OffsetDateTime.class)
                .one()
                .toInstant();
    }

    private static String[] addresses(HashKey key, PersonReferences person) {
        return person.emails().stream().map(key::email).toArray(String[]::new);
    }

    private static Set<String> known(Handle handle, Collection<String> hashes) {
        return handle.createQuery("select hash from mautic_sync.erased_identifier where hash = any(:hashes)")
                .bind("hashes", hashes.toArray(String[]::new))
                .mapTo(String.class)
                .set();
    }

    private static List<String> hashes(HashKey key, PersonReferences named) {
        List<String> hashes = new ArrayList<>();
        named.emails().forEach(email -> hashes.add(key.email(email)));
        named.customers().forEach(customer -> hashes.add(key.customer(customer)));
        named.contacts().forEach(contact -> hashes.add(key.contact(contact)));
        return hashes;
    }
}
