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

        @Nullable
        Boolean optIn = true;

        boolean inView = true;
    }

    final Map<Integer, Customer> customers = new TreeMap<>();
    final Map<String, Set<Origin>> said = new TreeMap<>();
    /** Addresses of which more may be against mailing them than was said: a merge or a move brought an entry along. */
    final Set<String> tainted = new HashSet<>();

    final Set<String> erased = new HashSet<>();
    /** Erased people who filled in a form of Mautic since: nothing is stored about them, so no contact is compared with it. */
    final Set<String> backByForm = new HashSet<>();

    void says(String address, Origin from) {
        said.computeIfAbsent(address, first -> new HashSet<>()).add(from);
        tainted.add(address);
    }

    /** Mautic itself lost what a person said, before anybody else could know it. */
    void forget(String address, Origin from) {
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

    boolean mustBeMailed(String address) {
        return !tainted.contains(address)
                && !erased.contains(address)
                && !mustNotBeMailed(address)
                && with(address).anyMatch(one -> one.inView && Boolean.TRUE.equals(one.optIn));
    }

    /** A run went through: from here on an opt-out of the CRM is a statement, whatever the row says later. */
    void pushed() {
        customers.values().stream()
                .filter(one -> one.inView && one.address != null && Boolean.FALSE.equals(one.optIn))
                .forEach(one -> says(String.valueOf(one.address), Origin.CRM));
    }

    /** By the settings an opt-in may end an opt-out of the CRM. */
    void optInsMayEnd() {
        customers.values().stream()
                .filter(one -> one.address != null && Boolean.TRUE.equals(one.optIn))
                .forEach(one -> forget(String.valueOf(one.address), Origin.CRM));
    }
}
