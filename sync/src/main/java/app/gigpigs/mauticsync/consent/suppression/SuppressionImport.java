package app.gigpigs.mauticsync.consent.suppression;

import app.gigpigs.mauticsync.consent.delivery.OptOutDelivery;
import app.gigpigs.mauticsync.consent.erasure.ErasureRegister;
import app.gigpigs.mauticsync.consent.erasure.LedgerErasure;
import app.gigpigs.mauticsync.consent.ledger.ConsentLedger;
import app.gigpigs.mauticsync.consent.ledger.CrmStatements;
import app.gigpigs.mauticsync.consent.ledger.Statement;
import app.gigpigs.mauticsync.consent.ledger.Statement.Evidence;
import app.gigpigs.mauticsync.consent.ledger.Statement.Source;
import app.gigpigs.mauticsync.consent.suppression.list.ListEntry;
import app.gigpigs.mauticsync.consent.suppression.list.SuppressionList;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.CustomerEmails;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.crm.EmailAddress;
import app.gigpigs.mauticsync.mapping.Mapping;
import app.gigpigs.mauticsync.mautic.Contact;
import app.gigpigs.mauticsync.mautic.Mautic;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Jdbi;

/**
 * Imports another system's blocklist: a statement of the ledger for every address, an opt-out in the CRM for every
 * customer with the address, and a do-not-contact entry for every contact in Mautic. A list of a million lines
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
    private final CrmStatements crm;
    private final ErasureRegister erased;
    private final LedgerErasure erasure;
    private final OptOutDelivery delivery;
    private final InstantSource clock;
    private final ConsentLedger ledger = new ConsentLedger();

    public SuppressionImport(Jdbi jdbi, Mautic mautic, Mapping mapping, ErasureRegister erased, InstantSource clock) {
        this.jdbi = jdbi;
        this.mautic = mautic;
        this.names = mapping.crm();
        this.erased = erased;
        this.erasure = new LedgerErasure(names, erased);
        this.crm = new CrmStatements(names);
        this.delivery = new OptOutDelivery(jdbi, mautic, names, mapping.consent(), erased);
        this.clock = clock;
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
        return go(list, progress, Applying.ALL);
    }

    private enum Applying {
        NOTHING,
        ALL
    }

    private Report go(SuppressionList list, LongConsumer progress, Applying applying) throws IOException {
        Tally tally = new Tally();
        Map<String, ListEntry> chunk = new LinkedHashMap<>();
        list.entries(
                entry -> {
                    tally.addresses++;
                    // One address may be on the list for several reasons.
                    chunk.putIfAbsent(address(entry) + " " + entry.reason(), entry);
                    if (chunk.size() == IN_THE_CRM) {
                        work(List.copyOf(chunk.values()), applying, tally, progress);
                        chunk.clear();
                    }
                },
                tally::bad);
        work(List.copyOf(chunk.values()), applying, tally, progress);
        return tally.report();
    }

    private void work(List<ListEntry> some, Applying applying, Tally tally, LongConsumer progress) {
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

    private void customers(List<ListEntry> some, Applying applying, Tally tally) {
        List<String> emails =
                some.stream().map(SuppressionImport::address).distinct().toList();
        Map<String, Set<CustomerId>> holders =
                jdbi.withHandle(handle -> new CustomerEmails(names).holders(handle, emails));
        Set<CustomerId> customers = new HashSet<>();
        holders.values().forEach(customers::addAll);
        tally.customers += customers.size();
        tally.unknown +=
                emails.stream().filter(email -> !holders.containsKey(email)).count();
        if (applying == Applying.ALL) {
            jdbi.useTransaction(handle -> {
                erased.enter(handle);
                Set<String> known = erasure.known(handle, emails);
                tally.kept += ledger.state(
                        handle,
                        some.stream()
                                .filter(one -> !known.contains(address(one)))
                                .map(this::stated)
                                .toList());
                // If the CRM rejects the change, the statement stands all the same, and the change is tried again.
                CrmStatements.TakenOver taken = crm.takeOver(handle, emails);
                tally.optedOut += taken.optedOut();
                tally.rejected += taken.rejected().size();
                erasure.hide(handle, emails);
            });
        }
    }

    private Statement stated(ListEntry one) {
        return new Statement(
                address(one),
                one.reason().stated(),
                Source.IMPORT,
                one.since() == null ? clock.instant() : one.since(),
                Evidence.noted("line " + one.line() + " of the list"));
    }

    private static String address(ListEntry one) {
        return EmailAddress.normal(one.email());
    }

    private void contacts(List<ListEntry> some, Applying applying, Tally tally) {
        Set<String> addresses = some.stream().map(SuppressionImport::address).collect(Collectors.toSet());
        List<Contact> found = mautic.contacts().withEmails(addresses).stream()
                .filter(contact -> contact.email() != null && addresses.contains(EmailAddress.normal(contact.email())))
                .toList();
        tally.contacts += found.size();
        tally.entries += found.stream().filter(Contact::mailable).count();
        if (applying == Applying.ALL) {
            delivery.to(addresses);
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

    /** Addresses that no customer has, and how many statements of the list are new to the ledger. */
    public record Unknown(long addresses, long kept) {}

    /** Lines without a usable address, and the numbers of the first of them. */
    public record Bad(long lines, List<Integer> first) {}
}
