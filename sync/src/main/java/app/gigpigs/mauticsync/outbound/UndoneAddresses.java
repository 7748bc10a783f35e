package app.gigpigs.mauticsync.outbound;

import app.gigpigs.mauticsync.consent.ledger.Consent;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.crm.EmailAddress;
import app.gigpigs.mauticsync.mautic.Contact;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.outbound.state.OverwrittenValues.Kept;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Which contacts have the addresses that an undo is to put back. Mautic 4.4 merges two people when one is given the other's
 * address, and later versions answer 422 (both seen): so a contact that gets another address back releases this one first,
 * and an address that anybody else has is not put back.
 */
final class UndoneAddresses {
    private final Map<CustomerId, String> rejections = new HashMap<>();
    private final Map<CustomerId, Set<Long>> holders = new HashMap<>();

    private UndoneAddresses() {}

    /** Looks up the addresses of all that is to be put back. */
    static UndoneAddresses look(Mautic mautic, Collection<Kept> kept, Function<String, Consent> consents) {
        Map<Long, Kept> moving = new HashMap<>();
        kept.forEach(one -> address(one).ifPresent(address -> moving.put(one.contactId(), one)));
        UndoneAddresses looked = new UndoneAddresses();
        if (!moving.isEmpty()) {
            looked.find(mautic, moving, consents);
            looked.rejectWhatDependsOnRejected(moving);
        }
        return looked;
    }

    private void find(Mautic mautic, Map<Long, Kept> moving, Function<String, Consent> consents) {
        Map<String, List<Contact>> byAddress = new HashMap<>();
        mautic.contacts()
                .withEmails(moving.values().stream()
                        .flatMap(one -> address(one).stream())
                        .distinct()
                        .toList())
                .forEach(contact -> byAddress
                        .computeIfAbsent(
                                EmailAddress.normal(String.valueOf(contact.email())), first -> new ArrayList<>())
                        .add(contact));
        for (Kept one : moving.values()) {
            String address = address(one).orElseThrow();
            for (Contact holder : byAddress.getOrDefault(EmailAddress.normal(address), List.of())) {
                if (holder.id() != one.contactId()) {
                    hold(one, holder, moving, consents.apply(address));
                }
            }
        }
    }

    private void hold(Kept one, Contact holder, Map<Long, Kept> moving, Consent consent) {
        if (!moving.containsKey(holder.id())) {
            rejections.put(one.customer(), "its earlier address is used by contact " + holder.id());
        } else if (!holder.mailable() && consent.mailable()) {
            rejections.put(
                    one.customer(),
                    "its earlier address is used by contact " + holder.id()
                            + ", whose do-not-contact entry is not known here yet; undo again after ./mautic-sync catch-up");
        } else {
            holders.computeIfAbsent(one.customer(), first -> new HashSet<>()).add(holder.id());
        }
    }

    /** A contact that does not get its own earlier address back must keep the one that it has. */
    private void rejectWhatDependsOnRejected(Map<Long, Kept> moving) {
        boolean more = true;
        while (more) {
            more = false;
            for (Map.Entry<CustomerId, Set<Long>> one : holders.entrySet()) {
                for (long holder : one.getValue()) {
                    Kept owner = moving.get(holder);
                    if (owner != null
                            && rejections.containsKey(owner.customer())
                            && !rejections.containsKey(one.getKey())) {
                        rejections.put(one.getKey(), "its earlier address is used by contact " + holder);
                        more = true;
                    }
                }
            }
        }
    }

    /** Why this customer's values cannot be put back. */
    Optional<String> rejection(CustomerId customer) {
        return Optional.ofNullable(rejections.get(customer));
    }

    /** The contacts that release their address before these customers get it back. */
    Set<Long> toRelease(Collection<CustomerId> customers) {
        Set<Long> contacts = new HashSet<>();
        customers.forEach(customer -> contacts.addAll(holders.getOrDefault(customer, Set.of())));
        return contacts;
    }

    private static Optional<String> address(Kept kept) {
        return kept.fields().get("email") instanceof String address && !address.isBlank()
                ? Optional.of(address)
                : Optional.empty();
    }
}
