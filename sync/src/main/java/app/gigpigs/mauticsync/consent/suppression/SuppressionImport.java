package app.gigpigs.mauticsync.consent.suppression;

import app.gigpigs.mauticsync.consent.delivery.OptOutDelivery;
import app.gigpigs.mauticsync.consent.ledger.ConsentLedger;
import app.gigpigs.mauticsync.consent.ledger.CrmConsent;
import app.gigpigs.mauticsync.consent.ledger.HashKey;
import app.gigpigs.mauticsync.consent.ledger.HashKeyStore;
import app.gigpigs.mauticsync.consent.ledger.OptOut;
import app.gigpigs.mauticsync.consent.suppression.list.SuppressionList;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.CustomerEmails;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.mautic.Mautic;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import org.jdbi.v3.core.Jdbi;

/**
 * Imports another system's blocklist: an opt-out in the CRM for every customer with the address, a do-not-contact entry
 * for every contact in Mautic, and a stored hash for every address that no customer has yet. A list of a million lines
 * is read in parts; repeating the import, or starting it again, changes nothing that is done.
 */
public final class SuppressionImport {
    /** Each query reads the whole view of the CRM: as many addresses at a time as memory allows. */
    private static final int IN_THE_CRM = 10_000;

    private static final int IN_MAUTIC = 500;
    private static final int LINES_NAMED = 50;

    private final Jdbi jdbi;
    private final Mautic mautic;
    private final CrmNames names;
    private final Optional<HashKey> key;

    /** @param key what the hashes are made with; without one no address is stored for later */
    public SuppressionImport(Jdbi jdbi, Mautic mautic, CrmNames names, Optional<HashKey> key) {
        this.jdbi = jdbi;
        this.mautic = mautic;
        this.names = names;
        this.key = key;
    }

    /** Whether addresses that no customer has can be kept. */
    public boolean keepsTheRest() {
        return key.isPresent();
    }

    /**
     * Counts what an import would do; writes nothing.
     *
     * @param progress receives the number of lines that are done
     */
    public Report look(SuppressionList list, LongConsumer progress) throws IOException {
        return go(list, progress, Applying.NOTHING);
    }

    /** Imports. */
    public Report apply(SuppressionList list, LongConsumer progress) throws IOException {
        // A wrong key is found before anything is written.
        jdbi.useHandle(handle -> new HashKeyStore(key).ifUsed(handle));
        return go(list, progress, Applying.ALL);
    }

    private enum Applying {
        NOTHING,
        ALL
    }

    private Report go(SuppressionList list, LongConsumer progress, Applying applying) throws IOException {
        Tally tally = new Tally();
        Map<String, OptOut> chunk = new LinkedHashMap<>();
        list.entries(
                entry -> {
                    tally.addresses++;
                    chunk.putIfAbsent(entry.email(), new OptOut(entry.email(), entry.reason()));
                    if (chunk.size() == IN_THE_CRM) {
                        work(List.copyOf(chunk.values()), applying, tally, progress);
                        chunk.clear();
                    }
                },
                tally::bad);
        work(List.copyOf(chunk.values()), applying, tally, progress);
        return tally.report();
    }

    private void work(List<OptOut> some, Applying applying, Tally tally, LongConsumer progress) {
        if (some.isEmpty()) {
            return;
        }
        customers(some, applying, tally);
        for (int from = 0; from < some.size(); from += IN_MAUTIC) {
            int to = Math.min(some.size(), from + IN_MAUTIC);
            contacts(some.subList(from, to), applying, tally);
            progress.accept(tally.addresses - some.size() + to);
        }
    }

    private void customers(List<OptOut> some, Applying applying, Tally tally) {
        List<String> emails = some.stream().map(OptOut::email).toList();
        Map<String, Set<CustomerId>> holders =
                jdbi.withHandle(handle -> new CustomerEmails(names).holders(handle, emails));
        Set<CustomerId> customers = new HashSet<>();
        holders.values().forEach(customers::addAll);
        tally.customers += customers.size();
        tally.unknown +=
                some.stream().filter(one -> !holders.containsKey(one.email())).count();
        if (applying == Applying.ALL) {
            jdbi.useTransaction(handle -> {
                CrmConsent.Recorded recorded = new CrmConsent(names).record(handle, customers);
                tally.optedOut += recorded.optedOut();
                tally.rejected += recorded.rejected().size();
                // If the CRM rejects the change, later runs send the opt-out; the contact is never created without it.
                List<OptOut> later = some.stream()
                        .filter(one -> !holders.containsKey(one.email())
                                || !Collections.disjoint(holders.get(one.email()), recorded.rejected()))
                        .toList();
                if (key.isPresent() && !later.isEmpty()) {
                    tally.kept += new ConsentLedger(jdbi, names, key).keep(handle, later);
                }
            });
        }
    }

    private void contacts(List<OptOut> some, Applying applying, Tally tally) {
        OptOutDelivery contacts = new OptOutDelivery(mautic);
        List<OptOutDelivery.Found> found = contacts.of(some);
        tally.contacts += found.size();
        tally.entries += found.stream().filter(OptOutDelivery.Found::mailable).count();
        if (applying == Applying.ALL) {
            contacts.process(found);
        }
    }

    /** Counts while the file is read. */
    private static final class Tally {
        private long addresses;
        private long customers;
        private long optedOut;
        private long rejected;
        private long contacts;
        private long entries;
        private long unknown;
        private long kept;
        private long badLines;
        private final List<Integer> firstBad = new ArrayList<>();

        void bad(int line) {
            badLines++;
            if (firstBad.size() < LINES_NAMED) {
                firstBad.add(line);
            }
        }

        Report report() {
            return new Report(
                    addresses,
                    new Crm(customers, optedOut, rejected),
                    new InMautic(contacts, entries),
                    new Unknown(unknown, kept),
                    new Bad(badLines, List.copyOf(firstBad)));
        }
    }

    /**
     * What an import did, or would do.
     *
     * @param addresses lines with an address that is on the list
     */
    public record Report(long addresses, Crm crm, InMautic mautic, Unknown unknown, Bad bad) {}

    /**
     * Customers with such an address.
     *
     * @param optedOut how many of them were opted out just now
     * @param rejected how many changes the CRM rejects: a trigger or a constraint of its own, which {@code doctor} finds
     */
    public record Crm(long customers, long optedOut, long rejected) {}

    /** Contacts with such an address, and for how many of them do-not-contact is new. */
    public record InMautic(long contacts, long entries) {}

    /** Addresses that no customer has, and how many of them are newly kept as hashes. */
    public record Unknown(long addresses, long kept) {}

    /** Lines without a usable address, and the numbers of the first of them. */
    public record Bad(long lines, List<Integer> first) {}
}
