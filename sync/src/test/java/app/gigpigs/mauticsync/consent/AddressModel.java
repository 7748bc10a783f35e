package app.gigpigs.mauticsync.consent;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What was really said in a story, by address, and what the CRM holds: the rule without the product. */
final class AddressModel {
    /** Who said that an address must not be mailed. */
    enum Origin {
        PERSON,
        LIST,
        CRM
    }

    /** A customer of the CRM. */
    static final class Customer {
        @Nullable
        String address;

        /** What its contact was sent last, or may have been. */
        @Nullable
        String lastAddress;

        @Nullable
        Boolean optIn = true;

        boolean inView = true;
        boolean erased;

        boolean isToBeMailed() {
            return inView && !erased && Boolean.TRUE.equals(optIn);
        }
    }

    /** Whether an opt-in of the CRM ends what the same customer said there. */
    final boolean optInsEnd;

    final Map<Integer, Customer> customers = new TreeMap<>();
    final Map<String, Set<Origin>> said = new TreeMap<>();
    /** Addresses of which more may be against mailing them than was said: a merge or a move brought an entry along. */
    final Set<String> tainted = new HashSet<>();
    /** A contact that no customer has was merged into another: only a reconciliation finds what that changed. */
    boolean unlinkedMerged;

    /** Addresses between which a contact went. */
    private final Map<String, Set<String>> together = new TreeMap<>();

    /** Customers who opted out in the CRM, by address, where their own opt-in ends that. */
    private final Map<String, Set<Integer>> optedOut = new TreeMap<>();
    /** Addresses at whose contacts something was done in Mautic, which a run need not know. */
    final Set<String> touched = new HashSet<>();
    /** Addresses whose person opted out in Mautic without the sync having received it. */
    private final Set<String> unreceived = new HashSet<>();

    final Set<String> erased = new HashSet<>();
    /** Erased people who filled in a form of Mautic since: nothing is stored about them, so no contact is compared with it. */
    final Set<String> backByForm = new HashSet<>();

    AddressModel(boolean optInsEnd) {
        this.optInsEnd = optInsEnd;
    }

    /** @param received whether the sync knows it */
    void personSays(String address, boolean received) {
        if (!received && !said.getOrDefault(address, Set.of()).contains(Origin.PERSON)) {
            unreceived.add(address);
        }
        says(address, Origin.PERSON);
    }

    /** The sync has read all that Mautic knows. */
    void receivedAll() {
        unreceived.clear();
    }

    /** An opt-out that nobody has received is lost with its entry: no table reports it. */
    void entryVanishes(String address) {
        touched.add(address);
        if (unreceived.remove(address)) {
            forget(address, Origin.PERSON);
        }
    }

    void says(String address, Origin from) {
        said.computeIfAbsent(address, first -> new HashSet<>()).add(from);
        taint(address);
    }

    private void forget(String address, Origin from) {
        said.getOrDefault(address, new HashSet<>()).remove(from);
    }

    Stream<Customer> with(String address) {
        return customers.values().stream().filter(one -> address.equals(one.address));
    }

    boolean mustNotBeMailed(String address) {
        if (backByForm.contains(address)) {
            return false;
        }
        List<Customer> all = with(address).toList();
        boolean optedIn = all.stream().anyMatch(one -> Boolean.TRUE.equals(one.optIn));
        return !said.getOrDefault(address, Set.of()).isEmpty()
                || all.stream().anyMatch(one -> Boolean.FALSE.equals(one.optIn))
                || (all.stream().anyMatch(one -> one.inView) && !optedIn);
    }

    /**
     * Customer and address meet, by a move or in a merge of contacts: an entry of one of two contacts, made before or
     * after that, may go along.
     */
    void meet(@Nullable String one, @Nullable String other) {
        for (String address : new String[] {one, other}) {
            if (address != null) {
                touched.add(address);
            }
        }
        if (one != null && other != null) {
            together.computeIfAbsent(one, first -> new HashSet<>()).add(other);
            together.computeIfAbsent(other, first -> new HashSet<>()).add(one);
            Stream.of(one, other).filter(this::mayHaveEntry).toList().forEach(this::taint);
        }
    }

    /** More may be against this address, and those it was together with, than was said. */
    void taint(String address) {
        tainted.add(address);
        together.getOrDefault(address, Set.of()).stream()
                .filter(other -> !tainted.contains(other))
                .toList()
                .forEach(this::taint);
    }

    private boolean mayHaveEntry(String address) {
        return tainted.contains(address)
                || erased.contains(address)
                || !said.getOrDefault(address, Set.of()).isEmpty()
                || !optedOut.getOrDefault(address, Set.of()).isEmpty()
                || with(address).anyMatch(one -> !Boolean.TRUE.equals(one.optIn));
    }

    /** The CRM's row of a customer changes its opt-in. */
    void optIn(int number, @Nullable Boolean value) {
        Customer one = customers.get(number);
        one.optIn = value;
        if (one.address == null) {
            return;
        }
        String address = one.address;
        Set<Integer> out = optedOut.computeIfAbsent(address, first -> new HashSet<>());
        if (Boolean.TRUE.equals(value)) {
            out.remove(number);
        } else if (Boolean.FALSE.equals(value) && optInsEnd) {
            out.add(number);
            together.getOrDefault(address, Set.of()).forEach(this::taint);
        } else if (Boolean.FALSE.equals(value) || out.contains(number)) {
            taint(address);
        } else if (value == null) {
            together.getOrDefault(address, Set.of()).forEach(this::taint);
        }
    }

    /** The customer is deleted, or has another address: its opt-out stays, and no opt-in of its own can end it. */
    void leaves(int number) {
        Customer one = customers.get(number);
        if (one.address != null
                && (Boolean.FALSE.equals(one.optIn)
                        || optedOut.getOrDefault(one.address, Set.of()).contains(number))) {
            taint(one.address);
        }
    }

    boolean mustHaveContact(String address) {
        return !erased.contains(address)
                && !backByForm.contains(address)
                && with(address).anyMatch(Customer::isToBeMailed);
    }

    boolean mustBeMailed(String address) {
        return !tainted.contains(address)
                && !erased.contains(address)
                && !mustNotBeMailed(address)
                && optedOut.getOrDefault(address, Set.of()).isEmpty()
                && with(address).anyMatch(Customer::isToBeMailed);
    }

    /** The people with this address are not sent any more, wherever they move. */
    void erase(String address) {
        erased.add(address);
        with(address).forEach(one -> one.erased = true);
    }

    /** A run went through: from here on an opt-out of the CRM is a statement, whatever the row says later. */
    void pushed() {
        customers.values().stream()
                .filter(one -> one.inView && one.address != null && Boolean.FALSE.equals(one.optIn))
                .forEach(one -> said.computeIfAbsent(String.valueOf(one.address), first -> new HashSet<>())
                        .add(Origin.CRM));
    }

    /** By the settings an opt-in may end an opt-out of the CRM. */
    void optInsMayEnd() {
        if (!optInsEnd) {
            return;
        }
        customers.values().stream()
                .filter(one -> one.address != null && Boolean.TRUE.equals(one.optIn))
                .forEach(one -> forget(String.valueOf(one.address), Origin.CRM));
    }
}
