package app.gigpigs.mauticsync.consent.delivery;

import app.gigpigs.mauticsync.consent.ledger.HashKey;
import app.gigpigs.mauticsync.consent.ledger.OptOut;
import app.gigpigs.mauticsync.mautic.Contact;
import app.gigpigs.mauticsync.mautic.Mautic;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Mautic's contacts with suppressed addresses. An existing entry stays, so that a person's own opt-out is never overwritten. */
public final class OptOutDelivery {
    private final Mautic mautic;

    public OptOutDelivery(Mautic mautic) {
        this.mautic = mautic;
    }

    /**
     * One of them.
     *
     * @param mailable whether it has no do-not-contact entry yet
     */
    public record Found(long contact, OptOut suppression, boolean mailable) {}

    public List<Found> of(List<OptOut> some) {
        Map<String, OptOut> byEmail = new LinkedHashMap<>();
        some.forEach(one -> byEmail.put(one.email(), one));
        return mautic.contacts().withEmails(byEmail.keySet()).stream()
                .flatMap(contact -> found(contact, byEmail).stream())
                .toList();
    }

    /** Returns how many entries are new. */
    public int process(List<Found> found) {
        List<Found> mailable = found.stream().filter(Found::mailable).toList();
        mailable.forEach(one -> mautic.contacts()
                .addDoNotContact(
                        one.contact(),
                        one.suppression().reason().mautic(),
                        one.suppression().reason().comment()));
        return mailable.size();
    }

    private static Optional<Found> found(Contact contact, Map<String, OptOut> byEmail) {
        return Stream.ofNullable(byEmail.get(HashKey.normal(String.valueOf(contact.email()))))
                .map(suppression -> new Found(contact.id(), suppression, contact.mailable()))
                .findFirst();
    }
}
