package app.gigpigs.mauticsync.outbound;

import app.gigpigs.mauticsync.mautic.Contact;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The way back of what a run learns about consent; somebody else's work, because a run only sends.
 *
 * @param beforePush makes sure that the CRM knows who said no in Mautic, and answers why nobody may be pushed yet
 * @param seen is shown the contacts of every answer, before they count as sent
 */
public record Consents(Supplier<Optional<String>> beforePush, Consumer<List<Contact>> seen) {
    /** Nobody wants to know. */
    public static final Consents UNHEARD = new Consents(Optional::empty, contacts -> {});
}
